"""What stands beside a submission: comments at its lines, and for teachers the flag and the points that count."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from exercises.render import code_spans
from grader.courses.pages import name_of
from grader.courses.permissions import Seat
from grader.gradebook.forms import CommentForm, FlagForm, OverrideForm
from grader.gradebook.grades import GradePage, build_grade
from grader.gradebook.models import Comment, Flag
from grader.submissions.access import taught_through
from grader.submissions.models import Submission
from grader.templatetags.gradus import show_unseen


@dataclass(frozen=True)
class CommentView:
    pk: int
    line: int
    text: str
    by: str
    made_at: datetime
    may_remove: bool


@dataclass(frozen=True)
class Stretch:
    """Some lines of code in a row, and the comments on the last of them."""

    numbers: str
    html: SafeString
    comments: list[CommentView]


@dataclass
class Remarks:
    """For the author the comments, and why the points are others than the result says; for teachers also the rest."""

    submission: UUID
    code: list[Stretch] = field(default_factory=list)
    general: list[CommentView] = field(default_factory=list)
    seat: Seat | None = None
    grade: GradePage | None = None
    flag: Flag | None = None
    comment_form: CommentForm | None = None
    flag_form: FlagForm | None = None
    override_form: OverrideForm | None = None
    course_slug: str = ""


def build_remarks(reader: Any, submission: Submission) -> Remarks:
    remarks = Remarks(submission.pk)
    through = taught_through(reader, submission)
    if through:
        seat, assignment = through
        remarks.seat, remarks.course_slug = seat, seat.course.slug
        remarks.grade = build_grade(seat.course, submission.user, assignment.pk)
        remarks.flag = Flag.objects.select_related("set_by").filter(submission=submission).first()
        remarks.comment_form = CommentForm(label_suffix="")
        remarks.flag_form = FlagForm(label_suffix="")
        if remarks.grade and seat.may_grade:
            line = remarks.grade.line
            remarks.override_form = OverrideForm(None, max_points=line.max_points, points=line.points)
    elif submission.user_id == reader.pk and submission.assignment and not submission.is_run:
        remarks.course_slug = submission.assignment.course.slug
        grade = build_grade(submission.assignment.course, reader, submission.assignment.pk)
        remarks.grade = grade if grade and grade.is_overridden else None
    comments = list_comments(submission, reader, remarks.seat)
    text = submission.text if submission.answers is None else ""
    count = len(text.splitlines())
    at_lines = [comment for comment in comments if 0 < comment.line <= count]
    remarks.general = [comment for comment in comments if comment not in at_lines]
    remarks.code = stretch(text, at_lines)
    return remarks


def list_comments(submission: Submission, reader: Any, seat: Seat | None) -> list[CommentView]:
    """Whoever wrote it may take it back, and instructors."""
    rows = Comment.objects.filter(submission=submission).select_related("author")
    return [
        CommentView(
            pk=row.pk,
            line=row.line,
            text=row.text,
            by=name_of(row.author) if row.author else "–",
            made_at=row.made_at,
            may_remove=seat is not None and (seat.may_grade or row.author_id == reader.pk),
        )
        for row in rows
    ]


def stretch(text: str, comments: list[CommentView]) -> list[Stretch]:
    """The code in pieces that end where somebody said something. Pygments closes its spans at the end of each line."""
    lines = show_unseen(code_spans(text)).removesuffix("\n").split("\n")
    by_line: dict[int, list[CommentView]] = {}
    for comment in comments:
        by_line.setdefault(min(comment.line, len(lines)), []).append(comment)
    width, start, pieces = len(str(len(lines))), 0, []
    for end in sorted({*by_line, len(lines)}):
        numbers = "\n".join(str(number + 1).rjust(width) for number in range(start, end))
        html = mark_safe("\n".join(lines[start:end]))  # noqa: S308 - highlighted and escaped above
        pieces.append(Stretch(escape(numbers), html, by_line.get(end, [])))
        start = end
    return pieces
