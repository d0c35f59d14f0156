"""Settings, read from the environment (each also as NAME_FILE) and from nowhere else.

A value that cannot be right stops the start with the setting's name, the value and the remedy.
"""

import os
import re
from ipaddress import ip_network
from pathlib import Path
from zoneinfo import ZoneInfo

from celery.schedules import crontab, timedelta
from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from grader.environment import (
    bad,
    put_password,
    read_bool,
    read_database,
    read_number,
    read_secret,
    read_text,
    read_url,
)
from grader.operations.guards import find_unsafe

BASE_DIR = Path(__file__).resolve().parent.parent

# --- Where and who ----------------------------------------------------------------------------------------------------

VAR_DIR = Path(read_text("GRADUS_VAR", str(BASE_DIR / "var"))).resolve()
DEBUG = read_bool("DEBUG", False)
SECRET_KEY = read_secret("SECRET_KEY", VAR_DIR)
ALLOWED_HOSTS = [
    host.strip() for host in read_text("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]").split(",") if host.strip()
]
CSRF_TRUSTED_ORIGINS = [origin.strip() for origin in read_text("CSRF_TRUSTED_ORIGINS", "").split(",") if origin.strip()]
for origin in CSRF_TRUSTED_ORIGINS:
    if not origin.startswith(("http://", "https://")):
        raise bad("CSRF_TRUSTED_ORIGINS", f"{origin!r} has no scheme", f"write https://{origin}")
# Off only for plain-http use: browsers send "Secure" cookies over https, and over http to localhost.
HTTPS = read_bool("HTTPS", not DEBUG)

REDIS_URL = put_password(
    read_url("REDIS_URL", f"unix://{VAR_DIR / 'redis.sock'}", ("redis", "rediss", "unix")),
    read_text("REDIS_PASSWORD", ""),
)
SANDBOX_SOCKET = read_text("SANDBOX_SOCKET", str(VAR_DIR / "sandbox.sock"))
if len(os.fsencode(SANDBOX_SOCKET)) > 107:
    raise bad(
        "SANDBOX_SOCKET", "a Unix socket's path has at most 107 bytes", "choose a shorter path, for instance under /run"
    )

# --- Applications -----------------------------------------------------------------------------------------------------

INSTALLED_APPS = [
    # First: its `exercise` command is the exercises' own with more verbs.
    "grader.authoring",
    "exercises",
    "grader.courses",
    "grader.submissions",
    "grader.regrading",
    "grader.analytics",
    "grader.gradebook",
    "grader.dashboard",
    "grader.lti",
    "grader.observing",
    "grader.api",
    "grader.operations",
    "grader",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "csp",
    "django_htmx",
]

MIDDLEWARE = [
    "grader.middleware.request_id",
    "django.middleware.security.SecurityMiddleware",
    "grader.operations.headers.security_headers",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "grader.middleware.CompressPages",
    "grader.lti.frames.FramesMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "grader.urls"
ASGI_APPLICATION = "grader.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "grader" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
            ],
        },
    }
]

DATABASES = {"default": read_database(VAR_DIR)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

SESSION_ENGINE = "grader.sessions"
AUTHENTICATION_BACKENDS = ["grader.sessions.UserBackend"]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "dashboard"
LOGOUT_REDIRECT_URL = "login"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

# --- Language, time, static files -------------------------------------------------------------------------------------

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("zh-hant", _("Traditional Chinese"))]
LOCALE_PATHS = [BASE_DIR / "grader" / "locale"]
FORMAT_MODULE_PATH = ["grader.formats"]
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
USE_TZ = True
TIME_ZONE = read_text("TIME_ZONE", "UTC")
try:
    ZoneInfo(TIME_ZONE)
except (KeyError, ValueError, OSError):
    raise bad("TIME_ZONE", f"{TIME_ZONE!r} is unknown", "write a name such as Asia/Taipei") from None

STATIC_URL = "static/"
STATIC_ROOT = Path(read_text("STATIC_ROOT", str(VAR_DIR / "static")))
STATICFILES_DIRS = [path for path in [BASE_DIR / "grader" / "static"] if path.is_dir()]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = DEBUG
WHITENOISE_AUTOREFRESH = DEBUG

# --- Security ---------------------------------------------------------------------------------------------------------

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = True
TRUST_FORWARDED_PROTO = read_bool("TRUST_FORWARDED_PROTO", False)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUST_FORWARDED_PROTO else None
# Without that header nobody here knows whether a request came over https: then the proxy has to redirect.
SECURE_SSL_REDIRECT = HTTPS and TRUST_FORWARDED_PROTO
SECURE_REDIRECT_EXEMPT = [r"^(livez|readyz|healthz|metrics)/?$"]  # asked from inside
SECURE_HSTS_SECONDS = int(read_number("HSTS_SECONDS", 365 * 24 * 3600, at_least=0)) if HTTPS else 0
# Of other hosts below this one, and of browsers' built-in lists, only whoever owns the domain can decide.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
SECURE_REFERRER_POLICY = "same-origin"
# So many proxies in front add the address that they see to X-Forwarded-For; 0: the connection's own address counts.
TRUSTED_PROXIES = int(read_number("TRUSTED_PROXIES", 0, at_least=0))
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "grader.errors.csrf_failure"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        # The code editor puts its style rules into one <style> element, which carries the page's nonce.
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
# Room for one source that is too long, so that it can be answered with a message and not with a closed door.
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
# The table of a course has a tick and a position for each of its exercises.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500
DATA_UPLOAD_MAX_NUMBER_FILES = 20

# --- Submissions ------------------------------------------------------------------------------------------------------

SUBMISSION_HEARTBEAT_S = read_number("SUBMISSION_HEARTBEAT_S", 5, at_least=0.1)
SUBMISSION_STALE_S = read_number("SUBMISSION_STALE_S", 30, at_least=1)
if SUBMISSION_STALE_S < 3 * SUBMISSION_HEARTBEAT_S:
    raise bad(
        "SUBMISSION_STALE_S",
        f"{SUBMISSION_STALE_S} s is under three heartbeats of {SUBMISSION_HEARTBEAT_S} s",
        "raise it, or lower SUBMISSION_HEARTBEAT_S",
    )
REAPER_PERIOD_S = read_number("REAPER_PERIOD_S", 10, at_least=0.5)
RUNS_PER_MINUTE = int(read_number("RUNS_PER_MINUTE", 20, at_least=1))
API_REQUESTS_PER_MINUTE = int(read_number("API_REQUESTS_PER_MINUTE", 120, at_least=1))
LIVE_STREAM_S = read_number("LIVE_STREAM_S", 120, at_least=1)

# --- LTI --------------------------------------------------------------------------------------------------------------

# Encrypts the tool's private keys in the database; with another one they are lost, and `lti rotate-keys` makes new ones.
LTI_KEY_SECRET = read_secret("LTI_KEY_SECRET", VAR_DIR)
# Whether addresses that a launch or a registration request brings may lead into private networks.
LTI_PRIVATE_HOSTS = read_bool("LTI_PRIVATE_HOSTS", DEBUG)
# A file of certificates to believe platforms by, where they are not signed by a public authority.
LTI_CA_BUNDLE = os.environ.get("LTI_CA_BUNDLE", "")

# --- Keeping ----------------------------------------------------------------------------------------------------------

# Days after which `manage.py purge` removes it; 0: never. Submissions, results and marks are never removed.
KEEP_DRAFTS_DAYS = int(read_number("KEEP_DRAFTS_DAYS", 400, at_least=0))
KEEP_TRACES_DAYS = int(read_number("KEEP_TRACES_DAYS", 180, at_least=0))
KEEP_LAUNCH_LOG_DAYS = int(read_number("KEEP_LAUNCH_LOG_DAYS", 30, at_least=0))
KEEP_SCORE_POSTS_DAYS = int(read_number("KEEP_SCORE_POSTS_DAYS", 400, at_least=0))
KEEP_AUDIT_DAYS = int(read_number("KEEP_AUDIT_DAYS", 0, at_least=0))

# --- Celery -----------------------------------------------------------------------------------------------------------

BROKER_URL = read_url("BROKER_URL", REDIS_URL, ("redis", "rediss", "unix", "amqp", "amqps"))
# kombu has its own spelling for a Unix socket.
CELERY_BROKER_URL = re.sub(r"^unix://", "redis+socket://", BROKER_URL)
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
REDIS_BROKER_OPTIONS = {
    # Unacknowledged work is offered again after this many seconds: far above any job, or it would run twice.
    "visibility_timeout": 3600,
    # A Redis that hangs must not hang a student's request: the row is saved, and the reaper offers it again.
    "socket_connect_timeout": 2,
    "socket_timeout": 2,
    "socket_keepalive": True,
    "queue_order_strategy": "priority",
}
RABBITMQ_BROKER_OPTIONS = {"confirm_publish": True, "connect_timeout": 2, "read_timeout": 2, "write_timeout": 2}
CELERY_BROKER_TRANSPORT_OPTIONS = RABBITMQ_BROKER_OPTIONS if BROKER_URL.startswith("amqp") else REDIS_BROKER_OPTIONS
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_CONCURRENCY = int(read_number("WORKER_CONCURRENCY", os.cpu_count() or 2, at_least=1))
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = False

# Last resort: the longest exercise may take a minute in the sandbox, after two minutes in its queue, and be tried twice.
CELERY_TASK_TIME_LIMIT = 600
CELERY_TASK_DEFAULT_QUEUE = "submissions"
CELERY_TASK_CREATE_MISSING_QUEUES = True
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 1, "interval_start": 0, "interval_step": 0.2, "interval_max": 0.2}
CELERY_TIMEZONE = TIME_ZONE
CELERY_BEAT_SCHEDULER = "grader.schedule:MemoryScheduler"
CELERY_BEAT_SCHEDULE = {
    "reap": {
        "task": "submissions.reap",
        "schedule": timedelta(seconds=REAPER_PERIOD_S),
        # A reaper that nobody took is of no use once the next one is there.
        "options": {"expires": 2 * REAPER_PERIOD_S, "queue": "submissions"},
    },
    "reap checks": {
        "task": "authoring.reap",
        "schedule": timedelta(seconds=REAPER_PERIOD_S),
        "options": {"expires": 2 * REAPER_PERIOD_S, "queue": "bulk"},
    },
    "resume regrades": {
        "task": "regrading.resume",
        "schedule": timedelta(seconds=30),
        "options": {"expires": 60, "queue": "bulk"},
    },
    "send scores": {
        "task": "lti.sweep",
        "schedule": timedelta(seconds=REAPER_PERIOD_S),
        "options": {"expires": 2 * REAPER_PERIOD_S, "queue": "lti"},
    },
    "reconcile scores": {
        "task": "lti.reconcile",
        "schedule": timedelta(minutes=5),
        "options": {"expires": 300, "queue": "lti"},
    },
    "purge": {
        "task": "operations.purge",
        "schedule": crontab(hour="3", minute="40"),
        "options": {"expires": 6 * 3600, "queue": "bulk"},
    },
}
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
# Worker and scheduler touch it while they work, for health checks that look at its age.
ALIVE_FILE = read_text("ALIVE_FILE", "")

# --- Observing ---------------------------------------------------------------------------------------------------------

# Who may read /metrics and the reasons of /healthz; nobody while both are empty.
METRICS_TOKEN = read_text("METRICS_TOKEN", "")
if METRICS_TOKEN and len(METRICS_TOKEN) < 16:
    raise bad("METRICS_TOKEN", f"it has only {len(METRICS_TOKEN)} characters", "write at least 16 random ones, or none")
METRICS_ALLOW = []
for network in filter(None, map(str.strip, read_text("METRICS_ALLOW", "").split(","))):
    try:
        METRICS_ALLOW.append(ip_network(network))
    except ValueError:
        raise bad("METRICS_ALLOW", f"{network!r} is no network", "write addresses such as 10.1.2.0/24") from None
# A known exercise is graded so often, to see that grading works; 0: never.
CANARY_PERIOD_S = read_number("CANARY_PERIOD_S", 180, at_least=0)
if CANARY_PERIOD_S:
    CELERY_BEAT_SCHEDULE["canary"] = {
        "task": "observing.canary",
        "schedule": timedelta(seconds=CANARY_PERIOD_S),
        "options": {"expires": CANARY_PERIOD_S, "queue": "submissions"},
    }
SENTRY_DSN = read_text("SENTRY_DSN", "")
if SENTRY_DSN:
    read_url("SENTRY_DSN", "", ("http", "https"))
SENTRY_ENVIRONMENT = read_text("SENTRY_ENVIRONMENT", "development" if DEBUG else "production")

# --- Logs -------------------------------------------------------------------------------------------------------------

LOG_LEVEL = read_text("LOG_LEVEL", "INFO").upper()
if LOG_LEVEL not in ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"):
    raise bad("LOG_LEVEL", f"{LOG_LEVEL!r} is no level", "write DEBUG, INFO, WARNING, ERROR or CRITICAL")
LOG_FORMAT = read_text("LOG_FORMAT", "line" if DEBUG else "json").lower()
if LOG_FORMAT not in ("json", "line"):
    raise bad("LOG_FORMAT", f"{LOG_FORMAT!r} is unknown", "write json or line")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"gradus": {"()": "grader.logs.formatter", "kind": LOG_FORMAT}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "gradus"}},
    "root": {"handlers": ["stderr"], "level": LOG_LEVEL},
    "loggers": {
        "django": {"handlers": [], "level": "INFO", "propagate": True},
        "django.request": {"level": "ERROR"},  # what was refused stands in `grader.request`
        # They tell of every task, the reaper's too, every few seconds; the pipeline tells of every submission.
        "celery.beat": {"level": "WARNING"},
        "celery.worker.strategy": {"level": "WARNING"},
        "celery.app.trace": {"level": "WARNING"},
        # The web server's own, which it sets up before: the same lines as everybody's.
        "uvicorn": {"handlers": [], "level": "INFO", "propagate": True},
        "uvicorn.error": {"handlers": [], "level": "INFO", "propagate": True},
        # Its lines hold whole addresses, and some of them are keys; `grader.request` tells the same by routes.
        "uvicorn.access": {"handlers": [], "propagate": False},
        # Every failed connection of the error reports would be a line of its own.
        "urllib3": {"level": "ERROR"},
    },
}

# --- Guards -----------------------------------------------------------------------------------------------------------

unsafe = find_unsafe(
    debug=DEBUG,
    hosts=ALLOWED_HOSTS,
    secrets={"SECRET_KEY": SECRET_KEY, "LTI_KEY_SECRET": LTI_KEY_SECRET},
    database=DATABASES["default"],
    redis_url=REDIS_URL,
)
if unsafe:
    raise ImproperlyConfigured("\n".join(str(bad(*each)) for each in unsafe))
