"""From a launch to this site's own rows: person, course, role, assignment, line item."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import get_supported_language_variant

from exercises.models import Exercise
from grader.courses.audit import write
from grader.courses.models import Assignment, Course, Enrollment, Role
from grader.courses.setting import add_assignments, copy_assignment
from grader.lti.claims import Launch
from grader.lti.models import URL_LENGTH, Context, Deployment, LineItem, LtiUser, Platform, ResourceLink, clean_text
from grader.lti.outbound import Unreachable, check_address, hosts_of
from grader.lti.refusals import Refused
from grader.lti.sections import ChapterSection, find_section

MEMBERSHIP = "http://purl.imsglobal.org/vocab/lis/v2/membership"
INSTRUCTING = frozenset(
    f"{MEMBERSHIP}#{name}" for name in ("Instructor", "Administrator", "ContentDeveloper")
) | frozenset(("Instructor", "Administrator", "ContentDeveloper", "TeachingAssistant"))
ASSISTING = frozenset(
    f"{MEMBERSHIP}/Instructor#{name}"
    for name in ("TeachingAssistant", "TeachingAssistantSection", "TeachingAssistantSectionAssociation",
                 "TeachingAssistantOffering", "TeachingAssistantTemplate", "TeachingAssistantGroup", "Grader")
) | {"TeachingAssistant", f"{MEMBERSHIP}#TeachingAssistant"}  # fmt: skip

LEARNING = frozenset((f"{MEMBERSHIP}#Learner", "Learner"))


@dataclass(frozen=True)
class Arrival:
    """Who arrived where."""

    person: LtiUser
    user: Any
    course: Course | None
    role: str
    link: ResourceLink | None = None
    assignment: Assignment | None = None
    line_item: LineItem | None = None
    section: ChapterSection | None = None


def role_of(roles: Iterable[str]) -> Role:
    """The role in a course. Unknown ones, and those that somebody has elsewhere on the platform, give the least.

    Assistants come as instructors with a more precise role beside it: the more precise one counts, unless there is also
    a precise role of a full instructor. A learner who is called an assistant more precisely, and no instructor, is a
    learner who helps, such as the moderator of a forum: they hand work in, and see nobody else's.
    """
    given = {role.strip() for role in roles}
    precise = {role for role in given if role.startswith(f"{MEMBERSHIP}/Instructor#")}
    plain = given - precise
    if plain & LEARNING and precise <= ASSISTING and not plain & (INSTRUCTING | ASSISTING):
        return Role.STUDENT
    if given & ASSISTING and not precise - ASSISTING:
        return Role.ASSISTANT
    return Role.INSTRUCTOR if given & INSTRUCTING or precise else Role.STUDENT


def arrive(launch: Launch, deployment: Deployment) -> Arrival:
    """Find or make what the launch names, in one transaction. Raises Refused."""
    with transaction.atomic():
        person = find_person(deployment.platform, launch)
        if not person.user.is_active:
            raise Refused("account_closed")
        role = role_of(launch.roles)
        if not launch.context_id and not launch.link_id:  # somebody picks exercises outside of any course
            return Arrival(person, person.user, None, role)
        context = find_context(deployment, launch)
        course = context.course
        take_role(course, person, role)
        link = find_link(context, launch) if launch.link_id else None
        assignment = link.assignment if link else None
        line_item = note_line_item(link, launch) if link else None
        section = find_section(launch.section) if launch.section and not assignment else None
        if launch.nrps:
            from grader.lti.rosters import note_roster

            note_roster(context, launch)
    return Arrival(person, person.user, course, role, link, assignment, line_item, section)


# --- people -----------------------------------------------------------------------------------------------------------


def find_person(platform: Platform, launch: Launch) -> LtiUser:
    """Who (registration, sub) is. Names and address are the platform's latest; what it does not tell stays as it was."""
    person = LtiUser.objects.select_related("user").filter(platform=platform, sub=launch.sub).first()
    if person is None:
        person = make_person(platform, launch.sub)
    tell_names(person.user, launch.given_name, launch.family_name, launch.email)
    LtiUser.objects.filter(pk=person.pk).update(launched_at=timezone.now())
    return person


def tell_names(user: Any, given_name: str, family_name: str, email: str) -> None:
    """Write down what the platform tells.

    An account that has a password, or more rights, was not made by a launch: its owner decides on its name.
    """
    told = {"first_name": given_name, "last_name": family_name, "email": valid_email(email)}
    changed = {name: value for name, value in told.items() if value and getattr(user, name) != value}
    if changed and not user.has_usable_password() and not user.is_staff:
        for name, value in changed.items():
            setattr(user, name, value)
        user.save(update_fields=list(changed))


def make_person(platform: Platform, sub: str) -> LtiUser:
    """With an account of their own. Of two launches at once both get the same one."""
    try:
        with transaction.atomic():
            user = get_user_model()(username=f"lti-{platform.pk}-{secrets.token_hex(6)}")
            user.set_unusable_password()
            user.save(force_insert=True)
            return LtiUser.objects.create(platform=platform, sub=sub, user=user)
    except IntegrityError:
        return LtiUser.objects.select_related("user").get(platform=platform, sub=sub)


def valid_email(text: str) -> str:
    try:
        validate_email(text)
    except ValidationError:
        return ""
    return text


def take_role(course: Course, person: LtiUser, role: Role) -> None:
    """The role of this launch in the place of the last one."""
    enrollment, is_new = Enrollment.objects.get_or_create(user=person.user, course=course, defaults={"role": role})
    if is_new:
        write(None, course, "member.launch", {"user": person.user_id, "role": str(role)})
    elif enrollment.role != role:
        Enrollment.objects.filter(pk=enrollment.pk).update(role=role)
        write(None, course, "member.role", {"user": person.user_id, "before": enrollment.role, "after": str(role)})


# --- courses and assignments ------------------------------------------------------------------------------------------


def find_context(deployment: Deployment, launch: Launch) -> Context:
    key = launch.context_id or f"link:{launch.link_id}"
    context = (
        Context.objects.select_related("course", "deployment__platform").filter(deployment=deployment, key=key).first()
    )
    return context or make_context(deployment, key, launch)


def make_context(deployment: Deployment, key: str, launch: Launch) -> Context:
    """With a course of its own; where the platform says that it is a copy, with what is set in the original."""
    title = launch.context_title or launch.context_label or launch.link_title or str(deployment.platform)
    try:
        with transaction.atomic():
            course = Course.objects.create(
                slug=free_slug(launch.context_label or title), title=title[:200], language=language_of(launch.locale)
            )
            context = Context.objects.create(deployment=deployment, key=key, course=course, title=title[:200])
            original = original_of(deployment, launch)
            if original is not None:
                rows = original.course.assignments.order_by("position", "pk")
                Assignment.objects.bulk_create([copy_assignment(row, course, 0) for row in rows])
            write(None, course, "course.launch", {"title": title, "platform": str(deployment.platform)})
            return context
    except IntegrityError:
        return Context.objects.select_related("course").get(deployment=deployment, key=key)


def history(launch: Launch, name: str) -> list[str]:
    """Ids of what this is a copy of, the latest first; a platform that does not know the variable sends its name."""
    text = launch.custom.get(name, "")
    return [] if text.startswith("$") else [part.strip() for part in text.split(",") if part.strip()][:20]


def original_of(deployment: Deployment, launch: Launch) -> Context | None:
    for key in history(launch, "context_id_history"):
        found = Context.objects.select_related("course").filter(deployment=deployment, key=key).first()
        if found:
            return found
    return None


def free_slug(text: str) -> str:
    """Unguessed by others; readable also where a platform's labels are keys such as course-v1:Campus+DL101+2026."""
    words = slugify(re.sub(r"[^\w\s]", "-", text))[:60].strip("-")
    return f"{words or 'course'}-{secrets.token_hex(4)}"


def language_of(locale: str) -> str:
    """The language of this site that fits the platform's; English where none does."""
    try:
        return get_supported_language_variant(locale.replace("_", "-").lower())
    except LookupError:
        return "en"


def find_link(context: Context, launch: Launch) -> ResourceLink:
    """The link, with the assignment that it names. Raises Refused for an exercise that is not there."""
    link, _new = ResourceLink.objects.select_related("assignment__course").get_or_create(
        context=context, link_id=launch.link_id, defaults={"title": launch.link_title}
    )
    slug = launch.exercise or exercise_of_original(context, link, launch)
    assignment = set_exercise(context.course, slug) if slug else link.assignment
    changed = {}
    if assignment is not None and link.assignment_id != assignment.pk:
        link.assignment = changed["assignment"] = assignment
    if launch.link_title and link.title != launch.link_title:
        link.title = changed["title"] = launch.link_title
    if changed:
        ResourceLink.objects.filter(pk=link.pk).update(**changed)
    return link


def exercise_of_original(context: Context, link: ResourceLink, launch: Launch) -> str:
    """What the link opened of which this one is a copy."""
    if link.assignment_id:
        return ""
    for link_id in history(launch, "resource_link_id_history"):
        links = ResourceLink.objects.filter(context__deployment=context.deployment_id, link_id=link_id)
        slug = links.exclude(assignment=None).values_list("assignment__exercise__slug", flat=True).first()
        if slug:
            return str(slug)
    return ""


def set_exercise(course: Course, slug: str) -> Assignment:
    """The exercise as it is set in the course; set now where it was not. Raises Refused."""
    found = Assignment.objects.select_related("course", "exercise").filter(course=course, exercise__slug=slug).first()
    if found:
        return found
    exercise = Exercise.objects.filter(slug=slug, current__isnull=False).first()
    if exercise is None:
        raise Refused("exercise_unknown", f"exercise {slug[:100]!r}")
    add_assignments(course, [Assignment(course=course, exercise=exercise)])
    return Assignment.objects.select_related("course", "exercise").get(course=course, exercise=exercise)


# --- grades -----------------------------------------------------------------------------------------------------------


def note_line_item(link: ResourceLink, launch: Launch) -> LineItem | None:
    """Where the platform wants scores of this link; what it says now counts."""
    scopes = launch.ags.get("scope")
    scopes = [clean_text(scope) for scope in scopes[:20] if isinstance(scope, str)] if isinstance(scopes, list) else []
    url, container = (service_url(link, launch.ags.get(name)) for name in ("lineitem", "lineitems"))
    if not scopes or not (url or container):
        return None
    item, is_new = LineItem.objects.get_or_create(
        link=link, defaults={"url": url, "container_url": container, "scopes": scopes}
    )
    wanted = {"url": url or item.url, "container_url": container or item.container_url, "scopes": scopes}
    changed = {name: value for name, value in wanted.items() if getattr(item, name) != value}
    if changed:
        LineItem.objects.filter(pk=item.pk).update(**changed)
    if is_new or "url" in changed or "scopes" in changed:
        from grader.lti.outbox import note_all

        transaction.on_commit(lambda: note_all(item.pk), robust=True)
    return item


def service_url(link: ResourceLink, url: Any) -> str:
    """The platform's address of a service where it may be asked, else nothing."""
    text = clean_text(url, URL_LENGTH + 1)
    if not text or len(text) > URL_LENGTH:
        return ""
    try:
        check_address(text, hosts_of(link.context.deployment.platform))
    except Unreachable:
        return ""
    return text
