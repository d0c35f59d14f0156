"""Regrades: chosen, graded behind the students, looked at, applied or discarded; and every submission exactly once."""

from __future__ import annotations

import shutil
from datetime import timedelta

import pytest
from django.utils import timezone

from exercises import content_store
from exercises.format import bundled, load
from grader.courses.models import Course
from grader.regrading import engine
from grader.regrading.models import Item, ItemState, PastResult, Regrade, State
from grader.submissions import grading
from grader.submissions.models import Purpose, Status, Submission
from grader.submissions.signals import submission_graded
from tests.grader.conftest import SLUG, SOLUTION, STARTER
from tests.grader.rows import at_once, outcome, queue

URL = "/courses/autograd/regrades/"
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def new_version(exercise, tmp_path):
    """publish(): the same exercise with its points doubled and its tests as they were."""

    def publish():
        folder = tmp_path / SLUG
        shutil.copytree(bundled()[SLUG], folder)
        toml = folder / "exercise.toml"
        text = toml.read_text(encoding="utf-8")
        assert "points = 4" in text
        toml.write_text(text.replace("points = 4", "points = 8", 1), encoding="utf-8")
        version, is_new = content_store.publish(load(folder))
        assert is_new
        exercise.refresh_from_db()
        return version

    return publish


@pytest.fixture
def graded(people, exercise, sandbox_client):
    """One that passed, one that failed, and a run that nobody grades again."""
    made = []
    for who, source in (("student", SOLUTION), ("classmate", STARTER)):
        submission = queue(people[who], exercise, source=source.encode())
        grading.grade(submission.pk)
        made.append(Submission.objects.get(pk=submission.pk))
    run = queue(people["student"], exercise, Purpose.RUN)
    run.claim()
    run.finish(outcome())
    return made


@pytest.fixture
def course(people):
    return Course.objects.get(slug="autograd")


def begin(course, user, submission=None):
    assignment = course.assignments.get()
    chosen = engine.choose(course, assignment, submission)
    return engine.start(course, assignment.exercise, chosen, user, "points doubled")


def finish(regrade):
    for _ in range(200):
        if not engine.work(regrade.pk):
            break
    regrade.refresh_from_db()
    return regrade


def test_a_preview_changes_nothing_and_applying_changes_each_once(graded, course, people, browse, new_version):
    before = {row.pk: row.score for row in graded}
    version = new_version()
    regrade = finish(begin(course, people["teacher"]))
    assert regrade.state == State.READY
    assert {row.pk: row.score for row in Submission.objects.filter(pk__in=before)} == before
    page = browse("teacher").get(f"{URL}{regrade.pk}/?all=1").content.decode()
    assert "student" in page and "classmate" in page and "8 points instead of 4" in page

    told = []
    submission_graded.connect(lambda submission, **_: told.append(submission.pk), weak=False, dispatch_uid="test")
    try:
        assert engine.decide(regrade, people["teacher"], State.APPLYING)
        assert not engine.decide(regrade, people["teacher"], State.DISCARDED), "decided once"
        assert finish(regrade).state == State.APPLIED
    finally:
        submission_graded.disconnect(dispatch_uid="test")
    assert sorted(told) == sorted(before)
    passed, failed = (Submission.objects.get(pk=row.pk) for row in graded)
    assert passed.version == version and passed.score == passed.max_score == before[passed.pk] + 4
    assert failed.version == version and not failed.passed
    kept = PastResult.objects.get(submission=passed)
    assert kept.score == before[passed.pk] and kept.result["passed"] is True and kept.version != version
    assert PastResult.objects.count() == 2


def test_a_discarded_regrade_leaves_everything(graded, course, people, browse, new_version):
    new_version()
    regrade = finish(begin(course, people["teacher"]))
    rows = list(Submission.objects.order_by("pk").values())
    assert browse("teacher").post(f"{URL}{regrade.pk}/decide/", {"decision": "discard"}).status_code == 302
    assert finish(regrade).state == State.DISCARDED
    assert list(Submission.objects.order_by("pk").values()) == rows and not PastResult.objects.exists()


def test_one_submission_alone(graded, course, people):
    regrade = finish(begin(course, people["teacher"], graded[0].pk))
    assert [item.submission_id for item in regrade.items.all()] == [graded[0].pk]


def test_what_we_could_not_grade_gets_its_score(people, exercise, course, sandbox_client):
    submission = queue(people["student"], exercise, source=SOLUTION.encode())
    submission.claim()
    submission.fail()
    regrade = finish(begin(course, people["teacher"]))
    engine.decide(regrade, people["teacher"], State.APPLYING)
    finish(regrade)
    submission.refresh_from_db()
    assert submission.status == Status.GRADED and submission.passed


def test_students_come_first(graded, course, people, exercise):
    regrade = begin(course, people["teacher"])
    queue(people["student"], exercise, source=SOLUTION.encode())
    assert engine.work(regrade.pk) is True
    assert set(regrade.items.values_list("state", flat=True)) == {ItemState.WAITING}


def test_nothing_is_graded_again_beside_a_student_s_running_code(graded, course, people, exercise, monkeypatch):
    monkeypatch.setattr(engine, "SHIFT_S", 0.3)
    regrade = begin(course, people["teacher"])
    running = queue(people["student"], exercise)
    running.claim()
    assert engine.work(regrade.pk) is True
    assert set(regrade.items.values_list("state", flat=True)) == {ItemState.WAITING}
    Submission.objects.filter(pk=running.pk).update(heartbeat_at=timezone.now() - timedelta(hours=1))
    assert finish(regrade).state == State.READY, "one whose worker vanished holds nothing up"


def test_a_killed_worker_s_submission_is_graded_by_another_and_its_late_result_dropped(graded, course, people):
    regrade = begin(course, people["teacher"])
    lost = engine.claim_next(regrade)
    assert lost is not None
    assert engine.work(regrade.pk) is True, "one is still out"
    Item.objects.filter(pk=lost.pk).update(claimed_at=timezone.now() - 2 * engine.LOST_AFTER)
    assert finish(regrade).state == State.READY
    assert lost.end(ItemState.DONE, outcome(0.0)) is False
    assert all(item.tries == (2 if item.pk == lost.pk else 1) for item in regrade.items.all())


def test_workers_at_once_grade_each_submission_once(people, exercise, course, sandbox_client):
    for _ in range(8):
        submission = queue(people["student"], exercise, source=STARTER.encode())
        submission.claim()
        submission.finish(outcome(0.0))
    regrade = begin(course, people["teacher"])
    results = at_once(3, lambda _: [engine.work(regrade.pk) for _ in range(3)])
    assert not [error for error in results if isinstance(error, Exception)], results
    finish(regrade)
    assert [item.tries for item in regrade.items.all()] == [1] * 8
    engine.decide(regrade, people["teacher"], State.APPLYING)
    results = at_once(3, lambda _: [engine.work(regrade.pk) for _ in range(3)])
    assert not [error for error in results if isinstance(error, Exception)], results
    assert finish(regrade).state == State.APPLIED
    assert PastResult.objects.count() == 8


def test_a_submission_that_was_graded_otherwise_meanwhile_is_left_alone(graded, course, people):
    first, second = (finish(begin(course, people["teacher"])) for _ in range(2))
    for regrade in (first, second):
        engine.decide(regrade, people["teacher"], State.APPLYING)
        finish(regrade)
    assert set(first.items.values_list("state", flat=True)) == {ItemState.APPLIED}
    assert set(second.items.values_list("state", flat=True)) == {ItemState.OVERTAKEN}
    assert PastResult.objects.count() == len(graded)


def test_what_cannot_be_graded_is_told_and_tried_again(graded, course, people, browse, monkeypatch):
    def fail(*args, **kwargs):
        raise ZeroDivisionError

    regrade = begin(course, people["teacher"])
    with monkeypatch.context() as patch:
        patch.setattr(engine.exercise_grading, "grade", fail)
        finish(regrade)
    assert set(regrade.items.values_list("state", flat=True)) == {ItemState.FAILED}
    browse("teacher").post(f"{URL}{regrade.pk}/decide/", {"decision": "again"})
    finish(regrade)
    assert set(regrade.items.values_list("state", flat=True)) == {ItemState.DONE}


def test_a_sandbox_that_is_away_fails_nothing(graded, course, people, settings, tmp_path):
    regrade, socket = begin(course, people["teacher"]), settings.SANDBOX_SOCKET
    settings.SANDBOX_SOCKET = str(tmp_path / "nobody.sock")
    assert all(engine.work(regrade.pk) for _ in range(engine.MOST_TRIES + 1))
    assert set(regrade.items.values_list("state", "tries")) == {(ItemState.WAITING, 0)}
    settings.SANDBOX_SOCKET = socket
    finish(regrade)
    assert set(regrade.items.values_list("state", flat=True)) == {ItemState.DONE}


def test_one_that_nobody_works_at_is_queued_again_once(graded, course, people, monkeypatch):
    regrade, sent = begin(course, people["teacher"]), []
    monkeypatch.setattr(engine, "enqueue", lambda pk: sent.append(pk))
    assert engine.resume() == 0, "it has just begun"
    Regrade.objects.update(worked_at=timezone.now() - 2 * engine.LOST_AFTER)
    assert (engine.resume(), engine.resume(), sent) == (1, 0, [regrade.pk])


@pytest.mark.parametrize(
    ("who", "reads", "decides"),
    [("teacher", 200, 302), ("staff", 200, 302), ("assistant", 200, 404), ("student", 404, 404),
     ("stranger", 404, 404), ("nobody", 404, 404)],
)  # fmt: skip
def test_instructors_decide_and_assistants_look(graded, course, people, browse, who, reads, decides):
    regrade = finish(begin(course, people["teacher"]))
    browser = browse(who)
    for url in (URL, f"{URL}{regrade.pk}/"):
        assert browser.get(url).status_code == reads
    assert browser.get(f"{URL}new/").status_code == (200 if decides == 302 else 404)
    assert browser.post(f"{URL}{regrade.pk}/decide/", {"decision": "discard"}).status_code == decides


def test_a_regrade_of_another_course_is_not_found(graded, course, people, browse):
    regrade = finish(begin(course, people["teacher"]))
    assert browse("staff").get(f"/courses/other/regrades/{regrade.pk}/").status_code == 404
    assert (
        browse("staff").post(f"/courses/other/regrades/{regrade.pk}/decide/", {"decision": "apply"}).status_code == 404
    )


def test_the_form_says_why_there_is_nothing_to_do(people, course, browse):
    form = {"assignment": course.assignments.get().pk, "reason": "new tests"}
    answer = browse("teacher").post(f"{URL}new/", form)
    assert answer.status_code == 422 and b"nothing to grade again" in answer.content
    assert browse("teacher").post(f"{URL}new/", {"assignment": "999", "reason": ""}).status_code == 422
    assert not Regrade.objects.exists()


def test_the_page_costs_the_same_for_one_and_for_many(
    people, exercise, course, browse, django_assert_max_num_queries, sandbox_client
):
    for _ in range(30):
        submission = queue(people["student"], exercise)
        submission.claim()
        submission.finish(outcome(0.0))
    regrade = begin(course, people["teacher"])
    Item.objects.update(state=ItemState.DONE, score=1.0, max_score=10.0)
    Regrade.objects.update(state=State.READY)
    browser = browse("teacher")
    with django_assert_max_num_queries(18):
        assert browser.get(f"{URL}{regrade.pk}/").status_code == 200


def test_a_worker_s_shift_ends(graded, course, people, monkeypatch):
    monkeypatch.setattr(engine, "SHIFT_S", 0.0)
    regrade = begin(course, people["teacher"])
    assert engine.work(regrade.pk) is True
    assert timedelta(0) < timezone.now() - Regrade.objects.get().worked_at < timedelta(minutes=1)
