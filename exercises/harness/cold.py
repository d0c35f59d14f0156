"""The harness without any warming: what a job costs when nothing is ready. The baseline of `manage.py bench`."""

from __future__ import annotations

from exercises.harness.roles import checker, student

__all__ = ["checker", "student", "warm_fork", "warm_zygote"]


def warm_zygote() -> None: ...


def warm_fork(role: str) -> None: ...
