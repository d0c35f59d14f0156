"""What the tool listens to: everything after which a student may stand elsewhere, in the transaction that changes it."""

from __future__ import annotations

import logging
from typing import Any

from django.db import DatabaseError, transaction
from django.db.models.signals import post_delete, post_save

from grader.courses.models import Assignment, Extension, Override
from grader.lti.outbox import note_change
from grader.submissions.models import Purpose, Submission
from grader.submissions.signals import submission_concluded

logger = logging.getLogger(__name__)


def note_safely(user: int | None, assignment: int | None) -> None:
    """What cannot be noted must not undo a student's result: the next look over all courses finds it."""
    try:
        with transaction.atomic():
            note_change(user, assignment)
    except DatabaseError:
        logger.exception("LTI: not noted: user %s, assignment %s", user, assignment)


def on_result(sender: Any, submission: Submission, **_: Any) -> None:
    if submission.purpose == Purpose.SUBMIT:
        note_safely(submission.user_id, submission.assignment_id)


def on_decision(sender: Any, instance: Any, raw: bool = False, **_: Any) -> None:
    """An override or an extension, given or taken back."""
    if not raw:
        note_safely(instance.user_id, instance.assignment_id)


def on_rules(sender: Any, instance: Assignment, created: bool, raw: bool = False, **_: Any) -> None:
    if not created and not raw:
        note_safely(None, instance.pk)


def connect() -> None:
    submission_concluded.connect(on_result, dispatch_uid="lti")
    for model in (Override, Extension):
        post_save.connect(on_decision, model, dispatch_uid=f"lti saved {model.__name__}")
        post_delete.connect(on_decision, model, dispatch_uid=f"lti removed {model.__name__}")
    post_save.connect(on_rules, Assignment, dispatch_uid="lti rules")
