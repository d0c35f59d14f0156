"""Looking at work: the list, comments and flags; and the audit of it all."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from grader.courses.models import AppendOnly, Assignment, AuditEntry, Enrollment, Extension, Override, Section
from grader.gradebook.models import Comment, Flag
from grader.submissions.models import Draft, Submission
from tests.grader.rows import outcome, queue

pytestmark = pytest.mark.django_db
LIST = "/courses/autograd/submissions/"
AUDIT = "/courses/autograd/audit/"
EVERYBODY = ["student", "classmate", "teacher", "assistant", "stranger", "nobody", "staff"]
TEACHERS = {"teacher", "assistant", "staff"}
SOURCE = b"def train():\n    return []\n# third\n"


@pytest.fixture
def assignment(people):
    return Assignment.objects.get(course__slug="autograd")


def graded(user, assignment, score=10.0, **changes):
    submission = queue(user, assignment.exercise, assignment=assignment, source=SOURCE)
    submission.claim()
    submission.finish(outcome(score=score, **changes))
    return submission


@pytest.fixture
def submission(people, assignment):
    return graded(people["student"], assignment)


def url(submission, rest=""):
    return f"/submissions/{submission.pk}/{rest}"


@pytest.mark.parametrize("who", EVERYBODY)
def test_who_may_look_comment_and_flag(people, browse, submission, who):
    browser = browse(who)
    assert browser.get(LIST).status_code == (200 if who in TEACHERS else 404)
    assert browser.get(AUDIT).status_code == (200 if who in {"teacher", "staff"} else 404)
    done = 302 if who in TEACHERS else 404
    assert browser.post(url(submission, "comments/"), {"line": "2", "text": "Why?"}).status_code == done
    assert browser.post(url(submission, "flag/"), {"note": "copied?"}).status_code == done
    assert Comment.objects.exists() == Flag.objects.exists() == (who in TEACHERS)


def test_comments_stand_at_their_lines_for_the_student_too(people, browse, submission):
    teacher = browse("teacher")
    teacher.post(url(submission, "comments/"), {"line": "2", "text": "<b>Why</b> a list?\u202e"})
    teacher.post(url(submission, "comments/"), {"line": "", "text": "Well done"})
    teacher.post(url(submission, "comments/"), {"line": "999", "text": "at the end"})
    page = browse("student").get(url(submission)).content.decode()
    assert "&lt;b&gt;Why&lt;/b&gt; a list?" in page and "\u202e" not in page
    first, second = page.index("return"), page.index("third")
    assert first < page.index("a list?") < second < page.index("at the end")
    assert page.index("Well done") < first
    assert "Take back" not in page
    attempts = browse("student").get(f"/exercises/{submission.exercise.slug}/attempts/").content.decode()
    assert "3 comments" in attempts
    assert "3 comments" in browse("student").get("/dashboard/").content.decode()
    assert "3 comments" in teacher.get(LIST).content.decode()


@pytest.mark.parametrize("data", [{"text": ""}, {"text": "x" * 2001}, {"text": "x", "line": "-1"}, {"line": "1"}])
def test_comments_that_cannot_be(people, browse, submission, data):
    browse("teacher").post(url(submission, "comments/"), data)
    assert not Comment.objects.exists()


def test_who_may_take_a_comment_back(people, browse, submission):
    mine, theirs = (
        Comment.objects.create(submission=submission, author=people[who], text=who) for who in ("assistant", "teacher")
    )
    assistant = browse("assistant")
    assert assistant.post(url(submission, f"comments/{theirs.pk}/remove/")).status_code == 404
    assert browse("student").post(url(submission, f"comments/{mine.pk}/remove/")).status_code == 404
    assert assistant.post(url(submission, f"comments/{mine.pk}/remove/")).status_code == 302
    assert browse("teacher").post(url(submission, f"comments/{theirs.pk}/remove/")).status_code == 302
    assert not Comment.objects.exists()


def test_a_flag_is_for_teachers_only_and_can_be_lowered(people, browse, submission):
    browse("assistant").post(url(submission, "flag/"), {"note": "copied?"})
    assert "copied?" in browse("teacher").get(url(submission)).content.decode()
    assert "copied?" not in browse("student").get(url(submission)).content.decode()
    browse("teacher").post(url(submission, "flag/"), {"lower": "1"})
    assert not Flag.objects.exists()
    actions = list(AuditEntry.objects.order_by("pk").values_list("action", flat=True))
    assert actions == ["flag.raise", "submission.view", "flag.lower"]


def test_the_student_reads_the_override_beside_the_submission(people, browse, submission, assignment):
    assert "work-side" not in browse("student").get(url(submission)).content.decode()
    target = f"/courses/autograd/grades/{people['student'].pk}/{assignment.pk}/"
    answer = browse("teacher").post(target, {"points": "3", "reason": "spoken", "submission": str(submission.pk)})
    assert answer["Location"] == url(submission)
    page = browse("student").get(url(submission)).content.decode()
    assert (
        "teacher set the points to 3" in page
        and "spoken" in page
        and '<form method="post" action="/courses' not in page
    )


def listed(browser, query=""):
    return [(line.student, line.attempt) for line in browser.get(LIST + query).context["page"].lines]


def test_filters(people, browse, assignment):
    course, now = assignment.course, timezone.now()
    Assignment.objects.filter(pk=assignment.pk).update(due_at=now - timedelta(days=1), grace_minutes=5)
    passed = graded(people["student"], assignment)
    failed = graded(people["student"], assignment, 3, misconception="no_zero")
    other = queue(people["classmate"], assignment.exercise, assignment=assignment)
    graded(people["teacher"], assignment)
    Submission.objects.filter(pk=passed.pk).update(created_at=now - timedelta(days=1) + timedelta(minutes=4))
    Flag.objects.create(submission=passed)
    section = Section.objects.create(course=course, name="Monday")
    Enrollment.objects.filter(user=people["classmate"]).update(section=section)
    browser = browse("assistant")
    first, second, third = ("student", 1), ("student", 2), ("classmate", 1)
    assert listed(browser) == [third, second, first]
    assert listed(browser, "?state=passed") == [first]
    assert listed(browser, "?state=failed") == [second]
    assert listed(browser, "?state=pending") == [third]
    assert listed(browser, "?state=errored") == []
    assert listed(browser, "?late=1") == [third, second]
    assert listed(browser, "?flagged=1") == [first]
    assert listed(browser, f"?section={section.pk}") == [third]
    assert listed(browser, f"?student={people['student'].pk}&assignment={assignment.pk}") == [second, first]
    assert listed(browser, "?q=CLASS") == [third]
    assert listed(browser, "?misconception=no_zero") == [second]
    assert listed(browser, "?q=%00&state=x&assignment=9999&student=99999999999999999999&before=x_y") == [
        third,
        second,
        first,
    ]
    Extension.objects.create(
        assignment=assignment, user=people["student"], due_at=now + timedelta(days=1), reason="ill"
    )
    assert listed(browser, "?late=1") == [third]
    assert other.pk and failed.pk


def test_pages_of_the_list_and_their_queries(people, browse, assignment):
    def count(path):
        browser = browse("teacher")
        browser.get(path)
        with CaptureQueriesContext(connection) as queries:
            assert browser.get(path).status_code == 200
        return len(queries)

    graded(people["student"], assignment, 3, misconception="no_zero")
    few = count(LIST)
    for _number in range(29):
        graded(people["student"], assignment, 3, misconception="no_zero")
        graded(people["classmate"], assignment)
    page = browse("teacher").get(LIST).context["page"]
    assert len(page.lines) == 50 and page.older
    rest = browse("teacher").get(LIST, {"before": page.older}).context["page"]
    assert len(rest.lines) == 9 and not rest.older
    assert count(LIST) == few <= 16
    assert count(url(Submission.objects.first())) <= 40


def test_reading_anothers_work_is_kept(people, browse, submission):
    browse("student").get(url(submission))
    assert not AuditEntry.objects.exists()
    browse("assistant").get(url(submission))
    browse("assistant").get(f"/exercises/{submission.exercise.slug}/attempts/?student=student")
    seen, attempts = AuditEntry.objects.order_by("pk")
    assert (seen.actor, seen.subject, seen.action) == (people["assistant"], people["student"], "submission.view")
    assert attempts.action == "attempts.view" and attempts.request_id


def test_opening_the_gradebook_is_kept_once_an_hour(people, browse, submission):
    for _ in range(2):
        browse("assistant").get("/courses/autograd/gradebook/")
    browse("teacher").get("/courses/autograd/gradebook/")
    browse("stranger").get("/courses/autograd/gradebook/")
    rows = AuditEntry.objects.order_by("pk").values_list("actor", "action")
    assert list(rows) == [(people["assistant"].pk, "grades.view"), (people["teacher"].pk, "grades.view")]


def test_the_audit_in_words_and_its_filters(people, browse, submission):
    browse("assistant").post(url(submission, "comments/"), {"line": "1", "text": "x"})
    browse("teacher").post("/courses/autograd/sections/", {"name": "=Monday"})
    teacher = browse("teacher")

    def actions(**query):
        return [line.action for line in teacher.get(AUDIT, query).context["page"].lines]

    assert actions() == ["made a section", "commented on a submission"]
    assert actions(actor=people["assistant"].pk) == ["commented on a submission"]
    assert actions(action="section.create") == ["made a section"]
    assert actions(student="stud") == ["commented on a submission"]
    today = timezone.now().date().isoformat()
    assert len(actions(since=today, until=today)) == 2
    assert actions(until="2020-01-01") == [] == actions(since="2100-01-01")
    assert len(actions(since="x", until="2020-13-45", actor="x", action="x", before="-1", student="\0")) == 2
    page = teacher.get(AUDIT, headers={"accept-language": "zh-hant"}).content.decode()
    assert "commented" not in page


def test_the_audit_is_paged_with_constant_queries(people, browse, assignment):
    def count():
        browser = browse("teacher")
        with CaptureQueriesContext(connection) as queries:
            page = browser.get(AUDIT).context["page"]
        return len(queries), page

    def fill(number):
        AuditEntry.objects.bulk_create(
            AuditEntry(
                course=assignment.course, actor=people["teacher"], subject=people["student"], action="flag.raise"
            )
            for _ in range(number)
        )

    fill(1)
    few, _page = count()
    fill(104)
    many, page = count()
    assert (many, len(page.lines)) == (few, 100)
    assert len(browse("teacher").get(AUDIT, {"before": page.older}).context["page"].lines) == 5


def test_nothing_changes_the_audit(people, assignment):
    entry = AuditEntry.objects.create(course=assignment.course, actor=people["teacher"], action="flag.raise")
    for change in (entry.save, entry.delete, AuditEntry.objects.all().delete):
        with pytest.raises(AppendOnly):
            change()
    with pytest.raises(AppendOnly):
        AuditEntry.objects.update(action="x")
    statements = ["UPDATE courses_auditentry SET action = 'x'"]
    if connection.vendor == "postgresql":
        statements.append("DELETE FROM courses_auditentry")
    for statement in statements:
        with pytest.raises(DatabaseError, match="only ever added"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


@pytest.fixture
def held(people, submission, assignment):
    """The student's, of each kind one."""
    user, teacher = people["student"], people["teacher"]
    Comment.objects.create(submission=submission, author=teacher, text="Dear Mei")
    Flag.objects.create(submission=submission, note="Mei again")
    Draft.objects.create(user=user, exercise=submission.exercise, source=b"x")
    Override.objects.create(assignment=assignment, user=user, points=5, reason="Mei was ill", set_by=teacher)
    Extension.objects.create(assignment=assignment, user=user, extra_attempts=1, reason="Mei was ill")
    return user


def check_erased(user_pk, submission):
    assert not get_user_model().objects.filter(pk=user_pk).exists()
    submission.refresh_from_db()
    somebody = submission.user
    assert somebody.username.startswith("erased-") and not somebody.is_active and not somebody.has_usable_password()
    assert (somebody.get_full_name(), somebody.email) == ("", "")
    assert submission.score == 10
    assert Enrollment.objects.get(user=somebody).role == "student"
    assert not (Comment.objects.exists() or Flag.objects.exists() or Draft.objects.exists())
    override = Override.objects.get(user=somebody)
    assert (override.points, override.reason, Extension.objects.get(user=somebody).reason) == (5, "", "")


def test_erasing_by_command(held, submission, monkeypatch, capsys):
    pk = held.pk
    monkeypatch.setattr("builtins.input", lambda _question: "wrong")
    with pytest.raises(CommandError, match="Nothing was erased"):
        call_command("erase_user", "student")
    call_command("erase_user", "student", "--yes")
    check_erased(pk, submission)
    assert "1 submissions" in capsys.readouterr().out
    assert AuditEntry.objects.get(action="user.erase").subject_id == pk
    for name in ("nobody-here", "staff"):
        with pytest.raises(CommandError):
            call_command("erase_user", name, "--yes")


def test_erasing_on_the_page(people, held, submission, browse):
    pk, page = held.pk, "/people/erase/"
    for who in EVERYBODY:
        assert browse(who).get(page, {"name": "student"}).status_code == 404
        assert browse(who).post(page, {"name": "student", "confirm": "student"}).status_code == 404
    people["staff"].is_superuser = True
    people["staff"].save()
    browser = browse("staff")
    assert browser.get(page).status_code == 200
    assert "1 submission, which stays" in browser.get(page, {"name": "student"}).content.decode()
    assert browser.get(page, {"name": "none\0"}).status_code == 422
    assert browser.post(page, {"name": "student", "confirm": "Student"}).status_code == 422
    assert browser.post(page, {"name": "staff", "confirm": "staff"}).status_code == 422
    assert get_user_model().objects.filter(pk=pk).exists()
    assert browser.post(page, {"name": "student", "confirm": "student"}).status_code == 302
    check_erased(pk, submission)
    browse("teacher").get(AUDIT)
    assert f"erased person {pk}" in browse("teacher").get(AUDIT).content.decode()
