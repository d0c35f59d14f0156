"""The main journey through real processes: HTTP, Celery, Redis, sandbox, server-sent events."""

from __future__ import annotations

import re
import time

import pytest

from grader.submissions.models import Status, Submission
from tests.grader.conftest import SLUG, SOLUTION, STARTER

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.serial]
WRONG = "def train(params, loss_fn, lr, steps):\n    return [0.0] * steps\n"


def links(fragment):
    return {name: re.search(f'data-{name}-url="([^"]+)"', fragment)[1] for name in ("events", "status")}


def test_a_submission_comes_back_live_and_passes(visit):
    student = visit("student")
    answer = student.post(f"/exercises/{SLUG}/submit/", {"source": SOLUTION})
    assert answer.status == 200
    events = list(student.events(links(answer.text)["events"]))
    assert {name for name, _ in events} == {"update"}
    assert 'data-state="graded"' in events[-1][1]
    assert "result-passed" in events[-1][1]
    submission = Submission.objects.get()
    assert (submission.status, submission.passed, submission.tries) == (Status.GRADED, True, 1)
    assert submission.score == submission.max_score > 0
    assert submission.assignment is not None


def test_a_wrong_submission_fails_in_the_students_language(visit):
    student = visit("student", language="zh-hant")
    answer = student.post(f"/exercises/{SLUG}/submit/", {"source": STARTER})
    last = list(student.events(links(answer.text)["events"]))[-1][1]
    assert "result-failed" in last
    assert re.search(r"[\u4e00-\u9fff]", last)
    assert Submission.objects.get().passed is False


def test_a_run_shows_everything_and_counts_for_nothing(visit):
    student = visit("student")
    answer = student.post(f"/exercises/{SLUG}/run/", {"source": "print('hello from me')\n" + SOLUTION})
    last = list(student.events(links(answer.text)["events"]))[-1][1]
    assert "hello from me" in last
    submission = Submission.objects.get()
    assert (submission.purpose, submission.status, submission.passed) == ("run", Status.GRADED, True)


def test_polling_gives_the_same_end(visit):
    student = visit("student")
    answer = student.post(f"/exercises/{SLUG}/submit/", {"source": SOLUTION})
    assert student.poll(links(answer.text)["status"])["status"] == "graded"


def test_without_javascript_the_result_has_its_own_page(visit):
    student = visit("student")
    answer = student.post(f"/exercises/{SLUG}/submit/", {"source": SOLUTION}, htmx=False)
    assert answer.status == 302
    path = answer.headers["Location"]
    student.poll(path + "status/")
    page = student.get(path)
    assert page.status == 200
    assert "result-passed" in page.text


def test_events_of_a_finished_submission_come_at_once(visit):
    student = visit("student")
    answer = student.post(f"/exercises/{SLUG}/submit/", {"source": SOLUTION})
    student.poll(links(answer.text)["status"])
    started = time.monotonic()
    assert len(list(student.events(links(answer.text)["events"]))) == 1
    assert time.monotonic() - started < 5


def test_a_stream_tells_what_the_page_does_not_show_yet(visit, stack):
    student = visit("student")
    stack.kill_worker()
    try:
        shown = student.post(f"/exercises/{SLUG}/submit/", {"source": SOLUTION}).text
        path = links(shown)["events"]
        assert path.endswith("?seen=queued")
        assert next(student.events(path))[0] == "place"
        assert next(student.events(path.removesuffix("?seen=queued")))[0] == "update"
        assert next(student.events(path.replace("queued", "running")))[0] == "update"
        assert next(student.events(path.replace("queued", "graded")))[0] == "update"
    finally:
        stack.start_worker()
    assert "result-passed" in list(student.events(path))[-1][1]
