"""Proofs of drafts: asked for on the page, run in the sandbox a slice at a time, so that students never wait for them.

A slice ends after some seconds, or before the next batch when a student's submission waits: the worker's process is
given back, and the check goes to the end of the `bulk` queue with what it has found so far.
"""

from __future__ import annotations

import logging
import secrets
import time
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import msgspec
from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from exercises import grading, prove
from exercises.format import Exercise, ExerciseInvalid, from_files
from exercises.prove import Batch, Proof, Run
from exercises.results import Result
from grader.authoring.models import MAX_LOSSES, PENDING, Check, CheckStatus, Revision, Workspace
from grader.submissions.grading import heartbeat
from grader.submissions.models import Status, Submission
from sandbox.client import Client, SandboxBusy, SandboxUnavailable

logger = logging.getLogger(__name__)
SEEDS = (5, 25, 100)
SLICE_S = 5.0
VARIANTS = 64
PAUSE_S = 1.0  # until it is tried again, when students were waiting or another check runs
Outcomes = list[tuple[Run, Result]]


class NotNow(Exception):
    """The sandbox is down or full: the check waits in the queue again."""


@dataclass(frozen=True)
class Slice:
    """How a slice ended: with the whole check, or with more to do, after `wait_s`."""

    is_over: bool
    wait_s: float = 0


class _Memory(msgspec.Struct):
    """What the slices so far have shown: so many batches of the plan are done."""

    batches: int = 0
    outcomes: Outcomes = []
    seconds: float = 0


def request_check(workspace: Workspace, user: Any, seeds: int) -> Check:
    """A new check of the draft as it is; the pending one of the same files where there is one."""
    same = Check.objects.filter(workspace=workspace, content_hash=workspace.content_hash, status__in=PENDING)
    try:
        with transaction.atomic():
            check = Check.objects.create(
                workspace=workspace,
                revision=workspace.revision,
                content_hash=workspace.content_hash,
                seeds=seeds,
                requested_by=user,
            )
            enqueue(check.pk)
    except IntegrityError:
        check = same.get()
    return check


def enqueue(pk: int, wait_s: float = 0) -> None:
    """Queue it once the transaction commits. A message that is lost with the broker is sent again by `reap`."""
    from grader.authoring.tasks import check

    transaction.on_commit(lambda: check.apply_async([pk], queue="bulk", countdown=wait_s or None), robust=True)


def students_wait() -> bool:
    """Whether a submission waits for a worker. One that waits for its next try does not."""
    return Submission.objects.filter(status=Status.QUEUED, heartbeat_at__lte=timezone.now()).exists()


def another_runs(pk: int) -> bool:
    """Whether a worker is at another check: one at a time leaves the others' processes to students."""
    alive = timezone.now() - timedelta(seconds=settings.SUBMISSION_STALE_S)
    running = Check.objects.filter(status=CheckStatus.RUNNING, heartbeat_at__gte=alive)
    return running.exclude(pk=pk).exists()


def work(pk: int) -> Slice:
    """Run one slice of a check. Raises NotNow when the sandbox cannot."""
    check = Check.objects.select_related("workspace").get(pk=pk)
    if check.status == CheckStatus.QUEUED and (students_wait() or another_runs(pk)):
        # A sign of life: the reaper need not send it again.
        Check.objects.filter(pk=pk, status=CheckStatus.QUEUED).update(heartbeat_at=timezone.now())
        return Slice(False, PAUSE_S)
    if not check.claim():
        return Slice(True)
    exercise = find_exercise(check)
    if exercise is None:
        return Slice(True)
    memory = recall(check)
    try:
        with heartbeat(check):  # type: ignore[arg-type] - it has what is needed: pk and beat()
            return run_slice(check, exercise, memory)
    except (SandboxBusy, SandboxUnavailable) as error:
        check.pause(msgspec.msgpack.encode(memory))
        raise NotNow(str(error)) from error
    except Exception as error:
        logger.exception("Check %s", pk)
        check.fail(f"{type(error).__name__}: {error}"[:2000])
        return Slice(True)


def find_exercise(check: Check) -> Exercise | None:
    """The exercise as that revision has it; None, and the check failed, when it is gone or has mistakes."""
    revision = Revision.objects.filter(workspace=check.workspace_id, number=check.revision).first()
    if revision is None:
        check.fail("the revision is no longer kept")
        return None
    try:
        return from_files(check.workspace.slug, revision.files)
    except ExerciseInvalid as error:
        check.fail(str(error))
        return None


def recall(check: Check) -> _Memory:
    return msgspec.msgpack.decode(bytes(check.outcomes), type=_Memory) if check.outcomes else _Memory()


def run_slice(check: Check, exercise: Exercise, memory: _Memory) -> Slice:
    """Batch by batch until the time is over, a student waits, or all is done."""
    client = Client(settings.SANDBOX_SOCKET)
    plan = prove.plan(exercise, check.seeds)
    total = sum(len(batch.runs) for batch in plan)
    started = time.monotonic()
    for ran, batch in enumerate(plan[memory.batches :]):
        waiting = students_wait()
        if ran and (waiting or time.monotonic() - started > SLICE_S):
            memory.seconds += time.monotonic() - started
            check.pause(msgspec.msgpack.encode(memory))
            return Slice(False, PAUSE_S if waiting else 0)
        run_batch(client, exercise, batch, memory)
        if not check.advance(len(memory.outcomes), total):
            return Slice(True)  # the claim was lost: another worker has it
    memory.seconds += time.monotonic() - started
    conclude(check, exercise, client, memory)
    return Slice(True)


def run_batch(client: Client, exercise: Exercise, batch: Batch, memory: _Memory) -> None:
    results = prove.run_batch(client, exercise, batch)
    memory.outcomes += zip(batch.runs, results, strict=True)
    memory.batches += 1


def conclude(check: Check, exercise: Exercise, client: Client, memory: _Memory) -> None:
    """Write the proof; a prediction also needs the numbers that its students will see."""
    proof = prove.conclude(exercise, check.seeds, memory.outcomes, memory.seconds)
    variants: list[dict[str, Any]] = []
    if exercise.kind == "predict":
        variants, proof = draw(client, exercise, proof)
    check.finish(proof, named_of(exercise), variants)
    logger.info("Check %s of %s: %d faults", check.pk, exercise.slug, len(proof.faults))


def draw(client: Client, exercise: Exercise, proof: Proof) -> tuple[list[dict[str, Any]], Proof]:
    """The pool of drawn numbers; that there is none is a fault of the exercise."""
    seed = secrets.randbits(62)
    try:
        drawn = prove.patiently(lambda: grading.draw_variants(client, exercise, count=VARIANTS, seed=seed))
        return list(drawn), proof
    except ValueError as error:
        fault = prove.Finding("variants.py", "gives no variants", str(error))
        return [], msgspec.structs.replace(proof, faults=sorted([*proof.faults, fault]))


def named_of(exercise: Exercise) -> dict[str, list[str]]:
    """Which tests each wrong answer says that it fails: the matrix is read with it."""
    return {f"mutants/{mutant.name}.py": mutant.fails for mutant in exercise.mutants}


def give_up(pk: int) -> None:
    """After the last try: the sandbox did not take it."""
    check = Check.objects.get(pk=pk)
    if check.claim():
        check.fail("the sandbox did not take it")


def reap() -> int:
    """Queue again what is pending without a sign of life; give up what lost its worker too often.

    Every change is conditional on what was read, so that a worker that wakes up keeps or loses the check as a whole.
    """
    stale = Check.objects.filter(heartbeat_at__lt=timezone.now() - timedelta(seconds=settings.SUBMISSION_STALE_S))
    sent = 0
    for check in stale.filter(status__in=PENDING).defer("outcomes", "result", "variants")[:100]:
        found = stale.filter(pk=check.pk, status=check.status, tries=check.tries)
        if check.status == CheckStatus.RUNNING and check.losses + 1 >= MAX_LOSSES:
            found.update(status=CheckStatus.FAILED, finished_at=timezone.now(), result={"error": "its worker was lost"})
            logger.error("Check %s: %d workers vanished", check.pk, MAX_LOSSES)
            continue
        lost = check.status == CheckStatus.RUNNING
        if found.update(status=CheckStatus.QUEUED, heartbeat_at=timezone.now(), losses=F("losses") + int(lost)):
            sent += 1
            enqueue(check.pk)
    return sent
