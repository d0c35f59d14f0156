"""What can be done with a draft's files: begin, add, rename, remove, and find what is wrong with them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, get_args

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from exercises import format as exercise_format
from exercises.checks import is_known_path
from exercises.format import (
    CONTENT,
    MANIFEST,
    MAX_FILE_KIB,
    MAX_FILES,
    MAX_SLUG,
    Exercise,
    ExerciseInvalid,
    Kind,
    Mistake,
)
from exercises.models import Exercise as Published
from exercises.models import ExerciseVersion
from grader.authoring.archive import MAX_TOTAL_KIB, Refused, refuse_unknown, too_large, too_large_together
from grader.authoring.models import Files, Revision, Workspace, create_workspace, save_files

SKELETONS = CONTENT.parent / "skeleton"
KINDS: tuple[str, ...] = get_args(Kind)
FOLDERS = ("mutants/", "accepted/")
NEW_FILE = {
    "mutants/": "# misconception: \n# fails: \n",
    "accepted/": "# why: \n",
}
RESERVED = frozenset({"new", "import", "bundled"})


def skeleton_files(slug: str, kind: str) -> Files:
    """A small complete exercise of this kind, as `manage.py exercise new` writes it."""
    files = exercise_format.read_files(SKELETONS / ("predict" if kind == "predict" else "code"))
    title = slug.replace("-", " ").capitalize()
    files[MANIFEST] = files[MANIFEST].replace("@KIND@", kind).replace("@TITLE@", title)
    return files


def slug_problem(slug: str) -> str:
    """Why a new draft cannot have this name; empty when it can."""
    if exercise_format.slug_mistakes(slug) or slug in RESERVED:
        return _("Use lower-case letters, digits and hyphens, such as relu-grad.")
    is_taken = (
        Workspace.objects.filter(slug=slug).exists()
        or Published.objects.filter(slug=slug).exists()
        or slug in exercise_format.bundled()
    )
    return _("This name is taken. One that is free: %(name)s") % {"name": free_slug(slug)} if is_taken else ""


def free_slug(slug: str) -> str:
    """This name, or the first of name-2, name-3 … that nothing has."""
    stem = re.sub(r"[^a-z0-9]+", "-", slug.lower()).strip("-")[: MAX_SLUG - 5].strip("-") or "exercise"
    taken = set(Workspace.objects.filter(slug__startswith=stem).values_list("slug", flat=True))
    taken |= set(Published.objects.filter(slug__startswith=stem).values_list("slug", flat=True))
    taken |= exercise_format.bundled().keys() | RESERVED
    return next(name for name in (stem, *(f"{stem}-{n}" for n in range(2, 10_000))) if name not in taken)


def begin(slug: str, owner: Any, files: Files, what: str, **fields: Any) -> Workspace:
    """A new draft. Raises Refused when the name has been taken meanwhile."""
    try:
        with transaction.atomic():
            return create_workspace(slug=slug, owner=owner, files=files, what=what, **fields)
    except IntegrityError:
        raise Refused("", _("This name has just been taken"), _("Choose another one.")) from None


def copy_version(version: ExerciseVersion, owner: Any, course: Any = None) -> Workspace:
    """A draft with a published version's files under a name of its own."""
    slug = free_slug(version.exercise.slug)
    return begin(slug, owner, dict(version.files), "copied", base=version, course=course)


def parse(workspace: Workspace) -> tuple[Exercise | None, list[Mistake]]:
    """The exercise, or everything that is wrong with the draft."""
    return parse_files(workspace.slug, workspace.files)


def parse_files(slug: str, files: Files) -> tuple[Exercise | None, list[Mistake]]:
    try:
        return exercise_format.from_files(slug, files), []
    except ExerciseInvalid as error:
        return None, error.mistakes


def save_text(workspace: Workspace, path: str, text: str, *, on: int, author: Any) -> bool:
    """Write one file on top of revision `on`. False when nothing changed. Raises Changed, Refused.

    Somebody else's save of another file is no conflict: this one is put on top of it.
    """
    if path not in workspace.files:
        raise Refused(path, _("This file is no longer there"), _("It was removed or renamed meanwhile. Add it again."))
    if on != workspace.revision and is_untouched(workspace, path, on):
        on = workspace.revision
    files = with_text(workspace.files, path, text)
    return save_files(workspace, files, on=on, author=author, what="edited", path=path)


def is_untouched(workspace: Workspace, path: str, since: int) -> bool:
    """Whether a file is as it was in that revision."""
    then = Revision.objects.filter(workspace=workspace, number=since).first()
    return then is not None and then.files.get(path) == workspace.files[path]


def with_text(files: Files, path: str, text: str) -> Files:
    """Raises Refused for what cannot be kept."""
    refuse_unknown(path)
    if "\0" in text:
        raise Refused(path, _("It holds a NUL character"), _("Remove it."))
    if len(text.encode()) > MAX_FILE_KIB * 1024:
        raise too_large(path)
    changed = {**files, path: text}
    if len(changed) > MAX_FILES:
        raise Refused("", _("A draft has at most %(most)d files") % {"most": MAX_FILES}, _("Remove some first."))
    if sum(len(content.encode()) for content in changed.values()) > MAX_TOTAL_KIB * 1024:
        raise too_large_together()
    return changed


def add_file(workspace: Workspace, path: str, text: str | None, *, on: int, author: Any) -> bool:
    """A new file; `text` None: what such a file begins with. Raises Changed, Refused."""
    if path in workspace.files:
        raise Refused(path, _("This file is there already"), _("Choose another name."))
    folder = path.partition("/")[0] + "/"
    content = NEW_FILE.get(folder, "\n") if text is None else text
    files = with_text(workspace.files, path, content)
    return save_files(workspace, files, on=on, author=author, what="added", path=path)


def read_limited(upload: Any) -> bytes:
    """An uploaded file's bytes; of one that is too large, enough to be refused."""
    return bytes(upload.read(MAX_FILE_KIB * 1024 + 1))


def rename_file(workspace: Workspace, path: str, to: str, *, on: int, author: Any) -> bool:
    """Raises Changed, Refused."""
    if path not in workspace.files:
        raise Refused(path, _("This file is no longer there"), _("Look at the list again."))
    if to in workspace.files:
        raise Refused(to, _("This file is there already"), _("Choose another name."))
    kept = {name: text for name, text in workspace.files.items() if name != path}
    files = with_text(kept, to, workspace.files[path])
    return save_files(workspace, files, on=on, author=author, what="renamed", path=to)


def remove_file(workspace: Workspace, path: str, *, on: int, author: Any) -> bool:
    """Raises Changed, Refused."""
    if path not in workspace.files:
        raise Refused(path, _("This file is no longer there"), _("Look at the list again."))
    files = {name: text for name, text in workspace.files.items() if name != path}
    return save_files(workspace, files, on=on, author=author, what="removed", path=path)


def replace_all(workspace: Workspace, files: Files, *, on: int, author: Any, what: str, path: str = "") -> bool:
    """All files at once: an import, or an earlier revision. Raises Changed."""
    return save_files(workspace, files, on=on, author=author, what=what, path=path)


def full_path(name: str, folder: str = "") -> str:
    """What an author typed as a file's name, within `folder`. Raises Refused."""
    name = name.strip()
    path = name if name.startswith(FOLDERS) or not folder else folder + name
    if folder and not path.endswith(".py"):
        path += ".py"
    if not is_known_path(path):
        if path.startswith(FOLDERS):
            remedy = _("Use lower-case letters, digits and _, such as no_zero.py.")
            raise Refused(path, _("This is no module name"), remedy)
        refuse_unknown(path)
    return path


def find_line(mistake: Mistake, text: str) -> int:
    """The line that a mistake speaks of, 0 where it cannot be told."""
    if found := re.search(r"\bline (\d+)", mistake.key):
        return int(found[1])
    lines = text.split("\n")
    if mistake.file == MANIFEST and mistake.key:
        return find_key(mistake.key, lines)
    if mistake.key.isidentifier():
        pattern = re.compile(rf"\s*(async\s+)?(def|class)\s+{mistake.key}\b|#\s*{mistake.key}\s*:")
        return next((number for number, line in enumerate(lines, 1) if pattern.match(line)), 0)
    return 0


def find_key(key: str, lines: list[str]) -> int:
    """The line of a dotted key of TOML: its own in the longest table that is there, else the table's."""
    parts = re.sub(r"\[\d+\]", "", key).split(".")
    for length in range(len(parts), -1, -1):
        table, rest = ".".join(parts[:length]), ".".join(parts[length:])
        start = find_table(table, lines)
        if start is None:
            continue
        for number in range(start + 1, len(lines) + 1):
            line = lines[number - 1].strip()
            if line.startswith("[") and number > start:
                break
            if rest and re.match(rf'"?{re.escape(rest)}"?\s*(=|\.)', line):
                return number
        if start:
            return start
    return 0


def find_table(name: str, lines: list[str]) -> int | None:
    """The line of [name] or of the first [[name]]; 0 for the top of the file; None when it is not there."""
    if not name:
        return 0
    header = re.compile(rf"\[\[?\s*{re.escape(name)}\s*\]\]?")
    return next((number for number, line in enumerate(lines, 1) if header.match(line.strip())), None)


def folder_files(folder: Path) -> Files:
    """The files of a folder on disk. Raises Refused."""
    try:
        files = exercise_format.read_files(folder)
    except ExerciseInvalid as error:
        first = error.mistakes[0]
        raise Refused(first.file, first.what, first.remedy) from None
    for name, text in files.items():
        refuse_unknown(name)
        if "\0" in text:
            raise Refused(name, _("It holds a NUL character"), _("Remove it."))
    if not files:
        raise Refused(str(folder), _("There is no file of an exercise"), _("Name the exercise's own folder."))
    if sum(len(text.encode()) for text in files.values()) > MAX_TOTAL_KIB * 1024:
        raise too_large_together()
    return files
