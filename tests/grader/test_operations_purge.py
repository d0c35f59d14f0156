"""What is kept for a while only, and that nothing else goes."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from grader.celery import app
from grader.courses.audit import write
from grader.courses.models import Assignment, AuditEntry, Course
from grader.lti.models import (
    Context,
    Deployment,
    LaunchRecord,
    LaunchState,
    LineItem,
    LtiUser,
    Platform,
    PostState,
    ResourceLink,
    ScorePost,
)
from grader.operations import purging, tasks
from grader.submissions.models import Draft, Submission, TracedSubmission
from tests.conftest import POSTGRESQL
from tests.grader.rows import queue

pytestmark = pytest.mark.django_db
KINDS = (Draft, TracedSubmission, LaunchRecord, LaunchState, ScorePost, Session)


def days_ago(days: float) -> Any:
    return timezone.now() - timedelta(days=days)


@pytest.fixture
def old_and_new(people: dict[str, Any], exercise: Any) -> Course:
    """Two of each kind: one so old that it goes, one that stays."""
    course = Course.objects.get(slug="autograd")
    for name, age in (("student", 500), ("classmate", 300)):
        Draft.objects.create(user=people[name], exercise=exercise, source=b"x", updated_at=days_ago(age))
    for age in (200, 100):
        TracedSubmission.objects.create(submission=queue(people["student"], exercise), requested_at=days_ago(age))
    for age in (31, 29):
        LaunchRecord.objects.create(at=days_ago(age), request_id="r", step="launch", code="ok")
    for number, age in enumerate((1, -1)):
        Session.objects.create(session_key=f"key{number}", session_data="", expire_date=days_ago(age))
    platform = Platform.objects.create(issuer="https://moodle.example.edu", client_id="c")
    for number, age in enumerate((1, 0)):
        LaunchState.objects.create(digest=str(number), platform=platform, expires_at=days_ago(age))
    post_scores(people, platform, course)
    return course


def post_scores(people: dict[str, Any], platform: Platform, course: Course) -> None:
    """Of a course that was archived long ago one that arrived and one that is on its way."""
    Course.objects.filter(pk=course.pk).update(archived_at=days_ago(500))
    deployment = Deployment.objects.create(platform=platform, deployment_id="1")
    context = Context.objects.create(deployment=deployment, key="k", course=course)
    link = ResourceLink.objects.create(context=context, link_id="l", assignment=Assignment.objects.get(course=course))
    item = LineItem.objects.create(link=link)
    for name, state in (("student", PostState.SENT), ("classmate", PostState.PENDING)):
        person = LtiUser.objects.create(platform=platform, sub=name, user=people[name])
        ScorePost.objects.create(line_item=item, person=person, state=state)


def counts() -> dict[str, int]:
    return {kind.__name__: kind.objects.count() for kind in KINDS}


def test_of_each_kind_the_old_goes_and_the_new_stays(old_and_new):
    told = io.StringIO()
    call_command("purge", "--dry-run", stdout=told)
    assert set(counts().values()) == {2}
    assert "        1  drafts (older than 400 days, KEEP_DRAFTS_DAYS)" in told.getvalue()
    assert "        0  audit (kept, KEEP_AUDIT_DAYS=0)" in told.getvalue()
    assert "        6  rows would be removed" in told.getvalue()
    call_command("purge", stdout=told)
    assert "        6  rows removed" in told.getvalue()
    assert set(counts().values()) == {1}
    assert ScorePost.objects.get().state == PostState.PENDING
    assert Draft.objects.get().user.username == "classmate"
    assert Submission.objects.count() == 2
    tasks.purge()
    assert set(counts().values()) == {1}


def test_nothing_goes_that_is_to_be_kept(old_and_new, settings):
    for name in ("KEEP_DRAFTS_DAYS", "KEEP_TRACES_DAYS", "KEEP_LAUNCH_LOG_DAYS", "KEEP_SCORE_POSTS_DAYS"):
        setattr(settings, name, 0)
    purging.purge()
    assert counts() == {**dict.fromkeys((kind.__name__ for kind in KINDS), 2), "Session": 1, "LaunchState": 1}


def test_the_audit_goes_by_policy_and_says_so(people, settings):
    course = Course.objects.get(slug="autograd")
    for age in (800, 700, 10):
        write(people["teacher"].pk, course, "course.edit", {"n": age})
        entry = AuditEntry.objects.latest("pk")
        entry.pk, entry.at, entry._state.adding = None, days_ago(age), True
        if age > 100:
            entry.save()
    settings.KEEP_AUDIT_DAYS = 365
    before = AuditEntry.objects.count()
    purging.purge()
    kept = AuditEntry.objects.filter(course=course)
    assert kept.count() == before - 2 + 1
    told = kept.get(action="audit.purge")
    assert told.actor_id is None
    assert told.details["entries"] == 2
    assert not kept.filter(at__lt=days_ago(365)).exists()
    # The guard is back.
    table = AuditEntry._meta.db_table
    forbidden = f"DELETE FROM {table}" if POSTGRESQL else f"UPDATE {table} SET action = 'x'"
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(forbidden)


def test_many_rows_go_in_parts(people, exercise, monkeypatch):
    monkeypatch.setattr(purging, "AT_ONCE", 2)
    for person in ("student", "classmate", "teacher", "staff", "nobody"):
        Draft.objects.create(user=people[person], exercise=exercise, source=b"x", updated_at=days_ago(500))
    assert purging.remove_in_parts(Draft.objects.all()) == 5


def test_it_runs_every_day():
    entry = app.conf.beat_schedule["purge"]
    assert entry["task"] in app.tasks
    assert entry["schedule"].is_due(days_ago(1.1)).is_due
