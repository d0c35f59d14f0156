"""Analytics: the arithmetic, the pages, and who may look."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from exercises.results import Message, TestResult
from grader.analytics import figures
from grader.analytics.figures import Attempt
from grader.analytics.models import OpenedHint
from grader.courses.models import Course
from grader.submissions.models import Submission
from tests.grader.rows import outcome, queue

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def attempt(user, minutes, passed=False, idea=""):
    return Attempt(UUID(int=minutes), user, NOON + timedelta(minutes=minutes), passed, idea)


def test_attempts_and_time_are_counted_up_to_the_first_pass():
    way = figures.passing(
        [attempt(1, 0), attempt(2, 1, True), attempt(1, 10), attempt(1, 30, True), attempt(1, 40), attempt(3, 50)]
    )
    assert (way.tried, way.passed, way.by_attempts) == (3, 2, [1, 0, 1, 0, 0, 0])
    assert way.median_attempts == 2 and way.median_time == timedelta(minutes=15)
    nobody = figures.passing([])
    assert (nobody.tried, nobody.median_attempts) == (0, None)


def test_misconceptions_are_ranked_by_students_and_told_by_week():
    week = 7 * 24 * 60
    rows = [attempt(1, 0, idea="a"), attempt(1, 5, idea="a"), attempt(1, 6, idea="a"), attempt(2, 7, idea="b")]
    rows += [attempt(3, week + 1, idea="b"), attempt(3, week + 2, passed=True)]
    first, second = figures.ideas(rows, NOON)
    assert (first.name, first.students, first.overcome, dict(first.weeks)) == ("b", {2, 3}, {3}, {0: 1, 1: 1})
    assert (second.name, second.submissions) == ("a", 3)


def test_a_hint_helped_whoever_passed_within_two_attempts():
    rows = [attempt(1, 0), attempt(1, 10, True), attempt(2, 0), attempt(2, 20), attempt(2, 21), attempt(2, 22, True)]
    opened = [
        (1, 1, NOON + timedelta(minutes=5)),
        (2, 1, NOON + timedelta(minutes=5)),
        (1, 2, NOON + timedelta(days=1)),
    ]
    assert figures.hints(opened, rows) == [figures.Hint(1, 2, 1)], "the second was opened after the pass"


def test_failures_are_put_together_by_how_they_fail():
    rows = [(UUID(int=n), user, how) for n, user, how in ((1, 1, ("x",)), (2, 2, ("x",)), (3, 2, ("x",)), (4, 9, ()))]
    first, second = figures.clusters(rows)
    assert (first.failing, first.students, len(first.pks)) == (("x",), 2, 3) and second.students == 1


def test_discrimination_is_the_correlation_with_everything_else():
    able, weak = range(5), range(5, 10)
    good = dict.fromkeys(able, 1.0) | dict.fromkeys(weak, 0.0)
    luck = {user: float(user % 2) for user in range(10)}
    told = figures.discriminations({1: good, 2: dict(good), 3: luck})
    assert told[1] > 0.6 and abs(told[3]) < 0.3
    assert figures.discriminations({1: good})[1] is None
    assert figures.discrimination({1: 1.0}, {1: 1.0}) is None


# --- pages ------------------------------------------------------------------------------------------------------------


def hand_in(user, exercise, **changes):
    submission = queue(user, exercise, assignment=exercise.assignments.get())
    submission.claim()
    submission.finish(outcome(changes.pop("score", 0.0), **changes))
    return submission


@pytest.fixture
def course(people):
    return Course.objects.get(slug="autograd")


@pytest.fixture
def url(course):
    return f"/courses/autograd/analytics/{course.assignments.get().pk}/"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("who", "status"),
    [("teacher", 200), ("assistant", 200), ("staff", 200), ("student", 404), ("stranger", 404), ("nobody", 404)],
)
def test_only_teachers_of_the_course_look(url, browse, who, status):
    assert browse(who).get("/courses/autograd/analytics/").status_code == status
    assert browse(who).get(url).status_code == status


@pytest.mark.django_db
def test_a_course_without_submissions_says_so(url, browse):
    assert b"Nobody has handed anything in" in browse("teacher").get(url).content
    assert browse("teacher").get("/courses/autograd/analytics/").status_code == 200


@pytest.mark.django_db
def test_the_page_tells_misconceptions_tests_and_what_nobody_explains(people, exercise, url, browse):
    idea = next(iter(exercise.current.load().misconceptions))
    failing = [TestResult("test_trajectory", False, False, 0.0, 4.0, [Message("check_failed")])]
    hand_in(people["student"], exercise, misconception=idea)
    unexplained = hand_in(people["classmate"], exercise, tests=failing)
    hand_in(people["student"], exercise, score=10.0)
    hand_in(people["stranger"], exercise, misconception=idea)
    page = browse("teacher").get(url).context["page"]
    assert (page.tried, page.passed, page.median_attempts) == (2, 1, "2")
    assert [(line.students, line.overcome) for line in page.ideas] == [(1, 1)], "the stranger's is not the course's"
    assert max(page.tests, key=lambda line: line.failed).failed == 2
    (cluster,) = page.clusters
    assert str(unexplained.pk) in cluster.mutant_url and cluster.students == 1
    text = browse("teacher").get(url).content.decode()
    assert cluster.mutant_url in text
    assert cluster.mutant_url not in browse("assistant").get(url).content.decode()
    lines = browse("teacher").get("/courses/autograd/analytics/").context["lines"]
    assert (lines[0].tried, lines[0].passed, lines[0].attempts) == (2, 1, "1.5")


@pytest.mark.django_db
def test_weeks_are_drawn_and_told_as_a_table(people, exercise, url, browse):
    idea = next(iter(exercise.current.load().misconceptions))
    for days in (0, 9, 17):
        submission = hand_in(people["student"], exercise, misconception=idea)
        Submission.objects.filter(pk=submission.pk).update(created_at=submission.created_at - timedelta(days=days))
    page = browse("teacher").get(url).context["page"]
    assert [counts for _, counts in page.week_rows] == [[1, 1, 1]] and page.weeks.count("<circle") == 3


@pytest.mark.django_db
def test_pages_cost_the_same_for_one_and_for_many(people, exercise, url, browse, django_assert_max_num_queries):
    for number in range(30):
        hand_in(people["student" if number % 2 else "classmate"], exercise)
    teacher = browse("teacher")
    with django_assert_max_num_queries(14):
        assert teacher.get(url).status_code == 200
    with django_assert_max_num_queries(14):
        assert teacher.get("/courses/autograd/analytics/").status_code == 200


@pytest.mark.django_db
def test_opening_a_hint_is_noted_once(people, exercise, browse):
    student = browse("student")
    hand_in(people["student"], exercise)
    assert student.post(f"/exercises/{exercise.slug}/hints/2/").status_code == 404, "one failed attempt opens one hint"
    for _ in range(2):
        assert student.post(f"/exercises/{exercise.slug}/hints/1/").status_code == 204
    assert student.post(f"/exercises/{exercise.slug}/hints/99/").status_code == 404
    assert browse("stranger").post(f"/exercises/{exercise.slug}/hints/1/").status_code == 404
    assert OpenedHint.objects.count() == 1
