"""Before a connection of the pool is given to a request: asked only when there is a reason to doubt it."""

from __future__ import annotations

import psycopg
import pytest
from django.db import connection, connections
from psycopg_pool import ConnectionPool

from grader import pool
from tests.conftest import POSTGRESQL

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not POSTGRESQL, reason="needs PostgreSQL: TEST_DATABASE=postgresql"),
]


@pytest.fixture
def given():
    """Makes connections as the pool does, and how often each was asked whether it lives."""
    kept = []

    def give():
        kept.append(psycopg.connect(**connection.get_connection_params() | {"autocommit": True}))
        return kept[-1]

    yield give
    for one in kept:
        one.close()


@pytest.fixture
def asked(monkeypatch):
    ask, seen = ConnectionPool.check_connection, []
    monkeypatch.setattr(ConnectionPool, "check_connection", lambda one: (seen.append(one), ask(one)))
    return seen


def test_one_that_has_just_been_used_is_not_asked(given, asked):
    used = given()
    for _ in range(3):
        pool.check(used)
        used.execute("SELECT 1")
    assert asked == [used]


def test_one_that_the_server_ended_is_refused(given, asked):
    ended = given()
    pool.check(ended)
    connection.cursor().execute("SELECT pg_terminate_backend(%s)", [ended.info.backend_pid])
    while not pool._has_news(ended):
        pass
    with pytest.raises(psycopg.OperationalError):
        pool.check(ended)


def test_one_that_has_rested_is_asked(given, asked, monkeypatch):
    rested = given()
    monkeypatch.setattr(pool, "RESTED_S", 0.0)
    for _ in range(2):
        pool.check(rested)
    assert len(asked) == 2


def test_a_web_process_asks_like_this(asked, monkeypatch):
    monkeypatch.setitem(connection.settings_dict["OPTIONS"], "pool", {"min_size": 1, "max_size": 1})
    monkeypatch.setattr(type(connections["default"]), "_connection_pools", {})
    pool.install()
    with connection.pool as web:
        for _ in range(3):
            web.putconn(web.getconn())
    assert len(asked) == 1
