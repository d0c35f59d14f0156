"""The sandbox's figures: overhead of the jail, grading one exercise, throughput, memory; the baseline is a cold start."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import median

from exercises import grading
from exercises.format import Exercise, bundled, load
from exercises.harness import timed
from grader.bench.table import Row, percentile, spread
from sandbox.client import Client, ensure_server
from sandbox.forks import Zygote
from sandbox.protocol import Job, Outcome
from sandbox.runner import Pair, run

TIMED, ROLES, COLD = "exercises.harness.timed", "exercises.harness.roles", "exercises.harness.cold"
EXERCISE = "zero-grad-loop"
_SETTLE_S = 0.03  # a spare takes its page faults before its job arrives; so does this bench's


def rows(repeat: int) -> list[Row]:
    """Measure; about a minute for `repeat` = 40. Wants an otherwise idle machine."""
    exercise = load(bundled()[EXERCISE])
    overhead, steps, own = asyncio.run(_overheads(repeat))
    cold = asyncio.run(_cold_starts(exercise, 3))
    memory = asyncio.run(_memory(exercise, max(5, repeat // 4)))
    with ensure_server(None) as client:
        graded = _grade_times(client, exercise, repeat)
    own_slots = os.cpu_count() or 1
    rates = {slots: _throughput(exercise, repeat * 4, slots) for slots in sorted({1, 2, 4, own_slots})}
    return [
        Row(
            "jail overhead until the answer",
            median(overhead),
            "ms",
            spread(overhead),
            f"the same 100 SGD steps warm, unjailed: {own:.1f} ms",
            "≤ 8 ms",
        ),
        Row(
            f"{EXERCISE} graded, client to report",
            median(graded),
            "ms",
            spread(graded),
            f"cold jailed python: {median(cold):.0f} ms, {median(cold) / median(graded):.0f} × slower",
            "≤ 80 ms, ≥ 25 ×",
        ),
        *(
            Row(
                f"graded a second, {slots} slot{'s' * (slots > 1)}",
                rate,
                "/s",
                f"{rate / rates[1]:.1f} × one slot, {own_slots} cores",
                "",
                "≥ 25 /s" if slots == own_slots else "",
            )
            for slots, rate in rates.items()
        ),
        Row(
            "memory a job beyond the zygote",
            median(memory),
            "MiB",
            f"p95 {percentile(memory, 0.95):.1f}",
            "",
            "≤ 40 MiB",
        ),
        *_layers(steps),
    ]


def _layers(steps: dict[str, list[float]]) -> list[Row]:
    """What it costs to make one fork ready, step by step; a job needs two, made before it arrives."""
    return [Row(f"a fork: {name}", median(times), "ms", spread(times)) for name, times in steps.items()]


def _warm_time(repeat: int) -> float:
    """Median ms of the student's own work in a warm process that is not jailed, on one thread."""
    program = (
        "import torch, statistics; torch.set_num_threads(1)\n"
        "from exercises.harness import timed\n"
        f"times = [timed.run(timed.SGD) for _ in range({repeat + 5})][5:]\n"
        "print(statistics.median(times))"
    )
    environment = os.environ | {"OMP_NUM_THREADS": "1"}
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, env=environment, cwd=root
    )
    return float(done.stdout)


async def _overheads(repeat: int) -> tuple[list[float], dict[str, list[float]], float]:
    """Per job, wall time less the median of the same work in a warm process that is not jailed; and the forks' steps."""
    own = await asyncio.to_thread(_warm_time, repeat)
    zygote = await Zygote.start(TIMED)
    overheads: list[float] = []
    steps: dict[str, list[float]] = {}
    try:
        for _ in range(repeat):
            forked = time.perf_counter()
            pair = await Pair.fork(zygote)
            steps.setdefault("a pair, in all", []).append((time.perf_counter() - forked) * 1e3)
            for name, cost in pair.student.locking_ms.items():
                steps.setdefault(name, []).append(cost)
            await asyncio.sleep(_SETTLE_S)
            started = time.perf_counter()
            report = await run(Job(timed.SGD, b""), pair, _core())
            overheads.append((time.perf_counter() - started) * 1e3 - own)
            assert report.outcome is Outcome.OK, report
            disposed = time.perf_counter()
            await pair.dispose()
            steps.setdefault("kill and reap a pair", []).append((time.perf_counter() - disposed) * 1e3)
    finally:
        await zygote.stop()
    return overheads, steps, own


def _core() -> int:
    return min(os.sched_getaffinity(0))


def job_for(exercise: Exercise, seed: int) -> Job:
    """The job of grading the reference solution."""
    return grading.make_job(exercise, exercise.files["solution.py"].encode(), seed=seed, public=False)


async def _cold_starts(exercise: Exercise, repeat: int) -> list[float]:
    """Ms from nothing to the report: start Python, import torch in the jail, fork, grade."""
    times = []
    for seed in range(repeat):
        started = time.perf_counter()
        zygote = await Zygote.start(COLD)
        pair = await Pair.fork(zygote)
        report = await run(job_for(exercise, seed), pair, _core())
        times.append((time.perf_counter() - started) * 1e3)
        assert report.outcome is Outcome.OK, report
        await pair.dispose()
        await zygote.stop()
    return times


async def _memory(exercise: Exercise, repeat: int) -> list[float]:
    """MiB that a job's two processes came to hold beyond what they share with the zygote."""
    zygote = await Zygote.start(ROLES)
    sizes = []
    try:
        for seed in range(repeat):
            pair = await Pair.fork(zygote)
            await run(job_for(exercise, seed), pair, _core())
            sizes.append(pair.student.peak_mib() + pair.checker.peak_mib())
            await pair.dispose()
    finally:
        await zygote.stop()
    return sizes


def _grade_times(client: Client, exercise: Exercise, repeat: int) -> list[float]:
    """Ms from the client's call to its result, one after the other."""
    times = []
    for seed in range(repeat + 5):
        time.sleep(0.1)  # idle: the next spare is ready
        started = time.perf_counter()
        result = grading.grade(client, exercise, exercise.files["solution.py"].encode(), seed=seed)
        times.append((time.perf_counter() - started) * 1e3)
        assert result.passed, result
    return times[5:]


def _throughput(exercise: Exercise, count: int, slots: int) -> float:
    """Graded a second with every slot of a server of its own busy."""
    jobs = [job_for(exercise, seed) for seed in range(count)]
    with ensure_server(None, slots) as client, ThreadPoolExecutor(2 * slots) as pool:
        list(pool.map(client.run, jobs[: 4 * slots]))
        started = time.perf_counter()
        reports = list(pool.map(client.run, jobs))
        seconds = time.perf_counter() - started
    assert all(report.outcome is Outcome.OK for report in reports)
    return count / seconds
