"""What an exercise is: the folder format, read and checked, with every mistake reported at once."""

from __future__ import annotations

import ast
import hashlib
import os
import re
import stat
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec

FORMAT = 1
MAX_FILES = 200
MAX_FILE_KIB = 256
CONTENT = Path(__file__).parent / "content"
MANIFEST = "exercise.toml"
MAX_SLUG = 60
SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
LOCALES = ("en", "zh-hant")

Kind = Literal["predict", "implement", "fix-the-bug", "build-graph", "measure"]
FieldType = Literal["number", "bool", "none-or-number", "shape", "number-or-error"]
Filled = Annotated[str, msgspec.Meta(pattern=r"\S")]
Identifier = Annotated[
    str, msgspec.Meta(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", description="use lower-case letters, digits and hyphens")
]


class _Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A table of exercise.toml."""


class Text(_Table, frozen=True):
    """One text in both languages."""

    en: Filled
    zh_hant: Filled = msgspec.field(name="zh-hant")

    def get(self, locale: str) -> str:
        return self.zh_hant if locale.lower().startswith("zh") else self.en


class Limits(_Table, frozen=True):
    """What one submission may use in the sandbox.

    A second of CPU is ten times what most of the bundled exercises take, and an endless loop is told after it.
    """

    wall_s: Annotated[float, msgspec.Meta(gt=0, le=60, description="use 0 < seconds <= 60")] = 10
    cpu_s: Annotated[int, msgspec.Meta(ge=1, le=60, description="use whole seconds, 1 to 60")] = 1
    memory_mib: Annotated[int, msgspec.Meta(ge=256, le=2048, description="use 256 to 2048 MiB")] = 512


class TestSpec(_Table, frozen=True):
    """One hidden test: its worth and what the student may read about it."""

    __test__ = False  # not a test class, whatever pytest makes of the name

    title: Text
    points: Annotated[float, msgspec.Meta(ge=0, le=100, description="use 0 to 100 points")] = 0
    advice: bool = False
    hint: Text | None = None


class PublicSpec(_Table, frozen=True):
    """One public test."""

    title: Text


class Misconception(_Table, frozen=True):
    """A classic wrong idea, shown by name to the student who holds it."""

    title: Text
    explanation: Text


class PredictField(_Table, frozen=True):
    """One answer of a prediction: `expr` is evaluated after the snippet ran and gives the key."""

    name: Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z_]\w*$", description="use a Python name")]
    type: FieldType
    expr: Filled
    label: Text


class Predict(_Table, frozen=True):
    """The form of a predict exercise, in the order of the tuple that `predict` returns."""

    fields: list[PredictField]


class Equivalent(_Table, frozen=True):
    """A change of the solution that `check --fuzz` makes and no test can notice, and why that is right."""

    change: Annotated[str, msgspec.Meta(pattern=" -> ", description="copy the change as `check --fuzz` prints it")]
    reason: Filled


class Manifest(_Table, frozen=True, kw_only=True):
    """exercise.toml."""

    format: Annotated[int, msgspec.Meta(ge=FORMAT, le=FORMAT, description=f"write format = {FORMAT}")]
    kind: Kind
    tier: Annotated[int, msgspec.Meta(ge=1, le=3, description="use tier 1, 2 or 3")]
    section: Annotated[
        str, msgspec.Meta(pattern=r"^\d+(\.\d+)*$", description='write a section number such as "3.2.4"')
    ]
    concepts: list[Identifier]
    entry_points: list[str]
    title: Text
    limits: Limits = Limits()
    tests: dict[str, TestSpec]
    public: dict[str, PublicSpec] = {}
    hints: list[Text]
    misconceptions: dict[str, Misconception] = {}
    messages: dict[str, Text] = {}
    predict: Predict | None = None
    equivalents: list[Equivalent] = []


class EntryPoint(msgspec.Struct, frozen=True):
    """A name that the submission must define. `parameters` is None for a class."""

    name: str
    parameters: list[str] | None
    signature: str


class Mutant(msgspec.Struct, frozen=True):
    """A classic wrong answer that must fail each test named in `fails`, on every seed."""

    name: str
    source: str
    misconception: str
    fails: list[str]


class Accepted(msgspec.Struct, frozen=True):
    """Another legitimate way to write the answer."""

    name: str
    source: str
    why: str


class Exercise(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """A complete, checked exercise; `files` holds every file's text by its path in the folder."""

    slug: str
    kind: Kind
    tier: int
    section: str
    concepts: list[str]
    entry_points: list[str]
    title: Text
    limits: Limits
    tests: dict[str, TestSpec]
    public: dict[str, PublicSpec]
    hints: list[Text]
    misconceptions: dict[str, Misconception]
    messages: dict[str, Text]
    predict: Predict | None
    equivalents: list[Equivalent]
    files: dict[str, str]

    @cached_property
    def content_hash(self) -> str:
        return content_hash_of(self.files)

    @property
    def max_score(self) -> float:
        return float(sum(test.points for test in self.tests.values()))

    @cached_property
    def mutants(self) -> list[Mutant]:
        return [
            Mutant(Path(path).stem, text, header.get("misconception", ""), split_names(header.get("fails", "")))
            for path, text, header in self._headed("mutants/")
        ]

    @cached_property
    def accepted(self) -> list[Accepted]:
        return [
            Accepted(Path(path).stem, text, header.get("why", "")) for path, text, header in self._headed("accepted/")
        ]

    def statement(self, locale: str) -> str:
        """The statement's Markdown."""
        return self.files["statement.zh-hant.md" if locale.lower().startswith("zh") else "statement.en.md"]

    def _headed(self, folder: str) -> list[tuple[str, str, dict[str, str]]]:
        return [(path, text, header_of(text)) for path, text in sorted(self.files.items()) if path.startswith(folder)]


class Mistake(msgspec.Struct, frozen=True, order=True):
    """One thing that is wrong with a folder, and how to mend it."""

    file: str
    key: str
    what: str
    remedy: str

    def __str__(self) -> str:
        return f"{': '.join(part for part in (self.file, self.key, self.what) if part)}, {self.remedy}"


class ExerciseInvalid(ValueError):
    """A folder that is no exercise; `mistakes` holds everything that is wrong with it."""

    def __init__(self, slug: str, mistakes: list[Mistake]) -> None:
        self.slug = slug
        self.mistakes = mistakes
        super().__init__(f"{slug}: {len(mistakes)} mistake(s)\n" + "\n".join(str(mistake) for mistake in mistakes))


def bundled() -> dict[str, Path]:
    """Folder of every bundled exercise by its slug."""
    return {path.parent.name: path.parent for path in sorted(CONTENT.glob(f"*/*/{MANIFEST}"))}


def content_hash_of(files: dict[str, str]) -> str:
    """SHA-256 over every path and its bytes, in the order of the paths."""
    digest = hashlib.sha256()
    for path, text in sorted(files.items()):
        data = text.encode()
        digest.update(f"{path}\0{len(data)}\0".encode())
        digest.update(data)
    return digest.hexdigest()


def read_files(folder: Path) -> dict[str, str]:
    """Texts of a folder's files by path, whatever they say. Raises ExerciseInvalid for what is no readable file."""
    mistakes: list[Mistake] = []
    files = _read_folder(folder, mistakes)
    if mistakes:
        raise ExerciseInvalid(folder.absolute().name, sorted(set(mistakes)))
    return files


def load(folder: Path) -> Exercise:
    """Read and check an exercise folder. Raises ExerciseInvalid with every mistake."""
    mistakes: list[Mistake] = []
    files = _read_folder(folder, mistakes)
    # A path such as "." has no name of its own.
    return _build(folder.absolute().name, files, mistakes)


def from_files(slug: str, files: dict[str, str], *, check: bool = True) -> Exercise:
    """Build an exercise from its files' texts. Raises ExerciseInvalid.

    `check=False` is for a published version: it was checked when it was published, and a rule
    that was added later must not make an old submission unreadable.
    """
    if check:
        return _build(slug, dict(files), [])
    return _assemble(slug, dict(files), msgspec.toml.decode(files[MANIFEST]))


def parse_entry_point(text: str) -> EntryPoint:
    """EntryPoint for "train(params, lr)" or "class Softplus". Raises ValueError."""
    if match := re.fullmatch(r"class\s+([A-Za-z_]\w*)", text.strip()):
        return EntryPoint(match[1], None, text.strip())
    try:
        body = ast.parse(f"def {text.strip()}:\n    pass").body
    except (SyntaxError, ValueError):
        body = []
    if len(body) != 1 or not isinstance(body[0], ast.FunctionDef) or len(body[0].body) != 1:
        raise ValueError(f"{text!r} is no signature")
    arguments = body[0].args
    names = [arg.arg for arg in (*arguments.posonlyargs, *arguments.args)]
    names += [f"*{arguments.vararg.arg}"] if arguments.vararg else []
    names += [arg.arg for arg in arguments.kwonlyargs]
    names += [f"**{arguments.kwarg.arg}"] if arguments.kwarg else []
    return EntryPoint(body[0].name, names, text.strip())


def slug_mistakes(slug: str) -> list[Mistake]:
    """What is wrong with a folder's name, if anything."""
    if SLUG.fullmatch(slug) and len(slug) <= MAX_SLUG:
        return []
    remedy = f"use lower-case letters, digits and hyphens, at most {MAX_SLUG} characters"
    return [Mistake(slug, "", "is no name for an exercise folder", remedy)]


def header_of(source: str) -> dict[str, str]:
    """The `# key: value` lines at the top of a Python file."""
    header: dict[str, str] = {}
    for line in source.splitlines():
        if not line.startswith("#"):
            break
        name, colon, value = line.lstrip("# ").partition(":")
        if colon:
            header.setdefault(name.strip().lower(), value.strip())
    return header


def split_names(text: str) -> list[str]:
    """Names of a comma-separated list, without blanks."""
    return [name.strip() for name in text.split(",") if name.strip()]


def _build(slug: str, files: dict[str, str], mistakes: list[Mistake]) -> Exercise:
    # Here, because checks.py needs the names above.
    from exercises import checks

    unread = frozenset(mistake.file for mistake in mistakes)
    raw = checks.decode_manifest(files, mistakes)
    mistakes += checks.find_mistakes(slug, files, raw, unread)
    if mistakes:
        raise ExerciseInvalid(slug, sorted(set(mistakes)))
    return _assemble(slug, files, raw)


def _assemble(slug: str, files: dict[str, str], raw: dict[str, Any]) -> Exercise:
    manifest = msgspec.convert(raw, type=Manifest)
    fields = {name: getattr(manifest, name) for name in Manifest.__struct_fields__ if name != "format"}
    return Exercise(slug=slug, files=files, **fields)


def _read_folder(folder: Path, mistakes: list[Mistake]) -> dict[str, str]:
    """Texts of all files below `folder`; hidden files and Python's caches are passed over."""
    if folder.is_symlink() or not folder.is_dir():
        what = "is a symbolic link" if folder.is_symlink() else "is not a folder"
        raise ExerciseInvalid(folder.name, [Mistake(str(folder), "", what, "give the exercise's own folder")])
    files: dict[str, str] = {}
    seen = 0
    for root, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not _is_ignored(name))
        links = [name for name in folders if (Path(root) / name).is_symlink()]
        for name in sorted([*names, *links]):
            if _is_ignored(name):
                continue
            seen += 1
            if seen > MAX_FILES:
                mistakes.append(Mistake(folder.name, "", f"holds more than {MAX_FILES} files", "remove some"))
                return files
            _read_file(Path(root) / name, str((Path(root) / name).relative_to(folder)), files, mistakes)
    return files


def _is_ignored(name: str) -> bool:
    return name.startswith(".") or name == "__pycache__" or name.endswith(".pyc")


def _read_file(path: Path, name: str, files: dict[str, str], mistakes: list[Mistake]) -> None:
    status = path.lstat()
    if stat.S_ISLNK(status.st_mode):
        mistakes.append(Mistake(name, "", "is a symbolic link", "put a copy of the file in its place"))
    elif not stat.S_ISREG(status.st_mode):
        mistakes.append(Mistake(name, "", "is not a regular file", "remove it"))
    elif status.st_size > MAX_FILE_KIB * 1024:
        size = f"has {status.st_size // 1024} KiB, more than {MAX_FILE_KIB}"
        mistakes.append(Mistake(name, "", size, "make it shorter"))
    else:
        try:
            files[name] = path.read_bytes().decode()
        except UnicodeDecodeError as error:
            mistakes.append(Mistake(name, f"byte {error.start}", "is not UTF-8", "save the file as UTF-8"))
