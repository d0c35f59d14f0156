"""A regrade by the real worker. Apart: that worker would take up what the other tests prepare."""

from __future__ import annotations

import time

import pytest

from grader.courses.models import Course
from grader.regrading.models import PastResult, Regrade, State
from grader.submissions.models import Submission
from tests.grader.conftest import SLUG, SOLUTION, STARTER

URL = "/courses/autograd/regrades/"
pytestmark = pytest.mark.django_db(transaction=True)


def test_a_regrade_from_the_form_to_its_end(stack, visit):
    for who, source in (("student", SOLUTION), ("classmate", STARTER)):
        assert visit(who).post(f"/exercises/{SLUG}/submit/", {"source": source}).status == 200
    wait_for(lambda: Submission.objects.filter(status="graded").count() == 2)
    teacher = visit("teacher")
    form = {"assignment": str(Course.objects.get(slug="autograd").assignments.get().pk), "reason": "points doubled"}
    answer = teacher.post(f"{URL}new/", form, htmx=False)
    assert answer.status == 302
    url = answer.headers["Location"]
    wait_for(lambda: Regrade.objects.get().state == State.READY)
    assert "Apply the new results" in teacher.get(url).text
    assert teacher.post(f"{url}decide/", {"decision": "apply"}, htmx=False).status == 302
    wait_for(lambda: Regrade.objects.get().state == State.APPLIED)
    assert PastResult.objects.count() == 2


def wait_for(condition, timeout_s=30):
    ends_at = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < ends_at
        time.sleep(0.1)
