"""Every file in redteam/ is an attack. Its header says what must stop it and how it must end.

    # attack: what it tries
    # layer: the wall that must hold (a layer of sandbox.policy, or: frames, values, checker, deadline)
    # outcome: one or more outcomes of sandbox.protocol, by commas
    # score: what it may score at most (default 0)

After each one, an honest submission must pass on the same server.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from sandbox.policy import LAYERS
from sandbox.protocol import Outcome

from .conftest import SECRET, SOLUTION, Grade

FOLDER = Path(__file__).parent / "redteam"
ATTACKS = sorted(FOLDER.glob("*.py"))
OTHER_WALLS = {"frames", "values", "checker", "deadline", "output", "feedback"}


def header(source: str) -> dict[str, str]:
    lines = (line[1:].split(":", 1) for line in source.splitlines() if line.startswith("#") and ":" in line)
    return {key.strip(): value.strip() for key, value in lines}


@pytest.mark.parametrize("path", ATTACKS, ids=lambda path: path.stem)
def test_attack_ends_as_it_must(path: Path, grade: Grade) -> None:
    source = path.read_text()
    says = header(source)
    assert says["layer"] in LAYERS or says["layer"] in OTHER_WALLS, f"{path.name}: unknown layer"
    graded = grade(source)
    allowed = {Outcome(name.strip()) for name in says["outcome"].split(",")}
    seen = f"{graded.report.outcome} {graded.messages} {graded.findings.notes} {graded.report.detail}"
    assert graded.report.outcome in allowed, seen
    assert graded.score <= float(says.get("score", 0)), seen
    everything = graded.report.stdout + graded.report.stderr + graded.report.answer
    assert SECRET.encode() not in everything, "a hidden test came out"
    assert b"BREACH" not in everything, everything[-500:]

    honest = grade(SOLUTION)
    assert (honest.report.outcome, honest.score) == (Outcome.OK, 2.0), honest.report
