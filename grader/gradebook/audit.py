"""The audit in words: who did what to whom in a course, the latest first, page by page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.urls import reverse
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from grader.courses.explain import when
from grader.courses.models import AuditEntry, Course
from grader.courses.pages import name_of, set_exercises, title_of

PER_PAGE = 100
ACTIONS = {
    "course.create": _("made the course"),
    "course.edit": _("changed the course"),
    "course.copy": _("copied the course from another"),
    "course.archive": _("archived the course"),
    "course.bring_back": _("brought the course back"),
    "member.join": _("joined with the code"),
    "member.invite": _("invited a list"),
    "member.change": _("changed a member's role or section"),
    "member.remove": _("removed a member"),
    "member.link": _("handed out a password link"),
    "section.create": _("made a section"),
    "section.rename": _("renamed a section"),
    "section.delete": _("deleted a section"),
    "join_code.renew": _("renewed the join code"),
    "join_code.off": _("switched the join code off"),
    "assignments.add": _("set exercises"),
    "assignments.order": _("ordered the exercises"),
    "assignments.rules": _("changed the rules of several exercises"),
    "assignment.rules": _("changed the rules of an exercise"),
    "assignment.remove": _("took an exercise out"),
    "extension.set": _("gave an extension"),
    "extension.remove": _("took an extension back"),
    "regrade.start": _("began a regrade"),
    "regrade.apply": _("applied a regrade"),
    "regrade.discard": _("discarded a regrade"),
    "regrade.again": _("tried the ungraded ones of a regrade again"),
    "submission.view": _("looked at a submission"),
    "similarity.view": _("compared two submissions"),
    "lti.link": _("set what a link of the platform opens"),
    "lti.roster": _("fetched the members from the platform"),
    "lti.send": _("sent grades to the platform"),
    "attempts.view": _("looked at all attempts"),
    "grades.view": _("opened the gradebook"),
    "comment.add": _("commented on a submission"),
    "comment.remove": _("took a comment back"),
    "flag.raise": _("flagged a submission"),
    "flag.lower": _("lowered a flag"),
    "grade.override": _("overrode points"),
    "grade.withdraw": _("withdrew an override"),
    "grades.export": _("exported the grades"),
    "exercise.publish": _("published a version of an exercise"),
    "user.erase": _("erased a person"),
    "audit.purge": _("removed old entries of the audit"),
}
NAMES = {
    "points": _("points"),
    "before": _("before"),
    "reason": _("reason"),
    "format": _("format"),
    "students": _("students"),
    "section": _("section"),
    "assignment": _("exercise"),
    "exercise": _("exercise"),
    "submission": _("submission"),
    "line": _("line"),
    "regrade": _("regrade"),
    "role": _("role"),
    "name": _("name"),
    "title": _("title"),
    "due_at": _("due at"),
    "closes_at": _("closes at"),
    "extra_attempts": _("extra attempts"),
}


@dataclass(frozen=True)
class Asked:
    """The filter as the address has it. Days are those of the course's time zone."""

    actor: int | None = None
    action: str = ""
    student: str = ""
    since: date | None = None
    until: date | None = None
    before: int | None = None


def read_asked(data: QueryDict) -> Asked:
    action = data.get("action", "")
    return Asked(
        actor=read_number(data.get("actor", "")),
        action=action if action in ACTIONS else "",
        student=data.get("student", "").replace("\0", "").strip()[:150],
        since=read_day(data.get("since", "")),
        until=read_day(data.get("until", "")),
        before=read_number(data.get("before", "")),
    )


def read_number(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 19 else None


def read_day(text: str) -> date | None:
    try:
        day = parse_date(text)
    except ValueError:
        return None
    return day if day and 1970 <= day.year <= 2200 else None


@dataclass(frozen=True)
class AuditLine:
    """One entry. `details`: (name, text, address or nothing)."""

    at: datetime
    actor: str
    action: str
    student: str
    details: list[tuple[str, str, str]]
    request_id: str


@dataclass(frozen=True)
class AuditPage:
    asked: Asked
    lines: list[AuditLine]
    actors: list[tuple[int, str]]
    actions: list[tuple[str, Any]]
    older: int | None

    @property
    def is_filtered(self) -> bool:
        asked = self.asked
        return bool(asked.actor or asked.action or asked.student or asked.since or asked.until)


def build_audit(course: Course, asked: Asked) -> AuditPage:
    """A constant number of queries; people and exercises that are gone are numbers."""
    entries = list(find_entries(course, asked)[: PER_PAGE + 1])
    titles = {key: title_of(row.exercise) for row in set_exercises(course) for key in (str(row.pk), row.exercise.slug)}
    shown = entries[:PER_PAGE]
    return AuditPage(
        asked=asked,
        lines=[show_entry(entry, titles, course) for entry in shown],
        actors=list_actors(course),
        actions=sorted(((name, str(words)) for name, words in ACTIONS.items()), key=lambda pair: pair[1]),
        older=shown[-1].pk if len(entries) > PER_PAGE else None,
    )


def find_entries(course: Course, asked: Asked) -> QuerySet[AuditEntry]:
    rows = AuditEntry.objects.filter(course=course).select_related("actor", "subject")
    if asked.actor is not None:
        rows = rows.filter(actor_id=asked.actor)
    if asked.action:
        rows = rows.filter(action=asked.action)
    for word in asked.student.split()[:5]:
        named = Q(username__icontains=word) | Q(first_name__icontains=word) | Q(last_name__icontains=word)
        rows = rows.filter(subject_id__in=get_user_model().objects.filter(named).values("pk"))
    if asked.since:
        rows = rows.filter(at__gte=midnight(asked.since, course))
    if asked.until:
        rows = rows.filter(at__lt=midnight(asked.until + timedelta(days=1), course))
    if asked.before is not None:
        rows = rows.filter(pk__lt=asked.before)
    return rows.order_by("-pk")


def midnight(day: date, course: Course) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=course.zone)


def list_actors(course: Course) -> list[tuple[int, str]]:
    """Whoever did anything, and is still there."""
    acted = AuditEntry.objects.filter(course=course).order_by().values("actor_id")
    people = get_user_model().objects.filter(pk__in=acted)
    return sorted(((user.pk, name_of(user)) for user in people), key=lambda pair: pair[1].lower())


def show_person(user: Any, pk: int | None) -> str:
    if user is not None:
        return name_of(user)
    return gettext("erased person %(number)d") % {"number": pk} if pk is not None else "–"


def person(entry: AuditEntry, name: str) -> str:
    """Entries outlive people: the number stays."""
    pk = getattr(entry, f"{name}_id")
    return show_person(entry._state.fields_cache.get(name), pk)


def show_entry(entry: AuditEntry, titles: dict[str, str], course: Course) -> AuditLine:
    return AuditLine(
        at=entry.at,
        actor=person(entry, "actor"),
        action=str(ACTIONS.get(entry.action, entry.action)),
        student=person(entry, "subject") if entry.subject_id is not None else "",
        details=[
            show_detail(name, value, titles, course)
            for name, value in entry.details.items()
            if is_said(name, value) and not (name == "assignment" and "exercise" in entry.details)
        ],
        request_id=entry.request_id,
    )


def is_said(name: str, value: Any) -> bool:
    """The entry's person stands in a column of its own, numbers of rows say nothing, and line 0 is none."""
    return (
        name not in ("user", "comment", "submissions")
        and value not in (None, "", "None", [], {})
        and (name, value) != ("line", 0)
    )


def read_moment(text: str) -> datetime | None:
    try:
        moment = parse_datetime(text)
    except ValueError:
        return None
    return moment if moment and moment.tzinfo else None


def show_detail(name: str, value: Any, titles: dict[str, str], course: Course) -> tuple[str, str, str]:
    label = str(NAMES.get(name, name.replace("_", " ")))
    text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    if name.endswith("_at") and (moment := read_moment(text)):
        return label, when(moment, course), ""
    if name in ("assignment", "exercise"):  # by its number or by its slug
        return label, titles.get(text, text), ""
    if name == "submission":
        return label, pgettext("a submission", "open"), reverse("submission", args=[text])
    return label, text, ""
