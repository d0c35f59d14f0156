"""Settings as the LMS has them, as far as `lti_consumer` reads them. Where this campus is comes from the environment."""

import os
from pathlib import Path

FOLDER = Path(os.environ["CAMPUS_FOLDER"])
LMS_ROOT_URL = os.environ["CAMPUS_URL"]
TOOL_URL = os.environ["CAMPUS_TOOL"]

SECRET_KEY = "only-for-tests"
ALLOWED_HOSTS = ["localhost"]
USE_TZ = True
DEFAULT_AUTO_FIELD = "django.db.models.AutoField"
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": FOLDER / "campus.sqlite3"}}
INSTALLED_APPS = [
    "django.contrib.contenttypes", "django.contrib.auth", "django.contrib.sessions", "rest_framework",
    "campus.apps.Campus", "lti_consumer.apps.LTIConsumerApp",
]  # fmt: skip
MIDDLEWARE = [
    "edx_django_utils.cache.middleware.RequestCacheMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "crum.CurrentRequestUserMiddleware",
    "edx_django_utils.cache.middleware.TieredCacheMiddleware",
]
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}]
ROOT_URLCONF = "campus.urls"
STATIC_URL = "/static/"
LOGGING = {
    "version": 1,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "INFO"},
}

PLATFORM_NAME = "Campus"
SERVICE_VARIANT = "lms"
USAGE_ID_PATTERN = r"(?P<usage_id>(?:i4x://?[^/]+/[^/]+/[^/]+/[^@]+(?:@[^/]+)?)|(?:[^/]+))"
