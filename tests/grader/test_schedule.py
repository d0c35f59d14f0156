"""Beat in a process whose clock is set back: the reaper must not rest for as long as that went."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest

from grader import schedule
from grader.celery import app

PLAN = {"reap": {"task": "submissions.reap", "schedule": 10.0}, "sweep": {"task": "lti.sweep", "schedule": 30.0}}


@pytest.fixture
def beat():
    beat = schedule.MemoryScheduler(app, schedule={}, lazy=True)
    beat.update_from_dict(PLAN)
    return beat


def next_in_s(beat):
    """When each entry falls due, soonest first."""
    return sorted(event.time - time.time() for event in beat._heap)


def test_a_clock_that_is_set_back_delays_nothing(beat, monkeypatch):
    for entry in beat.schedule.values():
        entry.last_run_at += timedelta(hours=1)  # as they look when the clock has lost an hour
    beat.tick()
    assert min(next_in_s(beat)) > 3000
    before_s = schedule.clock_offset_s()
    monkeypatch.setattr(schedule, "clock_offset_s", lambda: before_s - 3600)
    assert beat.tick() <= schedule.LONGEST_SLEEP_S
    first_s, second_s = next_in_s(beat)
    assert first_s <= 10 < second_s <= 30


def test_the_schedule_is_kept_in_memory(settings):
    assert app.conf.beat_scheduler == "grader.schedule:MemoryScheduler"
    assert not hasattr(settings, "CELERY_BEAT_SCHEDULE_FILENAME")
