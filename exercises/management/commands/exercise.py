"""`manage.py exercise new | check | diff | publish`: an author's verbs."""

from __future__ import annotations

import argparse
import difflib
import json
import secrets
import shutil
import sys
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import msgspec
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from exercises import content_store, grading, matrix
from exercises import format as exercise_format
from exercises import prove as proving
from exercises.models import Exercise, ExerciseVersion
from exercises.schema import did_you_mean
from sandbox.client import Client, SandboxUnavailable, ensure_server

EXIT_FAILED, EXIT_USAGE = 1, 2
VARIANTS = 64
SKELETONS = Path(exercise_format.__file__).parent / "skeleton"
KINDS = ("implement", "fix-the-bug", "build-graph", "measure", "predict")


class Command(BaseCommand):
    """Exit code: 0 all is well, 1 an exercise is at fault (of diff: something differs), 2 wrong usage."""

    help = "Make, check, compare and publish exercises."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
        new = verbs.add_parser("new", help="write a small complete exercise to start from")
        new.add_argument("slug", metavar="SLUG")
        new.add_argument("--kind", choices=KINDS, default="implement")
        new.add_argument("--into", type=Path, default=exercise_format.CONTENT / "chapter03", metavar="FOLDER")
        check = verbs.add_parser("check", help="prove exercises in the real sandbox")
        check.add_argument("targets", metavar="SLUG|PATH", nargs="*", help="default: all bundled exercises")
        check.add_argument("--seeds", type=seed_count, default=5, metavar="N", help="how many hidden draws (default 5)")
        check.add_argument("--fuzz", action="store_true", help="also try small changes of each solution")
        check.add_argument("--html", type=Path, metavar="FILE", help="also write the matrices as a page")
        diff = verbs.add_parser("diff", help="compare folders with what is published; exit code 1 where they differ")
        diff.add_argument("targets", metavar="SLUG|PATH", nargs="*", help="default: all bundled exercises")
        publish = verbs.add_parser("publish", help="make new versions of what has changed")
        publish.add_argument("targets", metavar="SLUG|PATH", nargs="*", help="default: all bundled exercises")
        self.add_verbs(verbs)
        for verb in verbs.choices.values():
            verb.add_argument("--json", action="store_true", help="print one JSON object per exercise, one a line")

    def add_verbs(self, verbs: Any) -> None:
        """More verbs, of whoever builds on this command; `actions` says what they do."""

    def actions(self) -> dict[str, Callable[[dict[str, Any]], None]]:
        """What is done, by verb."""
        return {"new": self.new, "check": self.check_all, "diff": self.diff_all, "publish": self.publish_all}

    def handle(self, *args: Any, verb: str, **options: Any) -> None:
        try:
            self.actions()[verb](options)
        except SandboxUnavailable as error:
            raise CommandError(f"The sandbox does not start: {error}", returncode=EXIT_FAILED) from None

    def new(self, options: dict[str, Any]) -> None:
        slug, folder = options["slug"], options["into"] / options["slug"]
        if mistakes := list(exercise_format.slug_mistakes(slug)):
            raise CommandError(str(mistakes[0]), returncode=EXIT_USAGE)
        if folder.exists() or slug in exercise_format.bundled():
            raise CommandError(f"{slug} exists already: choose another name", returncode=EXIT_USAGE)
        write_skeleton(folder, options["kind"])
        if options["json"]:
            self.stdout.write(json.dumps({"slug": slug, "folder": str(folder)}))
            return
        self.stdout.write(f"Wrote {folder}: a small exercise that passes its check. Next:")
        self.stdout.write("  1. replace statement, starter, solution, probe and tests with your own")
        self.stdout.write("  2. write every wrong answer that you can think of into mutants/")
        self.stdout.write(f"  3. python manage.py exercise check {folder}")

    def check_all(self, options: dict[str, Any]) -> None:
        folders = find_folders(options["targets"])
        is_sound = True
        proofs: list[tuple[exercise_format.Exercise, proving.Proof]] = []
        with ExitStack() as stack:
            client: Client | None = None
            for folder in folders:
                try:
                    exercise = exercise_format.load(folder)
                except exercise_format.ExerciseInvalid as error:
                    is_sound = False
                    self._show_mistakes(error, options["json"])
                    continue
                client = client or stack.enter_context(ensure_server(settings.SANDBOX_SOCKET))
                progress = self._progress(exercise.slug)
                proof = proving.prove(client, exercise, seeds=options["seeds"], progress=progress)
                if options["fuzz"]:
                    proof = proving.fuzz(client, exercise, proof, progress)
                proofs.append((exercise, proof))
                is_sound = is_sound and proof.passed
                self._show_proof(exercise, proof, options["json"])
        if options["html"]:
            options["html"].parent.mkdir(parents=True, exist_ok=True)
            options["html"].write_text(matrix.page(proofs), encoding="utf-8")
        if not is_sound:
            sys.exit(EXIT_FAILED)

    def diff_all(self, options: dict[str, Any]) -> None:
        differs = False
        for exercise in load_all(options["targets"]):
            row = Exercise.objects.select_related("current").filter(slug=exercise.slug).first()
            version = row.current if row else None
            changes = compare(version.files if version else {}, exercise.files)
            differs = differs or bool(changes)
            if options["json"]:
                published = version.content_hash if version else None
                record = {"slug": exercise.slug, "published": published, "content_hash": exercise.content_hash}
                self.stdout.write(json.dumps(record | {"changes": changes}))
            else:
                self._show_changes(exercise.slug, version, changes)
        if differs:
            sys.exit(EXIT_FAILED)

    def _show_changes(self, slug: str, version: ExerciseVersion | None, changes: dict[str, str]) -> None:
        if not changes:
            self.stdout.write(f"{slug}: as published")
            return
        against = f"version {version.content_hash[:12]}" if version else "nothing: it was never published"
        self.stdout.write(f"{slug}: {len(changes)} files differ from {against}")
        self.stdout.write("".join(changes.values()), ending="")

    def publish_all(self, options: dict[str, Any]) -> None:
        exercises = load_all(options["targets"])
        with ExitStack() as stack:
            client: Client | None = None
            for exercise in exercises:
                variants: list[dict[str, Any]] = []
                if exercise.kind == "predict" and content_store.find(exercise) is None:
                    client = client or stack.enter_context(ensure_server(settings.SANDBOX_SOCKET))
                    variants = grading.draw_variants(client, exercise, count=VARIANTS, seed=secrets.randbits(62))
                version, is_new = content_store.publish(exercise, variants)
                if options["json"]:
                    record = {"slug": exercise.slug, "content_hash": version.content_hash, "is_new": is_new}
                    self.stdout.write(json.dumps(record | {"variants": len(version.variants)}))
                    continue
                what = "published" if is_new else "unchanged"
                pool = f", {len(version.variants)} variants" if version.variants else ""
                self.stdout.write(f"{exercise.slug}: {what}, version {version.content_hash[:12]}{pool}")

    def _progress(self, slug: str) -> proving.Progress | None:
        if not sys.stderr.isatty():
            return None

        def show(done: int, total: int) -> None:
            end = "\r\x1b[K" if done == total else ""
            self.stderr.write(f"\r{slug}: {done} of {total} runs{end}", ending="")
            self.stderr.flush()

        return show

    def _show_mistakes(self, error: exercise_format.ExerciseInvalid, as_json: bool) -> None:
        if as_json:
            record = {"slug": error.slug, "passed": False, "mistakes": msgspec.to_builtins(error.mistakes)}
            self.stdout.write(json.dumps(record))
            return
        self.stdout.write(f"{error.slug}: {self.style.ERROR(f'{len(error.mistakes)} mistake(s)')}")
        for mistake in error.mistakes:
            self.stdout.write(f"  {mistake}")

    def _show_proof(self, exercise: exercise_format.Exercise, proof: proving.Proof, as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps({**msgspec.to_builtins(proof), "passed": proof.passed, "mistakes": []}))
            self.stdout.flush()
            return
        verdict = self.style.SUCCESS("sound") if proof.passed else self.style.ERROR(f"{len(proof.faults)} fault(s)")
        fuzzed = f", {proof.fuzzed} changes" if proof.fuzzed else ""
        files = f"{len(exercise.mutants)} mutants, {len(exercise.accepted)} accepted"
        self.stdout.write(
            f"{proof.slug}: {verdict} ({files}, {proof.seeds} seeds, {proof.runs} runs{fuzzed}, {proof.seconds:.0f} s)"
        )
        self.stdout.write(proving.matrix_text(exercise, proof))
        for finding in proof.faults:
            self.stdout.write(f"  {self.style.ERROR('fault')}  {finding}")
        for finding in proof.notices:
            self.stdout.write(f"  {self.style.WARNING('notice')} {finding}")
        self.stdout.flush()


def seed_count(text: str) -> int:
    """How many seeds. Raises ArgumentTypeError."""
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 1000:
        raise argparse.ArgumentTypeError(f"{text!r} is no number from 1 to 1000")
    return int(text)


def find_folders(targets: list[str]) -> list[Path]:
    """Folders of slugs and paths, all bundled ones for none. Raises CommandError (wrong usage)."""
    folders = exercise_format.bundled()
    found: list[Path] = []
    for target in targets or list(folders):
        if target in folders:
            found.append(folders[target])
        elif Path(target).is_dir():
            found.append(Path(target))
        else:
            remedy = did_you_mean(target, folders)
            raise CommandError(f"{target!r} is neither an exercise nor a folder: {remedy}", returncode=EXIT_USAGE)
    if not found:
        raise CommandError("There are no bundled exercises: name a folder", returncode=EXIT_USAGE)
    return found


def load_all(targets: list[str]) -> list[exercise_format.Exercise]:
    """Raises CommandError, for the first that is no exercise too."""
    try:
        return [exercise_format.load(folder) for folder in find_folders(targets)]
    except exercise_format.ExerciseInvalid as error:
        raise CommandError(str(error), returncode=EXIT_FAILED) from None


def compare(before: dict[str, str], after: dict[str, str]) -> dict[str, str]:
    """A unified diff by path, of the files that differ."""
    changes = {}
    for path in sorted(before.keys() | after.keys()):
        old, new = before.get(path), after.get(path)
        if old != new:
            names = ("/dev/null" if old is None else f"a/{path}", "/dev/null" if new is None else f"b/{path}")
            lines = difflib.unified_diff((old or "").splitlines(), (new or "").splitlines(), *names, lineterm="")
            changes[path] = "".join(f"{line}\n" for line in lines)
    return changes


def write_skeleton(folder: Path, kind: str) -> None:
    """Copy the skeleton for this kind, with the kind and a title from the folder's name filled in."""
    source = SKELETONS / ("predict" if kind == "predict" else "code")
    shutil.copytree(source, folder, ignore=shutil.ignore_patterns("__pycache__"))
    manifest = folder / exercise_format.MANIFEST
    title = folder.name.replace("-", " ").capitalize()
    manifest.write_text(manifest.read_text().replace("@KIND@", kind).replace("@TITLE@", title))
