"""Names and Role Provisioning: who takes part in a course of the platform, whether they have launched or not."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_noop

from grader.courses.audit import write
from grader.courses.models import Course, Enrollment
from grader.lti import services
from grader.lti.claims import Launch, read_names
from grader.lti.models import ID_LENGTH, URL_LENGTH, Context, LtiUser, clean_text
from grader.lti.outbound import Unreachable, check_address, hosts_of
from grader.lti.people import make_person, role_of, take_role, tell_names
from grader.lti.registration import NRPS_SCOPE

logger = logging.getLogger(__name__)
KIND = "application/vnd.ims.lti-nrps.v2.membershipcontainer+json"
EMPTY = gettext_noop("The platform's list names nobody.")
FRESH = timedelta(minutes=10)  # a class that arrives at once reads the list once


@dataclass(frozen=True)
class Synced:
    """How many take part, and how many were taken out."""

    members: int
    left: int


def note_roster(context: Context, launch: Launch) -> None:
    """Where the list is; read it behind this launch, unless somebody just has."""
    url = clean_text(launch.nrps.get("context_memberships_url"), URL_LENGTH + 1)
    if not url or len(url) > URL_LENGTH:
        return
    try:
        check_address(url, hosts_of(context.deployment.platform))
    except Unreachable:
        return
    now = timezone.now()
    if context.members_url != url:
        Context.objects.filter(pk=context.pk).update(members_url=url)
    stale = Context.objects.filter(Q(members_at=None) | Q(members_at__lt=now - FRESH), pk=context.pk)
    if stale.update(members_at=now):
        enqueue(context.pk)


def enqueue(pk: int) -> None:
    from grader.lti.tasks import sync_roster

    transaction.on_commit(lambda: sync_roster.apply_async([pk], queue="lti"), robust=True)


def ask(course: Course) -> int:
    """Somebody asks for it now. How many lists are read."""
    contexts = Context.objects.filter(course=course).exclude(members_url="")
    with transaction.atomic():
        pks = list(contexts.values_list("pk", flat=True))
        Context.objects.filter(pk__in=pks).update(members_at=timezone.now())
        for pk in pks:
            enqueue(pk)
    return len(pks)


def sync(pk: int) -> Synced | None:
    """Read the whole list and follow it. None where it cannot be read: then everything stays as it was."""
    context = Context.objects.select_related("deployment__platform", "course").filter(pk=pk).first()
    if context is None or not context.members_url:
        return None
    platform = context.deployment.platform
    try:
        rows = services.read_pages(platform, context.members_url, (NRPS_SCOPE,), KIND, inside="members")
    except (Unreachable, services.NoToken, services.Answered) as error:
        return failed(context, str(error))
    here = {row["user_id"]: row for row in rows if is_member(row)}
    if not here:
        return failed(context, EMPTY)  # no course is without anybody: a list like this is not believed
    with transaction.atomic():
        for sub, row in here.items():
            follow(context, sub, row)
        left = remove_others(context, set(here))
        done = {"synced_members": len(here), "synced_left": left, "sync_problem": ""}
        Context.objects.filter(pk=pk).update(synced_at=timezone.now(), **done)
    return Synced(len(here), left)


def failed(context: Context, why: str) -> None:
    """Kept for the teacher."""
    logger.warning("LTI roster of context %s: %s", context.pk, why)
    Context.objects.filter(pk=context.pk).update(synced_at=timezone.now(), sync_problem=clean_text(why, 500))


def is_member(row: Any) -> bool:
    if not isinstance(row, dict) or not isinstance(row.get("user_id"), str) or not isinstance(row.get("roles"), list):
        return False
    sub = row["user_id"]
    return bool(sub) and clean_text(sub, ID_LENGTH) == sub and row.get("status", "Active") == "Active"


def follow(context: Context, sub: str, row: dict[str, Any]) -> None:
    """One member with names and role as the list has them."""
    platform = context.deployment.platform
    person = LtiUser.objects.select_related("user").filter(platform=platform, sub=sub).first()
    person = person or make_person(platform, sub)
    tell_names(person.user, *read_names(row), clean_text(row.get("email"), 254))
    take_role(context.course, person, role_of(role for role in row["roles"] if isinstance(role, str)))


def remove_others(context: Context, subs: set[str]) -> int:
    """Who came from this platform and is not in the list any more loses access; their work stays."""
    people = LtiUser.objects.filter(platform=context.deployment.platform, user__enrollments__course=context.course)
    gone = [person.user_id for person in people if person.sub not in subs]
    other = Context.objects.filter(course=context.course).exclude(pk=context.pk).exists()
    if other:
        return 0  # several lists lead here: one alone does not say who is gone
    for user in gone:
        Enrollment.objects.filter(course=context.course, user=user).delete()
        write(None, context.course, "member.left", {"user": user})
    return len(gone)
