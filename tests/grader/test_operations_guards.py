"""What Gradus refuses to start with where others can reach it, and the headers of its answers."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib

import pytest
from django.test import Client as Browser

import grader
from grader.operations import guards
from tests.servers import ROOT

KEY = "nVo2yPcB8mJ1sLq4RkZ6tXw9aHd3fGe5uIi7oWb0-_xQvS"
POSTGRESQL = {"ENGINE": "django.db.backends.postgresql", "HOST": "db", "USER": "me", "PASSWORD": "nine-lives"}
SAFE = {
    "debug": False,
    "hosts": ["gradus.example.edu"],
    "secrets": {"SECRET_KEY": KEY},
    "database": POSTGRESQL,
    "redis_url": "redis://:nine-lives@redis:6379/0",
}


def names(**changes):
    found = guards.find_unsafe(**{**SAFE, **changes})
    assert all(each.problem and each.remedy for each in found)
    return [each.name for each in found]


def test_a_safe_service_starts():
    assert names() == []
    assert names(hosts=[".example.edu", "localhost"]) == []


@pytest.mark.parametrize(
    "changes, name",
    [
        ({"debug": True}, "DEBUG"),
        ({"hosts": []}, "ALLOWED_HOSTS"),
        ({"hosts": ["gradus.example.edu", "*"]}, "ALLOWED_HOSTS"),
        ({"hosts": ["*.example.edu"]}, "ALLOWED_HOSTS"),
        ({"hosts": ["."]}, "ALLOWED_HOSTS"),
        ({"secrets": {"SECRET_KEY": "django-insecure-" + KEY}}, "SECRET_KEY"),
        ({"secrets": {"SECRET_KEY": "a" * 40}}, "SECRET_KEY"),
        ({"secrets": {"SECRET_KEY": KEY, "LTI_KEY_SECRET": "changeme" * 5}}, "LTI_KEY_SECRET"),
        ({"database": {**POSTGRESQL, "PASSWORD": ""}}, "DATABASE_URL"),
        ({"database": {**POSTGRESQL, "PASSWORD": "postgres"}}, "DATABASE_PASSWORD"),
        ({"database": {**POSTGRESQL, "PASSWORD": "me"}}, "DATABASE_PASSWORD"),
        ({"redis_url": "redis://redis:6379/0"}, "REDIS_URL"),
        ({"redis_url": "redis://:redis@redis:6379/0"}, "REDIS_PASSWORD"),
    ],
)
def test_an_unsafe_one_does_not(changes, name):
    assert names(**changes) == [name]


@pytest.mark.parametrize(
    "changes",
    [
        {"debug": True, "hosts": ["localhost", "127.0.0.1", "[::1]"], "redis_url": "redis://redis:6379/0"},
        {"database": {"ENGINE": "django.db.backends.sqlite3", "NAME": "gradus.sqlite3"}},
        {"database": {**POSTGRESQL, "HOST": "", "PASSWORD": "", "OPTIONS": {"host": "/run/postgresql"}}},
        {"database": {**POSTGRESQL, "PASSWORD": "", "OPTIONS": {"sslcert": "/run/secrets/client.crt"}}},
        {"redis_url": "unix:///run/redis.sock"},
        {"redis_url": "redis://localhost:6379/0"},
    ],
)
def test_what_nobody_else_reaches_may_do_without(changes):
    assert names(**changes) == []


def start(tmp_path, *arguments, **environment):
    clean = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    command = [sys.executable, "-W", "error", "manage.py", *arguments]
    environment = {**clean, "GRADUS_VAR": str(tmp_path), **environment}
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


PRODUCTION = {
    "SECRET_KEY": KEY + "RkZ6tXw9",
    "LTI_KEY_SECRET": KEY,
    "ALLOWED_HOSTS": "gradus.example.edu",
    "CSRF_TRUSTED_ORIGINS": "https://gradus.example.edu",
    "DATABASE_URL": "postgresql://gradus@db/gradus",
    "DATABASE_PASSWORD": "nine-lives",
    "REDIS_URL": "rediss://:nine-lives@redis:6379/0",
    "TRUST_FORWARDED_PROTO": "1",
}


def test_production_is_what_django_recommends(tmp_path):
    checked = start(tmp_path, "check", "--deploy", "--fail-level", "INFO", **PRODUCTION)
    assert checked.returncode == 0, checked.stderr
    assert "no issues" in checked.stdout


def test_all_that_is_wrong_is_told_at_once_and_no_password(tmp_path):
    wrong = {**PRODUCTION, "ALLOWED_HOSTS": "*", "DATABASE_PASSWORD": "gradus", "REDIS_URL": "redis://redis/0"}
    refused = start(tmp_path, "check", **wrong)
    assert refused.returncode != 0
    told = refused.stderr.strip().splitlines()[-3:]
    assert [line.rpartition("Configured: ")[2].partition(":")[0] for line in told] == [
        "ALLOWED_HOSTS", "DATABASE_PASSWORD", "REDIS_URL",
    ]  # fmt: skip
    assert all("; " in line for line in told)


def test_headers(client: Browser, db, settings):
    settings.SECURE_HSTS_SECONDS = 31536000
    for path in ("/accounts/login/", "/nothing/", "/livez"):
        answer = Browser().get(path, secure=True)
        assert answer["Strict-Transport-Security"] == "max-age=31536000"
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Referrer-Policy"] == "same-origin"
        assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
        assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
        assert "camera=()" in answer["Permissions-Policy"]
        assert "default-src 'none'" in answer["Content-Security-Policy"]
        assert answer["X-Frame-Options"] == "DENY"
    assert "Strict-Transport-Security" not in client.get("/livez")


def test_behind_a_proxy_plain_http_is_sent_to_https(db, settings):
    settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    browser = Browser()
    plain = browser.get("/accounts/login/", headers={"x-forwarded-proto": "http"})
    assert (plain.status_code, plain["Location"]) == (301, "https://testserver/accounts/login/")
    assert browser.get("/accounts/login/", headers={"x-forwarded-proto": "https"}).status_code == 200
    assert browser.get("/livez").status_code == 200  # asked from inside


def test_the_version_is_told_in_one_way():
    with (ROOT / "pyproject.toml").open("rb") as file:
        assert grader.__version__ == tomllib.load(file)["project"]["version"]
