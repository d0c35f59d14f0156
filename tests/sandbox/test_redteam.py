"""Every file in redteam/ is an attack. Its header says what must stop it and how it must end.

    # attack: what it tries
    # layer: the wall that must hold (a layer of sandbox.policy, or: frames, values, checker, deadline, output, feedback)
    # outcome: one or more outcomes of sandbox.protocol, by commas
    # score: what it scores, one or more by commas (default 0). Where everything hostile was refused and the rest of
    #        the file is honest, that is the full score of 2, which also proves that the attack ran to its end
    # wall, cpu: seconds that it gets (default 20 and 6)
    # public: yes, to run it as public tests, whose output is shown

An attack that succeeds writes "BREACH …" to descriptor 1 (not by print, whose buffer dies with the process).
After each one, an honest submission must pass on the same server.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from sandbox.policy import LAYERS
from sandbox.protocol import Limits, Outcome

from .conftest import SECRET, SOLUTION, Grade

FOLDER = Path(__file__).parent / "redteam"
ATTACKS = sorted(FOLDER.glob("*.py"))
OTHER_WALLS = {"frames", "values", "checker", "deadline", "output", "feedback"}
TURNS_TEXT = {chr(c) for c in (0x61C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A))}


def header(source: str) -> dict[str, str]:
    lines = (line[1:].split(":", 1) for line in source.splitlines() if line.startswith("#") and ":" in line)
    return {key.strip(): value.strip() for key, value in lines}


def texts(value: Any) -> Iterator[str]:
    """Every string in a tree of plain data."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from texts(key)
            yield from texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from texts(item)


def unfit_to_show(text: str) -> set[str]:
    """Characters that steer a terminal, turn text around, or cannot be stored."""
    return {c for c in text if c in TURNS_TEXT or (unicodedata.category(c) in ("Cc", "Cs") and c not in "\n\t")}


@pytest.mark.parametrize("path", ATTACKS, ids=lambda path: path.stem)
def test_attack_ends_as_it_must(path: Path, grade: Grade) -> None:
    source = path.read_text()
    says = header(source)
    assert says["layer"] in LAYERS or says["layer"] in OTHER_WALLS, f"{path.name}: unknown layer"
    limits = Limits(wall_s=float(says.get("wall", 20)), cpu_s=int(says.get("cpu", 6)), memory_mib=256)
    graded = grade(source, limits, says.get("public") == "yes")
    allowed = {Outcome(name.strip()) for name in says["outcome"].split(",")}
    report = graded.report
    seen = f"{report.outcome} {graded.score} {graded.messages} {graded.findings.notes} {graded.findings.detail}"
    seen = f"{seen} {report.detail} {report.stdout[-300:]!r} {report.stderr[-1500:].decode(errors='replace')}"
    assert report.outcome in allowed, seen
    assert graded.score in {float(score) for score in says.get("score", "0").split(",")}, seen
    everything = report.stdout + report.stderr + report.answer
    assert SECRET.encode() not in everything, "a hidden test came out"
    assert b"BREACH" not in everything, everything[-500:]
    assert not graded.findings.broken, graded.findings.broken
    unfit = {c for text in texts(msgspec.to_builtins(graded.findings)) for c in unfit_to_show(text)}
    assert not unfit, f"a reader's terminal or page gets {sorted(map(ascii, unfit))}"

    honest = grade(SOLUTION)
    assert (honest.report.outcome, honest.score) == (Outcome.OK, 2.0), honest


@pytest.mark.parametrize(
    "source",
    [
        b"x = '\x00'",
        b"\xff\xfe\x00d",
        "def double(x):\n    return 'é'".encode("latin-1"),
        b"",
        b"\x00" * 60_000,
        b"\r\r\x0c",
    ],
    ids=["nul", "utf-16", "latin-1", "empty", "only-nul", "blanks"],
)
def test_files_that_are_no_program_are_told_so(source: bytes, grade: Grade) -> None:
    graded = grade(source)
    assert (graded.report.outcome, graded.score) == (Outcome.OK, 0.0)
    assert next(note.id for note in graded.findings.notes) in ("nul_bytes", "not_utf8", "missing_function")


def test_the_alarm_can_sound(grade: Grade) -> None:
    """What an attack writes does reach the report, from its import and from its call."""
    shout = "import os\nos.write(1, b'BREACH at import ')\ndef double(x):\n    os.write(2, b'BREACH in the call')\n"
    report = grade(shout).report
    assert report.stdout == b"BREACH at import "
    assert report.stderr.startswith(b"BREACH in the call")


def test_enough_attacks() -> None:
    """The suite does not shrink unnoticed; every layer of the policy that a submission can feel has its attack."""
    assert len(ATTACKS) >= 75
    named = {header(path.read_text())["layer"] for path in ATTACKS}
    assert named >= {*OTHER_WALLS, "seccomp", "rlimits", "cgroup", "landlock", "mount-namespace", "pid-namespace"}
