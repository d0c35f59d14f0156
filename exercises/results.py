"""What grading one submission gives: plain data that crosses processes, the database and the page."""

from __future__ import annotations

from typing import Literal

import msgspec

Param = str | int | float | bool | None

# What steers a terminal or turns text around is shown, not sent: control characters as pictures, the rest as U+FFFD.
_SHOWN = {code: 0x2400 + code for code in range(32) if chr(code) not in "\n\t"} | {0x7F: 0x2421}
_HIDDEN = (*range(0x80, 0xA0), 0x61C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A))
_SHOWN |= dict.fromkeys([*_HIDDEN, *range(0xD800, 0xE000)], 0xFFFD)


def showable(text: str) -> str:
    """A stranger's text as it may stand on a page, in a terminal and in a database."""
    return text if text.isascii() and text.isprintable() else text.translate(_SHOWN)


class Message(msgspec.Struct, frozen=True, omit_defaults=True):
    """A text that the student reads, by id; `exercises.messages.render` puts it into their language.

    `id` is a table of messages.toml, or "exercise:KEY" for [messages.KEY] of the exercise's own exercise.toml.
    """

    id: str
    params: dict[str, Param] = {}


class HiddenNumber(msgspec.Struct, frozen=True, omit_defaults=True):
    """A tensor or number of a hidden test beside the expected one: shapes and yours / expected, and never a value.

    `yours_shape` is empty where there is no such tensor; `ratio` where it is not one number throughout.
    """

    name: str
    agrees: bool
    yours_shape: str
    expected_shape: str
    ratio: str = ""


class TestResult(msgspec.Struct, frozen=True, omit_defaults=True):
    """One test function. The last three fields stay empty for hidden tests.

    `numbers`: of the first hidden test that failed.
    """

    __test__ = False  # not a test class, whatever pytest makes of the name

    id: str
    passed: bool
    advice: bool
    points: float
    max_points: float
    messages: list[Message] = []
    numbers: list[HiddenNumber] = []
    stdout: str = ""
    call: str = ""
    traceback: str = ""


class Contents(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a tensor holds: `text` as nested lists, empty when that would be long."""

    shape: list[int]
    text: str = ""


class TensorState(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a name is bound to after a line.

    `new`: to another tensor than before. `changed`: which fields differ from what the name had before, if it had any.
    """

    name: str
    value: Contents
    requires_grad: bool
    is_leaf: bool
    grad_fn: str = ""
    grad: Contents | None = None
    version: int | None = None  # tensors made in inference mode have none
    shares: list[str] = []  # names of the tensors with the same storage
    new: bool = False
    changed: list[str] = []


class TraceStep(msgspec.Struct, frozen=True, omit_defaults=True):
    """One statement that ran: its first and last line, and the tensors that it made or changed.

    `function`: whose statement it is, if any's. `left_out`: so many more tensors changed. `cut`: the program went on, and
    its trace did not.
    """

    line: int
    last_line: int
    tensors: list[TensorState] = []
    raised: str = ""  # type and first line of the exception
    function: str = ""
    left_out: int = 0
    cut: bool = False


class Result(msgspec.Struct, frozen=True):
    """A graded submission, or one that we could not grade (`errored`: never the student's fault)."""

    status: Literal["graded", "errored"]
    outcome: str
    score: float
    max_score: float
    passed: bool
    tests: list[TestResult]
    notes: list[Message]
    misconception: str | None
    stdout: str
    stderr: str
    wall_ms: float
    cpu_ms: float
    peak_mib: float
    one_of: list[str] = []  # misconceptions that would all explain it, when `misconception` cannot be told
    trace: list[TraceStep] = []  # of a prediction on the web
