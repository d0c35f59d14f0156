"""What a regrade costs the students who hand in meanwhile, and whether it survives the loss of a worker in its middle."""

from __future__ import annotations

import os
import signal
import time
from collections import Counter
from pathlib import Path

from exercises.format import bundled, load
from grader.bench.service import EXERCISE, Service, Student, running_service
from grader.bench.table import Row, percentile, spread

PER_REPEAT = 125  # 5,000 submissions for `repeat` = 40
PEOPLE = 200
PAUSE_S = 0.2
LONGEST_S = 1800

PREPARE = """
from django.contrib.auth import get_user_model
from django.utils import timezone
from exercises.models import Exercise
from grader.courses.models import Course, Enrollment
from grader.submissions.models import Submission
User, course = get_user_model(), Course.objects.get(slug="demo")
users = User.objects.bulk_create(User(username=f"bench{{n}}", password="!") for n in range({people}))
Enrollment.objects.bulk_create(Enrollment(user=user, course=course, role="student") for user in users)
exercise = Exercise.objects.select_related("current").get(slug="{exercise}")
source = exercise.current.load().files["solution.py"].encode()
Submission.objects.bulk_create(
    (Submission(user=users[n % {people}], exercise=exercise, version=exercise.current, purpose="submit", source=source,
                attempt=1 + n // {people}, status="graded", score=0.0, max_score=1.0, passed=False, outcome="ok",
                finished_at=timezone.now()) for n in range({count})), batch_size=500)
"""
START = """
from django.contrib.auth import get_user_model
from exercises.models import Exercise
from grader.courses.models import Course
from grader.regrading import engine
course = Course.objects.get(slug="demo")
assignment = course.assignments.get(exercise__slug="{exercise}")
chosen = engine.choose(course, assignment).filter(user__username__startswith="bench")
print(engine.start(course, assignment.exercise, chosen, get_user_model().objects.get(username="teacher"), "bench").pk)
"""
LOOK = """
from grader.regrading.models import Regrade
row = Regrade.objects.get(pk={pk})
states = list(row.items.values_list("state", flat=True))
print(row.state, len(states) - states.count("waiting") - states.count("running"), len(states))
"""
DECIDE = """
from grader.regrading import engine
from grader.regrading.models import Regrade, State
print(engine.decide(Regrade.objects.get(pk={pk}), None, State.APPLYING))
"""
COUNT = """
from django.db.models import Count
from grader.regrading.models import Item, PastResult
from grader.submissions.models import Submission
new = PastResult.objects.filter(regrade={pk})
doubled = new.values("submission").annotate(n=Count("pk")).filter(n__gt=1).count()
changed = Submission.objects.filter(user__username__startswith="bench", passed=True).count()
print(new.count(), doubled, changed)
"""


def rows(repeat: int) -> list[Row]:
    """With `repeat` = 40, 5,000 submissions are graded again; about ten minutes on two cores."""
    count = PER_REPEAT * repeat
    with running_service() as service:
        source = load(bundled()[EXERCISE]).files["solution.py"]
        student = Student(service.url, "student1", service.password)
        service.shell(PREPARE.format(people=PEOPLE, exercise=EXERCISE, count=count))
        student.submit_and_wait(EXERCISE, source)
        before = _hand_in(student, source, repeat)
        started = time.perf_counter()
        pk = service.shell(START.format(exercise=EXERCISE))
        during = _hand_in(student, source, repeat)
        killed = _kill_a_worker(service)
        during += _hand_in(student, source, repeat)
        _wait_for(service, pk, "ready")
        took_s = time.perf_counter() - started
        service.shell(DECIDE.format(pk=pk))
        _wait_for(service, pk, "applied")
        new, doubled, changed = map(int, service.shell(COUNT.format(pk=pk)).split())
    growth = 100 * (percentile(during, 0.95) / percentile(before, 0.95) - 1)
    exactly = f"{new} results replaced, {doubled} twice, {count - changed} not at all; {killed} worker killed meanwhile"
    return [
        Row("POST to result without a regrade, p95", percentile(before, 0.95), "ms", spread(before)),
        Row("POST to result during a regrade, p95", percentile(during, 0.95), "ms", spread(during)),
        Row("growth of p95 by a regrade", growth, "%", "", "", "< 50 %"),
        Row("submissions graded again", count / took_s, "/s", f"{count} in {took_s:.0f} s"),
        Row("graded again other than once", float(doubled + count - changed), "", exactly, "", "0"),
    ]


def _hand_in(student: Student, source: str, count: int) -> list[float]:
    waits = []
    for _ in range(count):
        time.sleep(PAUSE_S)
        waits.append(student.submit_and_wait(EXERCISE, source))
    return waits


def _wait_for(service: Service, pk: str, state: str) -> None:
    ends_at = time.monotonic() + LONGEST_S
    while (seen := service.shell(LOOK.format(pk=pk))).split()[0] != state:
        if time.monotonic() > ends_at:
            raise RuntimeError(f"the regrade is still {seen} after {LONGEST_S} s")
        time.sleep(3)


def _kill_a_worker(service: Service) -> int:
    """kill -9 for one of the worker's processes, as the kernel would when memory runs out."""
    parents = _parents()
    worker = next(pid for pid, parent in parents.items() if parent == service.process and "celery" in _command(pid))
    busiest = Counter({pid: _cpu(pid) for pid, parent in parents.items() if parent == worker}).most_common(1)
    os.kill(busiest[0][0], signal.SIGKILL)
    return 1


def _parents() -> dict[int, int]:
    return {int(path.parent.name): int(_stat(path)[1]) for path in Path("/proc").glob("[0-9]*/stat") if path.exists()}


def _stat(path: Path) -> list[str]:
    """The fields after the name, which may hold anything."""
    try:
        return path.read_text().rpartition(")")[2].split()
    except OSError:  # it has just ended
        return ["X", "0", *["0"] * 20]


def _cpu(pid: int) -> int:
    fields = _stat(Path(f"/proc/{pid}/stat"))
    return int(fields[11]) + int(fields[12])


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text()
    except OSError:
        return ""
