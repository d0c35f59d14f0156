"""Who takes part is who the platform lists: page by page, roles and leavers included."""

from __future__ import annotations

import pytest

from grader.courses.models import Enrollment, Role
from grader.lti import rosters
from grader.lti.models import Context, LtiUser
from grader.submissions.models import Submission
from tests.grader.rows import queue
from tests.lti.platform import INSTRUCTOR, LEARNER

pytestmark = pytest.mark.django_db
NRPS = "https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice"


def member(sub, *roles, **more):
    return {"user_id": sub, "roles": list(roles) or [LEARNER], "status": "Active", **more}


@pytest.fixture
def context(visit, exercise, platform):
    answer = visit().launch(INSTRUCTOR, sub="teacher", **{NRPS: {"context_memberships_url": platform.url + "/members"}})
    assert answer.status_code == 302
    return Context.objects.get()


def roles():
    return dict(
        Enrollment.objects.filter(course__lti_contexts__isnull=False).values_list("user__lti_identities__sub", "role")
    )


def test_all_pages_are_followed(context, platform):
    platform.members = [
        member("teacher", INSTRUCTOR),
        *(member(f"s{number}", given_name=f"N{number}", email=f"s{number}@example.edu") for number in range(4)),
    ]
    assert rosters.sync(context.pk) == rosters.Synced(5, 0)
    assert roles() == {"teacher": Role.INSTRUCTOR, **{f"s{number}": Role.STUDENT for number in range(4)}}
    assert LtiUser.objects.get(sub="s3").user.first_name == "N3"
    platform.members = [member("s3", name="Ada Lovelace"), member("s2", given_name="Bob", name="Bob Byte")]
    rosters.sync(context.pk)
    assert [LtiUser.objects.get(sub=sub).user.first_name for sub in ("s3", "s2")] == ["Ada Lovelace", "Bob"]


def test_who_left_loses_access_and_not_their_work(context, platform, visit, exercise):
    student = visit()
    page = student.launch()["Location"]
    user = LtiUser.objects.get(sub="person-1").user
    queue(user, exercise, assignment=context.course.assignments.get())
    platform.members = [member("teacher", INSTRUCTOR), member("person-1", status="Inactive")]
    assert rosters.sync(context.pk) == rosters.Synced(1, 1)
    assert student.browser.get(page).status_code == 404
    assert Submission.objects.filter(user=user).exists()
    platform.members = [member("teacher", INSTRUCTOR), member("person-1", INSTRUCTOR)]
    rosters.sync(context.pk)
    assert roles()["person-1"] == Role.INSTRUCTOR


def test_a_list_that_cannot_be_believed_changes_nothing(context, platform):
    before = roles()
    platform.members = []
    assert rosters.sync(context.pk) is None
    platform.members = [{"user_id": 5, "roles": []}, "x", {"user_id": "a\0"}]  # type: ignore[list-item]
    assert rosters.sync(context.pk) is None
    platform.token_status = 400
    assert rosters.sync(context.pk) is None
    assert roles() == before


def test_who_was_enrolled_by_hand_stays(context, platform, people):
    Enrollment.objects.create(user=people["classmate"], course=context.course)
    platform.members = [member("teacher", INSTRUCTOR)]
    rosters.sync(context.pk)
    assert Enrollment.objects.filter(user=people["classmate"], course=context.course).exists()
