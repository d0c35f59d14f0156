"""A student's wrong answer as a new wrong answer of the exercise: its code without a name goes into a draft.

Others link here with `mutant_url(slug, submission)`.
"""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache

from exercises.format import Exercise as Folder
from exercises.models import ExerciseVersion
from grader.authoring import drafts as drafting
from grader.authoring.access import demand_author, drafts_of, find_source
from grader.authoring.archive import Refused
from grader.authoring.models import Changed, Workspace
from grader.authoring.pages import draft_url
from grader.courses.forms import Form
from grader.courses.views import form_view, invalid
from grader.submissions.access import find_submission
from grader.submissions.sources import unix_lines

HEADER = re.compile(r"(?:#.*\n|\s*\n)*")


class MutantForm(Form):
    """A new wrong answer. What it fails comes from the submission, and is the author's to correct."""

    name = forms.CharField(
        label=gettext_lazy("Name of the file"),
        max_length=60,
        help_text=gettext_lazy("Lower-case letters, digits and _, such as no_zero.py."),
    )
    misconception = forms.CharField(
        label=gettext_lazy("Misconception"),
        max_length=80,
        help_text=gettext_lazy("Its id in exercise.toml; one that is not there yet can be written afterwards."),
    )
    fails = forms.CharField(
        label=gettext_lazy("Tests that it must fail"),
        max_length=1000,
        help_text=gettext_lazy("Their names, with commas between."),
    )
    code = forms.CharField(
        label=gettext_lazy("Code"), strip=False, max_length=65536, widget=forms.Textarea(attrs={"rows": 16})
    )


def mutant_url(slug: str, submission: UUID | str | None = None) -> str:
    """Where to make a wrong answer of an exercise's submission, for whoever may read it and write the exercise."""
    url = reverse("authoring_mutant", args=[slug])
    return f"{url}?submission={submission}" if submission else url


@form_view
@never_cache
def mutant_new(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the code with what is known of it; a POST writes the file into the draft, or into a copy made for it."""
    demand_author(request.user)
    exercise = find_source(request.user, slug)
    assert exercise.current is not None
    workspace = find_draft(request.user, slug)
    folder = exercise.current.load()
    posted = request.POST if request.method == "POST" else None
    form = MutantForm(posted, initial=begin_with(request, folder))
    if posted is not None and form.is_valid():
        try:
            workspace, path = write(request.user, workspace, exercise.current, form.cleaned_data)
        except (Refused, Changed) as error:
            form.add_error("name", str(error))
        else:
            messages.success(request, _("The wrong answer is in the draft. Check it before you publish."))
            return redirect(draft_url(workspace, path))
    context = {
        "form": form,
        "slug": slug,
        "workspace": workspace,
        "ideas": folder.misconceptions,
        "tests": folder.tests,
    }
    return render(request, "authoring/mutant.html", context, status=invalid(request))


def find_draft(user: Any, slug: str) -> Workspace | None:
    """The exercise's own draft, else the newest copy of it that is the user's."""
    drafts = drafts_of(user)
    return drafts.filter(slug=slug).first() or drafts.filter(owner=user, base__exercise__slug=slug).first()


def begin_with(request: HttpRequest, folder: Folder) -> dict[str, str]:
    """What a submission tells: its code without the comments on top, where people write their names."""
    given = request.GET.get("submission", "")
    if not given or folder.predict:
        return {}
    try:
        submission = find_submission(request.user, UUID(given))
    except ValueError:
        raise Http404("no such submission") from None
    result = submission.decoded_result()
    failed = [test.id for test in result.tests if not test.passed and not test.advice] if result else []
    return {
        "code": anonymised(submission.text),
        "fails": ", ".join(name for name in failed if name in folder.tests),
        "misconception": (result.misconception if result else "") or "",
    }


def anonymised(code: str) -> str:
    """Without the comments and blank lines before the first statement."""
    code = unix_lines(code)
    found = HEADER.match(code)
    return code[found.end() :] if found else code


def write(
    user: Any, workspace: Workspace | None, version: ExerciseVersion, chosen: dict[str, str]
) -> tuple[Workspace, str]:
    """Raises Refused, Changed."""
    path = drafting.full_path(chosen["name"], "mutants/")
    header = "".join(f"# {key}: {' '.join(chosen[key].split())}\n" for key in ("misconception", "fails"))
    text = header + unix_lines(chosen["code"]).rstrip() + "\n"
    workspace = workspace or drafting.copy_version(version, user)
    drafting.add_file(workspace, path, text, on=workspace.revision, author=user)
    return workspace, path
