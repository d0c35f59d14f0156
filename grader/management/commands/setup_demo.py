"""`manage.py setup_demo`: a course to look around in, with logins for its three people."""

import os
import secrets
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Permission
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from exercises.models import Exercise
from grader.courses.models import Assignment, Course, Enrollment, Role

COURSE = ("demo", "Autograd, step by step")
PEOPLE = (
    ("teacher", "Ting", "Lin", Role.INSTRUCTOR),
    ("student1", "Ada", "Chen", Role.STUDENT),
    ("student2", "Emil", "Wang", Role.STUDENT),
)
# No letter or digit that is easily taken for another.
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


def demo_password() -> str:
    """The three accounts' password: drawn once per data folder, so that a copy of it left in production is no open door."""
    kept = Path(settings.VAR_DIR) / "demo_password"
    if not kept.exists():
        password = "-".join("".join(secrets.choice(ALPHABET) for _ in range(4)) for _ in range(3))
        with open(os.open(kept, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(password)
    return kept.read_text().strip()


def section_key(section: str) -> list[tuple[int, str]]:
    """Sorts "3.10" behind "3.9"."""
    return [(int(part), "") if part.isdecimal() else (0, part) for part in section.split(".")]


def ensure_people(course: Course, password: str) -> None:
    """Create or mend the three accounts and their enrolments."""
    encoded = ""
    for username, first_name, last_name, role in PEOPLE:
        user, _ = get_user_model().objects.get_or_create(
            username=username, defaults={"first_name": first_name, "last_name": last_name}
        )
        # The one password is hashed or checked once, not three times: a good hash takes its time.
        if not encoded:
            encoded = user.password if user.check_password(password) else make_password(password)
        if user.password != encoded:
            user.password = encoded
            user.save(update_fields=["password"])
        Enrollment.objects.update_or_create(user=user, course=course, defaults={"role": role})
        if role == Role.INSTRUCTOR:
            user.user_permissions.add(Permission.objects.get(codename="add_course", content_type__app_label="courses"))


def ensure_assignments(course: Course) -> int:
    """Set every published exercise, in the order of the chapter's sections; returns how many."""
    published = Exercise.objects.exclude(current=None).select_related("current")

    def place(exercise: Exercise) -> tuple[list[tuple[int, str]], int, str]:
        meta = exercise.current.meta
        return section_key(meta["section"]), meta["tier"], exercise.slug

    in_order = sorted(published, key=place)
    for position, exercise in enumerate(in_order, start=1):
        defaults = {"position": position, **demo_rules(course, exercise)}
        Assignment.objects.get_or_create(course=course, exercise=exercise, defaults=defaults)
    return len(in_order)


def demo_rules(course: Course, exercise: Exercise) -> dict[str, Any]:
    """Something to see of each kind of rule: the first section is due soon, one exercise is limited in attempts."""
    assert exercise.current is not None
    if exercise.slug == "gradient-penalty":
        return {"attempt_limit": 5, "cooldown_s": 60}
    if not exercise.current.meta["section"].startswith("3.1"):
        return {}
    tonight = timezone.now().astimezone(course.zone).replace(hour=23, minute=59, second=0, microsecond=0)
    dates = {"due_at": tonight + timedelta(days=5), "closes_at": tonight + timedelta(days=19)}
    return {**dates, "late_percent": 10, "grace_minutes": 15, "floor_percent": 50}


def prepare_demo_course() -> str:
    """Make the demo course complete, whatever of it is there; returns the logins as text. Raises CommandError."""
    if not settings.DEBUG:
        raise CommandError("The demo course's logins are printed for anyone to use: it is made only with DEBUG=1.")
    password = demo_password()
    with transaction.atomic():
        course, _ = Course.objects.get_or_create(slug=COURSE[0], defaults={"title": COURSE[1]})
        ensure_people(course, password)
        count = ensure_assignments(course)
    lines = [f"  {username:<9} {password}   ({role})" for username, _, _, role in PEOPLE]
    return "\n".join([f"Demo course “{course.title}” with {count} exercises; log in with", *lines])


class Command(BaseCommand):
    help = "Make the demo course with one instructor and two students, and print their logins. Needs DEBUG=1."

    def handle(self, **_: Any) -> None:
        self.stdout.write(prepare_demo_course())
