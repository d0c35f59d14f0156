"""Health: alive always, ready with database and Redis, and the reasons for those who may know them."""

from __future__ import annotations

import re
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.management import call_command

from grader.observing import health, reports
from grader.submissions import live
from grader.submissions.live import redis_client
from sandbox.client import Client
from tests.grader.test_observing import TOKEN, report

pytestmark = pytest.mark.django_db


@pytest.fixture
def operator(settings):
    settings.METRICS_TOKEN = TOKEN
    return {"authorization": f"Bearer {TOKEN}"}


def test_all_is_well(client, sandbox_client, operator):
    report()
    reports.tick()
    assert client.get("/livez").content == b"ok\n"
    ready = client.get("/readyz").json()
    assert ready == {"ok": True, "checks": {name: {"ok": True} for name in ("database", "migrations", "redis")}}
    answer = client.get("/healthz", headers=operator)
    assert answer.status_code == 200
    checks = answer.json()["checks"]
    assert {name: check["ok"] for name, check in checks.items()} == dict.fromkeys(health.HEALTHY, True)
    assert checks["sandbox"]["servers"][0]["degraded"] == ["cgroup"]
    assert checks["workers"]["by_queue"] == {"submissions": 1, "bulk": 1, "lti": 1}
    assert checks["beat"]["last_s"] < 5
    assert set(checks["disk"]["free_mib"]) == {"web", "w1@host"}
    assert isinstance(sandbox_client, Client)


def test_strangers_learn_which_component_and_no_more(client, browse, operator):
    for browser in (client, browse("student"), browse("staff")):
        answer = browser.get("/healthz")
        assert answer.status_code == 503
        assert all(set(check) == {"ok"} for check in answer.json()["checks"].values())
    answer = client.get("/healthz", headers=operator)
    assert answer.json()["checks"]["workers"]["reason"].startswith("no worker takes submissions, bulk, lti")
    assert answer.json()["checks"]["beat"]["reason"] == "beat has sent nothing yet: is it running?"


def test_a_sandbox_that_is_down_is_named(client, settings, tmp_path, operator):
    settings.SANDBOX_SOCKET = str(tmp_path / "nobody.sock")
    answer = client.get("/healthz", headers=operator)
    assert answer.status_code == 503
    assert answer.json()["checks"]["sandbox"]["reason"] == "SandboxUnavailable"
    assert str(tmp_path) not in answer.content.decode()
    assert client.get("/readyz").status_code == 200


def test_every_workers_sandbox_counts(client, operator):
    report("a@one", status=False)
    report("only-tells-platforms@one", status=False, queues=["lti"])
    report("b@two", closed="seccomp: does not hold; remedy: none")
    reason = client.get("/healthz", headers=operator).json()["checks"]["sandbox"]["reason"]
    assert reason == "1 workers reach no sandbox; seccomp: does not hold; remedy: none"


def test_beat_that_stands_still_and_a_full_disk_are_named(client, operator, monkeypatch):
    redis_client().set(reports.BEAT, time.time() - 300)
    monkeypatch.setattr(health, "DISK_SHORT", 1 << 60)
    monkeypatch.setattr(health, "DISK_SHORT_SHARE", 1.0)
    checks = client.get("/healthz", headers=operator).json()["checks"]
    assert re.fullmatch(r"beat has sent nothing for 3\d\d s: start it again", checks["beat"]["reason"])
    assert checks["disk"]["reason"] == "the disk of the data folder is nearly full: web"


def test_migrations_that_are_not_applied_are_named(client, operator, monkeypatch):
    monkeypatch.setitem(health._migrations, "missing", 1)
    monkeypatch.setitem(health._migrations, "looked_at", float("-inf"))
    call_command("migrate", "lti", "zero", fake=True, verbosity=0)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["checks"]["migrations"]) == (503, {"ok": False})
    assert "run manage.py migrate" in client.get("/healthz", headers=operator).json()["checks"]["migrations"]["reason"]


def test_a_redis_that_is_down_is_named(client, settings, tmp_path):
    settings.REDIS_URL = f"unix://{tmp_path}/nobody.sock"
    live.make_client.cache_clear()
    try:
        answer = client.get("/readyz")
    finally:
        live.make_client.cache_clear()
    assert (answer.status_code, answer.json()["checks"]["redis"]["ok"]) == (503, False)
    assert client.get("/livez").status_code == 200


def test_threads_that_come_first_together_share_one_client(monkeypatch):
    """Each with its own would close the connections of all but the last."""
    made = []

    def slowly(*_, **__):
        made.append(object())
        time.sleep(0.05)
        return made[-1]

    monkeypatch.setattr(live.redis.Redis, "from_url", slowly)
    live.make_client.cache_clear()
    try:
        with ThreadPoolExecutor(8) as pool:
            clients = list(pool.map(lambda _: live.redis_client(), range(8)))
    finally:
        live.make_client.cache_clear()
    assert set(clients) == set(made)
    assert len(made) == 1


def test_without_redis_nobody_is_refused(client, browse, settings, tmp_path):
    from tests.grader.conftest import SLUG

    settings.REDIS_URL = f"unix://{tmp_path}/nobody.sock"
    settings.RUNS_PER_MINUTE = 1
    live.make_client.cache_clear()
    try:
        for _ in range(3):
            answer = browse("student").post(f"/exercises/{SLUG}/run/", {"source": "a"}, headers={"hx-request": "true"})
            assert answer.status_code == 200
    finally:
        live.make_client.cache_clear()
