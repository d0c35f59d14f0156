"""Pages cost the same number of queries however much there is, and live streams hold no database connection."""

from __future__ import annotations

import threading
import time

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test.utils import CaptureQueriesContext

from exercises import content_store
from exercises.format import bundled, load
from exercises.models import Exercise
from grader.courses.models import Assignment, Course, Enrollment
from grader.submissions.models import Purpose, Submission
from tests.conftest import POSTGRESQL
from tests.grader.conftest import SLUG, SOLUTION
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
    assert few <= 16


@pytest.mark.skipif(not POSTGRESQL, reason="asks PostgreSQL for its connections")
@pytest.mark.django_db(transaction=True)
@pytest.mark.serial
def test_live_streams_hold_no_database_connection(visit):
    student = visit("student")
    answer = student.post(f"/exercises/{SLUG}/submit/", {"source": "import time\ntime.sleep(4)\n" + SOLUTION})
    assert answer.status == 200
    path = f"/submissions/{Submission.objects.get().pk}/events/"
    ends = []
    threads = [threading.Thread(target=lambda: ends.append(list(student.events(path))[-1][1])) for _ in range(12)]
    for thread in threads:
        thread.start()
    time.sleep(2)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()")
        connections_in_use = cursor.fetchone()[0]
    for thread in threads:
        thread.join()
    assert connections_in_use <= 6  # this test's, and the worker's few
    assert len(ends) == 12
    assert all('data-state="graded"' in end for end in ends)
