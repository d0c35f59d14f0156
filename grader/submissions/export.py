"""Everything that the service keeps of one person, as a ZIP file: their profile, drafts, submissions and results.

Only what they may see anyway: results as the pages show them, never seeds, hidden inputs or expected values. Rows are
read a few at a time, and the archive is written as they come, so that its size costs disk and no memory.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from datetime import datetime
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZipFile

import msgspec
from django.utils import timezone
from django.utils.html import strip_tags
from django.utils.translation import gettext as _

from exercises.format import Exercise
from exercises.results import Result
from grader.courses.models import Enrollment, Override
from grader.submissions.ideas import choose_ideas
from grader.submissions.models import Draft, Submission, TracedSubmission
from grader.submissions.predict import snippet
from grader.submissions.results import current_locale, show_answers, show_note, show_test, summarise

AT_ONCE = 20
UNSAFE = re.compile(r"[^A-Za-z0-9_-]")
CODE_TAG = re.compile(r"</?code[^>]*>")


def write_archive(user: Any, file: IO[bytes]) -> None:
    """The whole archive, in the current language."""
    until = timezone.now()
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        archive.writestr("README.txt", describe(user, until))
        archive.writestr("profile.json", as_text(show_profile(user)))
        write_list(archive, "submissions.json", show_submissions(user, until))
        for draft in Draft.objects.filter(user=user).select_related("exercise").iterator(AT_ONCE):
            archive.writestr(f"drafts/{safe(draft.exercise.slug)}.py", bytes(draft.source))
        sources = (
            read_submissions(user, until)
            .filter(answers__isnull=True)
            .only("exercise__slug", "attempt", "purpose", "source")
        )
        for row in sources.iterator(AT_ONCE):
            archive.writestr(source_name(row), bytes(row.source))
        traced = TracedSubmission.objects.filter(submission__user=user, submission__created_at__lte=until)
        for run in traced.filter(data__isnull=False).select_related("submission__exercise").iterator(AT_ONCE):
            name = f"traces/{safe(run.submission.exercise.slug)}/{run.submission.attempt}-{run.submission.purpose}.json"
            archive.writestr(name, as_text(run.data))


def describe(user: Any, until: datetime) -> str:
    """README.txt."""
    parts = [
        ("", _("What Gradus keeps of %(name)s, on %(date)s.") % {"name": user.get_username(), "date": until.date()}),
        ("profile.json", _("your account, and the courses that you take part in")),
        ("submissions.json", _("all that you have sent: time, state, points, and each result as its page shows it")),
        ("submissions/", _("the files that you sent, by exercise: number of the attempt, then run or submit")),
        ("drafts/", _("what you have in the editor and have not sent")),
        ("traces/", _("what autograd did in the runs that you had traced, where you had any")),
        ("", _("Times are in UTC. Text is UTF-8. Points are those of the exercise, before anything is taken off for lateness.")),
    ]  # fmt: skip
    return "\n\n".join(f"{name}\n    {text}" if name else text for name, text in parts) + "\n"


def show_profile(user: Any) -> dict[str, Any]:
    enrollments = Enrollment.objects.filter(user=user).select_related("course", "section").order_by("course__slug")
    return {
        "username": user.get_username(),
        "first_name": user.first_name,
        "last_name": user.last_name,
        "email": user.email,
        "joined_at": as_time(user.date_joined),
        "last_login_at": as_time(user.last_login),
        "courses": [
            {
                "course": one.course.slug,
                "title": one.course.title,
                "role": one.role,
                "section": one.section.name if one.section else None,
            }
            for one in enrollments
        ],
        # Of programs that act for the person; they know of submissions, and not the other way round.
        "tokens": [
            {
                "name": one.name,
                "scopes": one.scopes.split(),
                "made_at": as_time(one.made_at),
                "expires_at": as_time(one.expires_at),
                "last_used_at": as_time(one.last_used_at),
            }
            for one in user.tokens.all()
        ],
        "overrides": [
            {
                "course": one.assignment.course.slug,
                "exercise": one.assignment.exercise.slug,
                "points": one.points,
                "reason": one.reason,
                "at": as_time(one.set_at),
            }
            for one in Override.objects.filter(user=user).select_related("assignment__course", "assignment__exercise")
        ],
    }


def read_submissions(user: Any, until: datetime) -> Any:
    rows = Submission.objects.filter(user=user, created_at__lte=until)
    return rows.select_related("exercise").order_by("created_at", "pk")


def show_submissions(user: Any, until: datetime) -> Iterator[dict[str, Any]]:
    rows = read_submissions(user, until).with_version().select_related("exercise", "assignment__course")
    for row in rows.defer("source", "version__files", "version__variants").iterator(AT_ONCE):
        yield show_submission(row)


def write_list(archive: ZipFile, name: str, items: Iterator[Any]) -> None:
    """A JSON list, item by item."""
    with archive.open(name, "w", force_zip64=True) as file:
        file.write(b"[")
        for number, item in enumerate(items):
            file.write((",\n" if number else "\n").encode() + as_text(item).encode())
        file.write(b"\n]\n")


def show_submission(row: Submission) -> dict[str, Any]:
    """One submission with its result, as its page shows them."""
    exercise, locale, result = row.version.load(), current_locale(), row.decoded_result()
    shown: dict[str, Any] = {
        "id": str(row.pk),
        "exercise": row.exercise.slug,
        "title": exercise.title.get(locale),
        "course": row.assignment.course.title if row.assignment else None,
        "purpose": row.purpose,
        "attempt": row.attempt,
        "status": row.status,
        "sent_at": as_time(row.created_at),
        "started_at": as_time(row.started_at),
        "finished_at": as_time(row.finished_at),
        "outcome": row.outcome,
        "passed": row.passed,
        "score": row.score,
        "max_score": row.max_score,
        "summary": summarise(row, result),
        "file": source_name(row) if row.answers is None else None,
    }
    if row.answers is not None:
        shown["question"] = snippet(exercise, row.variant) if exercise.predict and row.variant is not None else None
        shown["answers"] = [
            {"question": plain(answer.label), "answer": answer.answer, "right": answer.passed}
            for answer in show_answers(row, exercise, locale, result)
        ]
    # Of teachers; they know of submissions, and not the other way round.
    comments = row.comments.all()  # type: ignore[attr-defined]
    shown["comments"] = [{"line": one.line, "text": one.text, "at": as_time(one.made_at)} for one in comments]
    return shown | (show_outcome(row, result, exercise, locale) if result else {})


def show_outcome(row: Submission, result: Result, exercise: Exercise, locale: str) -> dict[str, Any]:
    ideas = choose_ideas(exercise.misconceptions, result.misconception, result.one_of)
    return {
        "misconceptions": [
            {"title": idea.title.get(locale), "explanation": idea.explanation.get(locale)} for idea in ideas
        ],
        "notes": [plain(note.html) for note in (show_note(note, locale, exercise) for note in result.notes)],
        "tests": [show_one_test(show_test(test, locale, exercise)) for test in result.tests],
        "stdout": result.stdout if row.is_run else "",
        "stderr": result.stderr if row.is_run else "",
        "wall_ms": result.wall_ms,
        "cpu_ms": result.cpu_ms,
        "peak_mib": result.peak_mib,
    }


def show_one_test(test: Any) -> dict[str, Any]:
    return {
        "title": plain(test.title),
        "passed": test.passed,
        "advice": test.advice,
        "points": test.points,
        "max_points": test.max_points,
        "messages": [plain(message) for message in test.messages],
        "numbers": msgspec.to_builtins(test.numbers),
        "hint": plain(test.hint) if test.hint else None,
        "call": test.call,
        "stdout": test.stdout,
        "traceback": test.traceback,
    }


def plain(markup: str) -> str:
    """The text of a message, its code between backticks again."""
    return html.unescape(strip_tags(CODE_TAG.sub("`", str(markup))))


def source_name(row: Submission) -> str:
    return f"submissions/{safe(row.exercise.slug)}/{row.attempt}-{safe(row.purpose)}.py"


def safe(name: str) -> str:
    """As one part of a path: no separators, no dots, nothing that a file system may read in its own way."""
    return UNSAFE.sub("_", name)[:80] or "_"


def as_time(moment: datetime | None) -> str | None:
    return moment.isoformat(timespec="seconds") if moment else None


def as_text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1)
