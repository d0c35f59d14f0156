"""What each role of a job is given, and the body of the checker's answer. Built and read by `exercises.grading`.

The author's files travel as byte code: compiling them anew in every job took 5 ms of it, and 1 ms for each mutant.
"""

from __future__ import annotations

import functools
import importlib.util
import marshal
from types import CodeType

import msgspec

from exercises.results import Message, Param, TestResult, TraceStep, showable
from exercises.traced import TracedRun

# A prediction has no probe of its own: the answer is what `predict` returns. Its parameters may have other names than
# the numbers; then they are given in the order in which the variant has them.
PREDICT_PROBE = """
import inspect
import submission

def predict(**numbers):
    if takes(numbers):
        return submission.predict(**numbers)
    return submission.predict(*numbers.values())

def takes(numbers):
    try:
        inspect.signature(submission.predict).bind(**numbers)
    except TypeError:
        return False
    except ValueError:  # it does not tell
        pass
    return True
"""

# A block of a chapter is a submission without entry points; what it drew is asked for afterwards.
BLOCK_PROBE = """
import sys

def shown():
    if "matplotlib.pyplot" not in sys.modules:
        return []
    from exercises.harness import plots
    return plots.shown()
"""


Code = bytes  # of one module, after Python's magic number


@functools.lru_cache(maxsize=4096)
def compiled(source: str, file: str) -> Code:
    """Raises SyntaxError. For the author's files only: the student's are compiled in the jail."""
    return importlib.util.MAGIC_NUMBER + marshal.dumps(compile(source, file, "exec"))


def code_of(module: Code) -> CodeType:
    """Raises ImportError when another version of Python compiled it."""
    if not module.startswith(importlib.util.MAGIC_NUMBER):
        raise ImportError("compiled by another Python: the service and its sandbox must run the same version")
    code: CodeType = marshal.loads(module[len(importlib.util.MAGIC_NUMBER) :])  # noqa: S302 - of our own making
    return code


class StudentPart(msgspec.Struct, frozen=True):
    """`source` as the student sent it; `probe` as the author wrote it. No test, no reference, no expected value."""

    source: bytes
    probe: Code
    entry_points: list[str]
    public: bool


class TestPlan(msgspec.Struct, frozen=True):
    points: float = 0.0
    advice: bool = False


class Mutant(msgspec.Struct, frozen=True):
    """A classic wrong answer. `fails`: names of the tests that it must fail."""

    code: Code
    misconception: str
    fails: list[str] = []


class Field(msgspec.Struct, frozen=True):
    """One answer of a predict exercise, as in exercise.toml."""

    name: str
    type: str
    expr: str


class Prediction(msgspec.Struct, frozen=True):
    """`variants`: the student's own numbers; empty: draw `count` of them from the seed."""

    snippet: str
    draw: Code
    fields: list[Field]
    variants: list[dict[str, int | float]] = []
    count: int = 4


class Tracing(msgspec.Struct, frozen=True):
    """What a traced run needs beyond a run of the public tests: the reference's text, and mutants with theirs.

    `mutants`: those that hold the recognised misconception; the losses of the one that goes the student's way are told.
    """

    solution: str
    mutants: list[tuple[Code, str]] = []


class CheckerPart(msgspec.Struct, frozen=True):
    """`source` is the student's text, for quoting lines of it; it is never run here."""

    tests_code: Code
    tests: dict[str, TestPlan]
    solution: Code
    probe: Code
    mutants: list[Mutant]
    source: str
    seed: int
    public: bool
    prediction: Prediction | None = None
    draw_only: int = 0  # predict: answer with this many variants and grade nothing
    repeat: int = 1  # on so many seeds, from `seed` on, each after loading the submission anew: for proofs
    block: bool = False  # a block of a chapter: what it printed, raised and drew, and nothing is graded
    traced: Tracing | None = None  # a traced run of the public tests, and nothing is graded


class Findings(msgspec.Struct, frozen=True):
    """`broken`: the exercise itself failed (no test ran, a test is missing); then nothing is scored.

    `detail`: what tests raised unexpectedly, for operators and authors, never for students.
    """

    tests: list[TestResult] = []
    notes: list[Message] = []
    misconceptions: list[str] = []  # one, or one of several
    stdout: str = ""
    broken: str = ""
    detail: str = ""
    variants: list[dict[str, int | float]] = []
    repeats: list[list[TestResult]] = []  # of the seeds after the first
    trace: list[TraceStep] = []  # of the student's own variant of a prediction
    plots: list[bytes] = []  # of a block; nobody has looked at these bytes yet
    traced: TracedRun | None = None


MAX_NOTES = 20
MAX_PLOTS = 4
MAX_PLOT_BYTES = 512 << 10


def presentable(findings: Findings) -> Findings:
    """Whatever got into them from the student's process, in a form that every reader can store and show."""
    change = msgspec.structs.replace
    tests = [
        change(
            test,
            messages=[_message(message) for message in test.messages],
            stdout=showable(test.stdout),
            call=showable(test.call),
            traceback=showable(test.traceback),
        )
        for test in findings.tests
    ]
    return change(
        findings,
        tests=tests,
        notes=[_message(message) for message in findings.notes[:MAX_NOTES]],
        stdout=showable(findings.stdout),
        broken=showable(findings.broken),
        detail=showable(findings.detail),
    )


def _message(message: Message) -> Message:
    return Message(
        showable(message.id)[:100], {showable(key)[:40]: _param(value) for key, value in message.params.items()}
    )


def _param(value: Param) -> Param:
    if isinstance(value, str):
        return showable(value[:2000])
    if type(value) is int and value.bit_length() > 63:
        return str(value)[:80]
    return value


encode = msgspec.msgpack.Encoder().encode
decode_student = msgspec.msgpack.Decoder(StudentPart).decode
decode_checker = msgspec.msgpack.Decoder(CheckerPart).decode
decode_findings = msgspec.msgpack.Decoder(Findings).decode
