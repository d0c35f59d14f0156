"""What is done in the service's own database: people made, submissions counted. `python -m tests.load.rows VERB N`.

A process of its own, under the environment of the service that is measured; prints JSON.
"""

from __future__ import annotations

import json
import os
import sys
from typing import Any

PASSWORD = "a-long-night-7391"
COURSE = "deadline"


def name_of(number: int) -> str:
    return f"night{number:05d}"


def seed(count: int) -> Any:
    """A course with the exercises, and so many students with one password between them."""
    from django.contrib.auth import get_user_model
    from django.contrib.auth.hashers import make_password

    from exercises.models import Exercise
    from grader.courses.models import Assignment, Course, Enrollment, Role
    from tests.load.work import slugs

    course, _ = Course.objects.get_or_create(slug=COURSE, defaults={"title": "Deadline night"})
    for position, slug in enumerate(slugs(), start=1):
        exercise = Exercise.objects.get(slug=slug)
        Assignment.objects.get_or_create(course=course, exercise=exercise, defaults={"position": position})
    encoded, people = make_password(PASSWORD), get_user_model().objects
    there = set(people.values_list("username", flat=True))
    users = [people.model(username=name_of(n), password=encoded) for n in range(count) if name_of(n) not in there]
    users = people.bulk_create(users)
    Enrollment.objects.bulk_create(Enrollment(user=user, course=course, role=Role.STUDENT) for user in users)
    return len(users)


def look(_: int) -> Any:
    """Every submission: id, student, exercise, status, outcome, passed, tries, losses, when saved, when finished."""
    from grader.submissions.models import Submission

    fields = ("pk", "user__username", "exercise__slug", "status", "outcome", "passed", "tries", "losses")
    found = []
    for pk, *values, created, finished in Submission.objects.values_list(*fields, "created_at", "finished_at"):
        found.append([str(pk), *values, created.isoformat(), finished.isoformat() if finished else ""])
    return found


def pending(_: int) -> Any:
    from grader.submissions.models import PENDING, Submission

    return Submission.objects.filter(status__in=PENDING).count()


def queue(count: int) -> Any:
    """So many right solutions, saved and sent to the broker, though no web server took them."""
    from django.contrib.auth import get_user_model
    from django.db.models import Max

    from exercises.models import Exercise
    from grader.submissions.models import Purpose, Submission
    from grader.submissions.tasks import grade
    from tests.load.work import slugs

    users = list(get_user_model().objects.filter(username__startswith="night").order_by("pk"))
    exercises = list(Exercise.objects.filter(slug__in=slugs()).select_related("current"))
    last = Submission.objects.aggregate(last=Max("attempt"))["last"] or 0
    rows = []
    for number in range(count):
        exercise = exercises[number % len(exercises)]
        user = users[number // len(exercises) % len(users)]
        attempt = last + 1 + number // (len(exercises) * len(users))
        source = exercise.current.load().files["solution.py"].encode()
        rows.append(
            Submission(
                user=user,
                exercise=exercise,
                version=exercise.current,
                purpose=Purpose.SUBMIT,
                source=source,
                attempt=attempt,
            )
        )
    for row in Submission.objects.bulk_create(rows, batch_size=500):
        grade.delay(str(row.pk))
    return [str(row.pk) for row in rows]


def main() -> None:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "grader.settings")
    django.setup()
    verb, number = sys.argv[1], int(sys.argv[2])
    verbs = {"seed": seed, "look": look, "pending": pending, "queue": queue}
    json.dump(verbs[verb](number), sys.stdout)


if __name__ == "__main__":
    main()
