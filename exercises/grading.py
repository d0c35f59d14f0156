"""Grades one submission: exercise and source to a sandbox job, the job's report to a Result. No Django, no torch."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from typing import Any

import msgspec

from exercises.format import Exercise, Mutant
from exercises.harness import parts
from exercises.results import Message, Param, Result, TestResult, showable
from sandbox.client import Client
from sandbox.policy import CEILING
from sandbox.protocol import Job, Limits, Outcome, Report

MAX_SOURCE_BYTES = 64 << 10
TRACED_SLOWER = 2  # a traced run also runs the reference and mutants, on a machine that may be busy
MOST_IDEAS = 4  # more than these would explain nothing

Numbers = dict[str, int | float]

log = logging.getLogger(__name__)


def grade(
    client: Client,
    exercise: Exercise,
    source: bytes,
    *,
    seed: int,
    public: bool = False,
    variant: Numbers | None = None,
) -> Result:
    """Run the hidden tests (or the public ones) and score them. `variant`: the numbers of a prediction on the web.

    The same seed gives the same hidden inputs. Nothing that the student does raises here.
    Raises SandboxUnavailable and SandboxBusy: nothing was scored, try again.
    """
    if len(source) > MAX_SOURCE_BYTES:
        return _too_large(exercise, len(source))
    report = client.run(make_job(exercise, source, seed=seed, public=public, variant=variant))
    return _result(exercise, report, public)


def grade_on_seeds(
    client: Client, exercise: Exercise, source: bytes, seeds: range, *, public: bool = False
) -> list[Result]:
    """One result for each of these successive seeds, all from one job: for proofs, where starting one costs the most.

    The submission is loaded anew for each. What ends its process is found out seed by seed, in jobs of their own.
    """
    job = make_job(exercise, source, seed=seeds.start, public=public, repeat=len(seeds))
    report = client.run(job)
    first = _result(exercise, report, public)
    if report.outcome is not Outcome.OK or first.status == "errored":
        return [grade(client, exercise, source, seed=seed, public=public) for seed in seeds]
    others = parts.decode_findings(report.answer).repeats
    return [first, *(_scored(first, tests) for tests in others)]


def answers_to_source(exercise: Exercise, answers: Mapping[str, object]) -> bytes:
    """The file that a prediction's form stands for: a `predict` that returns these answers, in the fields' order."""
    assert exercise.predict is not None
    literal = ", ".join(_literal(answers[field.name]) for field in exercise.predict.fields)
    # With the entry point's own parameters: its signature is checked like any other submission's.
    return f"def {exercise.entry_points[0]}:\n    return ({literal},)\n".encode()


def _literal(answer: object) -> str:
    """Only plain data becomes source."""
    if isinstance(answer, list | tuple):
        return "(" + "".join(f"{_literal(item)}, " for item in answer) + ")"
    if answer is None or type(answer) in (bool, int, str):
        return repr(answer)
    if type(answer) is float:
        return f"float({json.dumps(repr(answer))})"
    raise TypeError(f"an answer cannot be a {type(answer).__name__}")


def draw_variants(client: Client, exercise: Exercise, *, count: int, seed: int) -> list[Numbers]:
    """Draw `count` variants of a prediction in the sandbox, each of which tells every misconception from the key.

    Raises ValueError with the author's mistake, SandboxUnavailable, SandboxBusy.
    """
    report = client.run(make_job(exercise, b"", seed=seed, public=False, draw_only=count))
    if report.outcome is Outcome.SANDBOX_ERROR or not report.answer:
        raise ValueError(f"{exercise.slug}: variants.py: {report.detail or 'gave no variants'}")
    return parts.decode_findings(report.answer).variants


def make_job(
    exercise: Exercise,
    source: bytes,
    *,
    seed: int,
    public: bool,
    variant: Numbers | None = None,
    draw_only: int = 0,
    repeat: int = 1,
    traced: parts.Tracing | None = None,
) -> Job:
    """The two roles' parts. `draw_only`: draw so many variants of a prediction and grade nothing. `repeat`: seeds.

    `traced`: a traced run of the public tests, which grades nothing either.
    """
    files = exercise.files
    probe_source = parts.PREDICT_PROBE if exercise.predict else files["probe.py"]
    probe = parts.compiled(probe_source, "probe.py")
    student = parts.StudentPart(source, probe, exercise.entry_points, public)
    plans = exercise.public if public else exercise.tests
    checker = parts.CheckerPart(
        tests_code=parts.compiled(files.get("public_tests.py" if public else "hidden_tests.py", ""), "tests.py"),
        tests={
            name: parts.TestPlan()
            if public
            else parts.TestPlan(exercise.tests[name].points, exercise.tests[name].advice)
            for name in plans
        },
        solution=parts.compiled(files["solution.py"], "solution.py"),
        probe=probe,
        mutants=[_mutant(mutant) for mutant in exercise.mutants],
        source=source.decode(errors="replace"),
        seed=seed,
        public=public,
        prediction=_prediction(exercise, variant),
        draw_only=draw_only,
        repeat=repeat,
        traced=traced,
    )
    limits = exercise.limits
    slower = TRACED_SLOWER if traced else 1
    return Job(
        msgspec.msgpack.encode(student),
        parts.encode(checker),
        Limits(
            min(float(limits.wall_s) * repeat * slower, CEILING.wall_s),
            min(limits.cpu_s * repeat * slower, CEILING.cpu_s),
            limits.memory_mib,
        ),
    )


def _mutant(mutant: Mutant) -> parts.Mutant:
    return parts.Mutant(parts.compiled(mutant.source, "mutant.py"), mutant.misconception, mutant.fails)


def _prediction(exercise: Exercise, variant: Numbers | None) -> parts.Prediction | None:
    if exercise.predict is None:
        return None
    fields = [parts.Field(field.name, field.type, field.expr) for field in exercise.predict.fields]
    variants = [variant] if variant is not None else []
    return parts.Prediction(
        exercise.files["snippet.tmpl"], parts.compiled(exercise.files["variants.py"], "variants.py"), fields, variants
    )


def _result(exercise: Exercise, report: Report, public: bool) -> Result:
    findings, broken = parts.Findings(), report.detail
    if report.outcome is not Outcome.SANDBOX_ERROR:
        try:
            findings = parts.decode_findings(report.answer)
            broken = findings.broken
        except (msgspec.MsgspecError, ValueError, RecursionError) as error:
            broken = f"the checker's answer cannot be read: {error}"
    if findings.detail:
        # What they said may quote hidden inputs: only who asks for DEBUG gets it into a log.
        log.info("%s: a test raised; LOG_LEVEL=DEBUG tells what", exercise.slug)
        log.debug("%s: tests raised: %s", exercise.slug, findings.detail)
    max_score = 0.0 if public else exercise.max_score
    numbers: dict[str, Any] = {"wall_ms": report.wall_ms, "cpu_ms": report.cpu_ms, "peak_mib": report.peak_mib}
    if report.outcome is Outcome.SANDBOX_ERROR or broken:
        log.error("%s: not graded: %s", exercise.slug, broken.partition("\n")[0][:300])
        log.debug("%s: not graded: %s", exercise.slug, broken)
        notes = [Message("sandbox_error")]
        outcome = Outcome.SANDBOX_ERROR.value
        return Result("errored", outcome, 0.0, max_score, False, [], notes, None, "", "", **numbers)
    notes = [*_outcome_notes(exercise, report), *findings.notes]
    ideas = findings.misconceptions
    result = Result(
        status="graded",
        outcome=report.outcome.value,
        score=0.0,
        max_score=max_score,
        passed=False,
        tests=[],
        notes=notes,
        misconception=ideas[0] if len(ideas) == 1 else None,
        one_of=ideas if 1 < len(ideas) <= MOST_IDEAS else [],
        stdout=findings.stdout if public else "",
        stderr=showable(report.stderr.decode(errors="replace")) if public else "",
        trace=findings.trace,
        **numbers,
    )
    return _scored(result, findings.tests)


def _scored(result: Result, tests: list[TestResult]) -> Result:
    binding = [test for test in tests if not test.advice]
    passed = result.outcome == Outcome.OK.value and bool(tests) and all(test.passed for test in binding)
    return msgspec.structs.replace(result, tests=tests, score=sum(test.points for test in binding), passed=passed)


def _outcome_notes(exercise: Exercise, report: Report) -> list[Message]:
    limits = exercise.limits
    by_the_clock = report.wall_ms >= 1e3 * limits.wall_s
    params: dict[Outcome, dict[str, Param]] = {
        Outcome.TIME_LIMIT: {"seconds": limits.wall_s if by_the_clock else limits.cpu_s},
        Outcome.MEMORY_LIMIT: {"mib": limits.memory_mib},
        Outcome.OUTPUT_LIMIT: {"kib": 1024},
        Outcome.CRASHED: {"signal": report.exit_signal},
    }
    return [] if report.outcome is Outcome.OK else [Message(report.outcome.value, params.get(report.outcome, {}))]


def _too_large(exercise: Exercise, size: int) -> Result:
    tests = [
        TestResult(name, False, spec.advice, 0.0, spec.points, [Message("not_run")])
        for name, spec in exercise.tests.items()
    ]
    notes = [Message("too_large", {"size": size, "limit": MAX_SOURCE_BYTES})]
    outcome = Outcome.EXITED.value  # it gave no answer: it never ran
    return Result("graded", outcome, 0.0, exercise.max_score, False, tests, notes, None, "", "", 0.0, 0.0, 0.0)
