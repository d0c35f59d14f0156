"""Drafts tried as a student would: graded like a submission, and never one.

A trial is kept in Redis for an hour, done by the worker on the `bulk` queue, and seen only by who asked.
"""

from __future__ import annotations

import logging
import secrets
from typing import Any, Literal
from uuid import UUID, uuid4

import msgspec
from django.conf import settings

from exercises import grading
from exercises.format import Exercise, from_files
from exercises.results import Result
from grader.authoring.models import Files, Workspace
from grader.submissions.live import redis_client
from sandbox.client import Client

logger = logging.getLogger(__name__)
KEPT_S = 3600
What = Literal["draw", "run", "submit"]


class Trial(msgspec.Struct):
    """`what`: draw the numbers of a prediction, run the examples, or submit. `files`: the draft as it was then."""

    user: int
    workspace: int
    slug: str
    what: What
    files: Files
    source: bytes = b""
    variant: dict[str, Any] | None = None
    answers: dict[str, str] | None = None  # as they were typed
    result: Result | None = None
    failed: bool = False  # it could not be run, and `error` says why if that is the author's to mend
    error: str = ""

    @property
    def is_over(self) -> bool:
        return self.failed or self.result is not None or (self.what == "draw" and self.variant is not None)

    def load(self) -> Exercise:
        """The draft had no mistakes when it was tried."""
        return from_files(self.slug, self.files)


def start(workspace: Workspace, user: Any, what: What, **values: Any) -> UUID:
    """Keep a new trial and queue it. Raises redis.RedisError."""
    from grader.authoring.tasks import try_draft

    pk = uuid4()
    trial = Trial(user.pk, workspace.pk, workspace.slug, what, workspace.files, **values)
    keep(pk, trial)
    try_draft.apply_async([str(pk)], queue="bulk")
    return pk


def keep(pk: UUID | str, trial: Trial) -> None:
    redis_client().set(key(pk), msgspec.msgpack.encode(trial), ex=KEPT_S)


def key(pk: UUID | str) -> str:
    return f"trial:{pk}"


def read(pk: UUID | str) -> Trial | None:
    kept = redis_client().get(key(pk))
    return msgspec.msgpack.decode(kept, type=Trial) if isinstance(kept, bytes) else None


def find(user: Any, pk: UUID | str, workspace: int | None = None) -> Trial | None:
    """The user's own trial, while it is kept. Raises redis.RedisError."""
    trial = read(pk)
    if trial is None or trial.user != user.pk or workspace not in (None, trial.workspace):
        return None
    return trial


def execute(pk: str) -> None:
    """Run it in the sandbox and keep what came out. Raises SandboxBusy, SandboxUnavailable."""
    trial = read(pk)
    if trial is None or trial.is_over:
        return
    client, exercise, seed = Client(settings.SANDBOX_SOCKET), trial.load(), secrets.randbits(62)
    if trial.what == "draw":
        try:
            [trial.variant] = grading.draw_variants(client, exercise, count=1, seed=seed)
        except ValueError as error:
            trial.failed, trial.error = True, str(error)
    else:
        trial.result = grading.grade(
            client, exercise, trial.source, seed=seed, public=trial.what == "run", variant=trial.variant
        )
    keep(pk, trial)


def give_up(pk: str) -> None:
    """Tell who waits that it could not be run."""
    trial = read(pk)
    if trial is not None:
        trial.failed = True
        keep(pk, trial)
        logger.error("Trial %s was given up", pk)
