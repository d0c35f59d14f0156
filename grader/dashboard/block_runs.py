"""Runs of a chapter's blocks: kept in Redis for a few minutes, done by the worker, seen only by who asked.

Nothing hangs on them: a run that Redis forgets is started again by its reader.
"""

from __future__ import annotations

import base64
import logging
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import msgspec
from django.conf import settings
from django.utils.safestring import SafeString

from exercises import blocks, messages
from exercises.blocks import Shown
from grader.submissions.live import redis_client
from grader.submissions.results import current_locale
from grader.submissions.texts import show_text
from sandbox.client import Client

logger = logging.getLogger(__name__)
KEPT_S = 300


class Run(msgspec.Struct):
    """`shown` is None until it has run. `failed`: it could not be run, and that is our fault."""

    user: int
    source: str
    shown: Shown | None = None
    failed: bool = False


@dataclass(frozen=True)
class RunView:
    """What a run showed, for the template. `plots`: data: URLs of PNG files that were checked."""

    printed: str
    error: str
    line: int | None
    explanations: list[SafeString]
    code: str
    warnings: str
    plots: list[str]
    failed: bool


def start(user: Any, source: str) -> UUID:
    """Keep a new run. Raises redis.RedisError."""
    pk = uuid4()
    redis_client().set(key(pk), msgspec.json.encode(Run(user.pk, source)), ex=KEPT_S)
    return pk


def find(user: Any, pk: UUID) -> Run | None:
    """The user's own run, while it is kept. Raises redis.RedisError."""
    run = read(pk)
    return run if run is not None and run.user == user.pk else None


def read(pk: UUID | str) -> Run | None:
    kept = redis_client().get(key(pk))
    return msgspec.json.decode(kept, type=Run) if isinstance(kept, bytes) else None


def execute(pk: str) -> None:
    """Run it in the sandbox and keep what it showed. Raises SandboxBusy, SandboxUnavailable."""
    run = read(pk)
    if run is None or run.shown is not None:
        return
    run.shown = blocks.run_block(Client(settings.SANDBOX_SOCKET), run.source)
    run.failed = run.shown.broken
    redis_client().set(key(pk), msgspec.json.encode(run), ex=KEPT_S)


def give_up(pk: str) -> None:
    run = read(pk)
    if run is not None:
        run.failed, run.shown = True, Shown(broken=True)
        redis_client().set(key(pk), msgspec.json.encode(run), ex=KEPT_S)
        logger.error("Block run %s was given up", pk)


def key(pk: UUID | str) -> str:
    return f"block:{pk}"


def show_run(run: Run) -> RunView | None:
    """For the page, in the reader's language; None while it is not done."""
    shown = run.shown
    if shown is None:
        return None
    locale = current_locale()
    syntax = next((note.params for note in shown.notes if note.id == "syntax_error"), None)
    return RunView(
        printed=shown.printed,
        error=shown.error,
        line=shown.line,
        # The line and its caret stand below in a face in which columns line up.
        explanations=[show_text(messages.render(note, locale, None).partition("\n")[0]) for note in shown.notes],
        code=f"{syntax['text']}\n{syntax['caret']}" if syntax else "",
        warnings=shown.warnings,
        plots=["data:image/png;base64," + base64.b64encode(plot).decode() for plot in shown.plots],
        failed=run.failed,
    )
