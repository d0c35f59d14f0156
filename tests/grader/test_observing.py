"""Figures, the page in words, the canary, and what never stands in a log."""

from __future__ import annotations

import json
import logging
import re
import sys
import time
from datetime import timedelta
from ipaddress import ip_network

import msgspec
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families

from grader import logs
from grader.observing import canary, figures, reports
from grader.observing.management.commands import follow
from grader.scrubbing import scrub
from grader.submissions import live, measures, places
from grader.submissions.live import redis_client
from grader.submissions.models import Submission
from sandbox import log, server
from sandbox.protocol import Job, Outcome, Report, ServerStatus
from tests.grader.rows import outcome, queue
from tests.servers import ROOT

pytestmark = pytest.mark.django_db
TOKEN = "a-token-for-metrics"
DOCS = ROOT / "docs" / "observability"


@pytest.fixture
def with_token(settings):
    settings.METRICS_TOKEN = TOKEN
    return {"authorization": f"Bearer {TOKEN}"}


def report(host="w1@host", *, at=None, status=True, closed="", queues=reports.QUEUES):
    """A worker's report, as it would have left it."""
    sandbox = ServerStatus(2, 1, 0, 9, {"seccomp": True, "cgroup": False}, closed, f"of-{host}") if status else None
    made = reports.WorkerReport(host, at or time.time(), 2, list(queues), 5 << 30, 9 << 30, sandbox)
    redis_client().hset(reports.WORKERS, host, msgspec.json.encode(made))


def flown(*, is_right=True, age_s=5.0):
    flight = canary.Flight(
        time.time() - age_s, "w1@host", is_right, 0.4, 0.1, "" if is_right else "the solution failed"
    )
    redis_client().set(canary.KEY, msgspec.json.encode(flight))


def samples(text):
    """name → {labels: value}."""
    found = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            found.setdefault(sample.name, {})[tuple(sorted(sample.labels.items()))] = sample.value
    return found


# --- who may read -----------------------------------------------------------------------------------------------------


def test_metrics_are_not_there_unless_they_are_set_up(client, browse):
    assert client.get("/metrics").status_code == 404
    assert client.get("/metrics", headers={"authorization": "Bearer "}).status_code == 404
    assert browse("staff").get("/metrics").status_code == 404


def test_metrics_for_whoever_holds_the_token(client, with_token):
    for wrong in ({}, {"authorization": "Bearer wrong"}, {"authorization": f"Basic {TOKEN}"}, {"authorization": TOKEN}):
        assert client.get("/metrics", headers=wrong).status_code == 404
    assert client.post("/metrics", headers=with_token).status_code == 404
    answer = client.get("/metrics", headers=with_token)
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/plain; version=0.0.4")
    assert "no-store" in answer["Cache-Control"]


def test_metrics_for_allowed_addresses_that_come_by_themselves(client, settings):
    settings.METRICS_ALLOW = [ip_network("10.1.0.0/16")]
    assert client.get("/metrics", REMOTE_ADDR="10.1.2.3").status_code == 200
    assert client.get("/metrics", REMOTE_ADDR="10.2.0.1").status_code == 404
    assert client.get("/metrics", REMOTE_ADDR="").status_code == 404
    for header in ("x-forwarded-for", "forwarded", "x-real-ip"):
        assert client.get("/metrics", headers={header: "10.1.2.3"}, REMOTE_ADDR="10.1.2.3").status_code == 404


# --- figures ----------------------------------------------------------------------------------------------------------


def test_results_are_counted_by_phase_and_outcome():
    measures.count_result("submit", "graded", "ok", measures.Phases(0.02, 0.003, 0.05, 0.004, 0.08))
    measures.count_result("submit", "graded", "ok", measures.Phases(400, 0.003, 0.05, 0.004, -1.0))
    measures.count_result("run", "errored", "sandbox_error", None)
    measures.count_retry("SandboxBusy")
    measures.count_reaped(requeued=2, resent=0)
    found = samples(figures.write_metrics().decode())
    buckets = {
        dict(labels)["le"]: value
        for labels, value in found["gradus_phase_seconds_bucket"].items()
        if ("phase", "queued") in labels
    }
    assert (buckets["0.01"], buckets["0.025"], buckets["300.0"], buckets["+Inf"]) == (0, 1, 1, 2)
    assert found["gradus_phase_seconds_sum"][("phase", "queued"),] == pytest.approx(400.02)
    assert found["gradus_phase_seconds_sum"][("phase", "total"),] == pytest.approx(0.08)  # clocks differ: not negative
    by_labels = {
        tuple(value for _, value in labels): number for labels, number in found["gradus_results_total"].items()
    }
    assert by_labels == {("ok", "submit", "graded"): 2, ("sandbox_error", "run", "errored"): 1}
    assert found["gradus_retries_total"] == {(("reason", "SandboxBusy"),): 1}
    assert found["gradus_reaped_total"][("action", "requeued"),] == 2


def test_what_waits_and_who_works(people, exercise):
    for age_s in (90, 10):
        queue(people["student"], exercise, created_at=timezone.now() - timedelta(seconds=age_s))
    report("a@one")
    report("b@one")
    report("gone@two", at=time.time() - 60)
    flown(is_right=False)
    found = samples(figures.write_metrics().decode())
    assert found["gradus_submissions_pending"][("status", "queued"),] == 2
    assert found["gradus_submissions_oldest_seconds"][("status", "queued"),] == pytest.approx(90, abs=5)
    assert found["gradus_workers"] == {(("queue", name),): 2 for name in reports.QUEUES}
    assert found["gradus_worker_processes"][()] == 4
    assert sum(found["gradus_sandbox_slots"].values()) == 4
    assert set(found["gradus_sandbox_layers_lacking"].values()) == {1}
    assert found["gradus_canary_right"][()] == 0
    assert set(found["gradus_up"].values()) == {1}


def test_depth_and_age_of_a_queue(people, exercise):
    from grader.submissions.tasks import grade

    grade.delay("not-there")
    time.sleep(0.05)
    grade.delay("not-there")
    found = samples(figures.write_metrics().decode())
    assert found["gradus_queue_depth"] == {(("queue", name),): 2 * (name == "submissions") for name in reports.QUEUES}
    assert 0.05 <= found["gradus_queue_oldest_seconds"][("queue", "submissions"),] < 30


def test_without_redis_the_database_still_tells(client, with_token, settings, tmp_path):
    settings.REDIS_URL = f"unix://{tmp_path}/nobody.sock"
    live.make_client.cache_clear()
    try:
        found = samples(client.get("/metrics", headers=with_token).content.decode())
    finally:
        live.make_client.cache_clear()
    parts = {dict(labels)["part"]: value for labels, value in found["gradus_up"].items()}
    assert (parts["measures"], parts["workers"], parts["submissions"], parts["platforms"]) == (0, 0, 1, 1)
    assert found["gradus_submissions_pending"][("status", "queued"),] == 0


def test_platforms(people, exercise):
    from grader.lti.models import Platform

    urls = dict.fromkeys(("auth_url", "token_url", "keyset_url"), "https://lms.example/x")
    one = Platform.objects.create(issuer="https://lms.example", client_id="1", **urls)
    Platform.objects.create(issuer="https://lms.example", client_id="2", is_active=False, **urls)
    Platform.objects.filter(pk=one.pk).update(rests_until=timezone.now() + timedelta(minutes=1))
    found = samples(figures.write_metrics().decode())
    states = [dict(labels)["state"] for labels, value in found["gradus_lti_platform_state"].items() if value]
    assert states == ["resting", "off"]
    assert set(found["gradus_lti_scores_pending"].values()) == {0}
    assert "lms.example" not in figures.write_metrics().decode()


@pytest.mark.parametrize("name", ["grafana.json", "alerts.yml"])
def test_every_figure_that_is_drawn_or_watched_is_told(name):
    measures.count_result("submit", "graded", "ok", measures.Phases())
    measures.count_retry("SandboxBusy")
    text = (DOCS / name).read_text()
    if name == "grafana.json":
        panels = json.loads(text)["panels"]
        text = "\n".join(target["expr"] for panel in panels for target in panel.get("targets", []))
        assert len({panel["id"] for panel in panels}) == len(panels)
    else:
        text = "\n".join(re.findall(r"^ +expr: (.*)$", text, re.MULTILINE))
    used = set(re.findall(r"\bgradus_\w+", text))
    told = set()
    for family in text_string_to_metric_families(figures.write_metrics().decode()):
        endings = {"histogram": ("_bucket", "_sum", "_count"), "counter": ("_total",)}.get(family.type, ("",))
        told |= {family.name + ending for ending in endings}
    assert len(used) >= 10
    assert used <= told
    if name == "grafana.json":
        assert {figure.removesuffix("_bucket").removesuffix("_count").removesuffix("_sum") for figure in told} == {
            figure.removesuffix("_bucket").removesuffix("_count").removesuffix("_sum") for figure in used
        }


# --- the canary ---------------------------------------------------------------------------------------------------------


def test_the_canary_is_graded_right_and_leaves_no_row(sandbox_client, exercise):
    flight = canary.fly("w1@host", time.time() - 0.5)
    assert (flight.is_right, flight.problem) == (True, "")
    assert flight.waited_s >= 0.5 < flight.seconds
    assert canary.last_flight() == flight
    assert not Submission.objects.exists()


def test_a_canary_that_is_not_graded_is_told(settings, tmp_path, caplog, monkeypatch):
    settings.SANDBOX_SOCKET = str(tmp_path / "nobody.sock")
    assert canary.fly("w1@host", time.time()).problem == "SandboxUnavailable"
    assert "Canary: SandboxUnavailable" in caplog.text
    monkeypatch.setattr(canary.grading, "grade", lambda *_, **__: outcome())
    assert canary.fly("w1@host", time.time()).problem == "a wrong answer passed"


# --- the page in words ----------------------------------------------------------------------------------------------------


def words(browser, language="en"):
    answer = browser.get("/status/", headers={"accept-language": language, "hx-request": "true"})
    assert answer.status_code == 200
    return re.findall(r"</span><span>(.*?)</span>", answer.content.decode().replace("\xa0", " "))


def test_grading_works(people, browse, exercise):
    report()
    flown()
    for wait_s in (0.2, 0.4, 1.5):
        submission = queue(people["student"], exercise, created_at=timezone.now() - timedelta(minutes=5))
        submission.claim()
        submission.finish(outcome())
        ended = submission.created_at + timedelta(seconds=wait_s)
        Submission.objects.filter(pk=submission.pk).update(finished_at=ended)
    for age_s in (2.2, 1):
        queue(people["student"], exercise, created_at=timezone.now() - timedelta(seconds=age_s))
    said = words(browse("teacher"))
    assert said[0] == "Grading works."
    assert re.fullmatch(r"2 submissions wait, the oldest for [23] s\.", said[1])
    assert said[2] == "3 submissions were graded within the last hour: half within 0.4 s, nearly all within 1.5 s."
    assert said[3].startswith("Gradus tests itself: the last test, ")
    assert words(browse("assistant"), "zh-hant")[0] == "評分正常。"
    assert "/status/" in browse("teacher").get("/dashboard/").content.decode()


@pytest.mark.parametrize(
    "prepare, headline",
    [
        (lambda: None, "Grading stands still."),
        (lambda: report(at=time.time() - 60), "Grading stands still."),
        (lambda: report(closed="seccomp"), "Grading stands still."),
        (lambda: report(status=False), "Grading stands still."),
        (lambda: report(queues=("bulk",)), "Grading stands still."),
        (lambda: (report(), report("w2@host", status=False)), "Grading works, with some trouble."),
        (lambda: (report(), flown(is_right=False)), "Grading may not work as it should: our own test of it failed."),
        (lambda: (report(), flown()), "Grading works."),
    ],
)
def test_what_the_machines_say(people, browse, prepare, headline):
    prepare()
    assert words(browse("teacher"))[0] == headline


@pytest.mark.parametrize(
    "age_s, headline", [(45, "Grading works, but slowly just now."), (300, "Grading is much slower than it should be.")]
)
def test_slow_grading_is_told_to_teachers_and_students(people, browse, exercise, age_s, headline):
    report()
    queue(people["classmate"], exercise, created_at=timezone.now() - timedelta(seconds=age_s))
    mine = queue(people["student"], exercise)
    assert words(browse("teacher"))[0] == headline
    queue_now = places.read_queue(places.Queue(read_at=0))
    text = queue_now.describe(places.Place.of(mine))
    assert text == "1 before yours. It takes longer than usual just now; yours is kept, and you need not wait here."


def test_without_redis_the_page_says_so(people, browse, settings, tmp_path):
    browser = browse("teacher")
    settings.REDIS_URL = f"unix://{tmp_path}/nobody.sock"
    live.make_client.cache_clear()
    try:
        assert words(browser)[0] == "Grading may stand still: the graders cannot be asked just now."
    finally:
        live.make_client.cache_clear()


def test_the_page_costs_the_same_however_much_waits(people, browse, exercise):
    def count():
        browser = browse("teacher")
        with CaptureQueriesContext(connection) as queries:
            assert browser.get("/status/").status_code == 200
        return len(queries)

    before = count()
    for number in range(5):
        submission = queue(people["student"], exercise)
        if number % 2:
            submission.claim()
            submission.fail()
    assert count() == before < 12


# --- logs -------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text, hidden",
    [
        ("rediss://:pa55word@redis:6379/0 refused", "pa55word"),
        ("postgresql://gradus:pa55word@db/gradus", "pa55word"),
        ("mail to Ting.Lin+ml@students.example.edu bounced", "Lin"),
        ("violates check\nDETAIL:  Failing row contains (1, def train(): secretcode, x).", "secretcode"),
        ("DETAIL:  Key (email)=(ting@x.example) already exists.", "ting"),
        ("Not Found: /accounts/set-password/MQ/c9-secretcode/", "secretcode"),
        ("Not Found: /join/SECRETCODE/", "SECRETCODE"),
        ("state=1 id_token=eyJhbGciOi.eyJzdWIiOi.c2ln rest", "eyJ"),
        ("Authorization: Bearer s3cretcode", "s3cretcode"),
        ("{'password': 'pa55word', 'user': 1}", "pa55word"),
        ("Cookie: sessionid=abcdef0123; csrftoken=zzz", "abcdef0123"),
    ],
)
def test_keys_addresses_and_rows_are_hidden(text, hidden):
    assert hidden not in scrub(text)
    assert "[hidden]" in scrub(text)


def test_plain_words_stay_as_they_are():
    text = "Submission 4709233b: graded (ok), try 1; token-free words of the API and a copy of it"
    assert scrub(text) == text
    assert len(scrub("x" * 100_000)) < 10_000


@pytest.mark.parametrize("kind", ["json", "line"])
def test_a_line_tells_no_local_variable_and_no_request(kind):
    formatter = logs.formatter(kind)
    local = "def train(): student_code"
    try:
        float(local[:1])
    except ValueError:
        record = logging.LogRecord("x.y", logging.ERROR, "f", 1, "went %s", ("wrong\ud800",), sys.exc_info())
    record.request = "the whole request"
    record.outcome = "ok"
    with logs.about("request-0123", submission="s1", tries=2):
        line = formatter.format(record)
    assert "student_code" not in line and "the whole request" not in line
    assert "request-0123" in line and "ValueError: could not convert" in line
    if kind == "json":
        found = json.loads(line)
        assert (found["event"], found["level"], found["logger"]) == ("went wrong\ud800", "error", "x.y")
        assert (found["submission"], found["tries"], found["outcome"]) == ("s1", 2, "ok")


def test_the_sandbox_tells_of_named_jobs_alone(capsys):
    done = Report(Outcome.OK, b"", b"secret", b"", 12.34, 5.0, 7.0, detail="secret")
    log.choose("json")
    try:
        server.tell(Job(b"", b"", name="request-0123/s1.2"), done, 0.26, tries=1)
        for name in ("", "two\nlines", "a" * 200, "<b>"):
            server.tell(Job(b"", b"", name=name), done, 0.0, tries=1)
    finally:
        log.choose("line")
    (line,) = capsys.readouterr().err.splitlines()
    told = json.loads(line)
    assert (told["job"], told["outcome"], told["waited_ms"], told["wall_ms"]) == ("request-0123/s1.2", "ok", 0.3, 12.3)
    assert "secret" not in line


def test_a_submissions_lines_are_found_behind_whatever_precedes_them():
    lines = [
        'web_1  | {"event": "Submission s-0001: queued", "time": "1", "submission": "s-0001", "request_id": "request-1"}',
        'web_1  | {"event": "POST /x 200", "time": "2", "request_id": "request-1"}',
        'sandbox_1 | {"event": "job", "time": "4", "job": "request-1/s-0001.1"}',
        'web_1  | {"event": "GET /y 200", "time": "3", "request_id": "request-2"}',
        "redis_1 | {no json}",
        "plain",
    ]
    entries = [entry for entry in map(follow.decode, lines) if entry]
    assert len(entries) == 4
    assert [entry["time"] for entry in follow.choose(entries, "s-0001")] == ["1", "2", "4"]
    assert [entry["time"] for entry in follow.choose(entries, "request-2")] == ["3"]
