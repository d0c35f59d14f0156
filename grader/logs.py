"""What a log line looks like, and the id that ties the lines of one request together across processes.

Everybody logs with the standard library, as libraries do, and the formatters here write it down: one JSON object a line
in production, readable lines in development. The id begins with the web request (`middleware.request_id`), travels as
a header of each Celery task, and names the sandbox's jobs; what is known of the work at hand (task, submission, which try)
stands in every line that is written meanwhile.
"""

from __future__ import annotations

import json
import logging
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import msgspec
import structlog
from celery.signals import before_task_publish, task_postrun, task_prerun
from structlog.contextvars import bind_contextvars, bound_contextvars, clear_contextvars, merge_contextvars

from grader.middleware import WELL_FORMED, current_request_id
from grader.scrubbing import scrub
from sandbox.client import job_name

HEADER = "gradus"
NONE = "-"
# What may stand in a line beside its message. Everything else that a library hands over (whole requests) stays out.
EXTRAS = (
    "method", "route", "status", "ms", "user", "submission", "purpose", "tries", "outcome", "exercise", "waited_ms",
    "queued_ms", "sandbox_ms", "checker_ms", "write_ms", "total_ms", "queue", "host",
)  # fmt: skip


OWN_KEYS = {"time", "level", "logger", "request_id", "task", "submission", "purpose", "outcome", "queue"}


# --- the id -----------------------------------------------------------------------------------------------------------


def new_id() -> str:
    return secrets.token_hex(8)


def current_id() -> str:
    """Of the request or task at hand; a new one where there is none."""
    known = current_request_id.get()
    return known if known != NONE else new_id()


@contextmanager
def about(request_id: str = "", **what: Any) -> Iterator[None]:
    """Every line inside the block tells `what`; the sandbox's jobs carry the submission's name."""
    outer = current_request_id.set(request_id) if request_id else None
    name = current_request_id.get()
    job = job_name.set(f"{name}/{what['submission']}.{what.get('tries', 0)}" if "submission" in what else name)
    try:
        with bound_contextvars(**what):
            yield
    finally:
        job_name.reset(job)
        if outer:
            current_request_id.reset(outer)


def add_header(headers: dict[str, Any] | None = None, **_: Any) -> None:
    """Before a task is sent: whose work it is, and since when it waits."""
    if headers is not None:
        headers[HEADER] = {"request_id": current_id(), "queued_at": time.time()}


def read_header(request: Any) -> tuple[str, float]:
    """The id and the time at which it was sent, of a running task. What does not look right is made anew."""
    header = request.get(HEADER)
    header = header if isinstance(header, dict) else {}
    name, at = header.get("request_id"), header.get("queued_at")
    is_name = isinstance(name, str) and WELL_FORMED.fullmatch(name)
    return (str(name) if is_name else new_id()), (float(at) if isinstance(at, int | float) else time.time())


def begin_task(task: Any = None, **_: Any) -> None:
    name, _at = read_header(task.request)
    current_request_id.set(name)
    job_name.set(name)
    clear_contextvars()
    bind_contextvars(task=task.name)


def end_task(**_: Any) -> None:
    clear_contextvars()
    current_request_id.set(NONE)
    job_name.set("")


def follow_tasks() -> None:
    """Have Celery carry the id along."""
    before_task_publish.connect(add_header, weak=False, dispatch_uid="gradus.logs")
    task_prerun.connect(begin_task, weak=False, dispatch_uid="gradus.logs")
    task_postrun.connect(end_task, weak=False, dispatch_uid="gradus.logs")


# --- lines ------------------------------------------------------------------------------------------------------------


def add_id(_logger: Any, _name: str, event: dict[str, Any]) -> dict[str, Any]:
    name = current_request_id.get()
    if name != NONE:
        event["request_id"] = name
    return event


def name_route(_logger: Any, _name: str, event: dict[str, Any]) -> dict[str, Any]:
    """Django's lines about a request hold its path, which anybody may have typed: its route says as much."""
    request = getattr(event["_record"], "request", None)
    if request is not None and getattr(request, "path", ""):
        match = getattr(request, "resolver_match", None)
        event["event"] = event["event"].replace(request.path, "/" + match.route if match else "(no such page)")
    return event


def scrub_event(_logger: Any, _name: str, event: dict[str, Any]) -> dict[str, Any]:
    for key, value in event.items():
        if key in OWN_KEYS:
            continue
        if type(value) is str:
            event[key] = scrub(value)
        elif not isinstance(value, int | float | bool | None):
            event[key] = scrub(str(value))
    return event


def render_json(_logger: Any, _name: str, event: dict[str, Any]) -> str:
    try:
        return msgspec.json.encode(event).decode()
    except UnicodeEncodeError:  # half of a surrogate pair, in a name that somebody chose
        return json.dumps(event)


def render_line(_logger: Any, _name: str, event: dict[str, Any]) -> str:
    """`time LEVEL logger [id] message key=value …`, and the traceback below it."""
    head = (event.pop("time"), event.pop("level").upper(), event.pop("logger", "root"), event.pop("request_id", NONE))
    text, trace = event.pop("event"), event.pop("exception", "")
    more = "".join(f" {key}={value}" for key, value in event.items())
    return "{} {} {} [{}] ".format(*head) + f"{text}{more}" + (f"\n{trace}" if trace else "")


def formatter(kind: str) -> logging.Formatter:
    """The formatter of one of LOG_FORMAT's kinds, for the LOGGING setting."""
    stamp = {"fmt": "iso", "utc": True} if kind == "json" else {"fmt": "%Y-%m-%d %H:%M:%S", "utc": False}
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[
            structlog.stdlib.add_log_level,
            structlog.stdlib.add_logger_name,
            structlog.stdlib.ExtraAdder(allow=EXTRAS),
            name_route,
        ],
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.TimeStamper(key="time", **stamp),
            add_id,
            merge_contextvars,
            # As plain text: structlog's own dictionaries of a traceback would bring local variables along.
            structlog.processors.format_exc_info,
            scrub_event,
            render_json if kind == "json" else render_line,
        ],
    )
