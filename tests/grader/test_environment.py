"""The ground under the tests: the servers are the real ones."""

import pytest
from django.conf import settings
from django.db import connection

from tests.conftest import POSTGRESQL

pytestmark = pytest.mark.django_db


def test_database_is_the_one_asked_for():
    assert connection.vendor == ("postgresql" if POSTGRESQL else "sqlite")


@pytest.mark.skipif(POSTGRESQL, reason="pragmas are SQLite's")
def test_sqlite_is_set_up_for_several_processes():
    with connection.cursor() as cursor:
        read = {
            name: cursor.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("journal_mode", "synchronous", "busy_timeout", "foreign_keys")
        }
    assert read == {"journal_mode": "wal", "synchronous": 1, "busy_timeout": 30000, "foreign_keys": 1}
    assert settings.DATABASES["default"]["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
