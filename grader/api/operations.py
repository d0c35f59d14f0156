"""The API's operations: each finds what is asked for as the page does, by the same permissions, and shows it in a shape."""

from __future__ import annotations

import json
from typing import Annotated, Any
from uuid import UUID

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from ninja import NinjaAPI, Path, Query, Status
from ninja.parser import Parser

from exercises.models import Exercise
from grader.api import problems, shapes, showing
from grader.api.access import GRADEBOOK, READ, SUBMIT, require
from grader.api.models import Scope
from grader.api.problems import Code, FieldProblem, Problem
from grader.api.waiting import MOST_S, answer_later
from grader.courses.audit import record
from grader.courses.explain import refusal
from grader.courses.models import Assignment
from grader.courses.pages import build_course, build_courses, set_exercises
from grader.courses.permissions import Act, find_seat
from grader.gradebook.book import build_book
from grader.submissions import handing_in
from grader.submissions.access import find_exercise, find_submission
from grader.submissions.models import AttemptTaken, Purpose, Submission
from grader.submissions.views import note_reading

PER_PAGE = 50
STUDENTS_PER_PAGE = 100
MOST_PAGES = 10_000
DESCRIPTION = """\
Courses, exercises, submissions and grades for programs. Each request carries a token of one person and may do what that
person may do on the web, under the same rules and limits. Texts come in the language of Accept-Language.
"""


class StrictParser(Parser):
    """JSON as its standard has it: no NaN, and no half characters, which are no text that could be stored or sent."""

    def parse_body(self, request: HttpRequest) -> Any:
        data = json.loads(request.body, parse_constant=refuse_constant)
        json.dumps(data, ensure_ascii=False).encode("utf-8")
        return data


def refuse_constant(name: str) -> None:
    raise ValueError(name)


api = NinjaAPI(
    title="Gradus", version="1", description=DESCRIPTION, docs_url=None, openapi_url=None, parser=StrictParser()
)
problems.install(api)

CourseName = Annotated[
    str, Path(description="The course's name in addresses.", max_length=80, pattern="^[-a-zA-Z0-9_]+$")
]
ExerciseName = Annotated[
    str, Path(description="The exercise's name in addresses.", max_length=80, pattern="^[-a-zA-Z0-9_]+$")
]
PageNumber = Annotated[
    int, Query(ge=1, le=MOST_PAGES, description="The first, and then what `next_page` said on the one before.")
]


def answers(status: int, shape: Any, *refusals: int) -> dict[Any, Any]:
    """The statuses of an operation; 401, 403 and 429 are everywhere."""
    return {status: shape, frozenset({401, 403, 429, *refusals}): shapes.Problem}


@api.get(
    "/courses",
    auth=READ,
    response=answers(200, shapes.Courses),
    summary=gettext_noop("The courses in which one takes part"),
    operation_id="list_courses",
)
def list_courses(request: HttpRequest) -> shapes.Courses:
    """Archived ones too, for teachers."""
    page = build_courses(request.user, may_create=False)
    lines = [*page.lines, *page.archived]
    return shapes.Courses(items=[showing.show_course(line, request.build_absolute_uri) for line in lines])


@api.get(
    "/courses/{slug:course}/assignments",
    auth=READ,
    response=answers(200, shapes.Assignments, 404, 422),
    summary=gettext_noop("What is set in a course, by which rules, and how one stands"),
    operation_id="list_assignments",
)
def list_assignments(request: HttpRequest, course: CourseName) -> shapes.Assignments:
    """For students what is open, with their own rules; for teachers all of it."""
    seat = find_seat(request.user, course, Act.READ)
    page = build_course(request.user, seat)
    return shapes.Assignments(
        items=[showing.show_assignment(line, request.build_absolute_uri) for line in page.assignments]
    )


@api.get(
    "/courses/{slug:course}/assignments/{slug:exercise}",
    auth=READ,
    response=answers(200, shapes.Exercise, 404, 422),
    summary=gettext_noop("An exercise with its statement, and the starter or the question"),
    operation_id="get_exercise",
)
def get_exercise(request: HttpRequest, course: CourseName, exercise: ExerciseName) -> shapes.Exercise:
    found, assignment = find(request, course, exercise)
    return showing.show_exercise(request.user, found, assignment, request.build_absolute_uri)


def find(request: HttpRequest, course: str, exercise: str) -> tuple[Exercise, Assignment]:
    """Raises Http404."""
    found, assignment = find_exercise(request.user, exercise, course)
    assert assignment is not None, "a course was named"
    return found, assignment


@api.post(
    "/courses/{slug:course}/assignments/{slug:exercise}/submissions",
    auth=SUBMIT,
    response=answers(201, shapes.Submission, 404, 409, 413, 422),
    summary=gettext_noop("Hand in a file or the answers to a prediction, or run the examples"),
    operation_id="hand_in",
)
def hand_in(
    request: HttpRequest, response: HttpResponse, course: CourseName, exercise: ExerciseName, sent: shapes.HandIn
) -> Any:
    """Under the assignment's rules, as on the web. The result comes later: read the submission with `wait`."""
    found, assignment = find(request, course, exercise)
    submission = take(request, found, assignment, sent)
    row = read_row(submission.pk)
    response["Location"] = request.build_absolute_uri(reverse("api:get_submission", args=[row.pk]))
    return Status(201, showing.show_submission(row, request.build_absolute_uri))


def take(request: HttpRequest, exercise: Exercise, assignment: Assignment, sent: shapes.HandIn) -> Submission:
    """Raises Problem."""
    assert exercise.current is not None
    folder = exercise.current.load()
    try:
        if folder.predict:
            posted = read_form(sent, [one.name for one in folder.predict.fields])
            return handing_in.take_answers(request.user, exercise, assignment, sent.ticket or "", posted)
        if sent.source is None or sent.ticket is not None or sent.answers is not None:
            raise Problem(
                Code.NOT_VALID, fields=[FieldProblem("body.source", _("Send a file's text, and nothing else."))]
            )
        return handing_in.take_source(
            request.user, exercise, assignment, Purpose(sent.purpose), sent.source.encode("utf-8")
        )
    except handing_in.TooLong:
        raise Problem(Code.TOO_LARGE) from None
    except handing_in.TooOften as error:
        raise Problem(Code.TOO_OFTEN, retry_after_s=error.wait_s) from None
    except handing_in.NotTaken as error:
        ruling = error.refused
        words = refusal(ruling, assignment.course)
        raise Problem(Code(ruling.reason), words, retry_after_s=ruling.params.get("seconds")) from None
    except handing_in.FormNotValid:
        raise Problem(Code.FORM_NOT_VALID) from None
    except AttemptTaken:
        raise Problem(Code.ATTEMPT_TAKEN) from None
    except handing_in.AnswersNotValid as error:
        wrong = [FieldProblem(f"body.answers.{name}", words) for name, words in error.answers.errors.items()]
        raise Problem(Code.NOT_VALID, fields=wrong) from None


def read_form(sent: shapes.HandIn, names: list[str]) -> QueryDict:
    """The answers as the page's form would post them. Raises Problem."""
    if sent.purpose != "submit":
        raise Problem(Code.NOT_VALID, fields=[FieldProblem("body.purpose", _("There is nothing to run here."))])
    if sent.source is not None or sent.ticket is None or sent.answers is None:
        words = _("This is a prediction: send its ticket and the answers, and no file.")
        raise Problem(Code.NOT_VALID, fields=[FieldProblem("body.answers", words)])
    unknown = [name for name in sent.answers if name not in names]
    if unknown:
        words = _("There is no such question.")
        raise Problem(Code.NOT_VALID, fields=[FieldProblem(f"body.answers.{name}", words) for name in unknown])
    posted = QueryDict(mutable=True)
    posted.update({f"answer-{name}": as_written(answer) for name, answer in sent.answers.items()})
    too_long = [name for name, text in posted.items() if len(text) > shapes.MAX_ANSWER]
    if too_long:
        words = _("This number is too large.")
        raise Problem(
            Code.NOT_VALID, fields=[FieldProblem(f"body.answers.{name[len('answer-') :]}", words) for name in too_long]
        )
    return posted


def as_written(answer: Any) -> str:
    """As one writes it into the form."""
    if isinstance(answer, bool):
        return "yes" if answer else "no"
    if isinstance(answer, list):
        return f"({', '.join(map(str, answer))})"
    return "none" if answer is None else str(answer)


def read_row(pk: UUID) -> Submission:
    """A submission with all that is shown of it."""
    rows = Submission.objects.with_version().select_related("exercise", "assignment__course", "user")
    return rows.get(pk=pk)


@api.get(
    "/submissions",
    auth=READ,
    response=answers(200, shapes.Submissions, 422),
    summary=gettext_noop("One's own submissions, the newest first"),
    operation_id="list_submissions",
)
def list_submissions(
    request: HttpRequest,
    course: Annotated[str, Query(description="Only of this course.", max_length=80)] = "",
    exercise: Annotated[str, Query(description="Only of this exercise.", max_length=80)] = "",
    page: PageNumber = 1,
) -> shapes.Submissions:
    """A page has 50."""
    rows = Submission.objects.filter(user=request.user.pk).select_related("exercise", "assignment__course")
    # What can be no name is no name; a database would refuse to look for some of it.
    if course:
        rows = rows.filter(assignment__course__slug=course.replace("\0", ""))
    if exercise:
        rows = rows.filter(exercise__slug=exercise.replace("\0", ""))
    first = (page - 1) * PER_PAGE
    shown = list(rows.defer("source", "result").order_by("-created_at", "-pk")[first : first + PER_PAGE + 1])

    def url(row: Submission) -> str:
        return request.build_absolute_uri(reverse("submission", args=[row.pk]))

    return shapes.Submissions(
        items=[shapes.Summary(**showing.summarise(row, url(row))) for row in shown[:PER_PAGE]],
        next_page=page + 1 if len(shown) > PER_PAGE else None,
    )


@api.get(
    "/submissions/{uuid:submission}",
    auth=READ,
    response=answers(200, shapes.Submission, 404, 422),
    summary=gettext_noop("A submission with its state and result"),
    operation_id="get_submission",
)
def get_submission(
    request: HttpRequest,
    submission: UUID,
    wait: Annotated[
        int, Query(ge=0, le=MOST_S, description="Seconds to wait for the result, if it is not there yet.")
    ] = 0,
) -> HttpResponseBase | shapes.Submission:
    """One's own; with the scope `gradebook` also a student's whom one teaches this exercise, which the audit keeps."""
    found = find_submission(request.user, submission)
    if found.user_id != request.user.pk:
        require(request.auth, Scope.GRADEBOOK)  # type: ignore[attr-defined]
        note_reading(request, found)

    def show() -> shapes.Submission:
        return showing.show_submission(read_row(submission), request.build_absolute_uri)

    if not wait or not found.is_pending:
        return show()
    return answer_later(
        submission, wait, lambda: api.renderer.render(request, show().model_dump(), response_status=200).encode()
    )


@api.get(
    "/courses/{slug:course}/gradebook",
    auth=GRADEBOOK,
    response=answers(200, shapes.Gradebook, 404, 422),
    summary=gettext_noop("The gradebook of a course, by pages of students"),
    operation_id="get_gradebook",
)
def get_gradebook(
    request: HttpRequest,
    course: CourseName,
    section: Annotated[str, Query(description="Only this section.", max_length=80)] = "",
    page: PageNumber = 1,
) -> shapes.Gradebook:
    """For whoever may take grades out of here, as with the exports of the page; the audit keeps it.

    A page has 100 students, by their names; each page has all columns.
    """
    seat = find_seat(request.user, course, Act.GRADE)
    last = page * STUDENTS_PER_PAGE
    with transaction.atomic():
        book = build_book(seat.course, find_section(seat.course, section) if section else "")
        lines = book.lines[last - STUDENTS_PER_PAGE : last]
        record(request, seat.course, "grades.export", format="api", students=len(lines), section=book.section)
    slugs = {row.pk: row.exercise.slug for row in set_exercises(seat.course)}
    return showing.show_book(course, book, lines, slugs, page + 1 if len(book.lines) > last else None)


def find_section(course: Any, name: str) -> str:
    """As the page's address has it. Raises Http404."""
    found = course.sections.filter(name=name.replace("\0", "")).first()
    if found is None:
        raise Http404("no such section")
    return str(found.pk)
