"""Courses on the web: making, copying, archiving; members, invitations and join codes; what is set."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from exercises import content_store
from exercises.format import bundled, load
from grader.courses import members
from grader.courses.models import Assignment, Course, Enrollment, Extension, Role, Section
from grader.submissions.models import Submission
from tests.grader.conftest import SLUG
from tests.grader.rows import at_once, queue

pytestmark = pytest.mark.django_db
COURSE = "/courses/autograd/"
NEW = {"title": "Spring", "slug": "spring", "time_zone": "Asia/Taipei", "language": "zh-hant"}
RULES = {
    "weight": "2", "points": "", "late_percent": "10", "grace_minutes": "15", "floor_percent": "50",
    "attempt_limit": "5", "cooldown_s": "60", "counted": "last",
    "opens_at": "2026-05-01T08:00", "due_at": "2026-05-03T23:59", "closes_at": "2026-05-10T23:59",
}  # fmt: skip


@pytest.fixture
def course(people: dict[str, Any]) -> Course:
    return Course.objects.get(slug="autograd")


def allow_to_create(user: Any) -> None:
    user.user_permissions.add(Permission.objects.get(codename="add_course"))


def member(user: Any) -> Enrollment:
    return Enrollment.objects.get(user=user, course__slug="autograd")


def text_of(answer: Any) -> str:
    return answer.content.decode()


# --- The course -------------------------------------------------------------------------------------------------------


def test_whoever_may_makes_a_course_and_teaches_it(people: Any, browse: Any) -> None:
    assert browse("teacher").post("/courses/new/", NEW).status_code == 404
    allow_to_create(people["nobody"])
    browser = browse("nobody")
    assert "Make the first one" in text_of(browser.get("/courses/"))
    assert '"/courses/"' in text_of(browser.get("/dashboard/"))
    assert browser.post("/courses/new/", NEW)["Location"] == "/courses/spring/"
    made = Course.objects.get(slug="spring")
    assert (made.title, made.time_zone, made.language) == ("Spring", "Asia/Taipei", "zh-hant")
    assert Enrollment.objects.get(course=made).role == Role.INSTRUCTOR
    assert "Two steps to begin" in text_of(browser.get("/courses/spring/"))


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"slug": "autograd"}, "spring"),
        ({"slug": "AUTOGRAD"}, "taken"),
        ({"slug": "new"}, "taken"),
        ({"slug": "a b"}, "valid"),
        ({"title": ""}, "required"),
        ({"time_zone": "Mars/Olympus"}, "valid"),
    ],
)
def test_a_wrong_course_is_explained(people: Any, browse: Any, wrong: dict[str, str], says: str) -> None:
    answer = browse("staff").post("/courses/new/", NEW | wrong)
    assert answer.status_code == 422
    assert says in text_of(answer)
    assert Course.objects.count() == 2


def test_students_have_no_way_to_the_courses_in_the_head(people: Any, browse: Any) -> None:
    for who, shown in {"student": False, "teacher": True, "assistant": True, "staff": True, "nobody": False}.items():
        assert ('<a href="/courses/"' in text_of(browse(who).get("/exercises/"))) is shown, who


def test_a_copy_has_the_rules_and_nobody_else(people: Any, browse: Any, course: Course, exercise: Any) -> None:
    allow_to_create(people["teacher"])
    course.time_zone = "Europe/Berlin"
    course.save()
    due = datetime(2026, 3, 28, 22, 59, tzinfo=UTC)  # 23:59 in winter
    Assignment.objects.update(due_at=due, late_percent=7, attempt_limit=4, counted="last", points=3.0)
    row = Assignment.objects.get()
    Extension.objects.create(assignment=row, user=people["student"], extra_attempts=1, reason="x")
    queue(people["student"], exercise, assignment=row)
    answer = browse("teacher").post(COURSE + "copy/", {"title": "Autumn", "slug": "autumn", "shift_days": "1"})
    assert answer["Location"] == "/courses/autumn/"
    copy = Course.objects.get(slug="autumn")
    made = copy.assignments.get()
    assert made.due_at == datetime(2026, 3, 29, 21, 59, tzinfo=UTC)  # 23:59 in summer
    assert (made.late_percent, made.attempt_limit, made.counted, made.points) == (7, 4, "last", 3.0)
    assert list(copy.enrollments.values_list("user__username", "role")) == [("teacher", "instructor")]
    assert not made.extensions.exists()
    assert not made.submissions.exists()
    assert copy.time_zone == "Europe/Berlin"


def test_archiving_and_bringing_back(people: Any, browse: Any, course: Course) -> None:
    browser = browse("teacher")
    course.renew_join_code()
    assert browser.post(COURSE + "archive/")["Location"] == COURSE
    page = text_of(browser.get("/courses/"))
    assert "Archived courses" in page
    assert "Archived courses" not in text_of(browse("student").get("/courses/"))
    assert browse("nobody").get(f"/join/{course.join_code}/").status_code == 404
    browser.post(COURSE + "archive/")
    assert "Archived courses" not in text_of(browser.get("/courses/"))
    assert browse("nobody").get(f"/join/{course.join_code}/").status_code == 200


# --- Members ----------------------------------------------------------------------------------------------------------


def test_a_course_keeps_an_instructor(people: Any, browse: Any) -> None:
    path = f"{COURSE}members/{member(people['teacher']).pk}/"
    browser = browse("teacher")
    refused = browser.post(path, {"role": "student"})
    assert (refused.status_code, "only instructor" in text_of(refused)) == (422, True)
    refused = browser.post(path + "remove/")
    assert (refused.status_code, "only instructor" in text_of(refused)) == (409, True)
    assert browser.post(f"{COURSE}members/{member(people['assistant']).pk}/", {"role": "instructor"}).status_code == 302
    assert browser.post(path + "remove/")["Location"] == "/courses/"
    assert browser.get(COURSE).status_code == 404
    assert browse("assistant").get(COURSE + "edit/").status_code == 200


@pytest.mark.django_db(transaction=True)
def test_two_instructors_who_leave_at_once_leave_one(people: Any, browse: Any) -> None:
    Enrollment.objects.filter(user=people["assistant"]).update(role=Role.INSTRUCTOR)
    pks = [member(people[name]).pk for name in ("teacher", "assistant")]
    browsers = [browse("staff") for _ in pks]
    at_once(2, lambda index: browsers[index].post(f"{COURSE}members/{pks[index]}/remove/"))
    assert Enrollment.objects.filter(course__slug="autograd", role=Role.INSTRUCTOR).count() == 1


def test_who_leaves_keeps_the_work(people: Any, browse: Any, exercise: Any) -> None:
    row = Assignment.objects.get()
    queue(people["student"], exercise, assignment=row)
    assert browse("teacher").post(f"{COURSE}members/{member(people['student']).pk}/remove/").status_code == 302
    assert Submission.objects.filter(user=people["student"], assignment=row).count() == 1
    assert browse("student").get(COURSE).status_code == 404


def test_a_member_of_another_course_is_nobody_here(people: Any, browse: Any) -> None:
    stranger = Enrollment.objects.get(user=people["stranger"])
    for path in ("", "remove/"):
        assert browse("teacher").get(f"{COURSE}members/{stranger.pk}/{path}").status_code == 404
    section = Section.objects.create(course=stranger.course, name="Theirs")
    answer = browse("teacher").post(
        f"{COURSE}members/{member(people['student']).pk}/", {"role": "student", "section": section.pk}
    )
    assert answer.status_code == 422
    assert browse("teacher").post(COURSE + "sections/", {"section": section.pk, "delete": "1"}).status_code == 404


def test_search_and_sections(people: Any, browse: Any, course: Course) -> None:
    browser = browse("teacher")
    assert browser.post(COURSE + "sections/", {"name": "Monday"}).status_code == 302
    assert browser.post(COURSE + "sections/", {"name": "Monday"}).status_code == 422
    section = course.sections.get()
    path = f"{COURSE}members/{member(people['student']).pk}/"
    assert browser.post(path, {"role": "student", "section": section.pk}).status_code == 302

    def found(query: str) -> list[str]:
        return [line.username for line in browser.get(COURSE + "members/?" + query).context["page"].members]

    assert found(f"section={section.pk}") == ["student"]
    assert set(found("role=student")) == {"student", "classmate"}
    assert found("q=class") == ["classmate"]
    assert found("q=nobody") == []
    assert len(found("page=99&section=x%00&role=king")) == 4
    assert browser.post(COURSE + "sections/", {"section": section.pk, "name": "Tuesday"}).status_code == 302
    assert course.sections.get().name == "Tuesday"
    assert browser.post(COURSE + "sections/", {"section": section.pk, "delete": "1"}).status_code == 302
    assert member(people["student"]).section is None


# --- The join code ----------------------------------------------------------------------------------------------------


def test_joining_by_a_code(people: Any, browse: Any, course: Course) -> None:
    teacher, newcomer = browse("teacher"), browse("nobody")
    teacher.post(COURSE + "join-code/", {"renew": "1"})
    course.refresh_from_db()
    first = course.join_code
    assert first in text_of(teacher.get(COURSE + "members/"))
    assert first not in text_of(browse("assistant").get(COURSE + "members/"))
    assert "Autograd" in text_of(newcomer.get(f"/join/{first}/"))
    assert not Enrollment.objects.filter(user=people["nobody"]).exists()  # a link alone enrols nobody
    assert newcomer.post(f"/join/{first.upper()}/")["Location"] == COURSE
    assert member(people["nobody"]).role == Role.STUDENT
    assert teacher.post(f"/join/{first}/")["Location"] == COURSE
    assert member(people["teacher"]).role == Role.INSTRUCTOR  # who is in stays what they are
    teacher.post(COURSE + "join-code/", {"renew": "1"})
    assert browse("stranger").get(f"/join/{first}/").status_code == 404
    teacher.post(COURSE + "join-code/", {"off": "1"})
    course.refresh_from_db()
    assert (course.join_code, course.join_digest) == ("", None)


def test_guessing_codes_is_slow(people: Any, browse: Any) -> None:
    browser = browse("nobody")
    statuses = [browser.get(f"/join/guess{number}/").status_code for number in range(12)]
    assert statuses == [404] * 10 + [429] * 2


# --- Invitations ------------------------------------------------------------------------------------------------------

LIST = """username,email,first_name,last_name,role,section
mei,mei@example.org,Mei,Lin,student,Monday
=cmd,x,,,,
nobody,,,,assistant,
"""


def invite(browser: Browser, text: str, **more: str) -> Any:
    return browser.post(COURSE + "members/invite/", {"text": text, **more})


def test_a_list_is_shown_before_anything_is_done(people: Any, browse: Any, course: Course) -> None:
    browser = browse("teacher")
    before = Enrollment.objects.count()
    wrong = invite(browser, LIST, confirm="1")
    assert wrong.status_code == 422
    assert "letters, digits and @" in text_of(wrong)
    right = LIST.replace("=cmd,x,,,,\n", "")
    shown = invite(browser, right)
    assert shown.status_code == 200
    assert (shown.context["invitation"].new, shown.context["invitation"].known) == (1, 1)
    assert Enrollment.objects.count() == before
    done = invite(browser, right, confirm="1")
    mei = get_user_model().objects.get(username="mei")
    assert (mei.email, mei.get_full_name(), mei.has_usable_password()) == ("mei@example.org", "Mei Lin", False)
    assert (member(mei).role, member(mei).section.name, member(mei).invited) == ("student", "Monday", True)
    assert member(people["nobody"]).role == "assistant"
    assert [link["username"] for link in done.context["links"]] == ["mei"]
    again = invite(browser, right, confirm="1")
    assert again.context["links"] == []
    assert Enrollment.objects.count() == before + 2


def test_the_link_sets_a_password_once(people: Any, browse: Any) -> None:
    invite(browse("teacher"), "username\nmei\n", confirm="1")
    mei = get_user_model().objects.get(username="mei")
    answer = browse("teacher").post(f"{COURSE}members/{member(mei).pk}/link/")
    path = re.sub(r"^https?://[^/]+", "", answer.context["links"][0]["url"])
    visitor = Browser(headers={"accept-language": "en"})
    form = visitor.get(path, follow=True)
    assert "mei" in text_of(form)
    password = "a long and winding road"
    wrong = visitor.post(form.request["PATH_INFO"], {"new_password1": password, "new_password2": "other"})
    assert wrong.status_code == 200
    set_now = visitor.post(form.request["PATH_INFO"], {"new_password1": password, "new_password2": password})
    assert set_now["Location"] == "/accounts/login/"
    assert Browser().login(username="mei", password=password)
    assert "has been used" in text_of(Browser(headers={"accept-language": "en"}).get(path))
    refused = browse("teacher").post(f"{COURSE}members/{member(mei).pk}/link/")
    assert refused.status_code == 302  # nobody hands out a way into an account that is in use


def test_nobody_gets_a_link_into_an_account_that_was_there_before(people: Any, browse: Any) -> None:
    known = get_user_model().objects.create(username="known")  # from a learning platform: no password, no login yet
    known.set_unusable_password()
    known.save()
    done = invite(browse("teacher"), "username\nknown\n", confirm="1")
    assert done.context["links"] == []
    assert browse("teacher").post(f"{COURSE}members/{member(known).pk}/link/").status_code == 302


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "nobody in this list"),
        ("username\n", "nobody in this list"),
        ("name\nmei\n", "“username” is missing"),
        ("username,shoe\nmei,42\n", "“shoe” is unknown"),
        ("username,role,role\nmei,student,student\n", "there twice"),
        ("username\nmei,extra\n", "more cells than columns"),
        ("username\nmei\nMei\n", "stands in line 2 already"),
        ("username\nSTUDENT\n", "account “student”"),
        ("username,role\nstudent,instructor\n", "another role"),
        ("username,role\nmei,king\n", "student, assistant or instructor"),
        ("username,email\nmei,@@\n", "no e-mail address"),
        ("username,first_name\nmei,a\x07b\n", "cannot be printed"),
        ("username\n" + "m" * 151 + "\n", "150 characters at most"),
        ('username\n"mei\n', "quotation marks"),
        ("username\n" + "".join(f"u{number}\n" for number in range(1001)), "1000 people"),
    ],
)
def test_errors_in_a_list_say_what_to_do(people: Any, browse: Any, text: str, says: str) -> None:
    answer = invite(browse("teacher"), text, confirm="1")
    assert answer.status_code == 422
    assert says in text_of(answer)
    assert not get_user_model().objects.filter(username__istartswith="m").exists()


@pytest.mark.parametrize(
    "data",
    [
        "\ufeffusername,first_name\r\nmei,玫\r\n".encode(),
        "username;first_name\nmei;玫\n".encode(),
        "username\tfirst_name\n\nmei\t玫\n".encode(),
    ],
)
def test_files_as_spreadsheets_write_them(people: Any, browse: Any, data: bytes) -> None:
    answer = browse("teacher").post(COURSE + "members/invite/", {"file": SimpleUploadedFile("list.csv", data)})
    assert answer.status_code == 200
    [row] = answer.context["invitation"].rows
    assert (row.username, row.first_name) == ("mei", "玫")


@pytest.mark.parametrize(
    ("data", "says"),
    [
        ("username\nméi\n".encode("latin-1"), "not UTF-8"),
        ("username\nmei\n".encode("utf-16"), "not UTF-8"),
        (b"username\n" + b"m" * members.MAX_BYTES, "at most 256 KiB"),
    ],
)
def test_files_that_cannot_be_read(people: Any, browse: Any, data: bytes, says: str) -> None:
    answer = browse("teacher").post(COURSE + "members/invite/", {"file": SimpleUploadedFile("list.csv", data)})
    assert answer.status_code == 422
    assert says in text_of(answer)


def test_a_formula_is_a_text_like_any_other(people: Any, browse: Any) -> None:
    invite(browse("teacher"), "username,first_name\n@mei,=1+1<b>\n", confirm="1")
    page = text_of(browse("teacher").get(COURSE + "members/"))
    assert "=1+1&lt;b&gt;" in page


# --- What is set ------------------------------------------------------------------------------------------------------


@pytest.fixture
def more(people: Any) -> list[Any]:
    """Two more published exercises."""
    found = []
    for slug in ("fix-regression", "grad-clip"):
        found.append(content_store.publish(load(bundled()[slug]))[0].exercise)
    return found


def test_several_exercises_are_set_at_once_and_ordered(people: Any, browse: Any, course: Course, more: Any) -> None:
    course.time_zone = "Asia/Taipei"
    course.save()
    browser = browse("teacher")
    answer = browser.post(COURSE + "assignments/add/", {**RULES, "exercises": [row.pk for row in more]})
    assert answer.status_code == 302
    rows = list(course.assignments.order_by("position"))
    assert [row.position for row in rows] == [1, 2, 3]
    assert rows[1].due_at == datetime(2026, 5, 3, 15, 59, tzinfo=UTC)
    assert (rows[2].late_percent, rows[2].attempt_limit, rows[2].counted) == (10, 5, "last")
    wanted = {f"position-{row.pk}": str(9 - row.position) for row in rows}
    browser.post(COURSE + "assignments/order/", wanted)
    assert [row.pk for row in course.assignments.order_by("position")] == [row.pk for row in reversed(rows)]
    answer = browser.post(COURSE + "assignments/add/", {**RULES, "exercises": [more[0].pk]})
    assert answer.status_code == 422  # it is set already


def test_one_assignment_is_changed_and_students_read_it(people: Any, browse: Any, course: Course) -> None:
    row = Assignment.objects.get()
    path = f"{COURSE}assignments/{row.pk}/"
    page = browse("teacher").post(path, RULES, follow=True)
    assert "Full points until" in text_of(page)
    assert 'value="2026-05-03T23:59"' in text_of(page)
    row.refresh_from_db()
    assert (row.weight, row.grace_minutes, row.floor_percent, row.cooldown_s) == (2.0, 15, 50, 60)
    Assignment.objects.update(opens_at=None)
    assert "5 attempts; the last one counts." in text_of(browse("student").get(COURSE))
    assert "5 attempts; the last one counts." in text_of(browse("student").get(f"/exercises/{SLUG}/"))


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"due_at": "2026-04-01T00:00"}, "after the opening"),
        ({"closes_at": "2026-05-02T00:00"}, "before the due date"),
        ({"late_percent": "101"}, "100"),
        ({"attempt_limit": "0"}, "1"),
        ({"weight": "nan"}, "number"),
        ({"due_at": "soon"}, "such as"),
    ],
)
def test_wrong_rules_are_explained(people: Any, browse: Any, wrong: dict[str, str], says: str) -> None:
    answer = browse("teacher").post(f"{COURSE}assignments/{Assignment.objects.get().pk}/", RULES | wrong)
    assert answer.status_code == 422
    assert says in text_of(answer)
    assert Assignment.objects.get().late_percent == 0


def test_the_same_rules_for_those_that_are_ticked(people: Any, browse: Any, course: Course, more: Any) -> None:
    browser = browse("teacher")
    one, two = (Assignment.objects.create(course=course, exercise=row, attempt_limit=9) for row in more)
    path = COURSE + "assignments/rules/"
    assert browser.post(path, {**RULES, "assignments": [one.pk]}).status_code == 422  # no group is ticked
    assert browser.post(path, {**RULES, "set_dates": "1"}).status_code == 422  # no assignment is
    answer = browser.post(path, {**RULES, "set_dates": "1", "set_late": "1", "assignments": [one.pk, two.pk]})
    assert answer.status_code == 302
    for row in (one, two):
        row.refresh_from_db()
        assert (row.late_percent, row.attempt_limit, row.due_at is not None) == (10, 9, True)
    assert Assignment.objects.get(exercise__slug=SLUG).due_at is None
    other = Course.objects.get(slug="other")
    theirs = Assignment.objects.create(course=other, exercise=more[0])
    assert browser.post(path, {**RULES, "set_dates": "1", "assignments": [theirs.pk]}).status_code == 422


def test_taking_an_exercise_out_keeps_the_work(people: Any, browse: Any, exercise: Any) -> None:
    row = Assignment.objects.get()
    queue(people["student"], exercise, assignment=row)
    path = f"{COURSE}assignments/{row.pk}/remove/"
    assert "1 submission will be kept" in text_of(browse("teacher").get(path))
    assert browse("teacher").post(path).status_code == 302
    assert Submission.objects.get().assignment is None


# --- Extensions -------------------------------------------------------------------------------------------------------


def test_assistants_give_extensions(people: Any, browse: Any, course: Course) -> None:
    row = Assignment.objects.get()
    browser = browse("assistant")
    values = {"user": people["student"].pk, "assignment": row.pk, "extra_attempts": "0", "reason": "ill <b>"}
    empty = browser.post(COURSE + "extensions/new/", values)
    assert (empty.status_code, "Give more time" in text_of(empty)) == (422, True)
    given = values | {"due_at": "2026-05-05T12:00", "extra_attempts": "2"}
    assert browser.post(COURSE + "extensions/new/", given).status_code == 302
    made = Extension.objects.get()
    assert (made.user, made.set_by, made.extra_attempts) == (people["student"], people["assistant"], 2)
    twice = browser.post(COURSE + "extensions/new/", given)
    assert (twice.status_code, "already" in text_of(twice)) == (422, True)
    page = text_of(browser.get(COURSE + "extensions/"))
    assert "ill &lt;b&gt;" in page
    change = {"extra_attempts": "3", "reason": "still ill"}
    assert browser.post(f"{COURSE}extensions/{made.pk}/", change).status_code == 302
    made.refresh_from_db()
    assert (made.extra_attempts, made.due_at, made.reason) == (3, None, "still ill")
    assert browser.post(f"{COURSE}extensions/{made.pk}/remove/").status_code == 302
    assert not Extension.objects.exists()


@pytest.mark.parametrize("who", ["stranger", "teacher", "nobody"])
def test_extensions_are_for_students_of_the_course(people: Any, browse: Any, who: str) -> None:
    values = {"user": people[who].pk, "assignment": Assignment.objects.get().pk, "extra_attempts": "1", "reason": "x"}
    assert browse("teacher").post(COURSE + "extensions/new/", values).status_code == 422
    assert not Extension.objects.exists()


# --- Cost -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["teacher", "student"])
@pytest.mark.parametrize(
    "path", ["/courses/", COURSE, COURSE + "members/", COURSE + "assignments/", COURSE + "extensions/"]
)
def test_the_number_of_queries_does_not_grow(
    people: Any, browse: Any, course: Course, more: Any, who: str, path: str
) -> None:
    browser = browse(who)

    def count() -> int:
        browser.get(path)
        with CaptureQueriesContext(connection) as queries:
            assert browser.get(path).status_code in (200, 404)
        return len(queries)

    def grow(first: int, last: int) -> None:
        for number in range(first, last):
            user = get_user_model().objects.create(username=f"more{number}")
            section = Section.objects.create(course=course, name=f"S{number}")
            Enrollment.objects.create(user=user, course=course, section=section)
            other = Course.objects.create(slug=f"c{number}", title="C")
            Enrollment.objects.create(user=people[who], course=other, role=Role.INSTRUCTOR)
            row, _ = Assignment.objects.get_or_create(course=course, exercise=more[number % 2])
            Extension.objects.create(assignment=row, user=user, set_by=people["teacher"], extra_attempts=1, reason="x")

    grow(0, 1)
    few = count()
    grow(1, 5)
    assert count() == few <= 14
