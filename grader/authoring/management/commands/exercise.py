"""`manage.py exercise` with the verbs that need the web's database: import and export drafts."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import CommandError

from exercises.management.commands.exercise import EXIT_FAILED, EXIT_USAGE
from exercises.management.commands.exercise import Command as ExerciseCommand
from grader.authoring import drafts, git
from grader.authoring.archive import Refused, read_zip, write_zip
from grader.authoring.models import Changed, Files, Workspace
from grader.courses.models import Course


class Command(ExerciseCommand):
    help = "Make, check, compare, publish, import and export exercises."

    def add_verbs(self, verbs: Any) -> None:
        taken = verbs.add_parser("import", help="make a draft on the web from a folder, a zip or a Git repository")
        taken.add_argument(
            "source", metavar="PATH|GIT-URL", help="a folder, a .zip, or an https:// or file:// repository"
        )
        taken.add_argument("--slug", help="the draft's name (default: the folder's)")
        taken.add_argument("--owner", required=True, metavar="USERNAME", help="whose draft it becomes")
        taken.add_argument("--course", metavar="SHORT-NAME", help="whose instructors share it")
        taken.add_argument("--folder", default="", help="which folder of the repository")
        taken.add_argument("--replace", action="store_true", help="put the files into the owner's draft of this name")
        given = verbs.add_parser("export", help="write a draft as a folder, or as a zip")
        given.add_argument("slug", metavar="SLUG")
        given.add_argument("into", type=Path, metavar="FOLDER|FILE.zip", help="must not exist yet")

    def actions(self) -> dict[str, Callable[[dict[str, Any]], None]]:
        return {**super().actions(), "import": self.import_one, "export": self.export_one}

    def import_one(self, options: dict[str, Any]) -> None:
        owner = get_user_model().objects.filter(username=options["owner"]).first()
        if owner is None:
            raise CommandError(f"--owner: there is no user {options['owner']!r}", returncode=EXIT_USAGE)
        course = Course.objects.filter(slug=options["course"]).first() if options["course"] else None
        if options["course"] and course is None:
            raise CommandError(f"--course: there is no course {options['course']!r}", returncode=EXIT_USAGE)
        try:
            name, files = self.read(options["source"], options["folder"])
            slug = options["slug"] or name
            workspace = Workspace.objects.filter(slug=slug, owner=owner).first() if options["replace"] else None
            if workspace is not None:
                drafts.replace_all(workspace, files, on=workspace.revision, author=owner, what="imported")
            elif problem := drafts.slug_problem(slug):
                raise CommandError(f"{slug!r}: {problem} (--slug)", returncode=EXIT_USAGE)
            else:
                workspace = drafts.begin(slug, owner, files, "imported", course=course)
        except (Refused, Changed) as error:
            raise CommandError(f"Nothing was imported: {error}", returncode=EXIT_FAILED) from None
        _exercise, mistakes = drafts.parse(workspace)
        if options["json"]:
            record = {"slug": slug, "files": len(files), "revision": workspace.revision}
            self.stdout.write(json.dumps(record | {"mistakes": [str(mistake) for mistake in mistakes]}))
            return
        self.stdout.write(f"{slug}: imported, {len(files)} files, revision {workspace.revision}")
        for mistake in mistakes:
            self.stdout.write(f"  {mistake}")

    def read(self, source: str, folder: str) -> tuple[str, Files]:
        """(a name, the files). Raises Refused."""
        with ExitStack() as stack:
            if git.is_url(source):
                root = stack.enter_context(git.fetched(source))
                found = git.find_folder(root, folder)
                is_root = found.resolve() == root.resolve()
                name = source.rstrip("/").rpartition("/")[2].removesuffix(".git") if is_root else found.name
                return name, drafts.folder_files(found)
            path = Path(source)
            if path.suffix == ".zip" and path.is_file():
                name, files = read_zip(path.read_bytes())
                return name or path.stem, files
            return path.absolute().name, drafts.folder_files(path / folder if folder else path)

    def export_one(self, options: dict[str, Any]) -> None:
        workspace = Workspace.objects.filter(slug=options["slug"]).first()
        if workspace is None:
            raise CommandError(f"There is no draft {options['slug']!r}", returncode=EXIT_USAGE)
        into: Path = options["into"]
        if into.exists():
            raise CommandError(f"{into} exists already", returncode=EXIT_USAGE)
        if into.suffix == ".zip":
            into.write_bytes(write_zip(workspace.slug, workspace.files))
        else:
            for name, text in workspace.files.items():
                (into / name).parent.mkdir(parents=True, exist_ok=True)
                (into / name).write_bytes(text.encode())
        if options["json"]:
            record = {"slug": workspace.slug, "files": len(workspace.files), "revision": workspace.revision}
            self.stdout.write(json.dumps(record | {"into": str(into)}))
            return
        self.stdout.write(f"Wrote {into}: {len(workspace.files)} files, revision {workspace.revision}")
