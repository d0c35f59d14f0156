"""Publishing a draft, its versions and what differs between them, and its earlier revisions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from exercises.models import ExerciseVersion
from grader.authoring import publishing
from grader.authoring.access import find_workspace
from grader.authoring.archive import Refused
from grader.authoring.drafts import parse, replace_all
from grader.authoring.forms import OverrideForm, PublishForm
from grader.authoring.models import KEPT_REVISIONS, Changed, Files, Publication, Revision, Workspace
from grader.authoring.pages import context_of, first_file
from grader.authoring.views import read_revision
from grader.authoring.words import step
from grader.courses.audit import record
from grader.courses.models import Course
from grader.courses.pages import name_of
from grader.courses.views import form_view
from grader.submissions.diffs import Diff, compare

DRAFT = "draft"
MOST_FILES = 40


@dataclass(frozen=True)
class FileDiff:
    """A file that differs. `what`: "added", "removed" or "edited"."""

    path: str
    what: str
    diff: Diff


@dataclass(frozen=True)
class VersionLine:
    """A publication: who, when, and on what it rested."""

    pk: int
    short: str
    by: str
    at: datetime
    note: str
    override_reason: str
    seeds: int | None
    is_current: bool


@dataclass(frozen=True)
class RevisionLine:
    number: int
    what: str
    path: str
    by: str
    at: datetime
    is_current: bool


@form_view
@never_cache
def draft_publish(request: HttpRequest, pk: int) -> HttpResponse:
    """What would be published, and what stands in the way; a POST publishes."""
    workspace = find_workspace(request.user, pk)
    proof = publishing.proof_of(workspace)
    posted = request.POST if request.method == "POST" else None
    form_class = PublishForm if proof else OverrideForm
    form = form_class(posted, initial={"revision": workspace.revision})
    refusal = ""
    status = HTTPStatus.OK
    if posted is not None:
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        if form.is_valid():
            try:
                publish(request, workspace, form.cleaned_data)
                return redirect("draft_versions", pk)
            except Changed:
                status = HTTPStatus.CONFLICT
                refusal = _("The draft was changed meanwhile. Look at it again before you publish it.")
            except Refused as error:
                refusal = str(error)
    _exercise, mistakes = parse(workspace)
    context = context_of(workspace) | {
        "form": form,
        "proof": proof,
        "refusal": refusal,
        "mistakes": len(mistakes),
        "changes": compare_files(workspace.published.files if workspace.published else {}, workspace.files),
    }
    return render(request, "authoring/publish.html", context, status=status)


def publish(request: HttpRequest, workspace: Workspace, chosen: dict[str, Any]) -> None:
    """Raises Changed, Refused."""
    publication = publishing.publish(
        workspace,
        request.user,
        on=chosen["revision"],
        note=chosen.get("note", ""),
        override=chosen.get("reason", ""),
    )
    told = {"exercise": workspace.slug, "version": publication.version.content_hash[:12]}
    if publication.override_reason:
        told["reason"] = publication.override_reason
    for course in concerned(workspace):
        record(request, course, "exercise.publish", **told)
    messages.success(request, _("Published. New submissions are graded with this version; old ones keep theirs."))


def concerned(workspace: Workspace) -> Iterable[Course]:
    """The courses whose audit tells of a new version: whose draft it is, and where the exercise is set."""
    is_set = Q(assignments__exercise__slug=workspace.slug)
    return Course.objects.filter(is_set | Q(pk=workspace.course_id)).distinct()


def compare_files(before: Files, after: Files) -> list[FileDiff]:
    """The files that differ, with what differs in them."""
    changed = []
    for path in sorted(before.keys() | after.keys()):
        if before.get(path) == after.get(path):
            continue
        what = "added" if path not in before else "removed" if path not in after else "edited"
        changed.append(FileDiff(path, what, compare(before.get(path, ""), after.get(path, ""))))
    return changed[:MOST_FILES]


@require_safe
@never_cache
def draft_versions(request: HttpRequest, pk: int) -> HttpResponse:
    """Every publication, and what differs between any two versions or the draft."""
    workspace = find_workspace(request.user, pk)
    found = Publication.objects.filter(workspace=workspace).select_related("author", "version", "check_run")
    found = found.defer("version__files", "version__variants", "check_run__result", "check_run__outcomes")
    lines = [view_version(publication, workspace) for publication in found]
    context = context_of(workspace) | {"lines": lines, "choices": choices_of(lines)}
    if lines:
        pks = {line.pk for line in lines}
        # The only version is set beside the draft: beside itself it would say nothing.
        draft_first = len(pks) == 1 or not context["state"].is_published
        newer = choose(request.GET.get("to", ""), pks, DRAFT if draft_first else str(lines[0].pk))
        older = choose(
            request.GET.get("from", ""), pks, str(lines[min(1, len(lines) - 1)].pk if newer != DRAFT else lines[0].pk)
        )
        context |= {"older": older, "newer": newer}
        context["changes"] = compare_files(files_of(workspace, older), files_of(workspace, newer))
    return render(request, "authoring/versions.html", context)


def choose(given: str, pks: set[int], default: str) -> str:
    return given if given == DRAFT or (given.isdecimal() and int(given) in pks) else default


def choices_of(lines: list[VersionLine]) -> list[tuple[str, str]]:
    """Each version once, though it may have been published twice."""
    names = {str(line.pk): line.short for line in lines}
    return [*names.items(), (DRAFT, _("the draft as it is now"))]


def files_of(workspace: Workspace, which: str) -> Files:
    return workspace.files if which == DRAFT else ExerciseVersion.objects.get(pk=int(which)).files


def view_version(publication: Publication, workspace: Workspace) -> VersionLine:
    version, check = publication.version, publication.check_run
    return VersionLine(
        pk=version.pk,
        short=version.content_hash[:12],
        by=name_of(publication.author) if publication.author else "",
        at=publication.published_at,
        note=publication.note,
        override_reason=publication.override_reason,
        seeds=check.seeds if check else None,
        is_current=version.pk == workspace.published_id,
    )


@form_view
@never_cache
def draft_history(request: HttpRequest, pk: int) -> HttpResponse:
    """The last fifty saves; a POST brings one back, as a new step."""
    workspace = find_workspace(request.user, pk)
    if request.method == "POST":
        return restore(request, workspace)
    found = workspace.revisions.select_related("author").defer("files")
    lines = [
        RevisionLine(
            revision.number,
            step(revision.what),
            revision.path,
            name_of(revision.author) if revision.author else "",
            revision.saved_at,
            revision.number == workspace.revision,
        )
        for revision in found
    ]
    return render(request, "authoring/history.html", context_of(workspace) | {"lines": lines, "kept": KEPT_REVISIONS})


def restore(request: HttpRequest, workspace: Workspace) -> HttpResponse:
    number = request.POST.get("number", "")
    kept = find_revision(workspace, int(number) if number.isdecimal() and len(number) < 10 else 0)
    try:
        replace_all(
            workspace,
            kept.files,
            on=read_revision(request),
            author=request.user,
            what="restored",
            path=f"#{kept.number}",
        )
    except Changed:
        messages.error(request, _("The draft was changed meanwhile. Nothing was done: look at it and do it again."))
        return redirect("draft_history", workspace.pk)
    messages.success(request, _("Revision %(number)d is back, as a new step.") % {"number": kept.number})
    return redirect("draft_edit", workspace.pk)


def find_revision(workspace: Workspace, number: int) -> Revision:
    found = workspace.revisions.filter(number=number).select_related("author").first()
    if found is None:
        raise Http404("no such revision")
    return found


@require_safe
@never_cache
def draft_revision(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """What a save changed, and what bringing it back would change."""
    workspace = find_workspace(request.user, pk)
    revision = find_revision(workspace, number)
    before = workspace.revisions.filter(number__lt=number).first()
    context = context_of(workspace) | {
        "revision": revision,
        "what": step(revision.what),
        "by": name_of(revision.author) if revision.author else "",
        "changes": compare_files(before.files, revision.files) if before else [],
        "first": None if before else first_file(revision.files),
        "back": compare_files(workspace.files, revision.files),
    }
    return render(request, "authoring/revision.html", context)
