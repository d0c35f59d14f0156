"""Against code that others wrote: Open edX's platform signs the launches, checks our keys, and keeps the grades."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from threading import Thread
from urllib.parse import urlsplit

import pytest
import requests
from django.utils import timezone

from exercises.format import bundled, load
from grader.courses.models import Assignment, Course, Enrollment, Role
from grader.lti import outbox, results
from grader.lti.models import LineItem, LtiUser, PostState, ScorePost
from grader.submissions.models import Submission
from tests.grader.conftest import SLUG, SOLUTION
from tests.lti.peer import Campus, make_venv
from tests.servers import wait_until
from tests.stack import Stack

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow, pytest.mark.timeout(400)]
PARTLY_RIGHT = load(bundled()[SLUG]).files["mutants/history_after_update.py"]


@pytest.fixture(scope="module")
def venv() -> Iterator[None]:
    """Downloaded, the first time, while the stack starts: whoever needs it waits for it."""
    making = Thread(target=make_venv)
    making.start()
    yield
    making.join()


@pytest.fixture(scope="module")
def campus(venv: None, stack_on_test_database: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Campus]:
    campus = Campus(tmp_path_factory.mktemp("campus"), stack_on_test_database.url)
    try:
        campus.start()
        yield campus
    finally:
        campus.stop()


class Person:
    """Somebody's browser, logged in at the platform."""

    def __init__(self, campus: Campus, name: str) -> None:
        self.campus = campus
        self.session = requests.Session()
        self.open(f"{campus.url}/login/{name}")

    def open(self, url: str) -> requests.Response:
        page = self.session.get(url, timeout=30)
        assert page.status_code == 200, f"{url}: {page.text}"
        return page

    def send(self, page: requests.Response, field: str) -> requests.Response:
        """The page's form that has the field, to where it leads."""
        forms = re.findall(r'<form[^>]*action="([^"]+)"(.*?)</form>', page.text, re.DOTALL)
        action, inside = next(form for form in forms if f'name="{field}"' in form[1])
        values = re.findall(r'<input[^>]*name="([^"]+)"[^>]*value="([^"]*)"', inside)
        filled = {name: html.unescape(value) for name, value in values}
        return self.session.post(html.unescape(action), data=filled, timeout=30)

    def launch(self, url: str) -> requests.Response:
        """From the platform's link over login, the platform's gate and launch to the page."""
        gate = self.open(url)
        assert gate.url.startswith(f"{self.campus.url}/api/lti_consumer/v1/launch/")
        page = self.send(gate, "id_token")
        assert page.status_code == 200, page.text
        return page

    def open_unit(self, block: str) -> requests.Response:
        """What the platform's page loads into its frame."""
        unit = self.open(f"{self.campus.url}/unit/{block}").text
        return self.launch(re.search(r'data-target="([^"]+)"', unit).group(1))  # the template escapes nothing

    def post(self, url: str, **form: object) -> requests.Response:
        headers = {"X-CSRFToken": self.session.cookies["csrftoken"], "Referer": self.campus.tool}
        answer = self.session.post(url, data=form, headers=headers, timeout=30)
        assert answer.status_code == 200, answer.text
        return answer

    def hand_in(self, page: requests.Response, source: bytes) -> Submission:
        """Until it is graded in the sandbox."""
        before = Submission.objects.count()
        self.post(page.url.replace("/?", "/submit/?"), source=source)
        wait_until(lambda: Submission.objects.filter(score__isnull=False).count() > before, "the result", 60)
        return Submission.objects.latest("created_at")


@pytest.fixture
def registered(campus: Campus, stack: Stack, exercise: object) -> int:
    """What the platform's Studio shows an author, typed into our command."""
    if campus.process is None:
        campus.start()
    shown = Person(campus, "teacher").open(f"{campus.url}/studio/named").text
    told = dict(re.findall(r"<b>([\w ]+): </b>\s*(\S+)", shown))
    made = stack.manage(
        "lti", "platform", "add", "--name", "Campus", "--issuer", campus.url, "--client-id", told["Client ID"],
        "--deployment-id", told["Deployment ID"], "--auth-url", told["Login URL"],
        "--token-url", told["Access Token URL"], "--keyset-url", told["Keyset URL"], "--json",
    )  # fmt: skip
    return int(json.loads(made)["id"])


def arrived() -> bool:
    return set(ScorePost.objects.values_list("state", flat=True)) == {PostState.SENT}


def moment(score: dict[str, str]) -> datetime:
    return datetime.fromisoformat(score["timestamp"]).replace(tzinfo=UTC)


def test_a_grade_arrives_once_though_the_platform_was_down(campus, registered, stack):
    checks = json.loads(stack.manage("lti", "platform", "test", str(registered), "--json"))
    assert [check["ok"] for check in checks] == [True, True, True], checks
    learner, teacher = Person(campus, "learner"), Person(campus, "teacher")
    page = learner.open_unit("named")
    assert SLUG in urlsplit(page.url).path
    first = learner.hand_in(page, PARTLY_RIGHT)
    assert 0 < first.score < first.max_score
    wait_until(lambda: bool(campus.scores("named")), "the grade in the platform's database", 60)
    (before,) = campus.scores("named")
    assert (before["score_given"], before["score_maximum"]) == (first.score, first.max_score)
    assert (before["activity_progress"], before["grading_progress"]) == ("Completed", "FullyGraded")
    assert before["user_id"] == LtiUser.objects.get(user=first.user).sub and not before["comment"]
    assert abs(timezone.now() - moment(before)) < timedelta(minutes=1)

    teacher.open_unit("named")
    campus.kill()
    best = learner.hand_in(page, SOLUTION)
    assert best.score == best.max_score
    wait_until(lambda: bool(ScorePost.objects.get().answer), "a failed attempt", 60)
    told = teacher.open(f"{stack.url}/courses/{Course.objects.get().slug}/platform/").text
    assert "on its way" in told and "ConnectionError at localhost" in told
    campus.start()
    wait_until(arrived, "the grade", 60)
    (after,) = campus.scores("named")
    assert after["id"] == before["id"] and moment(after) > moment(before)
    assert after["score_given"] == after["score_maximum"] == best.max_score
    assert campus.published("named") == pytest.approx([20 * first.score / first.max_score, 20]), "each once"


def test_a_teacher_chooses_an_exercise_and_the_class_is_here(campus, registered, exercise):
    teacher, learner = Person(campus, "teacher"), Person(campus, "learner")
    studio = teacher.open(f"{campus.url}/studio/chosen").text
    picker = teacher.launch(html.unescape(re.search(r'<a href="([^"]+)"', studio).group(1)))
    course = Course.objects.get()
    assert course.title == "Deep Learning - Campus" and course.slug.startswith("course-v1-campus-dl101-2026-")
    Assignment.objects.create(course=course, exercise=exercise, due_at=timezone.now() + timedelta(days=3), points=30)
    saved = teacher.send(teacher.post(picker.url, exercise=SLUG), "JWT")
    assert saved.status_code == 200 and "successfully saved" in saved.text, saved.text
    (item,) = campus.rows("SELECT * FROM lti_consumer_ltidlcontentitem")
    told = json.loads(item["attributes"])
    assert item["content_type"] == "ltiResourceLink" and told["custom"]["exercise"] == SLUG
    assert told["submission"]["endDateTime"] and told["lineItem"]["label"] == told["title"]

    assert not campus.columns("chosen"), "the tool makes the column"
    page = learner.open_unit("chosen")
    assert SLUG in urlsplit(page.url).path
    assert learner.hand_in(page, SOLUTION).passed
    wait_until(arrived, "the grade", 60)
    (column,) = campus.columns("chosen")
    assert (column["label"], column["score_maximum"], column["tag"]) == ("Write the zero_grad loop", 30, "grade")
    (score,) = campus.scores("chosen")
    assert score["score_given"] == score["score_maximum"] == 30 and campus.published("chosen") == [30]
    assert results.compare(LineItem.objects.get().pk) == [], "what is read back is what was sent"

    wait_until(lambda: Enrollment.objects.count() == 3, "the roster")
    assert dict(Enrollment.objects.values_list("user__first_name", "role")) == {
        "Tilda Teacher": Role.INSTRUCTOR, "Lena Learner": Role.STUDENT, "Quentin Quiet": Role.STUDENT
    }, "also who was never here"  # fmt: skip

    # The platform took it, and the network kept the answer. To the same timestamp it says 400.
    ScorePost.objects.update(state=PostState.PENDING, status=None, arrived=None, due_at=timezone.now())
    outbox.enqueue([ScorePost.objects.get().pk])
    wait_until(arrived, "an answer", 60)
    (again,) = campus.scores("chosen")
    assert again["score_given"] == 30 and moment(again) > moment(score)
