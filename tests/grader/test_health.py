"""Health: alive always, ready with database and Redis, and the reasons."""

from __future__ import annotations

import pytest

from grader.submissions import live
from sandbox.client import Client

pytestmark = pytest.mark.django_db


def test_all_is_well(client, sandbox_client):
    assert client.get("/livez").content == b"ok\n"
    assert client.get("/readyz").json()["ok"] is True
    answer = client.get("/healthz")
    assert answer.status_code == 200
    checks = answer.json()["checks"]
    assert {name: check["ok"] for name, check in checks.items()} == {"database": True, "redis": True, "sandbox": True}
    assert checks["sandbox"]["status"]["layers"]
    assert isinstance(sandbox_client, Client)


def test_a_sandbox_that_is_down_is_named(client, settings, tmp_path):
    settings.SANDBOX_SOCKET = str(tmp_path / "nobody.sock")
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert answer.json()["checks"]["sandbox"]["reason"] == "SandboxUnavailable"
    assert str(tmp_path) not in answer.content.decode()
    assert client.get("/readyz").status_code == 200


def test_a_redis_that_is_down_is_named(client, settings, tmp_path):
    settings.REDIS_URL = f"unix://{tmp_path}/nobody.sock"
    live.redis_client.cache_clear()
    try:
        answer = client.get("/readyz")
    finally:
        live.redis_client.cache_clear()
    assert (answer.status_code, answer.json()["checks"]["redis"]["ok"]) == (503, False)
    assert client.get("/livez").status_code == 200


def test_without_redis_nobody_is_refused(client, browse, settings, tmp_path):
    from tests.grader.conftest import SLUG

    settings.REDIS_URL = f"unix://{tmp_path}/nobody.sock"
    settings.RUNS_PER_MINUTE = 1
    live.redis_client.cache_clear()
    try:
        for _ in range(3):
            answer = browse("student").post(f"/exercises/{SLUG}/run/", {"source": "a"}, headers={"hx-request": "true"})
            assert answer.status_code == 200
    finally:
        live.redis_client.cache_clear()
