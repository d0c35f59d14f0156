"""Proves all exercises and a chapter's blocks under another torch, and tells what became different."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
import venv
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
_PIN = re.compile(r"^torch==\S+$", re.MULTILINE)

Record = dict[str, Any]  # one line of `exercise check --json`
Say = Callable[[str], None]


def environment_with(torch: str, folder: Path, say: Say) -> Path:
    """The interpreter of a virtual environment with Gradus's requirements and this torch. Made once, then kept.

    Raises CalledProcessError when pip cannot install it.
    """
    place = folder / f"torch-{torch}"
    python, done = place / "bin" / "python", place / "complete"
    if not done.exists():
        say(f"installing torch {torch} into {place} …")
        venv.create(place, with_pip=True, clear=True)
        changed = _PIN.sub(f"torch=={torch}", (ROOT / "requirements.txt").read_text())
        requirements = place / "requirements.txt"
        # Without the constraints: another torch may want other dependencies.
        requirements.write_text(changed.replace("-c constraints.txt\n", ""))
        subprocess.run([python, "-m", "pip", "install", "--quiet", "-r", requirements], check=True)
        done.touch()
    return python


def torch_of(python: Path | str) -> str:
    """Its torch's version. Raises FileNotFoundError, CalledProcessError."""
    command = [python, "-c", "import torch; print(torch.__version__)"]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.strip()


def look(python: Path | str, seeds: int, slugs: list[str], say: Say) -> tuple[dict[str, Record], list[str]]:
    """What `exercise check` and `chapter check` find under this interpreter: records by slug, and mistakes."""
    with tempfile.TemporaryDirectory(prefix="gradus-drift-") as folder:
        # A server that listens already has another torch.
        environment = os.environ | {"SANDBOX_SOCKET": f"{folder}/sandbox.sock", "GRADUS_VAR": folder, "DEBUG": "1"}
        records: dict[str, Record] = {}
        for line in _lines(
            [python, "manage.py", "exercise", "check", "--json", "--seeds", str(seeds), *slugs], environment
        ):
            record = json.loads(line)
            records[record["slug"]] = record
            say(f"  {record['slug']}: {'sound' if record['passed'] else 'not sound'}")
        chapter = subprocess.run(
            [python, "manage.py", "chapter", "check"], cwd=ROOT, env=environment, capture_output=True, text=True
        )
    return records, [line for line in chapter.stderr.splitlines() if line.strip()]


def _lines(command: list[Any], environment: dict[str, str]) -> Iterator[str]:
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)
    with process:
        assert process.stdout is not None
        yield from process.stdout
    if process.returncode not in (0, 1):  # 1: some are not sound, which is what we came for
        raise subprocess.CalledProcessError(process.returncode, command)


def differences(before: dict[str, Record], after: dict[str, Record]) -> list[str]:
    """What changed from one torch to the other, one line each."""
    lines = []
    for slug in sorted(before.keys() | after.keys()):
        old, new = before.get(slug), after.get(slug)
        if old is None or new is None:
            lines.append(f"{slug}: {'only now' if old is None else 'no longer'} proved")
            continue
        lines += [f"{slug}: {fault}" for fault in _new(_faults(old), _faults(new))]
        lines += [f"{slug}: no longer: {fault}" for fault in _new(_faults(new), _faults(old))]
        for mutant, row in new.get("matrix", {}).items():
            earlier = old.get("matrix", {}).get(mutant, {})
            lines += [
                f"{slug}: {mutant} fails {test} on {count} seeds, was {earlier.get(test, 0)}"
                for test, count in row.items()
                if (count > 0) != (earlier.get(test, 0) > 0)
            ]
    return lines


def _faults(record: Record) -> list[str]:
    mistakes = [f"{mistake['file']}: {mistake['key']}: {mistake['what']}" for mistake in record["mistakes"]]
    return mistakes + [f"{fault['file']}: {fault['what']}" for fault in record.get("faults", [])]


def _new(before: list[str], after: list[str]) -> list[str]:
    return [line for line in after if line not in before]


def report(python: Path | str, seeds: int, slugs: list[str], say: Say) -> list[str]:
    """Prove with this interpreter and with the other one; what differs."""
    versions = [torch_of(interpreter) for interpreter in (sys.executable, python)]
    say(f"proving with torch {versions[0]} …")
    before, blocks_before = look(sys.executable, seeds, slugs, say)
    say(f"proving with torch {versions[1]} …")
    after, blocks_after = look(python, seeds, slugs, say)
    blocks = [f"chapter: {line}" for line in _new(blocks_before, blocks_after)]
    return differences(before, after) + blocks
