"""Checking a draft: asking for a proof, and looking at it while it runs and when it is done."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from exercises.format import Mutant
from exercises.prove import Finding, Proof, cell
from grader.authoring import proving
from grader.authoring.access import drafts_of, find_workspace, may_author
from grader.authoring.drafts import parse
from grader.authoring.models import Check, Workspace
from grader.authoring.pages import context_of, draft_url, state_of, view_mistakes
from grader.authoring.words import explain, is_survivor
from grader.courses.pages import name_of
from grader.courses.views import form_view
from grader.submissions.results import current_locale

MARKS = {"●": "named", "○": "other", "~": "sometimes", "!": "survives", "·": "passes"}


@dataclass(frozen=True)
class FindingView:
    """Something that the proof brought to light, in the reader's language. `detail` may quote what a program said."""

    file: str
    url: str
    what: str
    detail: str
    seeds: str


@dataclass(frozen=True)
class CellView:
    mark: str
    kind: str


@dataclass(frozen=True)
class RowView:
    """A wrong answer's row of the matrix."""

    name: str
    url: str
    cells: list[CellView]
    survives: bool


@dataclass
class CheckPage:
    """One check. `percent` is of its runs."""

    check: Check
    title: str
    by: str
    url: str
    is_current: bool
    requested_at: datetime
    percent: int
    error: str = ""
    tests: list[str] = field(default_factory=list)
    rows: list[RowView] = field(default_factory=list)
    survivors: list[FindingView] = field(default_factory=list)
    faults: list[FindingView] = field(default_factory=list)
    notices: list[FindingView] = field(default_factory=list)
    seconds: float = 0
    runs: int = 0
    drawn: int = 0
    is_passed: bool = False

    @property
    def surviving(self) -> set[str]:
        """The wrong answers' files: one may survive several tests."""
        return {finding.file for finding in self.survivors}


@form_view
@never_cache
def draft_check(request: HttpRequest, pk: int) -> HttpResponse:
    """How many seeds; a POST asks for the proof. A draft with mistakes shows them instead."""
    workspace = find_workspace(request.user, pk)
    _exercise, mistakes = parse(workspace)
    if request.method == "POST" and not mistakes:
        given = request.POST.get("seeds", "")
        if given not in map(str, proving.SEEDS):
            raise Http404("no such number of seeds")
        check = proving.request_check(workspace, request.user, int(given))
        return redirect("authoring_check", check.pk)
    checks = Check.objects.filter(workspace=workspace).select_related("requested_by")
    context = context_of(workspace) | {
        "mistakes": view_mistakes(workspace, mistakes, ""),
        "seeds": proving.SEEDS,
        "checks": [view_line(check, workspace) for check in checks.defer("outcomes", "result", "variants")[:10]],
    }
    return render(request, "authoring/check_new.html", context, status=422 if request.method == "POST" else 200)


def view_line(check: Check, workspace: Workspace) -> dict[str, Any]:
    return {
        "url": reverse("authoring_check", args=[check.pk]),
        "check": check,
        "by": name_of(check.requested_by) if check.requested_by else "",
        "is_current": check.content_hash == workspace.content_hash,
    }


@require_safe
@never_cache
def check(request: HttpRequest, pk: int) -> HttpResponse:
    """A check; the page asks for the part that changes once a second while it runs."""
    found = (
        Check.objects.select_related("workspace", "requested_by").defer("outcomes", "variants").filter(pk=pk).first()
    )
    if found is None or not may_author(request.user) or not is_readable(request.user, found):
        raise Http404("no such check for this user")
    workspace = Workspace.objects.select_related("published").get(pk=found.workspace_id)
    context = {"page": build_check(found, workspace), "workspace": workspace, "state": state_of(workspace)}
    template = "authoring/_check.html" if request.htmx else "authoring/check.html"  # type: ignore[attr-defined]
    return render(request, template, context)


def is_readable(user: Any, check: Check) -> bool:
    return drafts_of(user).filter(pk=check.workspace_id).exists()


def build_check(check: Check, workspace: Workspace) -> CheckPage:
    page = CheckPage(
        check=check,
        title=workspace.title(current_locale()),
        by=name_of(check.requested_by) if check.requested_by else "",
        url=reverse("authoring_check", args=[check.pk]),
        is_current=check.content_hash == workspace.content_hash,
        requested_at=check.requested_at,
        percent=100 * check.done // check.total if check.total else 0,
        error=check.error,
        is_passed=bool(check.passed),
    )
    proof = check.proof()
    if proof is not None:
        add_proof(page, proof, workspace)
    return page


def add_proof(page: CheckPage, proof: Proof, workspace: Workspace) -> None:
    named = page.check.named
    faults = [(finding, view_finding(finding, workspace)) for finding in proof.faults]
    page.survivors = [view for finding, view in faults if is_survivor(finding)]
    page.faults = [view for finding, view in faults if not is_survivor(finding)]
    page.notices = [view_finding(finding, workspace) for finding in proof.notices]
    page.seconds, page.runs = proof.seconds, proof.runs
    page.tests = list(next(iter(proof.matrix.values()), {}))
    surviving = {finding.file for finding in proof.faults if is_survivor(finding)}
    for file, counts in proof.matrix.items():
        mutant = Mutant(file.removeprefix("mutants/").removesuffix(".py"), "", "", named.get(file, []))
        marks = [cell(proof, mutant, test) for test in counts]
        cells = [CellView(mark, MARKS[mark]) for mark in marks]
        page.rows.append(RowView(mutant.name, file_url(workspace, file), cells, file in surviving))


def view_finding(finding: Finding, workspace: Workspace) -> FindingView:
    seeds = gettext(", ").join(map(str, finding.seeds[:8])) + (" …" if len(finding.seeds) > 8 else "")
    return FindingView(finding.file, file_url(workspace, finding.file), explain(finding), finding.detail, seeds)


def file_url(workspace: Workspace, path: str) -> str:
    return draft_url(workspace, path) if path in workspace.files else ""
