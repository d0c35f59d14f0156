"""Real processes: a class's grades are on their way while the worker is killed and the broker forgets everything."""

from __future__ import annotations

import time
from collections import Counter

import pytest
import requests
from django.contrib.auth import get_user_model
from django.utils import timezone

from grader.courses.models import Assignment, Course, Enrollment, Role
from grader.lti import outbox
from grader.lti.models import LineItem, LtiUser, Platform, PostState, ScorePost
from grader.submissions.models import Purpose, Status, Submission
from tests.grader.conftest import SOLUTION
from tests.lti.conftest import register
from tests.servers import wait_until

STUDENTS = 200
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow, pytest.mark.timeout(400)]


def launch(stack, platform, **claims):
    """A launch over real HTTP, with a cookie jar, as from a browser."""
    browser = requests.Session()
    asked = {"iss": platform.issuer, "login_hint": "7", "target_link_uri": f"{stack.url}/lti/launch/"}
    begun = browser.post(f"{stack.url}/lti/login/", data=asked, allow_redirects=False, timeout=30)
    assert begun.status_code == 302, begun.text
    query = dict(part.partition("=")[::2] for part in begun.headers["Location"].partition("?")[2].split("&"))
    token = platform.sign(platform.claims(query["nonce"], **claims))
    form = {"state": query["state"], "id_token": token}
    answer = browser.post(f"{stack.url}/lti/launch/", data=form, allow_redirects=False, timeout=30)
    assert answer.status_code == 302, answer.text
    page = browser.get(stack.url + answer.headers["Location"], timeout=30)
    assert page.status_code == 200 and platform.url in page.headers["Content-Security-Policy"]
    assert requests.post(f"{stack.url}/lti/launch/", data=form, timeout=30).status_code == 400
    return browser, answer.headers["Location"]


def fill_class(exercise):
    """Students of the platform with one graded submission each."""
    course, item = Course.objects.get(lti_contexts__isnull=False), LineItem.objects.get()
    assignment = Assignment.objects.get(course=course)
    User = get_user_model()
    users = User.objects.bulk_create(User(username=f"lti-class-{number}") for number in range(STUDENTS))
    Enrollment.objects.bulk_create(Enrollment(user=user, course=course, role=Role.STUDENT) for user in users)
    people = [LtiUser(platform=Platform.objects.get(), sub=user.username, user=user) for user in users]
    people = LtiUser.objects.bulk_create(people)
    now = timezone.now()
    graded = {"status": Status.GRADED, "score": 5.0, "max_score": 10.0, "passed": False, "finished_at": now}
    Submission.objects.bulk_create(
        Submission(
            user=user, exercise=exercise, version=exercise.current, assignment=assignment, purpose=Purpose.SUBMIT,
            source=b"x", attempt=1, outcome="ok", **graded,
        )
        for user in users
    )  # fmt: skip
    return item, people


def release_leases():
    """The time passes that a killed worker's leases last."""
    ScorePost.objects.exclude(leased_until=None).update(leased_until=timezone.now())


def test_each_grade_arrives_once_whatever_is_killed(stack, exercise, platform):
    register(platform)
    launch(stack, platform, **platform.ags())
    item, people = fill_class(exercise)
    outbox.note_rows(item, [person.pk for person in people])
    wait_until(lambda: len(platform.scores) > 15, "the first grades")
    stack.kill_worker()
    stack.redis().flushall()
    Submission.objects.filter(user__username__endswith="7").update(score=10.0, passed=True)
    outbox.note_rows(item, [person.pk for person in people if person.sub.endswith("7")])
    stack.redis().flushall()
    arrived = len(platform.scores)
    assert arrived < STUDENTS, "the test wants to kill in the middle"
    time.sleep(1)
    release_leases()
    stack.start_worker()
    wait_until(lambda: not ScorePost.objects.filter(state=PostState.PENDING).exists(), "every grade", timeout_s=200)
    assert set(ScorePost.objects.values_list("state", flat=True)) == {PostState.SENT}
    latest = {score["userId"]: score["scoreGiven"] / score["scoreMaximum"] for score in platform.scores}
    assert latest == {person.sub: 1.0 if person.sub.endswith("7") else 0.5 for person in people}
    values = Counter((score["userId"], score["scoreGiven"]) for score in platform.scores)
    assert max(values.values()) == 1, "none twice"


def test_work_handed_in_over_a_launch_is_graded_and_its_grade_arrives(stack, exercise, platform):
    register(platform)
    browser, page = launch(stack, platform, **platform.ags())
    path = stack.url + page.replace("/?", "/submit/?")
    headers = {"X-CSRFToken": browser.cookies["csrftoken"], "Referer": stack.url}
    platform.answers = [503]
    answer = browser.post(path, data={"source": SOLUTION}, headers=headers, timeout=30)
    assert answer.status_code == 200, answer.text
    wait_until(lambda: len(platform.scores) == 1, "the grade", timeout_s=60)
    assert platform.scores[0]["scoreGiven"] == platform.scores[0]["scoreMaximum"] > 0
    assert (
        Assignment.objects.get(lti_links__isnull=False).lti_links.get().line_item.posts.get().person.sub == "person-1"
    )
