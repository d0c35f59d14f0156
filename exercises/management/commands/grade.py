"""`manage.py grade`: grade files with the real sandbox, without web, queue or database."""

from __future__ import annotations

import argparse
import json
import secrets
import sys
import traceback
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from exercises import format as exercise_format
from exercises import messages
from exercises.prove import grade_patiently
from exercises.results import Message, Result, TestResult
from exercises.schema import did_you_mean
from sandbox.client import Client, SandboxUnavailable, ensure_server

EXIT_FAILED, EXIT_USAGE, EXIT_ERRORED = 1, 2, 3
MAX_SEED = 2**63 - 1


class Command(BaseCommand):
    """Exit code: 0 all passed, 1 some did not, 2 wrong usage, 3 some could not be graded."""

    help = "Grade files of one exercise with the hidden tests, in the real sandbox."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug", metavar="SLUG", help="a bundled exercise, for instance zero-grad-loop")
        parser.add_argument("files", metavar="FILE", nargs="+", help="Python files to grade")
        parser.add_argument("--json", action="store_true", help="print one JSON object per file, one a line")
        parser.add_argument("--seed", type=seed_number, metavar="N", help="draw the hidden inputs from this seed")
        parser.add_argument("--locale", choices=exercise_format.LOCALES, default="en", help="language of the messages")

    def handle(self, *args: Any, **options: Any) -> None:
        exercise = load_bundled(options["slug"])
        files = {name: read_source(name) for name in options["files"]}
        seed = secrets.randbelow(MAX_SEED) if options["seed"] is None else options["seed"]
        worst = 0
        try:
            with ensure_server(settings.SANDBOX_SOCKET) as client:
                for name, result in grade_files(client, exercise, options["files"], files, seed):
                    self._show(name, exercise, result, seed, options)
                    worst = max(worst, exit_code(result))
        except SandboxUnavailable as error:
            raise CommandError(f"The sandbox does not start: {error}", returncode=EXIT_ERRORED) from None
        if worst:
            sys.exit(worst)

    def _show(
        self, name: str, exercise: exercise_format.Exercise, result: Result, seed: int, options: dict[str, Any]
    ) -> None:
        if options["json"]:
            self.stdout.write(json.dumps(as_record(name, exercise, result, options["locale"])))
        else:
            self.stdout.write("\n".join(self._lines(name, exercise, result, seed, options["locale"])))
        self.stdout.flush()

    def _lines(
        self, name: str, exercise: exercise_format.Exercise, result: Result, seed: int, locale: str
    ) -> Iterator[str]:
        style = self.style.SUCCESS if result.passed else self.style.ERROR
        verdict = "passed" if result.passed else "errored" if result.status == "errored" else "failed"
        score = f"{result.score:g} of {result.max_score:g} points"
        outcome = "" if result.outcome == "ok" else f", {messages.outcome_text(result.outcome, locale)}"
        again = "" if result.passed else f", --seed {seed}"
        yield f"{name}: {style(verdict)}, {score}{outcome} ({result.wall_ms:.0f} ms{again})"
        for note in result.notes:
            yield indent(messages.render(note, locale, exercise), 2)
        for test in result.tests:
            missed = self.style.WARNING("i") if test.advice else self.style.ERROR("✗")
            mark = self.style.SUCCESS("✓") if test.passed else missed
            worth = "advice" if test.advice else f"{test.points:g}/{test.max_points:g}"
            spec = exercise.tests.get(test.id)
            yield f"  {mark} {worth:>6}  {spec.title.get(locale) if spec else test.id}"
            for message in [] if test.passed else test.messages:
                yield indent(messages.render(message, locale, exercise), 12)
        for name in [result.misconception] if result.misconception else result.one_of:
            idea = exercise.misconceptions[name]
            yield indent(f"{self.style.NOTICE(idea.title.get(locale))}: {idea.explanation.get(locale)}", 2)


def seed_number(text: str) -> int:
    """The seed of an option. Raises ArgumentTypeError."""
    if not text.isascii() or not text.isdigit() or int(text) > MAX_SEED:
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number from 0 to {MAX_SEED}")
    return int(text)


def load_bundled(slug: str) -> exercise_format.Exercise:
    """The bundled exercise. Raises CommandError (wrong usage)."""
    folders = exercise_format.bundled()
    if slug not in folders:
        raise CommandError(f"No exercise {slug!r}: {did_you_mean(slug, folders)}", returncode=EXIT_USAGE)
    try:
        return exercise_format.load(folders[slug])
    except exercise_format.ExerciseInvalid as error:
        raise CommandError(str(error), returncode=EXIT_USAGE) from None


def read_source(name: str) -> bytes:
    """A file's bytes. Raises CommandError (wrong usage)."""
    path = Path(name)
    if not path.is_file():
        what = "is a folder" if path.is_dir() else "is no file"
        raise CommandError(f"{name} {what}: name a Python file to grade", returncode=EXIT_USAGE)
    try:
        return path.read_bytes()
    except OSError as error:
        raise CommandError(f"{name} cannot be read: {error.strerror}", returncode=EXIT_USAGE) from None


def grade_files(
    client: Client, exercise: exercise_format.Exercise, names: list[str], sources: dict[str, bytes], seed: int
) -> Iterator[tuple[str, Result]]:
    """Grade over the server's slots; results come in the order of `names`."""

    def grade_one(name: str) -> Result:
        try:
            return grade_patiently(client, exercise, sources[name], seed=seed)
        except Exception:  # ours, whatever it is: the other files still get their lines
            traceback.print_exc()
            return errored(exercise)

    with ThreadPoolExecutor(max_workers=max(1, client.ping().slots)) as pool:
        yield from zip(names, pool.map(grade_one, names), strict=True)


def errored(exercise: exercise_format.Exercise) -> Result:
    """The result of a file that we could not grade."""
    return Result(
        status="errored",
        outcome="sandbox_error",
        score=0.0,
        max_score=exercise.max_score,
        passed=False,
        tests=[],
        notes=[Message("sandbox_error")],
        misconception=None,
        stdout="",
        stderr="",
        wall_ms=0.0,
        cpu_ms=0.0,
        peak_mib=0.0,
    )


def exit_code(result: Result) -> int:
    """This file's part in the exit code."""
    if result.status == "errored":
        return EXIT_ERRORED
    return 0 if result.passed else EXIT_FAILED


def as_record(name: str, exercise: exercise_format.Exercise, result: Result, locale: str) -> dict[str, Any]:
    """One line of --json. Its keys are what other programs rely on."""
    return {
        "file": name,
        "status": result.status,
        "outcome": result.outcome,
        "score": float(result.score),
        "max_score": float(result.max_score),
        "passed": result.passed,
        "tests": [
            {
                "id": test.id,
                "passed": test.passed,
                "advice": test.advice,
                "points": float(test.points),
                "message": test_text(exercise, result, test, locale),
            }
            for test in result.tests
        ],
        "misconception": result.misconception,
        "one_of": result.one_of,
        "wall_ms": result.wall_ms,
        "cpu_ms": result.cpu_ms,
        "peak_mib": result.peak_mib,
    }


def test_text(exercise: exercise_format.Exercise, result: Result, test: TestResult, locale: str) -> str:
    """A failed test's messages as one text."""
    shown = [] if test.passed else messages.of_test(result, test)
    return "\n".join(messages.render(message, locale, exercise) for message in shown)


def indent(text: str, spaces: int) -> str:
    """Every line moved right."""
    return "\n".join(" " * spaces + line for line in text.splitlines())
