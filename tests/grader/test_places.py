"""The queue as students see it: how many stand before them, kept up to date, and the truth when nobody grades."""

from __future__ import annotations

import re
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import connection
from django.test.utils import CaptureQueriesContext

from grader.courses.models import Course, Enrollment
from grader.submissions import places
from grader.submissions.models import Status, Submission
from grader.submissions.results import show_place
from tests.conftest import POSTGRESQL
from tests.grader.conftest import SLUG, SOLUTION
from tests.grader.rows import queue
from tests.servers import wait_until

BUSY = "The graders are busy or away just now. Yours is kept and will be tried again."
SILENT = "This takes longer than usual. If the grader does not answer, yours is tried again."


@pytest.fixture(autouse=True)
def first_look(monkeypatch):
    monkeypatch.setattr(places, "_latest", places.Queue(read_at=float("-inf")))


@pytest.fixture
def classmates(people):
    """Names of five more students."""
    names = [f"more{number}" for number in range(5)]
    for name in names:
        people[name] = get_user_model().objects.create_user(name)
        Enrollment.objects.create(user=people[name], course=Course.objects.get(slug="autograd"))
    return names


def again(monkeypatch):
    monkeypatch.setattr(places, "LOOK_S", -1.0)


def say(submission):
    return places.look().describe(places.Place.of(submission))


@pytest.mark.django_db
def test_each_counts_those_before_it(people, exercise, monkeypatch):
    again(monkeypatch)
    rows = [queue(people["student"], exercise) for _ in range(4)]
    assert [say(row) for row in rows] == ["Yours is next.", "1 before yours.", "2 before yours.", "3 before yours."]
    rows[0].claim()
    assert [say(row) for row in rows] == ["", "Yours is next.", "1 before yours.", "2 before yours."]


@pytest.mark.django_db
def test_a_grader_that_fell_silent_is_not_said_to_be_at_it(people, exercise, monkeypatch):
    again(monkeypatch)
    running = queue(people["student"], exercise)
    running.claim()
    assert (say(running), show_place(running)) == ("", "")
    silent_for = timedelta(seconds=places.SILENT_HEARTBEATS * settings.SUBMISSION_HEARTBEAT_S + 1)
    Submission.objects.filter(pk=running.pk).update(heartbeat_at=running.heartbeat_at - silent_for)
    running.refresh_from_db()
    assert (say(running), show_place(running)) == (SILENT, SILENT)


@pytest.mark.django_db
def test_what_was_given_back_is_said_to_wait_and_holds_up_nobody(people, exercise, monkeypatch):
    again(monkeypatch)
    first, second = (queue(people["student"], exercise) for _ in range(2))
    first.claim()
    assert first.requeue(5)
    assert [say(Submission.objects.get(pk=row.pk)) for row in (first, second)] == [BUSY, "Yours is next."]


@pytest.mark.django_db
def test_a_queue_that_stands_still_has_no_grader(people, exercise, monkeypatch):
    again(monkeypatch)
    row = queue(people["student"], exercise)
    assert say(row) == "Yours is next."
    time.sleep(0.1)
    with monkeypatch.context() as sooner:
        sooner.setattr(places, "STILL_S", 0.05)
        assert say(row) == BUSY
    other = queue(people["classmate"], exercise)
    row.claim()
    assert say(other) == "Yours is next."


@pytest.mark.django_db
def test_a_hundred_pages_cost_one_query_a_second(people, exercise):
    rows = [queue(people["student"], exercise) for _ in range(3)]
    with CaptureQueriesContext(connection) as queries:
        for _ in range(100):
            assert say(rows[2]) == "2 before yours."
    assert len(queries) == 1


@pytest.mark.django_db
@pytest.mark.skipif(POSTGRESQL, reason="its planner reads small tables whole")
def test_the_query_reads_the_pending_rows_alone(people, exercise):
    queue(people["student"], exercise)
    with CaptureQueriesContext(connection) as queries:
        places.look()
    [query] = queries
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN QUERY PLAN " + query["sql"])
        assert "submission_pending" in str(cursor.fetchall())


@pytest.mark.django_db(transaction=True)
def test_looks_at_the_same_time_are_one(people, exercise, monkeypatch):
    looks = []
    read = places.read_queue

    def slowly(earlier):
        time.sleep(0.2)
        looks.append(1)
        return read(earlier)

    monkeypatch.setattr(places, "read_queue", slowly)

    def look(_):
        try:
            return places.look()
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        seen = list(pool.map(look, range(8)))
    assert len(looks) == 1
    assert len({id(one) for one in seen}) == 1


def place_in(fragment):
    return re.search(r"data-place>([^<]*)<", fragment)[1]


def path_in(fragment, name):
    return re.search(f'data-{name}-url="([^"]+)"', fragment)[1]


@pytest.mark.serial
@pytest.mark.timeout(180)
@pytest.mark.django_db(transaction=True)
def test_a_class_without_a_worker_waits_in_order_and_then_gets_results(classmates, stack, visit):
    stack.kill_worker()
    try:
        visitors = [visit(name) for name in classmates]
        fragments = [one.post(f"/exercises/{SLUG}/submit/", {"source": SOLUTION}).text for one in visitors]
        assert all('data-state="queued"' in fragment for fragment in fragments)
        time.sleep(places.LOOK_S)  # what the pages show may be one look old
        for before, (visitor, fragment) in enumerate(zip(visitors, fragments, strict=True)):
            expected = f"{before} before yours." if before else "Yours is next."
            assert next(visitor.events(path_in(fragment, "events"))) == ("place", expected)
            assert visitor.get(path_in(fragment, "status")).json()["place"] == expected
        chinese = visit(classmates[3], language="zh-hant")
        assert place_in(chinese.get(f"/exercises/{SLUG}/").text) == "前面還有 3 份。"

        with ThreadPoolExecutor(len(visitors)) as pool:
            follow = zip(visitors, fragments, strict=True)
            streams = [pool.submit(list, one.events(path_in(fragment, "events"), 120)) for one, fragment in follow]
            first = Submission.objects.earliest("created_at")
            assert first.claim()  # as by a worker: everyone behind moves up
            time.sleep(3 * places.LOOK_S)
            assert first.requeue()
            stack.start_worker()
            told = [stream.result(120) for stream in streams]
    finally:
        if stack.worker is None:
            stack.start_worker()
    wait_until(lambda: not Submission.objects.exclude(status=Status.GRADED).exists(), "the end")
    for before, events in enumerate(told):
        assert "result-passed" in events[-1][1]
        if before:
            expected = f"{before - 1} before yours." if before > 1 else "Yours is next."
            assert ("place", expected) in events, events
