"""Traced runs over HTTP: who may see one, made once, lost and made again, and never the score's business."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from exercises import content_store
from exercises.format import bundled, load
from grader.submissions import grading, places, tracing
from grader.submissions.models import Purpose, Submission, TracedSubmission
from tests.grader.conftest import SOLUTION, STARTER
from tests.grader.rows import outcome, queue

HTMX = {"hx-request": "true"}


@pytest.fixture
def graded(people, exercise):
    submission = queue(people["student"], exercise, source=STARTER.encode())
    submission.claim()
    submission.finish(outcome(0.0))
    return Submission.objects.get(pk=submission.pk)


@pytest.fixture
def queued(monkeypatch):
    """What was put into the queue for bulk work."""
    sent = []
    monkeypatch.setattr(tracing, "enqueue", sent.append)
    return sent


def url_of(submission):
    return reverse("submission_traced", args=[submission.pk])


@pytest.mark.parametrize(
    ("who", "status"),
    [("student", 200), ("teacher", 200), ("assistant", 200), ("staff", 200),
     ("classmate", 404), ("stranger", 404), ("nobody", 404)],
)  # fmt: skip
def test_those_who_may_read_a_submission_may_see_its_trace(graded, browse, queued, who, status):
    assert browse(who).get(url_of(graded), headers=HTMX).status_code == status
    assert bool(queued) is (status == 200)


def test_the_anonymous_are_sent_to_the_login(graded, client, queued):
    assert client.get(url_of(graded)).status_code == 302 and not queued


def test_it_is_asked_for_once(graded, browse, queued):
    for _ in range(3):
        answer = browse("student").get(url_of(graded), headers=HTMX)
        assert b'aria-busy="true"' in answer.content and b"hx-trigger" in answer.content
    assert queued == [graded.pk]


def test_one_that_was_lost_is_queued_again_once(graded, browse, queued):
    browse("student").get(url_of(graded), headers=HTMX)
    TracedSubmission.objects.update(requested_at=timezone.now() - 2 * tracing.LOST_AFTER)
    browse("student").get(url_of(graded), headers=HTMX)
    browse("student").get(url_of(graded), headers=HTMX)
    assert queued == [graded.pk] * 2


def test_a_page_that_waited_long_stops_asking(graded, browse, queued, monkeypatch):
    browse("student").get(url_of(graded), headers=HTMX)
    TracedSubmission.objects.update(requested_at=timezone.now() - timedelta(minutes=3))
    monkeypatch.setattr(tracing, "LOST_AFTER", timedelta(hours=1))
    answer = browse("student").get(url_of(graded), headers=HTMX)
    assert b"hx-trigger" not in answer.content and b"longer than usual" in answer.content


def test_nothing_is_traced_before_the_score_is_out(people, exercise, browse, queued):
    pending = queue(people["student"], exercise)
    assert browse("student").get(url_of(pending)).status_code == 404 and not queued


def test_a_prediction_has_its_own_trace(people, browse, queued):
    version, _ = content_store.publish(load(bundled()["predict-detach"]), [{"x": 2, "k": 3, "c": 1, "a": 4, "b": 5}])
    submission = queue(people["student"], version.exercise, variant=version.variants[0])
    submission.claim()
    submission.finish(outcome(0.0))
    assert browse("student").get(url_of(submission)).status_code == 404 and not queued


@pytest.mark.django_db(transaction=True)
def test_it_shows_gradients_graph_and_steps(graded, browse, sandbox_client, queued):
    browse("student").get(url_of(graded), headers=HTMX)
    before = Submission.objects.values().get(pk=graded.pk)
    tracing.make(graded.pk)
    assert Submission.objects.values().get(pk=graded.pk) == before, "the score never depends on it"
    row = TracedSubmission.objects.get(pk=graded.pk)
    run = row.decoded()
    assert run is not None and run.steps and run.graph is not None
    text = browse("student").get(url_of(graded), headers=HTMX).content.decode()
    assert "data-stepper" in text and "<svg" in text and "hx-trigger" not in text
    whole = browse("student").get(url_of(graded))
    assert whole.status_code == 200 and "Refresh" not in whole.headers and b"<html" in whole.content
    tracing.make(graded.pk)
    assert TracedSubmission.objects.get(pk=graded.pk).finished_at == row.finished_at, "made once"


@pytest.mark.django_db(transaction=True)
def test_a_trace_that_breaks_leaves_a_sentence(graded, browse, queued, monkeypatch):
    def fail(*args, **kwargs):
        raise ZeroDivisionError

    browse("student").get(url_of(graded), headers=HTMX)
    monkeypatch.setattr(tracing.exercise_tracing, "trace_submission", fail)
    tracing.make(graded.pk)
    answer = browse("student").get(url_of(graded), headers=HTMX)
    assert answer.status_code == 200 and b"could not be found out" in answer.content
    assert Submission.objects.get(pk=graded.pk).score == 0.0


def test_a_result_offers_it(graded, browse):
    page = browse("student").get(reverse("submission", args=[graded.pk])).content.decode()
    assert f'hx-get="{url_of(graded)}" hx-trigger="load"' in page


def test_while_many_wait_a_failure_too_is_traced_when_asked_for(graded, browse, queued, monkeypatch):
    page, now = reverse("submission", args=[graded.pk]), time.monotonic()
    crowd = places.Queue(now, waiting=[timezone.now()] * places.CROWD)
    monkeypatch.setattr(places, "_latest", crowd)
    text = browse("student").get(page).content.decode()
    assert f'hx-get="{url_of(graded)}"' in text and 'hx-trigger="load"' not in text
    assert b"load delay:10000ms" in browse("student").get(url_of(graded), headers=HTMX).content
    for seen in (replace(crowd, waiting=crowd.waiting[1:]), replace(crowd, read_at=now - places.CROWD_LASTS_S)):
        monkeypatch.setattr(places, "_latest", seen)
        assert 'hx-trigger="load"' in browse("student").get(page).content.decode()


@pytest.mark.django_db(transaction=True)
def test_a_pass_and_a_run_of_the_examples_are_traced_when_asked_for(people, exercise, browse, sandbox_client):
    for purpose in (Purpose.SUBMIT, Purpose.RUN):
        submission = queue(people["student"], exercise, purpose, source=SOLUTION.encode())
        grading.grade(submission.pk)
        page = browse("student").get(reverse("submission", args=[submission.pk])).content.decode()
        assert url_of(submission) in page and 'hx-trigger="load"' not in page


def test_the_worker_makes_it_over_the_queue_for_bulk_work(stack, visit, people, exercise):
    visitor = visit("student")
    answer = visitor.post(f"/exercises/{exercise.slug}/submit/", {"source": STARTER})
    assert answer.status == 200
    submission = Submission.objects.get()
    list(visitor.events(reverse("submission_events", args=[submission.pk])))
    for _ in range(100):
        text = visitor.get(url_of(submission), **{"HX-Request": "true"}).text
        if "aria-busy" not in text:
            break
        time.sleep(0.1)
    assert "data-stepper" in text
