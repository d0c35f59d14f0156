"""What pages cost the server with a large course in PostgreSQL: 200 students × 33 exercises × 20 submissions.

The database is a cluster of its own, made for this and thrown away; the pages are asked for inside the process, so that
the figures are the server's own time without network and gzip.
"""

from __future__ import annotations

import json
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from statistics import median
from typing import Any

from grader.bench.table import Row, spread

ROOT = Path(__file__).resolve().parents[2]
STUDENTS, EXERCISES, ATTEMPTS = 200, 33, 20
BATCH = 2000
COURSE = "bench"


def rows(repeat: int) -> list[Row]:
    """Measure; some minutes, most of them for making the course."""
    with postgresql() as url, tempfile.TemporaryDirectory(prefix="gradus-bench-") as var:
        environment = os.environ | {
            "DATABASE_URL": url,
            "GRADUS_VAR": var,
            "DEBUG": "0",
            "HTTPS": "0",
            "LOG_LEVEL": "ERROR",
        }
        for words in (["migrate", "-v0"], ["collectstatic", "--noinput", "-v0"]):
            subprocess.run([sys.executable, "manage.py", *words], cwd=ROOT, env=environment, check=True)
        inside = [sys.executable, "-m", "grader.bench.pages", str(repeat)]
        done = subprocess.run(inside, cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE, text=True)
    return [Row(**line) for line in json.loads(done.stdout.splitlines()[-1])]


@contextmanager
def postgresql() -> Iterator[str]:
    """The address of a fresh cluster, on a Unix socket in a folder of its own."""
    programs = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    initdb = str(programs[-1]) if programs else shutil.which("initdb")
    if initdb is None:
        raise RuntimeError("`bench web` needs PostgreSQL's programs (Debian: postgresql)")
    folder = Path(tempfile.mkdtemp(prefix="gradus-bench-pg-"))
    options: dict[str, Any] = {"cwd": "/"}
    if os.geteuid() == 0:  # PostgreSQL refuses to run as root
        account = pwd.getpwnam("postgres")
        os.chown(folder, account.pw_uid, account.pw_gid)
        options |= {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
    data = folder / "data"
    make = [initdb, "--pgdata", str(data), "--username", "gradus", "--auth", "trust", "--encoding", "UTF8", "--no-sync"]
    subprocess.run([*make, "--locale", "C.UTF-8"], check=True, stdout=subprocess.DEVNULL, **options)
    serve = [str(Path(initdb).parent / "postgres"), "-D", str(data), "-k", str(folder), "-h", ""]
    process = subprocess.Popen(serve, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **options)
    try:
        wait_for(folder / ".s.PGSQL.5432", process)
        yield f"postgresql://gradus@/postgres?host={folder}"
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(30)
        shutil.rmtree(folder, ignore_errors=True)


def wait_for(path: Path, process: subprocess.Popen[bytes], seconds: float = 60) -> None:
    ends_at = time.monotonic() + seconds
    while not path.exists():
        if process.poll() is not None or time.monotonic() > ends_at:
            raise RuntimeError("PostgreSQL did not start")
        time.sleep(0.1)
    time.sleep(0.5)


# --- inside the process that has the database -------------------------------------------------------------------------


def make_course() -> None:
    """The course, its people, and what they have handed in."""
    from django.contrib.auth import get_user_model
    from django.db import connection
    from django.utils import timezone

    from exercises import content_store
    from exercises.format import bundled, load
    from grader.courses.models import Assignment, Course, Enrollment

    user_model, now = get_user_model(), timezone.now()
    people = [user_model(username=f"student{number}", last_name=f"Wang {number}") for number in range(STUDENTS)]
    people = user_model.objects.bulk_create([*people, user_model(username="teacher")])
    course = Course.objects.create(slug=COURSE, title="Bench")
    Enrollment.objects.bulk_create(
        Enrollment(user=user, course=course, role="instructor" if user.username == "teacher" else "student")
        for user in people
    )
    for position, slug in enumerate(sorted(bundled())[:EXERCISES]):
        folder = load(bundled()[slug])
        version = content_store.publish(folder, [{"x": 1}] if folder.predict else None)[0]
        assignment = Assignment.objects.create(
            course=course,
            exercise=version.exercise,
            position=position,
            due_at=now - timedelta(days=position + 7),
            late_percent=10 if position % 2 else 0,
            counted="last" if position % 5 == 4 else "best",
        )
        hand_in(people[:-1], assignment, version, folder)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def hand_in(people: list[Any], assignment: Any, version: Any, folder: Any) -> None:
    """Twenty attempts of each student over the two weeks around the due date, the last ones the best."""
    from grader.submissions.models import Submission

    test = {"passed": True, "advice": False, "points": 1.0, "max_points": 1.0, "messages": []}
    numbers = {"score": 10.0, "max_score": 10.0, "passed": True, "wall_ms": 1.0, "cpu_ms": 1.0, "peak_mib": 1.0}
    texts = {"status": "graded", "outcome": "ok", "notes": [], "misconception": None, "stdout": "", "stderr": ""}
    result = numbers | texts | {"tests": [test | {"id": name} for name in folder.tests]}
    source = folder.files.get("solution.py", "").encode()
    made = (
        Submission(
            user=user,
            exercise_id=version.exercise_id,
            version=version,
            assignment=assignment,
            purpose="submit",
            source=source,
            attempt=attempt,
            status="graded",
            created_at=assignment.due_at + timedelta(hours=16 * (attempt - 12) + place / 10),
            finished_at=assignment.due_at,
            outcome="ok",
            score=(attempt + place) % 11 if attempt < ATTEMPTS else 10.0,
            max_score=10.0,
            passed=attempt == ATTEMPTS,
            result=result,
        )
        for place, user in enumerate(people)
        for attempt in range(1, ATTEMPTS + 1)
    )
    Submission.objects.bulk_create(made, batch_size=BATCH)


def time_page(browser: Any, path: str, repeat: int) -> tuple[list[float], int, int]:
    """Milliseconds, queries, and the size of the page in bytes."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as queries:
        response = browser.get(path)
    assert response.status_code == 200, (path, response.status_code)
    count = len(queries)
    spent = []
    for _ in range(repeat):
        started = time.perf_counter()
        browser.get(path)
        spent.append(1000 * (time.perf_counter() - started))
    return spent, count, len(response.content)


def pages() -> list[tuple[str, str, str]]:
    """(what, who, path)."""
    course = f"/courses/{COURSE}/"
    return [
        ("gradebook", "teacher", f"{course}gradebook/"),
        ("dashboard of a teacher", "teacher", "/dashboard/"),
        ("dashboard of a student", "student1", "/dashboard/"),
        ("a student's grades", "student1", f"{course}grades/"),
        ("course of a student", "student1", course),
    ]


def measure(repeat: int) -> list[Row]:
    from django.contrib.auth import get_user_model
    from django.test import Client

    measured = []
    for what, who, path in pages():
        browser = Client()
        browser.force_login(get_user_model().objects.get(username=who))
        spent, queries, size = time_page(browser, path, repeat)
        detail = f"{spread(spent)}, {queries} queries, {size / 1e3:.0f} kB"
        measured.append(Row(f"{what}, server time", median(spent), "ms", detail, "", "≤ 100 ms"))
    return measured


def main() -> None:
    from django.conf import settings

    import grader.asgi  # noqa: F401 - started as the web process is

    settings.ALLOWED_HOSTS = ["testserver"]
    from grader.courses.models import Course

    if not Course.objects.filter(slug=COURSE).exists():
        make_course()
    print(json.dumps([row.as_json() for row in measure(int(sys.argv[1]))]))


if __name__ == "__main__":
    main()
