"""The authors' pages as templates need them; a constant number of queries each."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from exercises.format import MANIFEST, Mistake
from exercises.models import Exercise
from grader.authoring.access import drafts_of, find_source
from grader.authoring.drafts import FOLDERS, find_line, parse
from grader.authoring.models import Changed, Check, Files, Workspace
from grader.courses.pages import name_of
from grader.submissions.diffs import Diff, compare
from grader.submissions.results import current_locale
from grader.submissions.texts import show_statement

STATEMENTS = ("statement.en.md", "statement.zh-hant.md")
ORDER = (
    MANIFEST, *STATEMENTS, "starter.py", "solution.py", "probe.py", "snippet.tmpl", "variants.py", "public_tests.py",
    "hidden_tests.py",
)  # fmt: skip


@dataclass(frozen=True)
class StateView:
    """Where a draft stands: two facts, each with a chip."""

    is_proved: bool
    is_published: bool
    was_published: bool

    @property
    def key(self) -> str:
        if self.is_published:
            return "published"
        return "changed" if self.was_published else "proved" if self.is_proved else "draft"


@dataclass(frozen=True)
class DraftLine:
    """A draft in the list."""

    url: str
    slug: str
    title: str
    owner: str
    is_mine: bool
    course: str
    state: StateView
    updated_at: datetime


@dataclass(frozen=True)
class FileLine:
    """A file in the editor's list. `mistakes`: how many concern it."""

    path: str
    name: str
    url: str
    is_current: bool
    mistakes: int


@dataclass(frozen=True)
class FileGroup:
    """`folder`: where "add" puts a new file, for those that can have more."""

    title: str
    files: list[FileLine]
    folder: str = ""


@dataclass(frozen=True)
class MistakeView:
    """A mistake in a file: English, as the command prints it. `line` is 0 where it cannot be told."""

    file: str
    key: str
    what: str
    remedy: str
    line: int
    url: str
    is_here: bool


@dataclass(frozen=True)
class ConflictView:
    """Somebody saved the same file meanwhile. The diff leads from theirs to one's own."""

    revision: int
    by: str
    theirs: str
    diff: Diff


@dataclass
class EditorPage:
    """The editor with one file open."""

    workspace: Workspace
    title: str
    state: StateView
    groups: list[FileGroup]
    path: str
    text: str
    url: str
    language: str
    is_statement: bool
    can_move: bool
    mistakes: list[MistakeView]
    check: CheckLine | None
    preview: SafeString | None = None
    revision: int = 0
    conflict: ConflictView | None = None
    saved: str = ""


@dataclass(frozen=True)
class CheckLine:
    """The latest check of this very revision, or else that there is an older one."""

    url: str
    status: str
    passed: bool | None
    is_current: bool
    done: int
    total: int

    @property
    def is_pending(self) -> bool:
        return self.status in ("queued", "running")


@dataclass(frozen=True)
class SourcePage:
    """A published exercise's files, to be read."""

    slug: str
    title: str
    groups: list[FileGroup]
    path: str
    text: str
    draft_url: str = ""


@dataclass
class ListPage:
    mine: list[DraftLine] = field(default_factory=list)
    others: list[DraftLine] = field(default_factory=list)


def draft_url(workspace: Workspace, path: str = "") -> str:
    url = reverse("draft_edit", args=[workspace.pk])
    return f"{url}?{urlencode({'file': path})}" if path else url


def build_list(user: Any) -> ListPage:
    """One's own drafts, and those that are shared with one."""
    page, locale = ListPage(), current_locale()
    for workspace in drafts_of(user).with_state():
        line = DraftLine(
            url=draft_url(workspace),
            slug=workspace.slug,
            title=workspace.title(locale),
            owner=name_of(workspace.owner) if workspace.owner else "",
            is_mine=workspace.owner_id == user.pk,
            course=workspace.course.title if workspace.course else "",
            state=StateView(workspace.proved, workspace.is_published, workspace.published_id is not None),  # type: ignore[attr-defined]
            updated_at=workspace.updated_at,
        )
        (page.mine if line.is_mine else page.others).append(line)
    return page


def state_of(workspace: Workspace) -> StateView:
    return StateView(workspace.is_proved, workspace.is_published, workspace.published_id is not None)


def context_of(workspace: Workspace) -> dict[str, Any]:
    """What the head of a draft's page shows."""
    return {"workspace": workspace, "title": workspace.title(current_locale()), "state": state_of(workspace)}


def build_editor(
    workspace: Workspace, path: str = "", *, text: str | None = None, conflict: Changed | None = None
) -> EditorPage:
    """The page with one file open; `text` is what could not be saved."""
    files = workspace.files
    path = path if path in files else first_file(files)
    _exercise, mistakes = parse(workspace)
    page = EditorPage(
        workspace=workspace,
        title=workspace.title(current_locale()),
        state=state_of(workspace),
        groups=group(files, path, lambda name: draft_url(workspace, name), mistakes),
        path=path,
        text=files.get(path, "") if text is None else text,
        url=draft_url(workspace, path),
        language="python" if path.endswith(".py") else "text",
        is_statement=path in STATEMENTS,
        can_move=path.startswith(FOLDERS),
        mistakes=view_mistakes(workspace, mistakes, path),
        check=latest_check(workspace),
        revision=workspace.revision,
    )
    if page.is_statement:
        page.preview = show_statement(page.text)
    if conflict is not None:
        page.conflict = view_conflict(conflict.workspace, path, page.text)
    return page


def first_file(files: Files) -> str:
    return next((name for name in ORDER if name in files), next(iter(sorted(files)), ""))


def group(files: Files, current: str, url_of: Any, mistakes: list[Mistake]) -> list[FileGroup]:
    """The folder's files by what they are for."""
    counts = Counter(mistake.file for mistake in mistakes)

    def lines(names: list[str]) -> list[FileLine]:
        return [FileLine(name, name.rpartition("/")[2], url_of(name), name == current, counts[name]) for name in names]

    def under(folder: str) -> list[str]:
        return sorted(name for name in files if name.startswith(folder))

    top = [name for name in ORDER if name in files]
    top += sorted(name for name in files if name not in ORDER and not name.startswith(FOLDERS))
    return [
        FileGroup(_("Exercise"), lines(top)),
        FileGroup(_("Wrong answers"), lines(under("mutants/")), "mutants/"),
        FileGroup(_("Other right answers"), lines(under("accepted/")), "accepted/"),
    ]


def view_mistakes(workspace: Workspace, mistakes: list[Mistake], path: str) -> list[MistakeView]:
    """Those of the open file first."""
    views = [
        MistakeView(
            file=mistake.file,
            key=mistake.key,
            what=mistake.what,
            remedy=mistake.remedy,
            line=find_line(mistake, workspace.files.get(mistake.file, "")),
            url=draft_url(workspace, mistake.file) if mistake.file in workspace.files else "",
            is_here=mistake.file == path,
        )
        for mistake in mistakes
    ]
    return sorted(views, key=lambda view: (not view.is_here, view.file, view.line))


def latest_check(workspace: Workspace) -> CheckLine | None:
    """The last check of these files where there is one, else the last of any."""
    checks = Check.objects.filter(workspace=workspace).defer("outcomes", "result", "variants")
    check = checks.filter(content_hash=workspace.content_hash).first() or checks.first()
    if check is None:
        return None
    return CheckLine(
        url=reverse("authoring_check", args=[check.pk]),
        status=check.status,
        passed=check.passed,
        is_current=check.content_hash == workspace.content_hash,
        done=check.done,
        total=check.total,
    )


def view_conflict(stored: Workspace, path: str, text: str) -> ConflictView:
    last = stored.revisions.select_related("author").defer("files").first()
    theirs = stored.files.get(path, "")
    by = name_of(last.author) if last and last.author else ""
    return ConflictView(stored.revision, by, theirs, compare(theirs, text))


def build_source(user: Any, slug: str, path: str) -> SourcePage:
    """Raises Http404."""
    exercise = find_source(user, slug)
    assert exercise.current is not None
    files, locale = exercise.current.files, current_locale()
    path = path if path in files else first_file(files)
    url = reverse("authoring_source", args=[slug])
    own = drafts_of(user).filter(slug=slug).first()
    return SourcePage(
        slug=slug,
        title=exercise.current.title(locale),
        groups=group(files, path, lambda name: f"{url}?{urlencode({'file': name})}", []),
        path=path,
        text=files[path],
        draft_url=draft_url(own) if own else "",
    )


@dataclass(frozen=True)
class SourceLine:
    slug: str
    title: str
    kind: str
    section: str


def build_sources() -> list[SourceLine]:
    """The published exercises that are nobody's draft: their sources are open to every author."""
    locale = current_locale()
    written = Workspace.objects.values("slug")
    found = Exercise.objects.filter(current__isnull=False).exclude(slug__in=written).select_related("current")
    lines = []
    for exercise in found.defer("current__files", "current__variants"):
        assert exercise.current is not None
        meta = exercise.current.meta
        lines.append(SourceLine(exercise.slug, exercise.current.title(locale), meta["kind"], meta["section"]))
    return sorted(lines, key=lambda line: ([int(part) for part in line.section.split(".")], line.slug))
