"""What a process keeps of handed-in work never tells another thing than the database."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from grader.courses import facts, rules
from grader.courses.models import Assignment, Extension
from grader.courses.standing import standings
from grader.submissions.models import Submission
from tests.grader.rows import outcome, queue

pytestmark = pytest.mark.django_db
LONG_AGO = timezone.now() - timedelta(days=30)


@pytest.fixture(autouse=True)
def nothing_kept():
    facts.forget()
    yield
    facts.forget()


@pytest.fixture
def assignment(people):
    Assignment.objects.filter(course__slug="autograd").update(points=10)
    return Assignment.objects.select_related("course").get(course__slug="autograd")


def hand_in(user, assignment, score, at=LONG_AGO, finished=True):
    """A submission of `at`; None: not graded yet."""
    submission = queue(user, assignment.exercise, assignment=assignment)
    submission.claim()
    if score is not None:
        submission.finish(outcome(score=float(score)))
    Submission.objects.filter(pk=submission.pk).update(
        created_at=at, **({"finished_at": at} if finished and score is not None else {})
    )
    return submission


def read(assignment, user):
    """What stands there, and whether submissions were counted anew."""
    with CaptureQueriesContext(connection) as queries:
        standing = standings(assignment.course)[user.pk, assignment.pk]
    return standing, any("OVER" in query["sql"] for query in queries)


def test_what_has_settled_is_counted_once(people, assignment):
    hand_in(people["student"], assignment, 4)
    assert [read(assignment, people["student"])[1] for _ in range(2)] == [True, False]
    standing, _again = read(assignment, people["student"])
    assert (standing.points, standing.attempts) == (4, 1)


def test_what_comes_in_or_is_graded_is_seen_at_once(people, assignment):
    student = people["student"]
    hand_in(student, assignment, 4)
    read(assignment, student)
    later = hand_in(student, assignment, None, timezone.now())
    standing, again = read(assignment, student)
    assert again and (standing.attempts, standing.ungraded, standing.points) == (2, 1, 4)
    later.finish(outcome(score=9.0))
    standing, again = read(assignment, student)
    assert again and (standing.points, standing.ungraded) == (9, 0)


def test_a_regraded_old_submission_is_seen(people, assignment):
    submission = hand_in(people["student"], assignment, 4)
    read(assignment, people["student"])
    submission.refresh_from_db()
    assert submission.replace_result(outcome(score=8.0), submission.version, submission.finished_at)
    assert read(assignment, people["student"])[0].points == 8


def test_what_has_just_happened_is_not_kept(people, assignment):
    """A worker's row may appear behind another's that is a little younger."""
    student = people["student"]
    hand_in(student, assignment, 4, timezone.now())
    assert read(assignment, student)[1]
    hand_in(student, assignment, 9, timezone.now() - timedelta(seconds=20))
    standing, again = read(assignment, student)
    assert again and standing.points == 9


def test_rules_that_change_need_no_counting(people, assignment):
    student = people["student"]
    hand_in(student, assignment, 10)
    read(assignment, student)
    Assignment.objects.filter(pk=assignment.pk).update(due_at=LONG_AGO - timedelta(hours=1), late_percent=20)
    standing, again = read(assignment, student)
    assert not again and standing.points == 8
    Extension.objects.create(user=student, assignment=assignment, due_at=LONG_AGO, reason="ill")
    standing, again = read(assignment, student)
    assert not again and standing.points == 10


@pytest.mark.parametrize("seed", range(12))
def test_the_records_hold_what_counts_under_any_rules(people, assignment, seed):
    """Beside all attempts compared in Python."""
    draw, student = random.Random(seed), people["student"]
    made = []
    for number in range(1, draw.randint(1, 9) + 1):
        at = LONG_AGO + timedelta(hours=9 * number)
        score = draw.choice([0, 2, 5, 5, 8, 10])
        made.append((score / 10, number, hand_in(student, assignment, score, at).pk, at))
    for _ in range(8):
        Assignment.objects.filter(pk=assignment.pk).update(
            due_at=draw.choice([None, LONG_AGO, LONG_AGO + timedelta(hours=30)]),
            late_percent=draw.choice([0, 10, 30]),
            floor_percent=draw.choice([0, 40]),
            grace_minutes=draw.choice([0, 600]),
            counted=draw.choice(["best", "last"]),
        )
        effective = rules.effective(Assignment.objects.select_related("course").get(pk=assignment.pk))
        scored = [(rules.late_share(effective, share, at), number, pk) for share, number, pk, at in made]
        won, number, pk = rules.counted(scored, effective.counted)
        standing, _again = read(assignment, student)
        assert (standing.late_share, standing.attempt, standing.submission) == (pytest.approx(won), number, pk)
        own = standings(assignment.course, user=student.pk)[student.pk, assignment.pk]
        assert own == standing
