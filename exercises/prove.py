"""Proves an exercise in the real sandbox: right answers pass, wrong ones fail where they should, on every seed."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from typing import Literal

import msgspec

from exercises import grading, messages
from exercises.format import Exercise
from exercises.results import Result, TestResult
from sandbox.client import Client, SandboxBusy

BUSY_PATIENCE_S = 60
DIAGNOSED_SEEDS = 2

Role = Literal["solution", "accepted", "starter", "mutant"]
Progress = Callable[[int, int], None]


class Candidate(msgspec.Struct, frozen=True):
    """A file of the folder and what is expected of it."""

    file: str
    role: Role
    source: str
    misconception: str = ""
    fails: list[str] = []


class Finding(msgspec.Struct, frozen=True, order=True):
    """Something that `seeds` brought to light. A fault fails the proof, a notice is for the author to think about."""

    file: str
    what: str
    detail: str = ""
    seeds: list[int] = []

    def __str__(self) -> str:
        seeds = ", ".join(map(str, self.seeds[:8])) + (" …" if len(self.seeds) > 8 else "")
        where = f" (seed {seeds})" if self.seeds else ""
        return f"{self.file}: {self.what}{where}{f': {self.detail}' if self.detail else ''}"


class Proof(msgspec.Struct):
    """What the runs of one exercise showed. `matrix`: mutant -> test -> number of seeds on which it failed."""

    slug: str
    seeds: int
    runs: int
    seconds: float
    faults: list[Finding]
    notices: list[Finding]
    matrix: dict[str, dict[str, int]]

    @property
    def passed(self) -> bool:
        return not self.faults


class _Run(msgspec.Struct, frozen=True):
    candidate: Candidate
    seed: int
    public: bool = False


def grade_patiently(client: Client, exercise: Exercise, source: bytes, *, seed: int, public: bool = False) -> Result:
    """Grade, and wait while the server's queue is full. Raises SandboxUnavailable, and SandboxBusy after a minute."""
    deadline = time.monotonic() + BUSY_PATIENCE_S
    while True:
        try:
            return grading.grade(client, exercise, source, seed=seed, public=public)
        except SandboxBusy:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)


def candidates(exercise: Exercise) -> list[Candidate]:
    """Every file that the proof runs, in the order of the report."""
    return [
        Candidate("solution.py", "solution", exercise.files["solution.py"]),
        *(Candidate(f"accepted/{item.name}.py", "accepted", item.source) for item in exercise.accepted),
        Candidate("starter.py", "starter", exercise.files["starter.py"]),
        *(
            Candidate(f"mutants/{item.name}.py", "mutant", item.source, item.misconception, item.fails)
            for item in exercise.mutants
        ),
    ]


def prove(client: Client, exercise: Exercise, *, seeds: int, progress: Progress | None = None) -> Proof:
    """Run every candidate on seeds 0 … seeds - 1. Raises SandboxUnavailable."""
    started = time.monotonic()
    runs = _plan(exercise, seeds)
    outcomes: list[tuple[_Run, Result]] = []
    with ThreadPoolExecutor(max_workers=max(1, client.ping().slots)) as pool:
        # Naming a misconception replays every mutant: two seeds are enough to see whether it works.
        plain = _without_diagnosis(exercise)
        pending = {
            pool.submit(
                grade_patiently,
                client,
                exercise if run.seed < DIAGNOSED_SEEDS else plain,
                run.candidate.source.encode(),
                seed=run.seed,
                public=run.public,
            ): run
            for run in runs
        }
        try:
            for future in as_completed(pending):
                outcomes.append((pending[future], future.result()))
                if progress:
                    progress(len(outcomes), len(runs))
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    outcomes.sort(key=lambda item: item[0].seed)
    faults, notices = _judge_all(exercise, outcomes)
    return Proof(
        exercise.slug, seeds, len(runs), time.monotonic() - started, faults, notices, _matrix(exercise, outcomes)
    )


def _without_diagnosis(exercise: Exercise) -> Exercise:
    """The exercise without its mutants; predict exercises need them, to reject draws that prove nothing."""
    if exercise.kind == "predict":
        return exercise
    files = {path: text for path, text in exercise.files.items() if not path.startswith("mutants/")}
    return msgspec.structs.replace(exercise, files=files)


def _plan(exercise: Exercise, seeds: int) -> list[_Run]:
    everything = candidates(exercise)
    public = [run for run in everything if run.role in ("solution", "accepted")] if exercise.public else []
    return [
        *(_Run(candidate, seed) for candidate in everything for seed in range(seeds)),
        *(_Run(candidate, 0, public=True) for candidate in public),
    ]


def _judge_all(exercise: Exercise, outcomes: list[tuple[_Run, Result]]) -> tuple[list[Finding], list[Finding]]:
    """Faults and notices, equal ones of several seeds put together with the first seed's detail."""
    found: dict[tuple[bool, str, str], tuple[str, list[int]]] = {}
    for run, result in outcomes:
        for is_fault, what, detail in _judge(exercise, run, result):
            found.setdefault((is_fault, run.candidate.file, what), (detail, []))[1].append(run.seed)
    faults: list[Finding] = []
    notices: list[Finding] = []
    for (is_fault, file, what), (detail, seeds) in found.items():
        (faults if is_fault else notices).append(Finding(file, what, detail, seeds))
    named = {name for mutant in exercise.mutants for name in mutant.fails}
    for name, test in exercise.tests.items():
        if name not in named and not test.advice:
            notices.append(Finding("hidden_tests.py", f"no mutant says that it fails {name}"))
    return sorted(faults), sorted(notices)


def _judge(exercise: Exercise, run: _Run, result: Result) -> Iterator[tuple[bool, str, str]]:
    """(is a fault, what, detail) for one run."""
    candidate = run.candidate
    if result.status == "errored":
        yield True, f"could not be graded ({result.outcome})", ""
    elif candidate.role == "starter":
        if result.passed:
            yield True, "passes, but must not", ""
    elif candidate.role == "mutant":
        yield from _judge_mutant(exercise, run, result)
    else:
        yield from _judge_right(exercise, run, result)


def _judge_right(exercise: Exercise, run: _Run, result: Result) -> Iterator[tuple[bool, str, str]]:
    where = "public " if run.public else ""
    for test in result.tests:
        if not test.passed:
            # Advice costs the student nothing, so an accepted file may get it; the model answer may not.
            is_fault = not test.advice or run.candidate.role == "solution"
            yield is_fault, f"fails {where}{test.id}", explain(exercise, result, test)
    if not result.passed and all(test.passed or test.advice for test in result.tests):
        yield True, f"does not pass{' publicly' if run.public else ''}", explain(exercise, result, None)
    elif not run.public and result.passed and result.score != exercise.max_score:
        yield True, f"scores {result.score:g} of {exercise.max_score:g}", ""


def _judge_mutant(exercise: Exercise, run: _Run, result: Result) -> Iterator[tuple[bool, str, str]]:
    mutant = run.candidate
    passed = {test.id for test in result.tests if test.passed}
    for name in mutant.fails:
        if name in passed:
            yield True, f"passes {name}, but must fail it", ""
    if result.passed and not all(exercise.tests[name].advice for name in mutant.fails):
        yield True, "passes, but must not", ""
    if result.outcome == "time_limit":
        yield False, "runs into the time limit: a mutant should be quick", ""
    elif run.seed < DIAGNOSED_SEEDS and not result.passed and result.misconception is None:
        yield False, f"is not recognised as {mutant.misconception}", ""
    elif result.misconception not in (None, mutant.misconception):
        yield False, f"is taken for {result.misconception}, not {mutant.misconception}", ""


def explain(exercise: Exercise, result: Result, test: TestResult | None) -> str:
    """The English messages of a failed test, else those of the whole submission."""
    shown = messages.of_test(result, test) if test else result.notes
    return " ".join(messages.render(message, "en", exercise) for message in shown) or result.outcome


def _matrix(exercise: Exercise, outcomes: list[tuple[_Run, Result]]) -> dict[str, dict[str, int]]:
    matrix = {f"mutants/{mutant.name}.py": dict.fromkeys(exercise.tests, 0) for mutant in exercise.mutants}
    for run, result in outcomes:
        if run.candidate.role == "mutant" and not run.public:
            passed = {test.id for test in result.tests if test.passed}
            for name in exercise.tests:
                matrix[run.candidate.file][name] += name not in passed
    return matrix


def matrix_text(exercise: Exercise, proof: Proof) -> str:
    """The matrix mutant x test as text, with its legend."""
    tests = list(exercise.tests)
    width = max((len(mutant.name) for mutant in exercise.mutants), default=0)
    lines = [f"  {number:>3} {name}" for number, name in enumerate(tests, start=1)]
    lines += ["", " " * width + "".join(f"{number:>4}" for number in range(1, len(tests) + 1))]
    for mutant in exercise.mutants:
        row = proof.matrix[f"mutants/{mutant.name}.py"]
        cells = (_cell(row[name], proof.seeds, name in mutant.fails) for name in tests)
        lines.append(f"{mutant.name:<{width}}" + "".join(f"{cell:>4}" for cell in cells))
    lines += ["", "  ● fails, as named   ○ fails, not named   ~ fails on some seeds   ! named, but passes   · passes"]
    return "\n".join(lines)


def _cell(failures: int, seeds: int, is_named: bool) -> str:
    if is_named:
        return "●" if failures == seeds else "!"
    if failures == 0:
        return "·"
    return "○" if failures == seeds else "~"
