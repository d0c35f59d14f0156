"""A file that worker and scheduler touch while they work: a health check looks at its age, and costs no process of ours.

Asking a worker over the broker (`celery inspect ping`) imports the whole product for every answer; with a check every few
seconds in every container, that would be a good part of a core.
"""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

from celery import signals
from django.conf import settings

logger = logging.getLogger(__name__)


def touch(**_: Any) -> None:
    """Never fails: a full disk must not end a worker; the check sees an old file soon enough."""
    if not settings.ALIVE_FILE:
        return
    try:
        Path(settings.ALIVE_FILE).touch()
    except OSError as error:
        logger.warning("ALIVE_FILE: %s", error)


def watch_beat(**_: Any) -> None:
    """The scheduler lives as long as what is due gets onto the broker."""
    touch()
    signals.after_task_publish.connect(touch, weak=False, dispatch_uid="alive")


def install() -> None:
    """Before a worker or a scheduler starts: it looks for listeners only then."""
    # Sent every two seconds by the loop that takes tasks, while it is connected to the broker.
    signals.heartbeat_sent.connect(touch, weak=False, dispatch_uid="alive")
    signals.beat_init.connect(watch_beat, weak=False, dispatch_uid="alive")
