"""Taking a submission under the rules of its assignment."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone

from grader.courses.models import Assignment, Enrollment, Role
from grader.courses.rules import Refused, decide
from grader.courses.standing import rules_of
from grader.submissions.models import Purpose, Submission, create_submission


class NotTaken(Exception):
    """The rules refuse it; `.refused` says why."""

    def __init__(self, refused: Refused) -> None:
        super().__init__(refused.reason)
        self.refused = refused


def hand_in(*, user: Any, assignment: Assignment | None, purpose: Purpose, **fields: Any) -> Submission:
    """Save a submission when the rules allow it. Raises NotTaken, AttemptTaken.

    Runs count for nothing and are always taken; whoever teaches is not held to the rules. A student's enrolment is
    locked while the attempts are counted and the new one is saved: of two posts at once, one takes the last attempt.
    """
    if purpose != Purpose.SUBMIT or assignment is None:
        return create_submission(user=user, assignment=assignment, purpose=purpose, **fields)
    with transaction.atomic():
        mine = Enrollment.objects.select_for_update().filter(user=user, course=assignment.course_id)
        roles = [enrollment.role for enrollment in mine]
        now = timezone.now()
        if roles == [Role.STUDENT]:
            rules, attempts, last_at = rules_of(user, assignment)
            ruling = decide(rules, now, attempts, last_at)
            if isinstance(ruling, Refused):
                raise NotTaken(ruling)
        return create_submission(user=user, assignment=assignment, purpose=purpose, created_at=now, **fields)
