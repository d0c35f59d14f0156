"""Proves an exercise in the real sandbox: right answers pass, wrong ones fail where they should, on every seed."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from itertools import pairwise
from typing import Literal, TypeVar

import msgspec

from exercises import fuzz as fuzzing
from exercises import grading, messages
from exercises.format import Exercise, Mutant
from exercises.results import Result, TestResult
from sandbox.client import Client, SandboxBusy

BUSY_PATIENCE_S = 60
DIAGNOSED_SEEDS = 2
FULL_SEEDS = 5  # graded like a student's submission, with every test
FUZZ_SEEDS, FUZZ_WALL_S = 4, 3
ROOM = 4  # so many times what a right answer takes, its exercise should allow
BATCH = 20  # of the seeds after those: one job for so many, and of a mutant's tests only those that it names
LEGEND = "● fails, as named   ○ fails, not named   ~ fails on some seeds   ! named, but passes   · passes"

Role = Literal["solution", "accepted", "starter", "mutant"]
_T = TypeVar("_T")
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
    """What the runs of one exercise showed. `matrix`: mutant -> test -> number of seeds on which it failed.

    A test that a mutant does not name counts on the first `full_seeds` only.
    """

    slug: str
    seeds: int
    full_seeds: int
    runs: int
    seconds: float
    faults: list[Finding]
    notices: list[Finding]
    matrix: dict[str, dict[str, int]]
    fuzzed: int = 0  # small changes of the solution that were tried, too

    @property
    def passed(self) -> bool:
        return not self.faults


class Run(msgspec.Struct, frozen=True):
    """A candidate on one seed."""

    candidate: Candidate
    seed: int
    public: bool = False


class Batch(msgspec.Struct, frozen=True):
    """One job: a candidate on one seed as a student's, or on several at once."""

    candidate: Candidate
    seeds: tuple[int, int]  # from, up to but not including
    public: bool = False

    @property
    def runs(self) -> list[Run]:
        return [Run(self.candidate, seed, self.public) for seed in range(*self.seeds)]


def patiently(work: Callable[[], _T]) -> _T:
    """Wait while the server's queue is full. Raises SandboxUnavailable, and SandboxBusy after a minute."""
    deadline = time.monotonic() + BUSY_PATIENCE_S
    while True:
        try:
            return work()
        except SandboxBusy:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)


def grade_patiently(client: Client, exercise: Exercise, source: bytes, *, seed: int, public: bool = False) -> Result:
    """`grading.grade`, patiently."""
    return patiently(lambda: grading.grade(client, exercise, source, seed=seed, public=public))


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
    batches = plan(exercise, seeds)
    count = sum(len(batch.runs) for batch in batches)
    outcomes: list[tuple[Run, Result]] = []
    with ThreadPoolExecutor(max_workers=max(1, client.ping().slots)) as pool:
        pending = {pool.submit(run_batch, client, exercise, batch): batch for batch in batches}
        try:
            for future in as_completed(pending):
                outcomes += zip(pending[future].runs, future.result(), strict=True)
                if progress:
                    progress(len(outcomes), count)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    return conclude(exercise, seeds, outcomes, time.monotonic() - started)


def conclude(exercise: Exercise, seeds: int, outcomes: list[tuple[Run, Result]], seconds: float) -> Proof:
    """What the results of a whole plan say."""
    outcomes = sorted(outcomes, key=lambda item: item[0].seed)
    faults, notices = _judge_all(exercise, outcomes)
    matrix = _matrix(exercise, outcomes)
    return Proof(exercise.slug, seeds, min(seeds, FULL_SEEDS), len(outcomes), seconds, faults, notices, matrix)


def fuzz(client: Client, exercise: Exercise, proof: Proof, progress: Progress | None = None) -> Proof:
    """The proof with what the tests do not notice in changed solutions: a fault, unless the exercise explains it."""
    quick = msgspec.structs.replace(exercise.limits, wall_s=min(exercise.limits.wall_s, FUZZ_WALL_S))
    subject = _without_diagnosis(msgspec.structs.replace(exercise, limits=quick))
    changes = fuzzing.changes(exercise.files["solution.py"])
    passes: dict[str, set[int]] = {change.name: set() for change in changes}  # equal statements share a name

    def seeds_passed(change: fuzzing.Change) -> list[int]:
        source = change.source.encode()
        results = patiently(lambda: grading.grade_on_seeds(client, subject, source, range(FUZZ_SEEDS)))
        return [seed for seed, result in enumerate(results) if result.passed]

    with ThreadPoolExecutor(max_workers=max(1, client.ping().slots)) as pool:
        for done, (change, passed) in enumerate(zip(changes, pool.map(seeds_passed, changes), strict=True), start=1):
            passes[change.name].update(passed)
            if progress:
                progress(done, len(changes))
    explained = {item.change for item in exercise.equivalents}
    faults, notices = list(proof.faults), list(proof.notices)
    for name, seeds in passes.items():
        if seeds and name not in explained:
            faults.append(Finding("solution.py", f"nobody notices: {name}", seeds=sorted(seeds)))
    for name in explained:
        if not passes.get(name):
            what = "is noticed by a test" if name in passes else "is none of the changes that are tried"
            notices.append(Finding("exercise.toml", f"equivalents: {name}", what))
    return msgspec.structs.replace(proof, faults=sorted(faults), notices=sorted(notices), fuzzed=len(changes))


def run_batch(client: Client, exercise: Exercise, batch: Batch) -> list[Result]:
    """One result for each of the batch's runs. Raises SandboxUnavailable, SandboxBusy."""
    # Naming a misconception replays every mutant: two seeds are enough to see whether it works.
    if batch.seeds[0] >= DIAGNOSED_SEEDS:
        exercise = _without_diagnosis(exercise)
    if batch.seeds[0] >= FULL_SEEDS and batch.candidate.role == "mutant":
        tests = {name: test for name, test in exercise.tests.items() if name in batch.candidate.fails}
        exercise = msgspec.structs.replace(exercise, tests=tests)
    source = batch.candidate.source.encode()
    if len(batch.runs) > 1:
        return patiently(lambda: grading.grade_on_seeds(client, exercise, source, range(*batch.seeds)))
    return [grade_patiently(client, exercise, source, seed=batch.seeds[0], public=batch.public)]


def _without_diagnosis(exercise: Exercise) -> Exercise:
    """The exercise without its mutants; predict exercises need them, to reject draws that prove nothing."""
    if exercise.kind == "predict":
        return exercise
    files = {path: text for path, text in exercise.files.items() if not path.startswith("mutants/")}
    return msgspec.structs.replace(exercise, files=files)


def plan(exercise: Exercise, seeds: int) -> list[Batch]:
    """The jobs of a proof, in order; always the same ones."""
    everything = candidates(exercise)
    public = [item for item in everything if item.role in ("solution", "accepted")] if exercise.public else []
    cuts = [*range(min(seeds, FULL_SEEDS)), *range(FULL_SEEDS, seeds, BATCH), seeds]
    return [
        *(Batch(candidate, cut) for candidate in everything for cut in pairwise(cuts)),
        *(Batch(candidate, (0, 1), public=True) for candidate in public),
    ]


def _judge_all(exercise: Exercise, outcomes: list[tuple[Run, Result]]) -> tuple[list[Finding], list[Finding]]:
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


def _judge(exercise: Exercise, run: Run, result: Result) -> Iterator[tuple[bool, str, str]]:
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


def _judge_right(exercise: Exercise, run: Run, result: Result) -> Iterator[tuple[bool, str, str]]:
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
    if run.seed < FULL_SEEDS and ROOM * result.cpu_ms > 1e3 * exercise.limits.cpu_s:
        detail = f"at least {ROOM} × {result.cpu_ms / 1e3:.2g} s, for answers that are right but slower"
        yield False, f"limits.cpu_s = {exercise.limits.cpu_s} is too near", detail


def _judge_mutant(exercise: Exercise, run: Run, result: Result) -> Iterator[tuple[bool, str, str]]:
    mutant = run.candidate
    passed = {test.id for test in result.tests if test.passed}
    for name in mutant.fails:
        if name in passed:
            yield True, f"passes {name}, but must fail it", ""
    if result.passed and not all(exercise.tests[name].advice for name in mutant.fails):
        yield True, "passes, but must not", ""
    if result.outcome == "time_limit":
        yield False, "runs into the time limit: a mutant should be quick", ""
    elif run.seed < DIAGNOSED_SEEDS and not result.passed and not result.misconception and not result.one_of:
        yield False, f"is not recognised as {mutant.misconception}", ""
    elif result.misconception not in (None, mutant.misconception):
        yield False, f"is taken for {result.misconception}, not {mutant.misconception}", ""


def explain(exercise: Exercise, result: Result, test: TestResult | None) -> str:
    """The English messages of a failed test, else those of the whole submission."""
    shown = messages.of_test(result, test) if test else result.notes
    return " ".join(messages.render(message, "en", exercise) for message in shown) or result.outcome


def _matrix(exercise: Exercise, outcomes: list[tuple[Run, Result]]) -> dict[str, dict[str, int]]:
    matrix = {f"mutants/{mutant.name}.py": dict.fromkeys(exercise.tests, 0) for mutant in exercise.mutants}
    for run, result in outcomes:
        if run.candidate.role == "mutant" and not run.public:
            ran = {test.id for test in result.tests}
            passed = {test.id for test in result.tests if test.passed}
            for name in exercise.tests:
                matrix[run.candidate.file][name] += name in ran and name not in passed
    return matrix


def matrix_text(exercise: Exercise, proof: Proof) -> str:
    """The matrix mutant x test as text, with its legend."""
    tests = list(exercise.tests)
    width = max((len(mutant.name) for mutant in exercise.mutants), default=0)
    lines = [f"  {number:>3} {name}" for number, name in enumerate(tests, start=1)]
    lines += ["", " " * width + "".join(f"{number:>4}" for number in range(1, len(tests) + 1))]
    for mutant in exercise.mutants:
        cells = (cell(proof, mutant, name) for name in tests)
        lines.append(f"{mutant.name:<{width}}" + "".join(f"{mark:>4}" for mark in cells))
    lines += ["", f"  {LEGEND}"]
    return "\n".join(lines)


def cell(proof: Proof, mutant: Mutant, test: str) -> str:
    """One mark of the matrix, see its legend."""
    failures = proof.matrix[f"mutants/{mutant.name}.py"][test]
    if test in mutant.fails:
        return "●" if failures == proof.seeds else "!"
    if failures == 0:
        return "·"
    return "○" if failures == proof.full_seeds else "~"
