"""Queries whose SQL is written once answer like Django's own."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from django.contrib.auth import get_user_model
from django.contrib.sessions.models import Session
from django.utils import timezone

from exercises.models import Exercise
from grader.courses.models import Course, Enrollment, Role
from grader.kept_sql import KeptSql
from grader.submissions.models import Purpose, Submission, create_submission

pytestmark = pytest.mark.django_db
users = KeptSql(lambda pk: get_user_model().objects.filter(pk=pk), int)


def test_models_come_whole_and_with_what_they_are_joined_to(django_assert_num_queries, exercise):
    exercises = KeptSql(
        lambda slug: Exercise.objects.filter(slug=slug).select_related("current").defer("current__files"), str
    )
    with django_assert_num_queries(1):
        (found,) = exercises(exercise.slug)
        assert found.current.meta["kind"] == "implement"
    with django_assert_num_queries(1):
        assert found.current.files
    assert found == exercise


def test_each_call_gets_its_own_rows():
    first, second = (get_user_model().objects.create(username=name) for name in ("first", "second"))
    assert [users(user.pk) for user in (first, second, first)] == [[first], [second], [first]]
    assert users.first(first.pk) == first
    assert users.first(0) is None
    get_user_model().objects.filter(pk=first.pk).update(username="renamed")
    assert users.first(first.pk).username == "renamed"


def test_values_and_rows_of_a_slice():
    user = get_user_model().objects.create(username="taught")
    for title in ("b", "a", "c"):
        course = Course.objects.create(slug=title, title=title)
        Enrollment.objects.create(user=user, course=course, role=Role.STUDENT)
    titles = KeptSql(
        lambda user, role: (
            Enrollment.objects.filter(user=user, role=role)
            .order_by("course__title")
            .values_list("course__title", flat=True)[:2]
        ),
        int, str,
    )  # fmt: skip
    assert titles(user.pk, Role.STUDENT) == ["a", "b"]
    assert titles(user.pk, Role.INSTRUCTOR) == []


def test_moments_and_ids_of_submissions_are_handed_over_as_django_would(exercise, people):
    graded = create_submission(user=people["student"], version=exercise.current, purpose=Purpose.SUBMIT, source=b"")
    before = KeptSql(
        lambda pk, now: Submission.objects.filter(pk=pk, created_at__lte=now).values_list("pk"), UUID, datetime
    )
    now = timezone.now()
    assert before(graded.pk, now) == [(graded.pk,)]
    assert before(graded.pk, now - timedelta(days=1)) == []


def test_a_moment_that_would_stand_still_is_refused():
    stale = KeptSql(lambda key: Session.objects.filter(session_key=key, expire_date__gt=timezone.now()), str)
    with pytest.raises(ValueError, match="another each time"):
        stale("key")


def test_a_value_that_is_computed_with_is_refused():
    half = KeptSql(lambda pk: get_user_model().objects.filter(pk=pk + 1), int)
    with pytest.raises(ValueError, match="are not in it"):
        half(1)
