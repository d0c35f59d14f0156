"""The gradebook, one's own grades, and points put right by hand."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from exercises import content_store
from exercises.format import bundled, load
from grader.courses.models import Assignment, AuditEntry, Course, Enrollment, Extension, Override, Section
from grader.courses.standing import standings
from grader.gradebook.exports import neutral
from grader.submissions.models import Submission
from tests.grader.conftest import SLUG
from tests.grader.rows import outcome, queue

pytestmark = pytest.mark.django_db
BOOK = "/courses/autograd/gradebook/"
GRADES = "/courses/autograd/grades/"
EXPORT = BOOK + "export/"
LET_IN = {
    "gradebook": {"teacher", "assistant", "staff"},
    "grades": {"student", "classmate", "teacher", "assistant", "staff"},
}


@pytest.fixture
def assignment(people):
    """Worth as much as what `graded` gives."""
    Assignment.objects.filter(course__slug="autograd").update(points=10)
    return Assignment.objects.get(course__slug="autograd")


def graded(user, assignment, score=10.0, at=None):
    submission = queue(user, assignment.exercise, assignment=assignment)
    submission.claim()
    submission.finish(outcome(score=score))
    if at:
        Submission.objects.filter(pk=submission.pk).update(created_at=at)
    return submission


def rules(assignment, **values):
    Assignment.objects.filter(pk=assignment.pk).update(**values)


def address(people, assignment, who="student"):
    return f"{GRADES}{people[who].pk}/{assignment.pk}/"


def put(browser, url, points="7", reason="spoken exam"):
    return browser.post(url, {"points": points, "reason": reason})


@pytest.mark.parametrize("who", ["student", "classmate", "teacher", "assistant", "stranger", "nobody", "staff"])
def test_who_may_look(people, browse, assignment, who):
    browser = browse(who)
    seen = who in LET_IN["gradebook"]
    assert browser.get(BOOK).status_code == (200 if seen else 404)
    assert browser.get(f"{GRADES}?student={people['student'].pk}").status_code == (
        200 if who in LET_IN["grades"] else 404
    )
    assert browser.get(address(people, assignment)).status_code == (200 if seen else 404)
    assert browser.get(f"{BOOK}{people['student'].pk}/{assignment.pk}/").status_code == (302 if seen else 404)


@pytest.mark.parametrize("who", ["student", "classmate", "assistant", "stranger", "nobody"])
def test_only_instructors_take_grades_along_and_put_them_right(people, browse, assignment, who):
    browser = browse(who)
    assert browser.post(EXPORT, {"format": "csv"}).status_code == 404
    assert put(browser, address(people, assignment)).status_code == 404
    assert not Override.objects.exists() and not AuditEntry.objects.exists()


def test_students_see_their_own_row_whatever_they_ask_for(people, browse, assignment):
    graded(people["classmate"], assignment)
    page = browse("student").get(f"{GRADES}?student={people['classmate'].pk}").content.decode()
    assert "My grades" in page and "won 100" not in page


def test_a_row_for_each_student_and_a_link_in_each_cell(people, browse, assignment):
    submission = graded(people["student"], assignment, 7.5)
    page = browse("teacher").get(BOOK).content.decode()
    link = f"{people['student'].pk}/{assignment.pk}/"
    assert f'<a href="{link}">7.5</a>' in page
    assert "classmate" in page and "stranger" not in page
    answer = browse("teacher").get(BOOK + link)
    assert answer["Location"] == f"/submissions/{submission.pk}/"
    bare = browse("teacher").get(f"{BOOK}{people['classmate'].pk}/{assignment.pk}/")
    assert bare["Location"] == address(people, assignment, "classmate")


def test_marks(people, browse, assignment):
    now = timezone.now()
    rules(assignment, due_at=now - timedelta(days=3), late_percent=10)
    graded(people["student"], assignment, 10, now - timedelta(days=1, hours=1))
    page = browse("teacher").get(BOOK).content.decode()
    assert '>8 <span class="gb-mark gb-late" aria-hidden="true">L</span><span class="sr-only"> late</span></a>' in page
    assert page.count('class="gb-mark gb-missing"') == 2  # the classmate's, and the legend's
    queue(people["classmate"], assignment.exercise, assignment=assignment)
    Extension.objects.create(
        assignment=assignment, user=people["classmate"], due_at=now + timedelta(days=1), reason="x"
    )
    page = browse("teacher").get(BOOK).content.decode()
    assert page.count('class="gb-mark gb-waiting"') == 2
    assert page.count('class="gb-mark gb-extension"') == 2


def test_sorting_both_ways_and_by_section(people, browse, assignment):
    graded(people["classmate"], assignment, 4)
    graded(people["student"], assignment, 6)
    section = Section.objects.create(course=assignment.course, name="Monday")
    Enrollment.objects.filter(user=people["student"]).update(section=section)
    browser = browse("teacher")

    def names(query):
        book = browser.get(BOOK + query).context["book"]
        return [line.username for line in book.lines]

    assert names("") == ["classmate", "student"]
    assert names("?dir=desc") == ["student", "classmate"]
    assert names("?sort=total") == ["classmate", "student"]
    assert names(f"?sort={assignment.pk}&dir=desc") == ["student", "classmate"]
    assert names("?sort=nonsense&dir=&section=999999999999999999999") == ["classmate", "student"]
    assert names(f"?section={section.pk}") == ["student"]
    page = browser.get(f"{BOOK}?sort=total&dir=desc").content.decode()
    assert 'class="gb-total" aria-sort="descending"' in page and "sort=total&amp;dir=asc" in page


def test_the_total_is_weighted_and_leaves_out_what_is_hidden(people, browse, assignment):
    course = assignment.course
    folders = [load(bundled()[slug]) for slug in sorted(set(bundled()) - {SLUG})[:2]]
    others = [
        Assignment.objects.create(
            course=course,
            exercise=content_store.publish(folder, [{"x": 1}] if folder.predict else None)[0].exercise,
            points=20,
            weight=3,
        )
        for folder in folders
    ]
    rules(others[1], opens_at=timezone.now() + timedelta(days=1))
    graded(people["student"], assignment, 10)
    (line,) = [line for line in browse("teacher").get(BOOK).context["book"].lines if line.user == people["student"].pk]
    assert (line.total.points, line.total.max_points, line.total.percent) == (10, 30, 25)


def test_an_override_counts_until_it_is_withdrawn_and_all_is_kept(people, browse, assignment):
    graded(people["student"], assignment, 4)
    key = (people["student"].pk, assignment.pk)
    teacher, url = browse("teacher"), address(people, assignment)
    assert put(teacher, url, "7.5").status_code == 302
    standing = standings(assignment.course)[key]
    assert (standing.points, standing.earned) == (7.5, 4)
    assert standing.override.reason == "spoken exam"
    own = browse("student").get(GRADES).content.decode()
    assert "teacher set the points to 7.5" in own and "spoken exam" in own
    assert 'class="gb-mark gb-override"' in browse("teacher").get(BOOK).content.decode()
    assert "7.5 of 10" in browse("student").get("/courses/autograd/").content.decode()
    assert teacher.post(url, {"withdraw": "1", "withdraw-reason": "mistaken"}).status_code == 302
    assert standings(assignment.course)[key].points == 4
    history = teacher.get(url).content.decode()
    assert "spoken exam" in history and "mistaken" in history
    assert Override.objects.count() == 2
    assert teacher.post(url, {"withdraw": "1", "withdraw-reason": "again"}).status_code == 302
    assert Override.objects.count() == 2
    actions = [entry.action for entry in AuditEntry.objects.order_by("pk")]
    assert actions == ["grade.override", "grades.view", "grade.withdraw"]
    assert AuditEntry.objects.first().subject_id == people["student"].pk


@pytest.mark.parametrize(
    "points, reason", [("-1", "x"), ("10.5", "x"), ("nan", "x"), ("inf", "x"), ("", "x"), ("3", " "), ("3", "x" * 501)]
)
def test_overrides_that_cannot_be(people, browse, assignment, points, reason):
    assert put(browse("teacher"), address(people, assignment), points, reason).status_code == 422
    assert not Override.objects.exists()


def test_an_override_without_any_submission(people, browse, assignment):
    put(browse("teacher"), address(people, assignment, "classmate"), "0", "oral")
    standing = standings(assignment.course)[people["classmate"].pk, assignment.pk]
    assert standing.points == 0 and standing.submission is None


def test_somebody_elses_course(people, browse, assignment):
    url = f"{GRADES}{people['stranger'].pk}/{assignment.pk}/"
    assert browse("teacher").get(url).status_code == 404
    other = Assignment.objects.create(course=Course.objects.get(slug="other"), exercise=assignment.exercise)
    assert put(browse("teacher"), f"{GRADES}{people['student'].pk}/{other.pk}/").status_code == 404
    assert browse("teacher").get(f"{GRADES}?student={people['stranger'].pk}").status_code == 404


def rows_of(answer):
    text = answer.content.decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text)))


HOSTILE = {
    "=1+1": "'=1+1",
    "+cmd": "'+cmd",
    "-2": "'-2",
    "@SUM(A1)": "'@SUM(A1)",
    "\t=1": "'=1",
    " =1": "'=1",
    "＝1": "'＝1",
    "王小明": "王小明",
    'O"Neil, Jr': 'O"Neil, Jr',
}


def test_the_file_opens_right_in_a_spreadsheet(people, browse, assignment):
    graded(people["student"], assignment, 7.5)
    for number, name in enumerate(HOSTILE):
        user = get_user_model().objects.create(username=f"h{number}", first_name=name, email="=1+cmd@example.org")
        Enrollment.objects.create(user=user, course=assignment.course)
    answer = browse("teacher").post(EXPORT, {"format": "csv"})
    assert answer.content.startswith(b"\xef\xbb\xbf")
    assert 'filename="autograd-grades.csv"' in answer["Content-Disposition"]
    rows = {row[1]: row for row in rows_of(answer)}
    assert [rows[f"h{number}"][0] for number in range(len(HOSTILE))] == list(HOSTILE.values())
    assert rows["h0"][2] == "'=1+cmd@example.org"
    assert rows["student"][4:] == ["7.5", "7.5", "10", "75"]
    assert b",7.5,7.5,10,75\r\n" in answer.content  # numbers are numbers
    assert rows["classmate"][4] == ""
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.details["format"]) == ("grades.export", "csv")


@pytest.mark.parametrize("text", ["\t=1", "\rx", "\n@x", " =1", "-1+1|cmd"])
def test_what_looks_like_a_formula_is_text(text):
    assert neutral(text) == f"'{text}"


def test_files_for_canvas_and_moodle(people, browse, assignment):
    graded(people["student"], assignment, 7.5)
    canvas = rows_of(browse("teacher").post(EXPORT, {"format": "canvas"}))
    assert canvas[0][:5] == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section"]
    assert canvas[0][5].endswith(f"({assignment.pk})")
    assert canvas[1] == ["    Points Possible", "", "", "", "", "10"]
    assert canvas[3] == ["student", "", "", "student", "", "7.5"]
    moodle = rows_of(browse("teacher").post(EXPORT, {"format": "moodle"}))
    assert moodle[0][:3] == ["username", "idnumber", "email"] and len(moodle[0]) == 4
    assert moodle[2] == ["student", "", "", "7.5"]
    assert browse("teacher").post(EXPORT, {"format": "exe"}).status_code == 404


@pytest.mark.parametrize("who, path", [("teacher", BOOK), ("student", GRADES)])
def test_the_number_of_queries_does_not_grow(people, browse, assignment, who, path):
    def count():
        browser = browse(who)
        browser.get(path)
        with CaptureQueriesContext(connection) as queries:
            assert browser.get(path).status_code == 200
        return len(queries)

    graded(people["student"], assignment)
    few = count()
    for number in range(5):
        user = get_user_model().objects.create(username=f"more{number}")
        Enrollment.objects.create(user=user, course=assignment.course)
        graded(user, assignment)
        Override.objects.create(user=user, assignment=assignment, points=1, reason="x", set_by=people["teacher"])
    for slug in sorted(set(bundled()) - {SLUG})[:3]:
        folder = load(bundled()[slug])
        exercise = content_store.publish(folder, [{"x": 1}] if folder.predict else None)[0].exercise
        graded(people["student"], Assignment.objects.create(course=assignment.course, exercise=exercise))
    assert count() == few
    assert few <= 20
