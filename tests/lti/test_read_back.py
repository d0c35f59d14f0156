"""What the platform has is read back when a teacher asks; so is its roster. What fails is told."""

from __future__ import annotations

import pytest
from django.utils import timezone

from grader.courses.models import Course, Enrollment, Override, Role
from grader.lti import outbox, results, rosters
from grader.lti.models import Context, LineItem, LtiUser, PostState, ScorePost
from grader.lti.results import Difference, is_alike
from tests.lti.platform import AGS, INSTRUCTOR, SCOPES
from tests.lti.test_rosters import NRPS, member
from tests.lti.test_scores import grade, let_seconds_pass, send_all, student  # noqa: F401 - a fixture

pytestmark = pytest.mark.django_db


def held(score, sub="person-1", **more):
    return {"id": "r", "userId": sub, "resultScore": score, "resultMaximum": 100, **more}


@pytest.fixture
def teacher(student, platform, visit):  # noqa: F811
    """A browser of the course's teacher, where one grade has been sent."""
    grade(student, 7.5)
    send_all()
    visited = visit()
    visited.launch(
        INSTRUCTOR, sub="teacher", **platform.ags(), **{NRPS: {"context_memberships_url": platform.url + "/members"}}
    )
    return visited.browser


@pytest.fixture
def place(teacher):
    return f"/courses/{Context.objects.get().course.slug}/platform/"


def person():
    return LtiUser.objects.get(sub="person-1").pk


def test_what_is_the_same_differs_not(teacher, platform):
    platform.results = [held(75.0004), held(3, "somebody-else"), held(5, "teacher")]
    assert results.compare(LineItem.objects.get().pk) == []
    assert "/lineitems/1/lineitem/results?type_id=3" in [path for _, path in platform.requests]
    assert platform.tokens[-1]["scope"].endswith("/result.readonly")


@pytest.mark.parametrize("there", [40, None, "x"])
def test_what_differs_is_shown_and_sent_again(teacher, platform, place, there):
    platform.results = [held(1, "a"), held(1, "b"), held(there)]  # on the second page
    maximum = platform.scores[0]["scoreMaximum"]
    points = 0.4 * maximum if there == 40 else None
    assert results.compare(LineItem.objects.get().pk) == [Difference(person(), 0.75 * maximum, points, maximum)]
    text = teacher.get(place).content.decode()
    assert "1 grade differs" in text and "Ada Lovelace" in text
    let_seconds_pass(platform)
    assert teacher.post(place + "send/", {"post": "differing"}).status_code == 302
    send_all()
    assert [score["scoreGiven"] for score in platform.scores] == [0.75 * maximum] * 2


def test_what_is_on_its_way_is_no_difference(teacher, platform, student):  # noqa: F811
    platform.results = [held(75)]
    grade(student, 10)
    assert results.compare(LineItem.objects.get().pk) == []
    let_seconds_pass(platform)
    send_all()
    (found,) = results.compare(LineItem.objects.get().pk)
    assert found.here == found.maximum


@pytest.mark.parametrize(
    "rows", [["x"], [{"userId": "person-1"}], [{"userId": 5, "resultScore": True}], [held(75, resultMaximum=0)], [{}]]
)
def test_odd_results_are_none(teacher, platform, rows):
    platform.results = rows
    assert [row.there for row in results.compare(LineItem.objects.get().pk)] == [None]


def test_a_result_without_a_maximum_is_of_one(teacher, platform):
    platform.results = [{"userId": "person-1", "resultScore": 0.75}]
    assert results.compare(LineItem.objects.get().pk) == []


def test_rounding_and_clipping_are_no_difference():
    assert is_alike(2 / 3, 0.667) and is_alike(1.1, 1.0) and is_alike(1.1, 1.1) and is_alike(None, None)
    assert not is_alike(0.5, 0.51) and not is_alike(0.0, None) and not is_alike(None, 0.0)


def test_a_platform_that_does_not_tell_is_named(teacher, platform, place):
    platform.results = [held(10)]
    item = LineItem.objects.get()
    results.compare(item.pk)
    platform.results_status = 403
    assert results.compare(item.pk) is None
    text = teacher.get(place).content.decode()
    assert "403: " in text and "1 grade differs" in text, "what was read before stays"
    LineItem.objects.update(scopes=[scope for scope in SCOPES if "result" not in scope])
    assert results.compare(item.pk) is None
    assert "does not let Gradus read its grades" in teacher.get(place).content.decode()


def test_asking_is_done_behind_the_page(teacher, platform, place, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as callbacks:
        assert teacher.post(place + "results/").status_code == 302
    assert len(callbacks) == 1 and not [path for _, path in platform.requests if "results" in path]
    text = teacher.get(place).content.decode()
    assert "are being read" in text and 'hx-trigger="load' in text
    results.compare(LineItem.objects.get().pk)
    rosters.sync(Context.objects.get().pk)  # asked for by the launch
    text = teacher.get(place).content.decode()
    assert "being read" not in text and "hx-trigger" not in text.partition('id="platform-services"')[2][:300]


def test_all_are_sent_again_those_of_whom_nothing_was_sent_too(teacher, platform, place, visit):
    visit().launch(sub="person-2", **platform.ags())
    second = LtiUser.objects.get(sub="person-2").user
    grade(second, 5)
    ScorePost.objects.filter(person__user=second).delete()
    let_seconds_pass(platform)
    teacher.post(place + "send/")
    send_all()
    assert sorted(score["userId"] for score in platform.scores) == ["person-1", "person-1", "person-2"]
    assert set(ScorePost.objects.values_list("state", flat=True)) == {PostState.SENT}


def test_the_roster_is_read_when_a_teacher_asks(teacher, platform, place, django_capture_on_commit_callbacks):
    platform.members = [member("teacher", INSTRUCTOR), member("person-1"), member("new", given_name="Nina")]
    with django_capture_on_commit_callbacks() as callbacks:
        assert teacher.post(place + "roster/").status_code == 302
    assert len(callbacks) == 1
    assert "The list is being read" in teacher.get(place).content.decode()
    rosters.sync(Context.objects.get().pk)
    assert "3 members" in teacher.get(place).content.decode()
    platform.members = platform.members[:2]
    rosters.sync(Context.objects.get().pk)
    text = teacher.get(place).content.decode()
    assert "2 members" in text and "1 left" in text
    platform.members = []
    rosters.sync(Context.objects.get().pk)
    text = teacher.get(place).content.decode()
    assert "could not be read" in text and "names nobody" in text.replace("&#x27;", "'") and "2 members" in text
    platform.token_status = 400
    from grader.submissions.live import redis_client

    redis_client().flushdb()
    rosters.sync(Context.objects.get().pk)
    assert "token: status 400" in teacher.get(place).content.decode()


def test_without_a_list_there_is_nothing_to_read(student, platform, visit):  # noqa: F811
    visited = visit()
    visited.launch(INSTRUCTOR, sub="teacher")
    place = f"/courses/{Context.objects.get().course.slug}/platform/"
    answer = visited.browser.post(place + "roster/", follow=True)
    text = answer.content.decode()
    assert "does not offer its list" in text and "Sync the roster now" not in text


def test_the_way_there_stands_in_courses_of_a_platform(teacher, place, browse, people):
    course = Context.objects.get().course
    Enrollment.objects.create(user=people["teacher"], course=course, role=Role.INSTRUCTOR)
    by_password = browse("teacher")
    assert f'href="{place}"' in by_password.get(f"/courses/{course.slug}/").content.decode()
    assert "/platform/" not in by_password.get("/courses/autograd/").content.decode()


def test_strangers_learn_nothing(teacher, place, visit, browse):
    learner = visit()
    learner.launch()
    assistant = visit()
    assistant.launch("http://purl.imsglobal.org/vocab/lis/v2/membership#TeachingAssistant", sub="assistant")
    for stranger in (learner.browser, browse("teacher"), browse("nobody")):
        for path in ("roster/", "results/", "send/"):
            assert stranger.post(place + path).status_code == 404
    assert assistant.browser.post(place + "roster/").status_code == 404
    assert assistant.browser.post(place + "send/", {"post": "differing"}).status_code == 404
    assert assistant.browser.post(place + "results/").status_code == 302
    text = assistant.browser.get(place).content.decode()
    assert "Sync the roster now" not in text and "Compare with the platform" in text


def test_the_page_costs_the_same_for_many_differences(teacher, platform, place, visit, django_assert_max_num_queries):
    item = LineItem.objects.get()
    for number in range(12):
        visit().launch(sub=f"more-{number}")
    course = Course.objects.get(lti_contexts__isnull=False)
    for row in LtiUser.objects.filter(sub__startswith="more"):
        assignment = course.assignments.get()
        Override.objects.create(assignment=assignment, user=row.user, points=1, reason="x")
    ScorePost.objects.update(state=PostState.SENT, answered_at=timezone.now())
    assert len(results.compare(item.pk)) == 13
    outbox.sweep()
    with django_assert_max_num_queries(17):
        assert "13 grades differ" in teacher.get(place).content.decode()


def test_a_column_without_the_scope_is_not_asked(student, platform, visit):  # noqa: F811
    LineItem.objects.update(scopes=platform.ags()[AGS]["scope"][:1])
    results.compare(LineItem.objects.get().pk)
    assert not [path for _, path in platform.requests if "results" in path]
