"""Real processes killed in the middle of the work: every submission ends graded exactly once."""

from __future__ import annotations

import os
import re
import signal
import sys
import time
from collections import Counter

import pytest

from grader.submissions.grading import MAX_BREAKS
from grader.submissions.models import Status, Submission
from tests.conftest import OWN
from tests.grader.conftest import SLUG, SOLUTION, database_url
from tests.servers import sandbox_answers, start, start_redis, stop, wait_until
from tests.stack import Stack, environment_for
from tests.visitor import Visitor

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.serial, pytest.mark.timeout(180)]
SUBMIT = f"/exercises/{SLUG}/submit/"
SLOW = "import time\ntime.sleep(2)\n" + SOLUTION


class FragileStack(Stack):
    """A stack with a Redis and a sandbox server of its own, which may be killed."""

    def start_redis(self):
        self.redis_process = start_redis(self.folder / "redis.sock")

    def start_sandbox(self):
        socket = self.environment["SANDBOX_SOCKET"]
        command = [sys.executable, "-m", "sandbox", "serve", "--socket", socket, "--slots", "2"]
        self.sandbox = start(command, self.folder / "sandbox.log")
        wait_until(lambda: sandbox_answers(socket), "sandbox server", 120)


@pytest.fixture(scope="module")
def fragile(django_db_setup):
    folder = OWN / "fragile"
    folder.mkdir()
    environment = environment_for(
        folder,
        DATABASE_URL=database_url(),
        REDIS_URL=f"unix://{folder / 'redis.sock'}",
        SANDBOX_SOCKET=str(folder / "sandbox.sock"),
        RUNS_PER_MINUTE="1000",
    )
    stack = FragileStack(folder, environment)
    stack.start_redis()
    try:
        stack.manage("collectstatic", "--noinput", "-v0")
        stack.start_sandbox()
        stack.start_worker()
        stack.start_web()
        yield stack
    finally:
        stack.stop()
        stop(stack.sandbox)
        stop(stack.redis_process)


@pytest.fixture
def student(transactional_db, fragile, browse):
    if fragile.worker is None:
        fragile.start_worker()
    return Visitor(fragile.url, browse("student").cookies["sessionid"].value)


def hand_in(student, source):
    assert student.post(SUBMIT, {"source": source}).status == 200
    return Submission.objects.latest("created_at")


def wait_for(submission, status, timeout_s=60):
    def there():
        submission.refresh_from_db()
        return submission.status == status

    wait_until(there, f"{status} (is {submission.status})", timeout_s)


def wait_until_all_are_graded(count, timeout_s=90):
    wait_until(
        lambda: Submission.objects.filter(status__in=[Status.QUEUED, Status.RUNNING]).count() == 0, "the end", timeout_s
    )
    ends = Counter(Submission.objects.values_list("status", "passed"))
    assert ends == {(Status.GRADED, True): count}


def test_a_worker_killed_in_mid_run(student, fragile):
    submission = hand_in(student, SLOW)
    wait_for(submission, Status.RUNNING)
    time.sleep(0.3)
    fragile.kill_worker()
    submission.refresh_from_db()
    assert submission.status == Status.RUNNING
    fragile.start_worker()
    wait_for(submission, Status.GRADED)
    assert (submission.passed, submission.tries, submission.losses) == (True, 2, 1)
    assert Submission.objects.count() == 1


def test_a_sandbox_server_killed_in_mid_run(student, fragile):
    submission = hand_in(student, SLOW)
    wait_for(submission, Status.RUNNING)
    time.sleep(0.3)
    os.killpg(fragile.sandbox.pid, signal.SIGKILL)
    fragile.sandbox.wait()
    fragile.start_sandbox()
    wait_for(submission, Status.GRADED)
    assert (submission.passed, submission.losses) == (True, 0)


def test_no_sandbox_for_a_while_and_then_a_run_that_breaks(student, fragile):
    """What waited has been taken up often: a run that then breaks on our side is tried again nevertheless."""
    os.killpg(fragile.sandbox.pid, signal.SIGKILL)
    fragile.sandbox.wait()
    answer = student.post(SUBMIT, {"source": SLOW})
    submission = Submission.objects.get()
    events = student.events(f"/submissions/{submission.pk}/events/", timeout_s=60)
    busy = "The graders are busy or away just now. Yours is kept and will be tried again."
    told = []
    try:
        assert 'data-state="queued"' in answer.text
        for event in events:
            told.append(event)
            if busy in event[1]:
                break
        wait_until(lambda: Submission.objects.get().tries >= MAX_BREAKS, "more tries")
    finally:
        fragile.start_sandbox()
    assert busy in told[-1][1], told
    checker = checker_of(submission, fragile)
    time.sleep(0.5)  # at work: had it not read its part yet, the sandbox would try again by itself
    os.kill(checker, signal.SIGKILL)
    assert "result-passed" in list(events)[-1][1]
    wait_until_all_are_graded(1)
    submission.refresh_from_db()
    assert (submission.breaks, submission.losses) == (1, 0)


def checker_of(submission, fragile):
    """The process that holds the hidden tests of its running job."""
    line, found = re.compile(rf"forks .*{submission.pk}.* checker=(\d+)"), []

    def there():
        found[:] = line.findall((fragile.folder / "sandbox.log").read_text())
        return found

    wait_until(there, "a running job")
    return int(found[-1])


def test_redis_wiped_in_the_middle_of_a_spike(student, fragile):
    for _ in range(12):
        hand_in(student, SOLUTION)
    fragile.redis().flushall()
    for _ in range(3):
        hand_in(student, SOLUTION)
    wait_until_all_are_graded(15)


def test_no_worker_for_a_while(student, fragile):
    fragile.kill_worker()
    for _ in range(5):
        hand_in(student, SOLUTION)
    time.sleep(4)  # longer than the stale time: each has been offered to a broker that nobody asks
    fragile.start_worker()
    wait_until_all_are_graded(5)
    assert set(Submission.objects.values_list("tries", flat=True)) == {1}


def test_redis_frozen_while_a_student_hands_in(student, fragile):
    redis_pid = fragile.redis().info("server")["process_id"]
    os.kill(redis_pid, signal.SIGSTOP)
    started = time.monotonic()
    try:
        answer = student.post(SUBMIT, {"source": SOLUTION})
    finally:
        os.kill(redis_pid, signal.SIGCONT)
    assert answer.status == 200
    assert time.monotonic() - started < 12
    wait_until_all_are_graded(1)


def test_redis_gone_while_a_student_hands_in_and_looks(student, fragile):
    fragile.redis_process.kill()
    fragile.redis_process.wait()
    started = time.monotonic()
    answer = student.post(SUBMIT, {"source": SOLUTION})
    assert answer.status == 200
    assert time.monotonic() - started < 5
    submission = Submission.objects.get()
    assert student.get(f"/submissions/{submission.pk}/").status == 200
    assert student.get("/readyz").status == 503
    fragile.start_redis()
    events = student.events(f"/submissions/{submission.pk}/events/", timeout_s=60)
    assert 'data-state="graded"' in list(events)[-1][1]
    wait_until_all_are_graded(1)
    assert student.get("/readyz").status == 200
