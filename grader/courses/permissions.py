"""Who may do what in a course: one table, and the one door that every view of a course goes through."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.db.models import Count, Exists, Q
from django.http import Http404

from grader.courses.models import TEACHING, Course, Enrollment, Role
from grader.kept_sql import KeptSql


class Act(StrEnum):
    """What can be done in a course. Views name one of these, never a role."""

    READ = "read"  # see the course, and what is set for oneself
    TEACH = "teach"  # see its members, all of its assignments and everybody's work
    EXTEND = "extend"  # give a student more time or attempts
    SET = "set"  # set exercises and change their rules
    ENROL = "enrol"  # members, roles, sections, invitations, the join code
    GRADE = "grade"  # override counted points, take grades out of here, read who did what
    EDIT = "edit"  # title and time zone, copy, archive


STUDENT = frozenset({Act.READ})
ASSISTANT = STUDENT | {Act.TEACH, Act.EXTEND}
INSTRUCTOR = ASSISTANT | {Act.SET, Act.ENROL, Act.GRADE, Act.EDIT}
POLICY: dict[str, frozenset[Act]] = {
    Role.STUDENT: STUDENT,
    Role.ASSISTANT: ASSISTANT,
    Role.INSTRUCTOR: INSTRUCTOR,
    "staff": INSTRUCTOR,
}
CREATE = "courses.add_course"


@dataclass(frozen=True)
class Seat:
    """A user's place in a course. `role`: one of Role, or staff; `may`: what the table gives it, by name for templates."""

    course: Course
    role: str
    may: frozenset[Act]

    @property
    def teaches(self) -> bool:
        return Act.TEACH in self.may

    @property
    def may_extend(self) -> bool:
        return Act.EXTEND in self.may

    @property
    def may_set(self) -> bool:
        return Act.SET in self.may

    @property
    def may_enrol(self) -> bool:
        return Act.ENROL in self.may

    @property
    def may_grade(self) -> bool:
        return Act.GRADE in self.may

    @property
    def may_edit(self) -> bool:
        return Act.EDIT in self.may


def find_seat(user: Any, slug: str, act: Act) -> Seat:
    """The user's place in the course, when it allows the act. Raises Http404: a stranger learns nothing."""
    course = Course.objects.filter(slug=slug).annotate(platforms=Count("lti_contexts")).first()  # for the page's head
    seat = take_seat(user, course) if course else None
    if seat is None or act not in seat.may:
        raise Http404("no such course for this user")
    return seat


def take_seat(user: Any, course: Course) -> Seat | None:
    """The user's place in the course; staff, wherever they take part or not, may do what an instructor may."""
    if user.is_staff:
        return Seat(course, "staff", POLICY["staff"])
    role = Enrollment.objects.filter(user=user, course=course).values_list("role", flat=True).first()
    return Seat(course, role, POLICY[role]) if role else None


def may_create(user: Any) -> bool:
    """Staff, and whom an administrator gave the permission."""
    return bool(user.is_staff or user.has_perm(CREATE))


@dataclass(frozen=True)
class Ways:
    """Which parts of the site are open to a user: every page's head asks."""

    takes_part: bool
    teaches: bool
    may_make_courses: bool

    @property
    def manages_courses(self) -> bool:
        return self.teaches or self.may_make_courses


def build_ways(user: int) -> Any:
    app_label, codename = CREATE.split(".")
    granted = Permission.objects.filter(content_type__app_label=app_label, codename=codename)
    granted = granted.filter(Q(user=user) | Q(group__user=user))
    mine = Enrollment.objects.filter(user_id=user)
    asked = get_user_model().objects.filter(pk=user)
    return asked.values_list(Exists(mine), Exists(mine.filter(role__in=TEACHING)), Exists(granted))


read_ways = KeptSql(build_ways, int)


def ways_of(user: Any) -> Ways:
    """In one query, kept with the user for the request. Staff has all of them."""
    if user.is_staff or user.is_superuser:
        return Ways(True, True, True)
    kept: Ways | None = getattr(user, "_ways", None)
    if kept is None:
        user._ways = kept = Ways(*(read_ways.first(user.pk) or (False, False, False)))
    return kept
