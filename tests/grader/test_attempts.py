"""All attempts at an exercise: what changed, which is the best, which one counts, and who may see them."""

from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from exercises import content_store
from exercises.format import bundled, load
from exercises.traced import Curve, TracedRun
from grader.courses.models import Assignment, Enrollment
from grader.submissions import diffs
from grader.submissions.models import Purpose, Submission, TracedSubmission
from tests.grader.conftest import SLUG, STARTER
from tests.grader.rows import outcome, queue

pytestmark = pytest.mark.django_db

ATTEMPTS = f"/exercises/{SLUG}/attempts/"
PREDICT = "predict-detach"


def send(user, exercise, text="x = 1\n", score=None, purpose=Purpose.SUBMIT, **changes):
    submission = queue(user, exercise, purpose, source=text.encode() if isinstance(text, str) else text)
    if score is not None:
        submission.claim()
        submission.finish(outcome(score=score, **changes))
    return submission


def page_of(browser, path=ATTEMPTS, status=200):
    answer = browser.get(path)
    assert answer.status_code == status
    return (answer.context["page"], answer.content.decode()) if status == 200 else None


@pytest.fixture
def student(browse):
    return browse("student")


def marked(diff):
    return [(line.mark, line.text) for line in diff.lines if line.mark in "+-"]


def test_each_attempt_shows_what_it_changed(people, exercise, student):
    user = people["student"]
    send(user, exercise, STARTER + "y = 2\n", 1.0)
    send(user, exercise, STARTER + "y = 3\n# <b>bold</b>\n", 5.0)
    send(user, exercise, STARTER + "y = 3\n# <b>bold</b>\n")
    page, html = page_of(student)
    third, second, first = page.attempts
    assert [one.attempt for one in page.attempts] == [3, 2, 1]
    assert (first.is_first, marked(first.diff)) == (True, [("+", "y = 2")])
    assert marked(second.diff) == [("-", "y = 2"), ("+", "y = 3"), ("+", "# <b>bold</b>")]
    assert third.diff.is_empty
    assert "The same code as before." in html
    assert "Changed from the starter" in html
    assert "&lt;b&gt;bold&lt;/b&gt;" in html
    assert '<span class="sr-only">Added: </span>' in html
    assert '<span class="sr-only">Removed: </span>' in html


def test_the_best_and_the_one_that_counts(people, exercise, student):
    user = people["student"]
    for score in (3.0, 8.0, 8.0, 5.0):
        send(user, exercise, score=score)
    queue(user, exercise)

    def marks(page):
        return [(one.attempt, one.is_best, one.counts) for one in page.attempts if one.is_best or one.counts]

    page, html = page_of(student)
    assert (marks(page), page.counted) == ([(2, True, False)], "best")  # nothing was sent for the assignment
    Submission.objects.update(assignment=Assignment.objects.get(exercise=exercise))
    page, html = page_of(student)
    assert marks(page) == [(2, True, True)]
    assert "this one counts" in html
    Assignment.objects.update(counted="last")
    page, html = page_of(student)
    assert marks(page) == [(4, False, True), (2, True, False)]
    assert "The last attempt counts." in html


def test_lateness_decides_what_counts_as_in_the_gradebook(people, exercise, student):
    user, now = people["student"], timezone.now()
    Assignment.objects.update(due_at=now - timedelta(hours=1), late_percent=50)
    assignment = Assignment.objects.get(exercise=exercise)
    for score, sent in ((6.0, now - timedelta(hours=2)), (10.0, now)):
        one = send(user, exercise, score=score)
        Submission.objects.filter(pk=one.pk).update(created_at=sent, assignment=assignment)
    page, html = page_of(student)
    late, early = page.attempts
    assert (late.is_best, late.counts, late.days_late) == (True, False, 1)
    assert (early.is_best, early.counts, early.days_late) == (False, True, 0)
    assert "1 day late" in html


def test_a_misconception_is_named_and_a_traced_run_drawn(people, exercise, student):
    user, idea = people["student"], next(iter(load(bundled()[SLUG]).misconceptions))
    traced = send(user, exercise, score=1.0, misconception=idea)
    run = TracedRun(curves=[Curve("yours", [4.0, 2.0, 1.0]), Curve("expected", [4.0, 1.0, 0.25])])
    TracedSubmission.objects.create(submission=traced, data=msgspec.to_builtins(run))
    empty = send(user, exercise, score=1.0)
    TracedSubmission.objects.create(submission=empty)
    page, html = page_of(student)
    without, with_curve = page.attempts
    assert without.curve is None
    assert (with_curve.curve.first, with_curve.curve.last) == ("4", "1")
    assert "Loss from 4 to 1" in html
    assert str(with_curve.ideas[0]) in html


def test_answers_to_a_prediction_beside_the_earlier_ones(people, student):
    folder = load(bundled()[PREDICT])
    exercise = content_store.publish(folder, [{"x": 1}, {"x": 2}])[0].exercise
    Assignment.objects.create(course=people["student"].enrollments.get().course, exercise=exercise)
    first, second = folder.predict.fields[:2]
    for now in ("1", "none"):
        submission = queue(people["student"], exercise, answers={first.name: now, second.name: "7"}, variant={"x": 1})
        submission.claim()
        tests = [msgspec.structs.replace(outcome(1.0).tests[0], id=f"test_{first.name}")]
        submission.finish(outcome(1.0, tests=tests))
    page, html = page_of(student, f"/exercises/{PREDICT}/attempts/")
    later, earlier = page.attempts
    assert later.diff is None
    assert (later.answers[0].before, later.answers[0].now, later.answers[0].passed) == ("1", "None", False)
    assert (later.answers[0].is_changed, later.answers[1].is_changed) == (True, False)
    assert earlier.answers[0].before == ""
    assert "Each attempt at a prediction has numbers of its own." in html


def test_runs_are_shown_on_request(people, exercise, student):
    send(people["student"], exercise, "a = 1\n", 1.0)
    send(people["student"], exercise, "a = 2\n", 1.0, Purpose.RUN)
    page, _html = page_of(student)
    assert [one.is_run for one in page.attempts] == [False]
    page, _html = page_of(student, page.toggle_url)
    assert [one.is_run for one in page.attempts] == [True, False]
    assert marked(page.attempts[0].diff) == [("-", "a = 1"), ("+", "a = 2")]
    assert page.toggle_url == ATTEMPTS + "?"


def test_pages_of_fifty_and_the_diff_across_them(people, exercise, student):
    for number in range(53):
        send(people["student"], exercise, f"a = {number}\n")
    page, html = page_of(student)
    assert len(page.attempts) == 50
    assert marked(page.attempts[-1].diff) == [("-", "a = 2"), ("+", "a = 3")]
    page, html = page_of(student, page.turn + "2")
    assert [one.attempt for one in page.attempts] == [3, 2, 1]
    assert "Page 2 of 2" in html
    for odd in ("0", "99", "x", "-1"):
        page_of(student, f"{ATTEMPTS}?page={odd}")


WHO = {
    "teacher": 200, "assistant": 200, "staff": 200, "classmate": 404, "stranger": 404, "nobody": 404
}  # fmt: skip


@pytest.mark.parametrize("who", WHO)
def test_who_may_see_a_students_attempts(people, exercise, browse, who):
    send(people["student"], exercise, "secret = 1\n", 1.0)
    browser = browse(who)
    for name in ("student", str(people["student"].pk)):
        found = page_of(browser, f"{ATTEMPTS}?student={name}", WHO[who])
        if found:
            page, html = found
            assert ("secret = 1" in html, "Work of student." in html) == (True, True)
            assert "student=student" in page.toggle_url
    page_of(browser, f"{ATTEMPTS}?student=no-such-person", 404)


def test_a_teacher_of_another_course_is_a_stranger(people, exercise, browse):
    send(people["student"], exercise, "secret = 1\n", 1.0)
    Enrollment.objects.filter(user=people["stranger"]).update(role="instructor")
    page_of(browse("stranger"), f"{ATTEMPTS}?student=student", 404)


def test_ones_own_attempts(people, exercise, browse):
    send(people["student"], exercise, "secret = 1\n", 1.0)
    for who, status in {"student": 200, "classmate": 200, "teacher": 200, "stranger": 404, "nobody": 404}.items():
        found = page_of(browse(who), ATTEMPTS, status)
        assert not found or ("secret" in found[1]) is (who == "student")
    page_of(browse("student"), "/exercises/no-such/attempts/", 404)
    Assignment.objects.all().delete()
    page_of(browse("student"), ATTEMPTS)
    page_of(browse("classmate"), ATTEMPTS, 404)


def test_a_user_name_of_digits_is_a_name(people, exercise, browse):
    other = people["classmate"]
    other.username = str(people["student"].pk)
    other.save()
    send(people["student"], exercise, "secret = 1\n", 1.0)
    _, html = page_of(browse("teacher"), f"{ATTEMPTS}?student={other.username}")
    assert "secret" not in html


def test_the_exercise_page_leads_here_and_back(people, exercise, student):
    send(people["student"], exercise, score=1.0)
    assert f'href="{ATTEMPTS}"' in student.get(f"/exercises/{SLUG}/").content.decode()
    assert f'href="/exercises/{SLUG}/"' in page_of(student)[1]


def test_the_number_of_queries_does_not_grow(people, exercise, student):
    idea = next(iter(load(bundled()[SLUG]).misconceptions))

    def work(count):
        for number in range(count):
            traced = send(people["student"], exercise, f"a = {number}\n", 1.0, misconception=idea)
            TracedSubmission.objects.create(submission=traced)

    def count():
        page_of(student)
        with CaptureQueriesContext(connection) as queries:
            page_of(student)
        return len(queries)

    work(1)
    few = count()
    work(29)
    assert count() == few
    assert few <= 15


# --- The comparison itself --------------------------------------------------------------------------------------------


def test_what_is_the_same_far_from_a_change_is_folded():
    before = "".join(f"line {number}\n" for number in range(40))
    shown = diffs.compare(before, before.replace("line 20\n", "LINE 20\n"))
    assert (shown.added, shown.removed, shown.is_cut) == (1, 1, False)
    assert [line.skipped for line in shown.lines if line.mark == "…"] == [17, 16]
    assert len(shown.lines) == 10


def test_line_ends_and_the_last_line_do_not_count():
    assert diffs.compare("a\r\nb\r\n", "a\nb").is_empty
    assert [line.text for line in diffs.compare("", "a\x0cb\n").lines] == ["a\x0cb"]


@pytest.mark.parametrize(
    "before, after",
    [
        ("x\n" * 30_000, "y\n" * 30_000),
        ("x\n" * 199 + "y\n" * 199, ("y\n" + "x\n") * 300),
        ("a" * 65_000, "b" * 65_000),
        ("", "\n".join(str(number) for number in range(12_000))),
    ],
    ids=["many lines", "few different lines", "one line", "from nothing"],
)
def test_a_long_diff_is_cut(before, after):
    shown = diffs.compare(before, after)
    assert len(shown.lines) <= diffs.MAX_SHOWN_LINES
    assert sum(len(line.text) for line in shown.lines) <= diffs.MAX_SHOWN_CHARACTERS
    assert shown.is_cut


def test_bytes_that_are_no_text_are_shown_as_such(people, exercise, student):
    send(people["student"], exercise, b"\xff\x00\x1b[31m\n\xe2\x80\xae", 0.0)
    assert "\x1b" not in page_of(student)[1]
