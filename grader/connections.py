"""A worker's process keeps its connection to the database between tasks.

On PostgreSQL a new one costs more than all that a grading asks of it: a process, a login, and plans made from nothing.
"""

from __future__ import annotations

from typing import Any

from celery import Celery, signals

KEEP_S = 300  # then it makes another: what a server's process gathers does not grow for ever


def keep(**_: Any) -> None:
    from django.db import connections

    for connection in connections.all():
        if not connection.settings_dict["OPTIONS"].get("pool"):
            connection.settings_dict["CONN_MAX_AGE"] = KEEP_S


def close_unusable(task: Any, **_: Any) -> None:
    """Before a task: what is too old, or broke over the last one, since the server was restarted for instance."""
    from django.db import close_old_connections

    if not task.request.is_eager:  # else it is a part of its caller's work, and shares the connection
        close_old_connections()


def install(app: Celery) -> None:
    """Before a worker starts. Celery itself would close every connection after each task."""
    app.conf.CELERY_DB_REUSE_MAX = 1 << 62
    signals.worker_process_init.connect(keep, weak=False, dispatch_uid="keep-connections")
    signals.task_prerun.connect(close_unusable, weak=False, dispatch_uid="close-unusable-connections")
