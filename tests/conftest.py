"""The test suite's ground: settings of its own, and real Redis, PostgreSQL and sandbox as processes.

`pytest` runs on SQLite; `TEST_DATABASE=postgresql pytest tests/grader` runs the same tests on a PostgreSQL cluster that
the suite starts itself (programs of Debian's package postgresql).

Fixtures for everybody:
    redis_server      a private Redis at settings.REDIS_URL
    sandbox_client    a client of one real sandbox server, shared by all test processes
    live_stack        the whole product as real processes on a SQLite database of its own, with the demo course:
                      `.url`, `.logins` (name to password), `.manage("command", …)`
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")
POSTGRESQL = os.environ.get("TEST_DATABASE") == "postgresql"
# One folder for the run; the processes of pytest-xdist inherit its name. Short, because Unix sockets live in it.
IS_FIRST = "GRADUS_TEST_FOLDER" not in os.environ
if IS_FIRST:
    os.environ["GRADUS_TEST_FOLDER"] = tempfile.mkdtemp(prefix="gt-")
FOLDER = Path(os.environ["GRADUS_TEST_FOLDER"])
OWN = FOLDER / WORKER
SANDBOX_SOCKET = FOLDER / "sandbox.sock"

# Before Django reads its settings: nothing of the caller's environment may decide what is tested.
for name in ("ALLOWED_HOSTS", "CSRF_TRUSTED_ORIGINS", "TIME_ZONE", "LOG_LEVEL", "RUNS_PER_MINUTE"):
    os.environ.pop(name, None)
os.environ |= {
    "DJANGO_SETTINGS_MODULE": "grader.settings",
    "GRADUS_VAR": str(OWN),
    "DEBUG": "1",
    # One key for this process and the live ones, so that sessions made here hold there.
    "SECRET_KEY": "only-for-tests-" + "0" * 32,
    "REDIS_URL": f"unix://{OWN / 'redis.sock'}",
    "SANDBOX_SOCKET": str(SANDBOX_SOCKET),
    "SUBMISSION_HEARTBEAT_S": "0.5",
    "SUBMISSION_STALE_S": "3",
    "REAPER_PERIOD_S": "1",
    "DATABASE_URL": f"postgresql://gradus@/gradus?host={OWN / 'postgresql'}"
    if POSTGRESQL
    else f"sqlite:///{OWN / 'gradus.sqlite3'}",
}


def set_up_django() -> None:
    """Now, and not in a hook: the conftest files below this one import models."""
    import django
    from django.conf import settings

    # A file, not memory: threads and the processes of the live tests open the same database.
    if not POSTGRESQL:
        settings.DATABASES["default"].setdefault("TEST", {})["NAME"] = str(OWN / "test.sqlite3")
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    django.setup()


OWN.mkdir(mode=0o755, parents=True, exist_ok=True)
FOLDER.chmod(0o755)  # PostgreSQL runs as another user inside
set_up_django()


@pytest.hookimpl(tryfirst=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    # The processes of pytest-xdist inherit this environment. With the variable in it, pytest-django reads the settings
    # there before this file has named the process's own folder.
    if WORKER == "main" and session.config.getoption("tx", None):
        os.environ.pop("DJANGO_SETTINGS_MODULE", None)


def pytest_unconfigure() -> None:
    if IS_FIRST:
        shutil.rmtree(FOLDER, ignore_errors=True)


@pytest.fixture(scope="session")
def redis_server() -> Iterator[str]:
    """A private redis-server; gives its URL."""
    from tests.servers import run_redis

    with run_redis(OWN / "redis.sock"):
        yield os.environ["REDIS_URL"]


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[object]:
    """A PostgreSQL cluster of this test process; `.restart()` as after a power cut."""
    from tests.servers import run_postgresql

    with run_postgresql(OWN / "postgresql") as server:
        yield server


@pytest.fixture(scope="session")
def django_db_modify_db_settings(request: pytest.FixtureRequest) -> None:
    """Has the database server running before pytest-django makes the test database."""
    if POSTGRESQL:
        request.getfixturevalue("postgresql_server")


@pytest.fixture(scope="session")
def sandbox_client() -> Iterator[object]:
    """A client of the one sandbox server of this run."""
    from sandbox.client import Client
    from tests.servers import share_sandbox

    with share_sandbox(SANDBOX_SOCKET):
        yield Client(SANDBOX_SOCKET)


@pytest.fixture(scope="session")
def live_stack(sandbox_client: object) -> Iterator[object]:
    """Web server, worker, Redis and sandbox as processes, DEBUG off, with the demo course."""
    from tests.stack import demo_stack

    with demo_stack(OWN / "live", SANDBOX_SOCKET, FOLDER / "demo") as stack:
        yield stack
