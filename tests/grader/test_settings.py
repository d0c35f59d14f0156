"""Settings: read from the environment or from files; a bad one stops the start with its name and the remedy."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys

import pytest

from tests.servers import ROOT

KEY = "kept-in-a-file-" + "0123456789" * 2
SHOW = "import json; from grader import settings as s; print(json.dumps({n: getattr(s, n) for n in %r}, default=str))"


def read(tmp_path, *names, **environment):
    """What a fresh process makes of an environment: its settings, or the last line of its error."""
    clean = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    run = subprocess.run(
        [sys.executable, "-c", SHOW % (names,)],
        cwd=ROOT, env={**clean, "GRADUS_VAR": str(tmp_path), **environment}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    return json.loads(run.stdout) if run.returncode == 0 else run.stderr.strip().splitlines()[-1]


def test_nothing_needs_to_be_set(tmp_path):
    found = read(
        tmp_path, "DEBUG", "DATABASES", "REDIS_URL", "SANDBOX_SOCKET", "CELERY_BROKER_URL", "SESSION_COOKIE_SECURE"
    )
    assert found["DEBUG"] is False
    assert found["SESSION_COOKIE_SECURE"] is True
    assert found["DATABASES"]["default"]["NAME"] == str(tmp_path / "gradus.sqlite3")
    assert found["REDIS_URL"] == f"unix://{tmp_path}/redis.sock"
    assert found["CELERY_BROKER_URL"] == f"redis+socket://{tmp_path}/redis.sock"
    assert found["SANDBOX_SOCKET"] == f"{tmp_path}/sandbox.sock"


def test_the_secret_key_is_made_once_and_kept_to_oneself(tmp_path):
    first = read(tmp_path, "SECRET_KEY")["SECRET_KEY"]
    assert len(first) >= 48
    assert read(tmp_path, "SECRET_KEY")["SECRET_KEY"] == first
    assert stat.S_IMODE((tmp_path / "secret_key").stat().st_mode) == 0o600
    assert sorted(path.name for path in tmp_path.iterdir()) == ["lti_key_secret", "secret_key"]


def test_every_setting_can_come_from_a_file(tmp_path):
    (tmp_path / "key").write_text(KEY + "\n")
    (tmp_path / "zone").write_text("Asia/Taipei\n")
    found = read(
        tmp_path, "SECRET_KEY", "TIME_ZONE",
        SECRET_KEY_FILE=str(tmp_path / "key"), TIME_ZONE_FILE=str(tmp_path / "zone"),
    )  # fmt: skip
    assert found == {"SECRET_KEY": KEY, "TIME_ZONE": "Asia/Taipei"}


def test_passwords_stand_apart_from_addresses(tmp_path):
    (tmp_path / "password").write_text("p/@:w é\n")
    found = read(
        tmp_path, "DATABASES", "REDIS_URL",
        DATABASE_URL="postgresql://gradus@postgres:5432/gradus", DATABASE_PASSWORD_FILE=str(tmp_path / "password"),
        REDIS_URL="redis://redis:6379/0", REDIS_PASSWORD_FILE=str(tmp_path / "password"),
    )  # fmt: skip
    assert found["DATABASES"]["default"]["PASSWORD"] == "p/@:w é"
    assert found["REDIS_URL"] == "redis://:p%2F%40%3Aw%20%C3%A9@redis:6379/0"
    own = read(tmp_path, "REDIS_URL", REDIS_URL="redis://:own@redis:6379/0", REDIS_PASSWORD="other")
    assert own["REDIS_URL"] == "redis://:own@redis:6379/0"


@pytest.mark.parametrize(
    "name, value, remedy",
    [
        ("DEBUG", "maybe", "write 1 or 0"),
        ("SECRET_KEY", "short", "at least 32 random"),
        ("DATABASE_URL", "mysql://root:hidden-password@db/gradus", "sqlite, postgres, postgresql"),
        ("DATABASE_URL", "postgresql://gradus@db/", "end it with the file's or the database's name"),
        ("REDIS_URL", "localhost:6379", "redis, rediss, unix"),
        ("SANDBOX_SOCKET", "/tmp/" + "x" * 110, "choose a shorter path"),
        ("TIME_ZONE", "Asia/Atlantis", "Asia/Taipei"),
        ("CSRF_TRUSTED_ORIGINS", "learn.example.org", "write https://learn.example.org"),
        ("SUBMISSION_STALE_S", "2", "lower SUBMISSION_HEARTBEAT_S"),
        ("RUNS_PER_MINUTE", "none", "write a number"),
        ("RUNS_PER_MINUTE", "0", "at least 1"),
        ("SECRET_KEY_FILE", "/nowhere/key", "name a readable text file"),
        ("LOG_LEVEL", "LOUD", "DEBUG, INFO, WARNING"),
    ],
)
def test_a_bad_setting_is_named_with_its_remedy(tmp_path, name, value, remedy):
    error = read(tmp_path, "DEBUG", **{name: value})
    assert isinstance(error, str)
    assert "ImproperlyConfigured" in error
    assert f"{name}: " in error
    assert remedy in error
    assert "hidden-password" not in error


def test_another_broker(tmp_path):
    found = read(
        tmp_path, "CELERY_BROKER_URL", "CELERY_BROKER_TRANSPORT_OPTIONS", "REDIS_URL",
        BROKER_URL="amqps://gradus:secret@rabbit.example.edu/gradus",
    )  # fmt: skip
    assert found["CELERY_BROKER_URL"] == "amqps://gradus:secret@rabbit.example.edu/gradus"
    assert found["CELERY_BROKER_TRANSPORT_OPTIONS"]["confirm_publish"] is True
    assert found["REDIS_URL"] == f"unix://{tmp_path}/redis.sock"


def test_postgresql_by_url(tmp_path):
    found = read(tmp_path, "DATABASES", DATABASE_URL="postgresql://me:pw@db.example.org:5433/gradus?sslmode=require")
    database = found["DATABASES"]["default"]
    assert database["ENGINE"] == "django.db.backends.postgresql"
    assert (database["HOST"], database["PORT"], database["NAME"]) == ("db.example.org", 5433, "gradus")
    assert database["OPTIONS"]["sslmode"] == "require"
