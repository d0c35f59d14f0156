"""Changing who takes part in a course: joining, roles, leaving, and whole lists as CSV.

A course always keeps at least one instructor: changes that could take the last one lock the course's row first.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from grader.courses.models import Course, Enrollment, Role, Section

COLUMNS = ("username", "email", "first_name", "last_name", "role", "section")
MAX_BYTES = 256 * 1024
MAX_ROWS = 1000
MAX_CELL = 254
LENGTHS = {"username": 150, "email": 254, "first_name": 150, "last_name": 150, "section": 80}
SPREADSHEET = re.compile(r"[,;\t]")


class LastInstructor(Exception):
    """The change would leave the course without an instructor."""


def set_role(member: Enrollment, role: str, section: Section | None) -> None:
    """Raises LastInstructor, Enrollment.DoesNotExist."""
    with transaction.atomic():
        current = lock(member)
        if current.role == Role.INSTRUCTOR and role != Role.INSTRUCTOR:
            check_another(current)
        Enrollment.objects.filter(pk=current.pk).update(role=role, section=section)


def remove(member: Enrollment) -> None:
    """End the membership; what the person has done is kept. Raises LastInstructor, Enrollment.DoesNotExist."""
    with transaction.atomic():
        current = lock(member)
        if current.role == Role.INSTRUCTOR:
            check_another(current)
        current.delete()


def lock(member: Enrollment) -> Enrollment:
    """The member as it is now, while nobody else changes members of the course."""
    Course.objects.select_for_update().get(pk=member.course_id)
    return Enrollment.objects.get(pk=member.pk)


def check_another(member: Enrollment) -> None:
    others = Enrollment.objects.filter(course=member.course_id, role=Role.INSTRUCTOR).exclude(pk=member.pk)
    if not others.exists():
        raise LastInstructor


def join(user: Any, course: Course) -> bool:
    """Make the user a student of the course. False when they take part in it already."""
    try:
        with transaction.atomic():
            _enrollment, created = Enrollment.objects.get_or_create(user=user, course=course)
    except IntegrityError:
        return False
    return created


# --- Invitations ------------------------------------------------------------------------------------------------------


@dataclass
class Row:
    """One line of the list. `account`: new, known, or member; `errors`: what is wrong, each with its remedy."""

    line: int
    username: str = ""
    email: str = ""
    first_name: str = ""
    last_name: str = ""
    role: str = Role.STUDENT
    section: str = ""
    account: str = "new"
    errors: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()


@dataclass
class Invitation:
    """What a list would do. `errors` concern all of it; nothing is done while there is any error."""

    rows: list[Row] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    text: str = ""

    @property
    def is_right(self) -> bool:
        return bool(self.rows) and not self.errors and not any(row.errors for row in self.rows)

    @property
    def wrong(self) -> int:
        return sum(bool(row.errors) for row in self.rows)

    def count(self, account: str) -> int:
        return sum(row.account == account for row in self.rows)

    @property
    def new(self) -> int:
        return self.count("new")

    @property
    def known(self) -> int:
        return self.count("known")

    @property
    def members(self) -> int:
        return self.count("member")


def read_invitation(course: Course, data: bytes) -> Invitation:
    """The list as it was sent, checked line by line against the course and its accounts."""
    if len(data) > MAX_BYTES:
        text = _("The list has %(size)d KiB; at most %(limit)d KiB can be read at once. Send it in parts.")
        return Invitation(errors=[text % {"size": len(data) // 1024, "limit": MAX_BYTES // 1024}])
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return Invitation(errors=[_("This is not UTF-8. In a spreadsheet save it as “CSV UTF-8”.")])
    invitation = Invitation(text=text)
    read_rows(invitation)
    if not invitation.errors:
        check_accounts(course, invitation.rows)
    return invitation


def read_rows(invitation: Invitation) -> None:
    """Fill in the rows, each checked by itself."""
    first = invitation.text.lstrip().partition("\n")[0]
    found = SPREADSHEET.search(first)
    reader = csv.reader(io.StringIO(invitation.text.replace("\0", "\N{REPLACEMENT CHARACTER}"), newline=""),
                        delimiter=found[0] if found else ",", strict=True)  # fmt: skip
    names: list[str] = []
    try:
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            if not names:
                names = [cell.strip().lower().replace(" ", "_") for cell in cells]
                invitation.errors += check_header(names)
                if invitation.errors:
                    return
                continue
            if len(invitation.rows) >= MAX_ROWS:
                invitation.errors.append(
                    _("At most %(limit)d people at once. Send the list in parts.") % {"limit": MAX_ROWS}
                )
                return
            invitation.rows.append(read_row(reader.line_num, names, cells))
    except csv.Error as error:
        text = _("Line %(line)d cannot be read as CSV (%(reason)s). Check its quotation marks.")
        invitation.errors.append(text % {"line": reader.line_num, "reason": error})
        return
    if not invitation.rows:
        invitation.errors.append(_("There is nobody in this list. Its first line names the columns; people follow."))


def check_header(names: list[str]) -> list[str]:
    columns = ", ".join(COLUMNS)
    if "username" not in names:
        return [
            _("The first line must name the columns; “username” is missing. Known are: %(columns)s.")
            % {"columns": columns}
        ]
    errors = []
    for name in dict.fromkeys(names):
        if name not in COLUMNS:
            text = _("The column “%(name)s” is unknown. Take it out; known are: %(columns)s.")
            errors.append(text % {"name": name[:40], "columns": columns})
        elif names.count(name) > 1:
            errors.append(_("The column “%(name)s” is there twice. Keep one of them.") % {"name": name})
    return errors


def read_row(line: int, names: list[str], cells: list[str]) -> Row:
    """One person; a cell that looks like a formula is text like any other."""
    row = Row(line)
    if len(cells) > len(names):
        row.errors.append(
            _("There are more cells than columns. Put a text that holds the separator into quotation marks.")
        )
    for name, cell in zip(names, cells, strict=False):
        value = unicodedata.normalize("NFC" if name != "username" else "NFKC", cell.strip())
        if any(
            unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp") or character == "\N{REPLACEMENT CHARACTER}"
            for character in value
        ):
            row.errors.append(
                _("“%(column)s” holds a character that cannot be printed. Type it anew.") % {"column": name}
            )
        elif len(value) > LENGTHS.get(name, MAX_CELL):
            text = _("“%(column)s” is too long: %(limit)d characters at most.")
            row.errors.append(text % {"column": name, "limit": LENGTHS.get(name, MAX_CELL)})
        else:
            setattr(row, name, value)
    check_row(row)
    return row


def check_row(row: Row) -> None:
    row.role = row.role.lower() or Role.STUDENT
    if not row.username:
        row.errors.append(_("There is no user name."))
    else:
        try:
            UnicodeUsernameValidator()(row.username)
        except ValidationError:
            row.errors.append(_("A user name may hold letters, digits and @ . + - _ only."))
    if row.email:
        try:
            validate_email(row.email)
        except ValidationError:
            row.errors.append(_("This is no e-mail address. Mend it, or leave it empty."))
    if row.role not in Role.values:
        row.errors.append(_("This role is unknown. Write student, assistant or instructor."))


def check_accounts(course: Course, rows: list[Row]) -> None:
    """What each line meets: an account or none, a member, or another line of the same name."""
    names = {row.username.lower() for row in rows}
    users = get_user_model().objects.all()
    known: dict[str, list[str]] = {}
    alike = users.annotate(lower=Lower("username")).filter(lower__in=names)
    for username in alike.values_list("username", flat=True):
        known.setdefault(username.lower(), []).append(username)
    members = dict(course.enrollments.values_list("user__username", "role"))
    seen: dict[str, int] = {}
    for row in rows:
        key = row.username.lower()
        if key in seen and key:
            row.errors.append(
                _("This user name stands in line %(line)d already. Take one of them out.") % {"line": seen[key]}
            )
        seen.setdefault(key, row.line)
        spellings = known.get(key, [])
        if spellings and row.username not in spellings:
            text = _("There is an account “%(name)s”. If it is the same person, write the name like this.")
            row.errors.append(text % {"name": spellings[0]})
        elif row.username in members:
            row.account = "member"
            if members[row.username] != row.role:
                row.errors.append(_("Takes part already in another role. Change it on the page of this member."))
        elif spellings:
            row.account = "known"


@dataclass(frozen=True)
class Invited:
    """What was done. `created`: new accounts, each to be given a way to set its password."""

    created: list[Enrollment]
    added: int
    moved: int


def invite(course: Course, invitation: Invitation) -> Invited:
    """Do what a list without errors says, all of it or nothing. Existing accounts are never changed.

    Raises IntegrityError when somebody else made one of the accounts meanwhile.
    """
    assert invitation.is_right
    User = get_user_model()
    created, added, moved = [], 0, 0
    with transaction.atomic():
        Course.objects.select_for_update().get(pk=course.pk)
        sections = {section.name: section for section in course.sections.all()}
        users = {
            user.username: user for user in User.objects.filter(username__in=[row.username for row in invitation.rows])
        }
        members = {member.user_id: member for member in course.enrollments.all()}
        for row in invitation.rows:
            if row.section and row.section not in sections:
                sections[row.section] = Section.objects.create(course=course, name=row.section)
            section = sections.get(row.section)
            user = users.get(row.username)
            member = members.get(user.pk) if user else None
            if member is not None:
                if section is not None and member.section_id != section.pk:
                    Enrollment.objects.filter(pk=member.pk).update(section=section)
                    moved += 1
                continue
            is_new = user is None
            if user is None:
                user = User(username=row.username, email=row.email, first_name=row.first_name, last_name=row.last_name)
                user.set_unusable_password()
                user.save(force_insert=True)
            member = Enrollment.objects.create(user=user, course=course, role=row.role, section=section, invited=is_new)
            added += 1
            if is_new:
                created.append(member)
    return Invited(created, added, moved)


def may_get_link(member: Enrollment) -> bool:
    """Whether a way to set the password may be handed out: an account that this course made and nobody has used yet."""
    user = member.user
    return member.invited and user.last_login is None and not user.has_usable_password() and not user.is_staff
