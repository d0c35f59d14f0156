"""Trying a draft as a student would, before anybody else can."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

import redis
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from exercises import grading
from exercises.format import Exercise
from exercises.results import Result
from grader.authoring import trials
from grader.authoring.access import find_workspace, may_author
from grader.authoring.drafts import parse
from grader.authoring.models import Workspace
from grader.authoring.pages import context_of, view_mistakes
from grader.authoring.trials import Trial
from grader.courses.views import form_view
from grader.submissions.models import Purpose, Status, Submission
from grader.submissions.predict import Answers, FieldView, read_answers, snippet, view_field
from grader.submissions.results import IdeaView, NoteView, TestView, current_locale, show_details, summarise
from grader.submissions.sources import unix_lines
from grader.submissions.texts import highlight, show_statement, show_text
from grader.submissions.traces import StepView


@dataclass
class ResultPage:
    """What a trial shows. `fields` and `snippet_html`: of a prediction whose numbers are drawn."""

    id: str
    url: str
    what: str
    is_over: bool
    summary: str = ""
    error: str = ""
    passed: bool = False
    is_run: bool = False
    score: float | None = None
    max_score: float | None = None
    percent: int = 0
    wall_ms: float = 0
    tests: list[TestView] = field(default_factory=list)
    advice: list[TestView] = field(default_factory=list)
    notes: list[NoteView] = field(default_factory=list)
    ideas: list[IdeaView] = field(default_factory=list)
    trace: list[StepView] = field(default_factory=list)
    stdout: str = ""
    stderr: str = ""
    snippet_html: SafeString | None = None
    fields: list[FieldView] = field(default_factory=list)
    action: str = ""


@form_view
@never_cache
def draft_try(request: HttpRequest, pk: int) -> HttpResponse:
    """The draft as an exercise page; a POST runs, submits or draws numbers, and counts for nothing."""
    workspace = find_workspace(request.user, pk)
    exercise, mistakes = parse(workspace)
    context = context_of(workspace) | {
        "mistakes": view_mistakes(workspace, mistakes, ""),
    }
    if exercise is None:
        return render(request, "authoring/try.html", context, status=422 if request.method == "POST" else 200)
    locale = current_locale()
    context |= {
        "exercise": exercise,
        "shown_title": exercise.title.get(locale),
        "statement_html": show_statement(exercise.statement(locale)),
        "hints": [show_text(hint.get(locale)) for hint in exercise.hints],
        "text": exercise.files["starter.py"],
    }
    if request.method == "POST":
        return post_trial(request, workspace, exercise, context)
    kept = request.GET.get("trial", "")
    if kept:
        context |= recall(request, workspace, kept)
    return render(request, "authoring/try.html", context)


def recall(request: HttpRequest, workspace: Workspace, pk: str) -> dict[str, object]:
    """A trial that the page without scripts comes back to."""
    try:
        trial = trials.find(request.user, UUID(pk), workspace.pk)
    except (ValueError, redis.RedisError):
        return {}
    if trial is None:
        return {}
    found: dict[str, object] = {"result": show_trial(trial, pk)}
    if trial.source and trial.answers is None:
        found["text"] = trial.source.decode(errors="replace")
    return found


def post_trial(
    request: HttpRequest, workspace: Workspace, exercise: Exercise, context: dict[str, object]
) -> HttpResponse:
    what = request.POST.get("what", "")
    try:
        if what == "draw" and exercise.predict:
            pk = trials.start(workspace, request.user, "draw")
        elif what == "answer" and exercise.predict:
            drawn = find_trial(request, UUID(request.POST.get("trial", "")), workspace.pk)
            answers = read_answers(exercise.predict.fields, request.POST)
            if answers.errors or drawn.variant is None:
                result = show_trial(drawn, request.POST["trial"], answers)
                return answer(request, context | {"result": result}, 422)
            source = grading.answers_to_source(exercise, answers.values)
            pk = trials.start(
                workspace, request.user, "submit", source=source, variant=drawn.variant, answers=answers.raw
            )
        elif what in ("run", "submit") and not exercise.predict:
            source = unix_lines(request.POST.get("source", "")).encode("utf-8", "replace")
            context["text"] = source.decode()
            pk = trials.start(workspace, request.user, "run" if what == "run" else "submit", source=source)
        else:
            raise Http404("no such action")
    except ValueError:
        raise Http404("no such trial") from None
    except redis.RedisError:
        return answer(request, context | {"problem": _("The server is busy just now. Try again in a moment.")}, 503)
    if not request.htmx:  # type: ignore[attr-defined]
        return redirect(f"{reverse('draft_try', args=[workspace.pk])}?trial={pk}")
    return answer(request, context | {"result": show_trial(find_trial(request, pk), str(pk))})


def find_trial(request: HttpRequest, pk: UUID, workspace: int | None = None) -> Trial:
    """Raises Http404, redis.RedisError."""
    trial = trials.find(request.user, pk, workspace)
    if trial is None:
        raise Http404("no such trial")
    return trial


def answer(request: HttpRequest, context: dict[str, object], status: int = 200) -> HttpResponse:
    template = "authoring/_trial.html" if request.htmx else "authoring/try.html"  # type: ignore[attr-defined]
    return render(request, template, context, status=status)


@require_safe
@never_cache
def trial(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What a trial has come to; the page asks until it is over."""
    if not may_author(request.user):
        raise Http404("writes no exercises")
    try:
        found = find_trial(request, pk)
    except redis.RedisError:
        return HttpResponse(status=503)
    find_workspace(request.user, found.workspace)
    return render(request, "authoring/_trial.html", {"result": show_trial(found, str(pk))})


def show_trial(trial: Trial, pk: str, answers: Answers | None = None) -> ResultPage:
    """In the reader's language."""
    page = ResultPage(pk, reverse("authoring_trial", args=[pk]), trial.what, trial.is_over, is_run=trial.what == "run")
    page.error = trial.error
    exercise = trial.load()
    if trial.variant is not None and exercise.predict:
        locale = current_locale()
        page.snippet_html = highlight(snippet(exercise, trial.variant))
        page.fields = [view_field(spec, locale, answers or Answers()) for spec in exercise.predict.fields]
        page.action = reverse("draft_try", args=[trial.workspace])
    if trial.result is not None:
        add_result(page, trial, exercise, trial.result)
    return page


def add_result(page: ResultPage, trial: Trial, exercise: Exercise, result: Result) -> None:
    """As for a submission, of which this is only the likeness: it is never saved."""
    graded = result.status == "graded"
    likeness = Submission(
        purpose=Purpose.RUN if trial.what == "run" else Purpose.SUBMIT,
        status=Status.GRADED if graded else Status.ERRORED,
        answers=trial.answers,
        variant=trial.variant,
    )
    page.summary = summarise(likeness, result)
    for name, value in show_details(result, likeness, exercise, current_locale()).items():
        if hasattr(page, name):
            setattr(page, name, value)
