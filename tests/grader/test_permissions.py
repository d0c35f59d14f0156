"""Who gets what, and when; each table has its stranger. Every URL and method are in test_permission_matrix."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client as Browser
from django.utils import timezone

from grader.courses.models import Assignment, Course, Enrollment, Role
from grader.submissions.models import Submission
from tests.grader.conftest import SLUG
from tests.grader.rows import outcome, queue

pytestmark = pytest.mark.django_db

EXERCISE = f"/exercises/{SLUG}/"
# What each person gets for a page of the exercise, and for the student's submission.
OF_EXERCISE = {
    "student": 200, "classmate": 200, "teacher": 200, "assistant": 200, "staff": 200, "stranger": 404, "nobody": 404
}  # fmt: skip
OF_SUBMISSION = {**OF_EXERCISE, "classmate": 404}


@pytest.fixture
def submission(people, exercise):
    submission = queue(people["student"], exercise, assignment=exercise.assignments.get())
    submission.claim()
    submission.finish(outcome())
    return submission


@pytest.mark.parametrize("who", OF_EXERCISE)
def test_the_exercise_page(browse, who):
    assert browse(who).get(EXERCISE).status_code == OF_EXERCISE[who]


@pytest.mark.parametrize("who", ["student", "nobody"])
def test_the_chapter_and_running_its_blocks(browse, who):
    """For whoever is in a course; a login alone does not do."""
    browser = browse(who)
    assert browser.get("/chapters/3/").status_code == OF_EXERCISE[who]
    assert browser.post("/chapters/3/run/", {"source": ""}).status_code in ({404} if who == "nobody" else {202, 503})
    assert browser.get("/chapters/99/").status_code == 404


@pytest.mark.parametrize("who", OF_EXERCISE)
@pytest.mark.parametrize("what", ["draft", "run", "submit"])
def test_working_on_the_exercise(browse, who, what):
    answer = browse(who).post(
        EXERCISE + what + "/", {"source": "x = 1", "revision": "0"}, headers={"hx-request": "true"}
    )
    assert answer.status_code == OF_EXERCISE[who]
    assert Submission.objects.count() == (OF_EXERCISE[who] == 200 and what != "draft")


@pytest.mark.parametrize("who", OF_SUBMISSION)
@pytest.mark.parametrize("what", ["", "status/"])
def test_the_students_submission(browse, submission, who, what):
    assert browse(who).get(f"/submissions/{submission.pk}/{what}").status_code == OF_SUBMISSION[who]


@pytest.mark.parametrize("who", ["classmate", "stranger", "nobody"])
@pytest.mark.django_db(transaction=True)
def test_the_live_events_of_the_students_submission(browse, submission, who):
    assert browse(who).get(f"/submissions/{submission.pk}/events/").status_code == 404


def test_a_teacher_of_another_course_sees_no_submission(people, browse, submission, exercise):
    course = Course.objects.create(slug="third", title="Third")
    Assignment.objects.create(course=course, exercise=exercise)
    Enrollment.objects.create(user=people["stranger"], course=course, role=Role.INSTRUCTOR)
    assert browse("stranger").get(f"/submissions/{submission.pk}/").status_code == 404
    assert browse("stranger").get(EXERCISE).status_code == 200


def test_a_teacher_sees_no_submission_for_an_exercise_that_the_course_does_not_set(people, browse, submission):
    Assignment.objects.all().delete()
    assert browse("teacher").get(f"/submissions/{submission.pk}/").status_code == 404
    assert browse("student").get(f"/submissions/{submission.pk}/").status_code == 200


def test_an_assignment_opens_at_its_time(people, browse):
    Assignment.objects.update(opens_at=timezone.now() + timedelta(hours=1))
    assert browse("student").get(EXERCISE).status_code == 404
    assert browse("teacher").get(EXERCISE).status_code == 200
    assert SLUG not in browse("student").get("/exercises/").content.decode()
    Assignment.objects.update(opens_at=timezone.now() - timedelta(seconds=1))
    assert browse("student").get(EXERCISE).status_code == 200
    assert SLUG in browse("student").get("/exercises/").content.decode()


@pytest.mark.parametrize("who", OF_EXERCISE)
def test_the_catalogue_lists_what_is_open(browse, who):
    assert (EXERCISE in browse(who).get("/exercises/").content.decode()) == (OF_EXERCISE[who] == 200)


def test_an_unpublished_exercise_does_not_exist(people, browse, exercise):
    exercise.current = None
    exercise.save(update_fields=["current"])
    for who in OF_EXERCISE:
        assert browse(who).get(EXERCISE).status_code == 404
        assert browse(who).get("/exercises/").status_code == 200


def test_the_course_table_is_for_its_teachers(browse, submission):
    for who, expected in {
        "teacher": True,
        "assistant": True,
        "staff": True,
        "student": False,
        "stranger": False,
    }.items():
        page = browse(who).get("/dashboard/").context["page"]
        assert bool(page.courses) is expected, who
    [course] = browse("teacher").get("/dashboard/").context["page"].courses
    [line] = course.exercises
    assert (course.students, line.tried, line.passed, line.submissions, line.passed_percent) == (2, 1, 1, 1, 50)


def test_only_forms_of_this_site_are_taken(people, submission):
    browser = Browser(enforce_csrf_checks=True)
    browser.force_login(people["student"])
    answer = browser.post(EXERCISE + "submit/", {"source": "x"})
    assert answer.status_code == 403
    assert Submission.objects.count() == 1


def test_pages_carry_a_strict_policy(browse):
    answer = browse("student").get(EXERCISE)
    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert (answer["X-Frame-Options"], answer["X-Content-Type-Options"]) == ("DENY", "nosniff")
    assert answer["X-Request-ID"]


def test_the_admin_shows_submissions_and_changes_none(people, submission):
    staff = people["staff"]
    staff.is_superuser = True
    staff.save()
    browser = Browser()
    browser.force_login(staff)
    path = f"/admin/submissions/submission/{submission.pk}/change/"
    page = browser.get(path)
    assert page.status_code == 200
    assert str(submission.seed) not in page.content.decode()
    assert browser.get("/admin/submissions/submission/").status_code == 200
    assert browser.post(path, {"status": "queued"}).status_code == 403
