"""The checker's role in a traced run: the public tests with the student observed, beside the reference on the same calls.

What comes from the student's process is decoded strictly and kept within bounds; nothing of it is scored.
"""

from __future__ import annotations

import contextlib
import math
from itertools import islice
from typing import Any

import msgspec

from exercises.harness import student
from exercises.harness.comparing import compare_gradients, compare_records
from exercises.harness.conversation import Local, Partner, Raised, Record, Remote
from exercises.harness.departure import find_departure
from exercises.harness.observed import NOTHING, Observed, Told
from exercises.harness.parts import CheckerPart, Code, code_of
from exercises.harness.testrun import Test, generator_of
from exercises.traced import Comparison, Curve, TracedRun

MAX_TESTS = 6
MAX_BYTES = 96 << 10  # of a whole traced run as JSON: what a page can carry


class _Seen(msgspec.Struct):
    """One public test: what the student's process and the reference showed and answered."""

    test: str
    passed: bool
    told: Told
    answered: list[Record]
    call: str = ""  # the first, which was observed
    given: set[str] = set()  # names of what the calls were given
    wanted: list[Record] = []
    expected: Told = NOTHING


def trace_run(part: CheckerPart, remote: Remote) -> TracedRun:
    """Observe the loading of the file, then each public test. `part.traced` is given."""
    remote.observe()
    remote.load()
    loaded = _Seen("", False, remote.observed(), [])
    tests = _tests(part)
    seen = [_run(part, remote, name, test) for name, test in tests.items() if not remote.gone]
    shown = next((run for run in seen if not run.passed and run.told.steps), None)
    shown = shown or next((run for run in seen if run.told.steps), loaded)
    curve = max([shown, *seen], key=lambda run: len(run.told.losses))
    return fit(
        TracedRun(
            test=shown.test,
            call=shown.call,
            raised=_raised(shown),
            comparisons=_compare(shown),
            curves=_curves(part, curve, tests.get(curve.test)),
            curve_test=curve.test,
            graph=shown.told.graph,
            steps=shown.told.steps,
            departure=None if shown.passed else find_departure(shown.told.steps, shown.expected.steps),
        )
    )


def _tests(part: CheckerPart) -> dict[str, Test]:
    """The first few, in the order in which they stand."""
    module = student.load_module("tests_of_exercise", code_of(part.tests_code))
    found = ((name, function) for name, function in vars(module).items() if name in part.tests and callable(function))
    return dict(islice(found, MAX_TESTS))


def _run(part: CheckerPart, remote: Remote, name: str, test: Test) -> _Seen:
    remote.start_test()
    remote.observe()
    passed = _try(part, remote, name, test)
    seen = _Seen(name, passed, NOTHING, remote.records, "".join(remote.calls[:1]), remote.given)
    seen.told = remote.observed()
    assert part.traced is not None
    seen.expected, seen.wanted = _run_author(part, part.solution, part.traced.solution, name, test)
    return seen


def _run_author(part: CheckerPart, code: Code, source: str, name: str, test: Test) -> tuple[Told, list[Record]]:
    """The same test over a file of the author's: the reference, or a mutant."""
    observed = Observed(source, code_of(code).co_filename)
    partner = _ObservedLocal(code, part.probe, observed)
    _try(part, partner, name, test)
    return msgspec.convert(observed.told(), Told), partner.records


class _ObservedLocal(Local):
    def __init__(self, code: Code, probe: Code, observed: Observed) -> None:
        super().__init__(code, probe)
        self.observed = observed

    def probe(self, name: str, **args: object) -> Any:
        with contextlib.nullcontext() if self.observed.is_used else self.observed:
            return super().probe(name, **args)


def _try(part: CheckerPart, partner: Partner, name: str, test: Test) -> bool:
    fixtures = {"student": partner, "reference": Local(part.solution, part.probe), "rng": generator_of(part.seed, name)}
    wanted = test.__code__.co_varnames[: test.__code__.co_argcount]
    try:
        test(**{parameter: fixtures[parameter] for parameter in wanted})
    except Exception:
        return False
    return True


def _raised(seen: _Seen) -> str:
    """What ended the last call, in the words of the student's process."""
    raised = [step.raised for step in seen.told.steps if step.raised]
    ended = not seen.test or any(kind == "raised" and isinstance(value, Raised) for kind, value in seen.answered)
    return raised[-1] if raised and ended else ""


def _compare(seen: _Seen) -> list[Comparison]:
    gradients = compare_gradients(seen.told.gradients, seen.expected.gradients, seen.passed)
    answers = compare_records(seen.answered, seen.wanted)
    return [*gradients, *(row for row in answers if not (row.agrees and row.name in seen.given))]


def _curves(part: CheckerPart, seen: _Seen, test: Test | None) -> list[Curve]:
    """Of a run with more than one call of backward."""
    assert part.traced is not None
    if max(len(seen.told.losses), len(seen.expected.losses)) < 2:
        return []
    curves = [_curve("yours", seen.told), _curve("expected", seen.expected)]
    for code, source in part.traced.mutants:
        if test is None:
            break  # the losses are of the file's loading
        mutant, _ = _run_author(part, code, source, seen.test, test)
        if _alike(mutant.losses, seen.told.losses):
            curves.append(_curve("mutant", mutant))
            break
    return [curve for curve in curves if curve.losses]


def _alike(ours: list[float | None], theirs: list[float | None]) -> bool:
    return len(ours) == len(theirs) and all(
        a is b or (a is not None and b is not None and math.isclose(a, b, rel_tol=1e-4, abs_tol=1e-9))
        for a, b in zip(ours, theirs, strict=True)
    )


def _curve(whose: Any, told: Told) -> Curve:
    return Curve(whose, told.losses, told.losses_left_out)


def fit(run: TracedRun) -> TracedRun:
    """The same run with as many of its last steps left out as the page's bound demands."""
    while len(msgspec.json.encode(run)) > MAX_BYTES and run.steps:
        kept = run.steps[: len(run.steps) * 3 // 4]
        cut = [*kept[:-1], msgspec.structs.replace(kept[-1], cut=True)] if kept else []
        departure = run.departure if run.departure and run.departure.step < len(cut) else None
        run = msgspec.structs.replace(run, steps=cut, departure=departure)
    return run
