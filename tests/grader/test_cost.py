"""Pages cost the same number of queries however much there is."""

from __future__ import annotations

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test.utils import CaptureQueriesContext

from exercises import content_store
from exercises.format import bundled, load
from exercises.models import Exercise
from grader.courses.models import Assignment, Course, Enrollment
from grader.submissions.models import Purpose
from tests.grader.conftest import SLUG
from tests.grader.rows import outcome, queue

pytestmark = pytest.mark.django_db


def work(user, exercise, times):
    for number in range(times):
        submission = queue(user, exercise, Purpose.RUN if number % 3 == 2 else Purpose.SUBMIT)
        submission.claim()
        submission.finish(outcome(score=float(number % 11)))


def grow(people, count):
    """More exercises, students and submissions."""
    course = Course.objects.get(slug="autograd")
    for slug in sorted(set(bundled()) - {SLUG})[:count]:
        folder = load(bundled()[slug])
        exercise = content_store.publish(folder, [{"x": 1}] if folder.predict else None)[0].exercise
        Assignment.objects.get_or_create(course=course, exercise=exercise)
    students = [people["student"]]
    for number in range(count):
        user, _ = get_user_model().objects.get_or_create(username=f"more{number}")
        Enrollment.objects.get_or_create(user=user, course=course)
        students.append(user)
    for exercise in Exercise.objects.select_related("current"):
        for student in students:
            work(student, exercise, 2 * count)


@pytest.mark.parametrize(
    "who, path",
    [
        ("student", "/dashboard/"),
        ("teacher", "/dashboard/"),
        ("staff", "/dashboard/"),
        ("student", "/exercises/"),
        ("student", f"/exercises/{SLUG}/"),
    ],
)
def test_the_number_of_queries_does_not_grow(people, browse, who, path):
    def count():
        browser = browse(who)
        browser.get(path)
        with CaptureQueriesContext(connection) as queries:
            assert browser.get(path).status_code == 200
        return len(queries)

    grow(people, 1)
    few = count()
    grow(people, 4)
    assert count() == few
    assert few <= 17
