"""Working on an exercise: the page, the draft, running and handing in."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from exercises.grading import MAX_SOURCE_BYTES
from exercises.models import Exercise
from grader.courses.audit import record
from grader.courses.explain import refusal
from grader.courses.models import Assignment
from grader.submissions import predict, tracing
from grader.submissions.access import find_exercise, find_submission, taught_through
from grader.submissions.handing_in import (
    AnswersNotValid,
    FormNotValid,
    NotTaken,
    TooLong,
    TooOften,
    read_form,
    take_answers,
    take_source,
)
from grader.submissions.models import (
    AttemptTaken,
    DraftConflict,
    Purpose,
    Submission,
    save_draft,
)
from grader.submissions.pages import build_page, build_progress, recent_submissions
from grader.submissions.results import current_locale, show_place, show_result
from grader.submissions.sources import posted_source
from grader.submissions.traced_state import show_traced_state

# A draft may be longer than what may be handed in, so that a student who pasted too much loses nothing.
MAX_DRAFT_BYTES = 4 * MAX_SOURCE_BYTES


@require_GET
@never_cache
def exercise_page(request: HttpRequest, slug: str) -> HttpResponse:
    """Statement on one side; editor or predict form and the last result on the other. For htmx what a result changes."""
    exercise, assignment = find_exercise(request.user, slug, named_course(request))
    if request.htmx:  # type: ignore[attr-defined]
        submissions = recent_submissions(request.user.pk, exercise.pk)
        progress = build_progress(request.user, exercise, assignment, submissions)
        return render(request, "exercises/_refresh.html", {"progress": progress})
    return show_exercise(request, exercise, assignment)


def named_course(request: HttpRequest) -> str:
    """The course that stands in the address, where the user came from one of several."""
    return request.GET.get("course", "")


def show_exercise(
    request: HttpRequest, exercise: Exercise, assignment: Assignment | None, status: int = 200, **kept: Any
) -> HttpResponse:
    page = build_page(request.user, exercise, assignment, **kept)
    page.stay_in(named_course(request))
    return render(request, "exercises/exercise.html", {"page": page}, status=status)


@require_http_methods(["POST", "PUT"])
def draft(request: HttpRequest, slug: str) -> JsonResponse:
    """Save the editor's text on top of `revision`. 409 with what is stored when it was saved elsewhere meanwhile."""
    exercise, _assignment = find_exercise(request.user, slug)
    base = request.POST.get("revision", "") or request.headers.get("X-Draft-Revision", "")
    source = request.body if request.method == "PUT" else posted_source(request)
    if not base.isdecimal() or len(base) > 9:
        return JsonResponse({"error": _("This page is too old. Reload it.")}, status=HTTPStatus.BAD_REQUEST)
    if len(source) > MAX_DRAFT_BYTES:
        message = _("This is too long to be kept: %(limit)d KiB at most.") % {"limit": MAX_DRAFT_BYTES // 1024}
        return JsonResponse({"error": message}, status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    try:
        revision = save_draft(request.user, exercise.pk, source, int(base))
    except DraftConflict as conflict:
        stored = conflict.draft
        answer = {"revision": stored.revision if stored else 0, "source": stored.text if stored else ""}
        return JsonResponse(answer, status=HTTPStatus.CONFLICT)
    return JsonResponse({"revision": revision})


@require_POST
def run(request: HttpRequest, slug: str) -> HttpResponse:
    """Run the public tests over the posted source."""
    return take(request, slug, Purpose.RUN)


@require_POST
def submit(request: HttpRequest, slug: str) -> HttpResponse:
    """Hand in the posted source, or the answers of a predict form."""
    return take(request, slug, Purpose.SUBMIT)


def take(request: HttpRequest, slug: str, purpose: Purpose) -> HttpResponse:
    """Save a submission and queue its grading; or say why not, with what was posted kept on the page."""
    exercise, assignment = find_exercise(request.user, slug, named_course(request))
    assert exercise.current is not None
    folder = exercise.current.load()
    if folder.predict:
        if purpose == Purpose.RUN:
            return refuse(request, exercise, assignment, HTTPStatus.BAD_REQUEST, _("There is nothing to run here."))
        return take_form(request, exercise, assignment)
    source = posted_source(request)
    text = source.decode("utf-8", errors="replace")
    try:
        return accept(request, take_source(request.user, exercise, assignment, purpose, source))
    except TooLong as error:
        message = _(
            "Your file has %(size)d KiB, and at most %(limit)d KiB can be handed in. It is still in the editor."
        )
        message %= {"size": -(-error.size // 1024), "limit": MAX_SOURCE_BYTES // 1024}
        return refuse(request, exercise, assignment, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, message, text=text)
    except TooOften as error:
        return too_often(request, exercise, assignment, error.wait_s, text=text)
    except NotTaken as ruling:
        return turn_away(request, exercise, assignment, ruling, text=text)


def take_form(request: HttpRequest, exercise: Exercise, assignment: Assignment | None) -> HttpResponse:
    """Hand in the answers of a predict form for exactly the numbers it was shown with."""
    token = request.POST.get("token", "")

    def form() -> predict.PredictForm:
        ticket, version = read_form(request.user, exercise, token)
        folder = version.load()
        assert folder.predict is not None
        answers = predict.read_answers(folder.predict.fields, request.POST)
        return predict.build_form(folder, version, ticket, current_locale(), answers)

    try:
        return accept(request, take_answers(request.user, exercise, assignment, token, request.POST))
    except FormNotValid:
        message = _("This form is not valid any more. Reload the page for new numbers.")
        return refuse(request, exercise, assignment, HTTPStatus.BAD_REQUEST, message)
    except AnswersNotValid:
        return show_form_errors(request, exercise, assignment, form())
    except TooOften as error:
        return too_often(request, exercise, assignment, error.wait_s, form=form())
    except NotTaken as ruling:
        return turn_away(request, exercise, assignment, ruling, form=form())
    except AttemptTaken:
        message = _("You have answered for these numbers already. Try again with new ones.")
        return refuse(request, exercise, assignment, HTTPStatus.CONFLICT, message)


def accept(request: HttpRequest, submission: Submission) -> HttpResponse:
    """Show what was taken: as a fragment that follows its own result for htmx, else on its own page."""
    if request.htmx:  # type: ignore[attr-defined]
        return render(request, "submissions/_result.html", {"result": show_result(submission)})
    return redirect("submission", pk=submission.pk)


def refuse(
    request: HttpRequest,
    exercise: Exercise,
    assignment: Assignment | None,
    status: HTTPStatus,
    message: str,
    *,
    text: str | None = None,
    form: predict.PredictForm | None = None,
) -> HttpResponse:
    """Say why nothing was taken; without htmx on the whole page, with the posted text or answers still in it."""
    if request.htmx:  # type: ignore[attr-defined]
        return render(request, "_notice.html", {"status": int(status), "message": message}, status=status)
    return show_exercise(request, exercise, assignment, status, text=text, predict=form, notice=message)


def too_often(
    request: HttpRequest, exercise: Exercise, assignment: Assignment | None, wait_s: int, **kept: Any
) -> HttpResponse:
    message = _("That was a lot within a minute. Try again in %(seconds)d s; your work is kept.") % {"seconds": wait_s}
    response = refuse(request, exercise, assignment, HTTPStatus.TOO_MANY_REQUESTS, message, **kept)
    response["Retry-After"] = str(wait_s)
    return response


def turn_away(
    request: HttpRequest, exercise: Exercise, assignment: Assignment | None, ruling: NotTaken, **kept: Any
) -> HttpResponse:
    """Say which rule of the assignment refuses it; the pause between two attempts ends by itself."""
    assert assignment is not None
    refused = ruling.refused
    status = HTTPStatus.TOO_MANY_REQUESTS if refused.reason == "cooldown" else HTTPStatus.FORBIDDEN
    response = refuse(request, exercise, assignment, status, refusal(refused, assignment.course), **kept)
    if refused.reason == "cooldown":
        response["Retry-After"] = str(refused.params["seconds"])
    return response


def show_form_errors(
    request: HttpRequest, exercise: Exercise, assignment: Assignment | None, form: predict.PredictForm
) -> HttpResponse:
    """The form again with a message at each field; htmx puts it in the place of the old form."""
    if request.htmx:  # type: ignore[attr-defined]
        response = render(
            request, "exercises/_predict_form.html", {"form": form}, status=HTTPStatus.UNPROCESSABLE_ENTITY
        )
        response["HX-Retarget"] = "#predict-form"
        response["HX-Reswap"] = "outerHTML"
        return response
    return show_exercise(request, exercise, assignment, HTTPStatus.UNPROCESSABLE_ENTITY, predict=form)


@require_GET
@never_cache
def submission_page(request: HttpRequest, pk: Any) -> HttpResponse:
    """One submission with its source and result; for htmx the result alone."""
    submission = find_submission(request.user, pk)
    result = show_result(submission)
    if request.htmx:  # type: ignore[attr-defined]
        return render(request, "submissions/_result.html", {"result": result})
    note_reading(request, submission)
    context = {"submission": submission, "result": result, "author": submission.user}
    return render(request, "submissions/submission.html", context)


def note_reading(request: HttpRequest, submission: Submission) -> None:
    """Who looked at somebody else's work is kept in the audit of the course through which they may."""
    through = taught_through(request.user, submission)
    if through:
        course = through[0].course
        record(request, course, "submission.view", user=submission.user_id, submission=str(submission.pk))


@require_GET
@never_cache
def submission_traced(request: HttpRequest, pk: Any) -> HttpResponse:
    """What autograd did with a graded submission; made when somebody first asks. For htmx the fragment alone.

    Asking is a GET: it makes nothing but what the reader may see anyway, once, as a thumbnail would be made.
    """
    submission = find_submission(request.user, pk)
    if not tracing.can_be_traced(submission):
        raise Http404("nothing to trace")
    view = show_traced_state(submission, tracing.ask(submission))
    if request.htmx:  # type: ignore[attr-defined]
        return render(request, "submissions/_traced_state.html", {"state": view})
    context = {"submission": submission, "result": show_result(submission), "state": view}
    response = render(request, "submissions/traced.html", context)
    if view.is_pending:
        response["Refresh"] = "2"
    return response


@require_GET
@never_cache
def submission_status(request: HttpRequest, pk: Any) -> JsonResponse:
    """The state alone, for pages that poll."""
    submission = find_submission(request.user, pk)
    state = {"status": submission.status, "final": not submission.is_pending, "place": show_place(submission)}
    return JsonResponse(state)
