"""Who somebody is, what they may do, and where their work goes: by the launch, and never by an address or a name."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest
from django.contrib.auth import get_user_model
from django.test import Client as Browser

from grader.courses.models import Assignment, AuditEntry, Course, Enrollment, Role
from grader.lti import models
from grader.lti.people import role_of
from grader.submissions.models import Submission
from tests.grader.conftest import SLUG
from tests.lti.conftest import begin, register
from tests.lti.platform import CLAIM, INSTRUCTOR, LEARNER, MEMBERSHIP, run_platform

pytestmark = pytest.mark.django_db
ASSISTANT = f"{MEMBERSHIP}/Instructor#TeachingAssistant"


def launched(answer):
    """The user that a launch logged in."""
    assert answer.status_code == 302, answer.content.decode()
    return get_user_model().objects.get(pk=answer.wsgi_request.session["_auth_user_id"])


def test_the_same_person_comes_back(visit, exercise):
    first = launched(visit().launch())
    again = launched(visit().launch(given_name="Augusta"))
    assert first == again and again.first_name == "Augusta" and not again.has_usable_password()
    unnamed = launched(visit().launch(given_name=None, family_name=None, email=None))
    assert unnamed == first and unnamed.last_name == "Lovelace", "what is not told stays"
    assert Enrollment.objects.count() == 1


def test_nobody_is_found_by_an_address(visit, exercise, people):
    people["teacher"].email = "ada@example.edu"
    people["teacher"].save()
    user = launched(visit().launch())
    assert user != people["teacher"] and user.enrollments.get().course.slug != "autograd"
    other = launched(visit().launch(sub="person-2"))
    assert other != user and other.email == user.email


def test_another_platforms_person_of_the_same_name_is_a_stranger(visit, exercise, platform):
    mine = visit()
    user = launched(mine.launch(INSTRUCTOR))
    course = Course.objects.get(enrollments__user=user)
    with run_platform() as other:
        register(other)
        theirs = begin(other)
        stranger = launched(theirs.launch(INSTRUCTOR))
    assert stranger != user and stranger.enrollments.get().course != course
    for path in (
        f"/courses/{course.slug}/",
        f"/courses/{course.slug}/members/",
        f"/exercises/{SLUG}/?course={course.slug}",
    ):
        assert mine.browser.get(path).status_code == 200
        assert theirs.browser.get(path).status_code == 404


def test_two_clients_of_one_issuer_are_two_tenants(registered, platform, visit, exercise):
    user = launched(visit().launch())
    platform.client_id = "second"
    register(platform)
    assert launched(begin(platform).launch()) != user
    assert Course.objects.filter(lti_contexts__isnull=False).count() == 2


def test_deployments_keep_their_courses_apart(visit, exercise, platform):
    register(platform, "d1", "d2")
    launched(visit().launch(INSTRUCTOR))
    launched(visit().launch(INSTRUCTOR, **{CLAIM + "deployment_id": "d2"}))
    assert models.Context.objects.count() == 2


def test_roles_are_those_of_the_latest_launch(visit, exercise):
    user = launched(visit().launch(INSTRUCTOR))
    mine = Enrollment.objects.get(user=user)
    for roles, expected in (([LEARNER], Role.STUDENT), ([INSTRUCTOR, ASSISTANT], Role.ASSISTANT), ([], Role.STUDENT)):
        launched(visit().launch(roles))
        mine.refresh_from_db()
        assert mine.role == expected
    assert list(AuditEntry.objects.filter(action="member.role").values_list("details__after", flat=True)) == [
        "student", "assistant", "student",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("roles", "expected"),
    [
        (["http://purl.imsglobal.org/vocab/lis/v2/institution/person#Instructor"], Role.STUDENT),
        (["http://purl.imsglobal.org/vocab/lis/v2/system/person#Administrator"], Role.STUDENT),
        ([f"{MEMBERSHIP}#Mentor"], Role.STUDENT),
        (["instructor"], Role.STUDENT),
        ([f"{MEMBERSHIP}#Administrator"], Role.INSTRUCTOR),
        (["Instructor", "Learner"], Role.INSTRUCTOR),
        (["TeachingAssistant"], Role.ASSISTANT),
        ([ASSISTANT], Role.ASSISTANT),
        ([LEARNER, ASSISTANT], Role.STUDENT),
        ([LEARNER, INSTRUCTOR, ASSISTANT], Role.ASSISTANT),
        ([LEARNER, "TeachingAssistant"], Role.ASSISTANT),
        ([INSTRUCTOR, ASSISTANT, f"{MEMBERSHIP}/Instructor#PrimaryInstructor"], Role.INSTRUCTOR),
        ([f"{MEMBERSHIP}/Instructor#PrimaryInstructor"], Role.INSTRUCTOR),
    ],
)
def test_what_roles_come_to(roles, expected):
    assert role_of(roles) == expected


def test_a_closed_account_stays_closed(visit, exercise):
    user = launched(visit().launch())
    get_user_model().objects.filter(pk=user.pk).update(is_active=False)
    assert visit().launch().status_code == 400
    assert models.LaunchRecord.objects.first().code == "account_closed"


def test_links_become_assignments(visit, exercise):
    answer = visit().launch()
    link = models.ResourceLink.objects.get()
    assert link.assignment.exercise == exercise and link.assignment.course == link.context.course
    assert urlsplit(answer["Location"]).query == f"course={link.context.course.slug}"
    visit().launch(**{CLAIM + "resource_link": {"id": "link-2"}})
    assert Assignment.objects.filter(course=link.context.course).count() == 1
    plain = visit().launch(**{CLAIM + "resource_link": {"id": "link-3"}, CLAIM + "custom": None})
    assert plain["Location"] == f"/courses/{link.context.course.slug}/"


def test_copies_keep_what_is_set(visit, exercise):
    visit().launch()
    Assignment.objects.update(late_percent=25)
    copied = {"context_id_history": "course-0,course-1", "resource_link_id_history": "link-1"}
    answer = visit().launch(
        INSTRUCTOR,
        **{CLAIM + "context": {"id": "course-2"}, CLAIM + "resource_link": {"id": "link-9"}, CLAIM + "custom": copied},
    )
    copy = models.Context.objects.get(key="course-2").course
    assert copy.assignments.get().late_percent == 25
    assert answer["Location"] == f"/exercises/{SLUG}/?course={copy.slug}"
    unknown = {"context_id_history": "$Context.id.history"}
    assert visit().launch(**{CLAIM + "context": {"id": "course-3"}, CLAIM + "custom": unknown}).status_code == 302


def test_work_of_one_link_goes_to_its_own_course(visit, exercise):
    """One person, one exercise, two courses in two tabs: each hands in where it was opened."""
    first = visit()
    pages = [first.launch()["Location"]]
    second = visit(first.browser)
    pages.append(
        second.launch(**{CLAIM + "context": {"id": "course-2"}, CLAIM + "resource_link": {"id": "l2"}})["Location"]
    )
    for page in pages:
        course = page.partition("course=")[2]
        text = first.browser.get(page).content.decode()
        assert f'action="/exercises/{SLUG}/submit/?course={course}"' in text
        first.browser.post(f"/exercises/{SLUG}/submit/?course={course}", {"source": "x = 1"})
        assert Submission.objects.latest("created_at").assignment.course.slug == course
    assert first.browser.get(f"/exercises/{SLUG}/?course=autograd").status_code == 404


def test_a_teacher_chooses_what_a_plain_link_opens(visit, exercise, platform, browse):
    plain = {CLAIM + "custom": None}
    teacher, student = visit(), visit()
    address = teacher.launch(INSTRUCTOR, sub="teacher", **plain)["Location"]
    assert address.startswith("/courses/") and "/platform/links/" in address
    page = teacher.browser.get(address)
    assert page.status_code == 200 and f'value="{SLUG}"' in page.content.decode()
    assert teacher.browser.post(address, {"exercise": "not-there"}).status_code == 422
    assert student.launch(**plain, **platform.ags())["Location"].startswith("/courses/")
    for stranger in (student.browser, browse("teacher")):
        assert stranger.get(address).status_code == stranger.post(address, {"exercise": SLUG}).status_code == 404
    opened = teacher.browser.post(address, {"exercise": SLUG})["Location"]
    assert opened.startswith(f"/exercises/{SLUG}/?course=")
    assert visit().launch(**plain)["Location"] == opened


def test_a_second_launch_leaves_the_forms_of_the_first_tab_alone(visit, exercise):
    first = visit(Browser(headers={"accept-language": "en"}, enforce_csrf_checks=True))
    page = first.launch()["Location"]
    token = re.search('name="csrfmiddlewaretoken" value="([^"]+)"', first.browser.get(page).content.decode()).group(1)
    visit(first.browser).launch(**{CLAIM + "context": {"id": "course-2"}})
    form = {"source": "x = 1", "csrfmiddlewaretoken": token}
    assert first.browser.post(page.replace("/?", "/submit/?"), form).status_code == 302
    visit(first.browser).launch(sub="somebody-else")
    assert first.browser.post(page.replace("/?", "/submit/?"), form).status_code == 403
