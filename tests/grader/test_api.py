"""The HTTP API: what it gives and takes, under the same rules as the pages."""

from __future__ import annotations

import asyncio
import json
import shutil
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import msgspec
import pytest
from asgiref.sync import sync_to_async
from django.contrib.auth import get_user_model
from django.db import connection, connections
from django.test import AsyncClient
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from exercises import content_store
from exercises.format import bundled, load
from exercises.management.commands.exercise import write_skeleton
from exercises.results import HiddenNumber, Message, TestResult
from grader.api import tokens
from grader.api.models import Scope
from grader.courses.models import Assignment, AuditEntry, Course, Enrollment, Extension, Override, Role, Section
from grader.gradebook.models import Comment
from grader.submissions.live import announce
from grader.submissions.models import Purpose, Submission
from tests.grader.conftest import SLUG, SOLUTION, STARTER
from tests.grader.rows import outcome, queue

pytestmark = pytest.mark.django_db
ROOT = "/api/v1/"
COURSE = ROOT + "courses/autograd"
EXERCISE = f"{COURSE}/assignments/{SLUG}"
PREDICTION = f"{COURSE}/assignments/two-paths"
POOL = [{"x": x, "c": c} for x in range(2, 6) for c in range(2, 6)]
Ask = Callable[..., Any]


def token_of(user: Any, *scopes: str) -> str:
    count = user.tokens.count()
    return tokens.make(user, f"token {count}", scopes or Scope.values, 30)[1]


@pytest.fixture
def ask(people: dict[str, Any]) -> Callable[..., Ask]:
    """ask("student", "read")("get", path): by a token of that person with these scopes, or with all."""

    def of(who: str, *scopes: str) -> Ask:
        text = token_of(people[who], *scopes)

        def send(method: str, path: str, body: Any = None, **headers: str) -> Any:
            browser = Browser(headers={"authorization": f"Bearer {text}", "accept-language": "en", **headers})
            more = {} if body is None else {"data": json.dumps(body), "content_type": "application/json"}
            return getattr(browser, method)(path, **more)

        return send

    return of


@pytest.fixture
def course(people: dict[str, Any]) -> Course:
    return Course.objects.get(slug="autograd")


@pytest.fixture
def prediction(people: dict[str, Any], tmp_path: Any) -> Any:
    """y = x·x + c·x with the questions y (a number) and x_grad (None or a number)."""
    write_skeleton(tmp_path / "two-paths", "predict")
    shutil.rmtree(tmp_path / "two-paths" / "__pycache__", ignore_errors=True)
    version, _ = content_store.publish(load(tmp_path / "two-paths"), POOL)
    Assignment.objects.create(course=Course.objects.get(slug="autograd"), exercise=version.exercise, position=2)
    return version


def change(**rules: Any) -> Assignment:
    """The rules of what is set."""
    Assignment.objects.update(**rules)
    return Assignment.objects.get()


def refused(answer: Any, status: int, code: str) -> dict[str, Any]:
    """The one form of a refusal."""
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/json; charset=utf-8"), answer.content
    body: dict[str, Any] = answer.json()
    assert body.keys() == {"code", "message", "request_id", "fields", "retry_after_s"}
    assert body["code"] == code
    assert body["message"]
    assert body["request_id"] == answer["X-Request-ID"]
    assert answer["Cache-Control"] == "no-store"
    return body


# --- Courses and exercises --------------------------------------------------------------------------------------------


def test_courses_are_those_of_the_page(ask: Any, people: dict[str, Any]) -> None:
    (line,) = ask("student")("get", ROOT + "courses").json()["items"]
    assert (line["course"], line["title"], line["role"]) == ("autograd", "Autograd", "student")
    assert line["url"] == "http://testserver/courses/autograd/"
    assert [line["course"] for line in ask("stranger")("get", ROOT + "courses").json()["items"]] == ["other"]
    assert ask("nobody")("get", ROOT + "courses").json() == {"items": []}
    Course.objects.get(slug="autograd").archive()
    assert ask("student")("get", ROOT + "courses").json() == {"items": []}
    assert ask("teacher")("get", ROOT + "courses").json()["items"][0]["is_archived"]


def test_assignments_have_their_rules_and_how_one_stands(ask: Any, people: dict[str, Any], exercise: Any) -> None:
    now = timezone.now()
    row = change(attempt_limit=3, due_at=now + timedelta(days=1), late_percent=10)
    Extension.objects.create(assignment=row, user=people["student"], extra_attempts=2, due_at=now + timedelta(days=3))
    submission = queue(people["student"], exercise, assignment=row)
    submission.claim()
    submission.finish(outcome(5.0))
    (line,) = ask("student")("get", COURSE + "/assignments").json()["items"]
    assert (line["exercise"], line["kind"], line["state"]) == (SLUG, "implement", "open")
    assert (line["attempts"], line["attempts_left"], line["points_won"]) == (1, 4, row.max_points / 2)
    assert line["due_at"].startswith((now + timedelta(days=3)).strftime("%Y-%m-%dT%H:%M"))
    assert any("10\N{NO-BREAK SPACE}%" in rule for rule in line["rules"])
    change(opens_at=now + timedelta(hours=1))
    assert ask("student")("get", COURSE + "/assignments").json()["items"] == []
    assert ask("teacher")("get", COURSE + "/assignments").json()["items"][0]["state"] == "hidden"


def test_an_exercise_has_its_statement_and_nothing_of_its_answers(ask: Any, people: dict[str, Any]) -> None:
    answer = ask("student")("get", EXERCISE)
    shown, folder = answer.json(), load(bundled()[SLUG])
    assert shown["statement"] == folder.statement("en")
    assert shown["starter"] == STARTER
    assert shown["prediction"] is None
    assert [test["points"] for test in shown["tests"]] == [test.points for test in folder.tests.values()]
    assert shown["hints"] == []
    text = json.dumps(shown, ensure_ascii=False)
    for name in ("solution.py", "hidden_tests.py", "probe.py"):
        lines = [line.strip() for line in folder.files[name].splitlines() if len(line.strip()) > 40]
        kept = [line for line in lines if line in text and line not in STARTER]
        assert kept == [], name


def test_texts_come_in_the_language_that_is_asked_for(ask: Any) -> None:
    shown = ask("student")("get", EXERCISE, **{"accept-language": "zh-hant"}).json()
    assert shown["statement"] == load(bundled()[SLUG]).statement("zh-hant")
    body = refused(ask("stranger")("get", EXERCISE, **{"accept-language": "zh-hant"}), 404, "not_found")
    assert "沒有" in body["message"]


def test_hints_open_with_failed_attempts(ask: Any, people: dict[str, Any], exercise: Any) -> None:
    submission = queue(people["student"], exercise)
    submission.claim()
    submission.finish(outcome(5.0))
    shown = ask("student")("get", EXERCISE).json()
    assert len(shown["hints"]) == 1
    assert (shown["best_score"], shown["is_passed"]) == (5.0, False)


# --- Handing in -------------------------------------------------------------------------------------------------------


def test_a_file_is_handed_in_as_on_the_page(ask: Any, people: dict[str, Any], course: Course) -> None:
    answer = ask("student")("post", EXERCISE + "/submissions", {"source": "x = '梯度'\r\n"})
    assert answer.status_code == 201
    row = Submission.objects.get()
    shown = answer.json()
    assert bytes(row.source) == "x = '梯度'\r\n".encode()
    assert (row.user, row.assignment.course, row.purpose, row.attempt) == (people["student"], course, "submit", 1)
    assert (shown["id"], shown["status"], shown["is_final"], shown["score"]) == (str(row.pk), "queued", False, None)
    assert answer["Location"] == f"http://testserver{ROOT}submissions/{row.pk}"
    ran = ask("student")("post", EXERCISE + "/submissions", {"source": "x", "purpose": "run"})
    assert (ran.status_code, ran.json()["purpose"]) == (201, "run")


def test_the_rules_of_the_assignment_hold(ask: Any, people: dict[str, Any], course: Course) -> None:
    send, now = ask("student"), timezone.now()

    def hand_in() -> Any:
        return send("post", EXERCISE + "/submissions", {"source": "x"})

    change(attempt_limit=2, cooldown_s=60)
    assert hand_in().status_code == 201
    answer = hand_in()
    assert 55 <= refused(answer, 429, "cooldown")["retry_after_s"] <= 60
    assert answer["Retry-After"] == str(answer.json()["retry_after_s"])
    change(cooldown_s=0)
    assert hand_in().status_code == 201
    refused(hand_in(), 403, "no_attempts")
    change(attempt_limit=None, closes_at=now - timedelta(minutes=1))
    assert "extension" in refused(hand_in(), 403, "closed")["message"]
    change(closes_at=None, due_at=now - timedelta(minutes=1), late_percent=10)
    assert hand_in().status_code == 201
    course.archive()
    refused(hand_in(), 403, "archived")
    course.bring_back()
    change(due_at=None, opens_at=now + timedelta(hours=1))
    refused(hand_in(), 404, "not_found")
    assert Submission.objects.count() == 3


def test_page_and_program_share_one_limit(ask: Any, browse: Any, settings: Any) -> None:
    settings.RUNS_PER_MINUTE = 2
    send = ask("student")
    assert send("post", EXERCISE + "/submissions", {"source": "x"}).status_code == 201
    assert browse("student").post(f"/exercises/{SLUG}/submit/", {"source": "x"}).status_code == 302
    answer = send("post", EXERCISE + "/submissions", {"source": "x"})
    assert refused(answer, 429, "too_often")["retry_after_s"] > 0
    assert answer["Retry-After"]


def test_a_person_asks_so_often_a_minute(ask: Any, settings: Any) -> None:
    settings.API_REQUESTS_PER_MINUTE = 2
    first, second = ask("student"), ask("student")
    assert [send("get", ROOT + "courses").status_code for send in (first, second)] == [200, 200]
    refused(first("get", ROOT + "courses"), 429, "too_often")


def test_a_prediction_is_answered_for_its_own_numbers(ask: Any, prediction: Any, people: dict[str, Any]) -> None:
    send = ask("student")
    asked = send("get", PREDICTION).json()["prediction"]
    assert [question["type"] for question in asked["questions"]] == ["number", "none-or-number"]
    assert send("get", PREDICTION).json()["prediction"]["snippet"] == asked["snippet"]
    body = {"ticket": asked["ticket"], "answers": {"y": 12, "x_grad": None}}
    refused(ask("classmate")("post", PREDICTION + "/submissions", body), 409, "form_not_valid")
    answer = send("post", PREDICTION + "/submissions", body)
    assert answer.status_code == 201, answer.content
    row = Submission.objects.get()
    assert row.answers == {"y": "12", "x_grad": "none"}
    shown = answer.json()
    assert (shown["source"], shown["question"]) == (None, asked["snippet"])
    assert [one["answer"] for one in shown["answers"]] == ["12", "None"]
    refused(send("post", PREDICTION + "/submissions", body), 409, "attempt_taken")
    assert send("get", PREDICTION).json()["prediction"]["snippet"] != asked["snippet"]


def test_answers_that_cannot_be_read_are_named(ask: Any, prediction: Any) -> None:
    send = ask("student")
    ticket = send("get", PREDICTION).json()["prediction"]["ticket"]

    def wrong(**body: Any) -> list[str]:
        answer = refused(send("post", PREDICTION + "/submissions", body), 422, "not_valid")
        return [one["field"] for one in answer["fields"]]

    assert wrong(ticket=ticket, answers={"y": "many", "x_grad": [2]}) == ["body.answers.y", "body.answers.x_grad"]
    assert wrong(ticket=ticket, answers={"y": 1}) == ["body.answers.x_grad"]
    assert wrong(ticket=ticket, answers={"y": 1, "x_grad": 1, "z": 1}) == ["body.answers.z"]
    assert wrong(ticket=ticket, answers={"y": 10**200, "x_grad": 1}) == ["body.answers.y"]
    assert wrong(ticket=ticket, answers={"y": "1\0", "x_grad": 1}) == ["body.answers.y"]
    assert wrong(source="x") == ["body.answers"]
    assert wrong(ticket=ticket, answers={"y": 1, "x_grad": 1}, purpose="run") == ["body.purpose"]
    refused(send("post", PREDICTION + "/submissions", {"ticket": "x", "answers": {}}), 409, "form_not_valid")
    assert not Submission.objects.exists()


# --- What cannot be read ----------------------------------------------------------------------------------------------

WRONG = [
    ("no JSON", b"{"),
    ("no object", b"[]"),
    ("nothing", b""),
    ("null", b"null"),
    ("not UTF-8", b'{"source": "\xff"}'),
    ("not a number", b'{"ticket": "x", "answers": {"y": NaN}}'),
    ("half a character in a name", b'{"answers": {"\\ud800": 1}}'),
    ("half a character", b'{"source": "\\ud800"}'),
    ("a number", b'{"source": 1}'),
    ("no source", b"{}"),
    ("an unknown part", b'{"source": "x", "attempt": 1}'),
    ("an unknown purpose", b'{"source": "x", "purpose": "grade"}'),
    ("answers to code", b'{"source": "x", "answers": {}}'),
    ("deep", b"[" * 100_000),
    ("a long number", b'{"source": ' + b"1" * 5000 + b"}"),
]


@pytest.mark.parametrize("body", [pytest.param(body, id=name) for name, body in WRONG])
def test_a_body_of_another_kind_is_refused(ask: Any, people: dict[str, Any], body: bytes) -> None:
    headers = {"authorization": f"Bearer {token_of(people['student'])}"}
    answer = Browser(headers=headers).post(EXERCISE + "/submissions", body, content_type="application/json")
    assert refused(answer, 422, "not_valid")["fields"]
    assert not Submission.objects.exists()


def test_what_is_too_long_is_refused(ask: Any, people: dict[str, Any]) -> None:
    send = ask("student")
    refused(send("post", EXERCISE + "/submissions", {"source": "#" * (64 * 1024 + 1)}), 413, "too_large")
    refused(send("post", EXERCISE + "/submissions", {"source": "#" * (600 * 1024)}), 413, "too_large")
    refused(send("post", EXERCISE + "/submissions", {"source": "#" * (3 * 1024 * 1024)}), 413, "too_large")
    assert send("post", EXERCISE + "/submissions", {"source": "\1" * (64 * 1024)}).status_code == 201


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("submissions?page=0", 422),
        ("submissions?page=x", 422),
        ("submissions?page=99999999999999999999999", 422),
        ("submissions?course=%00", 200),
        ("submissions?course=" + "x" * 200, 422),
        ("submissions/00000000-0000-0000-0000-000000000000", 404),
        ("submissions/00000000-0000-0000-0000-000000000000?wait=1e9", 422),
        ("submissions/x", 404),
        ("courses/%00/assignments", 404),
        ("courses/none/gradebook", 404),
        ("courses/" + "x" * 300 + "/assignments", 422),
        ("nothing/of/this", 404),
        ("courses/", 404),
    ],
)
def test_odd_addresses_are_refused_in_the_same_form(ask: Any, path: str, status: int) -> None:
    answer = ask("student")("get", ROOT + path)
    if status == 200:
        assert (answer.status_code, answer.json()["items"]) == (200, [])
    else:
        refused(answer, status, {404: "not_found", 422: "not_valid"}[status])


@pytest.mark.parametrize("method", ["get", "post", "put", "patch", "delete", "options", "trace"])
def test_what_is_unknown_is_refused_in_the_same_form_whatever_is_in_its_name(method: str) -> None:
    browser = Browser(enforce_csrf_checks=True)
    for path in ("%0A", "nothing", "courses%0A", "courses/%F3%AD%8F%AD%0A/assignments", "submissions/x%0A"):
        refused(getattr(browser, method)(ROOT + path), 404, "not_found")


@pytest.mark.parametrize(
    ("path", "allowed"), [("courses", "GET"), ("openapi.json", "GET, HEAD"), ("", "GET, HEAD"), ("submissions", "GET")]
)
def test_other_methods_are_refused(path: str, allowed: str) -> None:
    for method in ("delete", "post"):
        answer = getattr(Browser(enforce_csrf_checks=True), method)(ROOT + path)
        refused(answer, 405, "method_not_allowed")
        assert answer["Allow"] == allowed


def test_what_breaks_on_our_side_is_told_in_the_same_form(
    people: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_args: Any, **_options: Any) -> None:
        raise ZeroDivisionError("secret")

    monkeypatch.setattr("grader.api.operations.build_courses", broken)
    headers = {"authorization": f"Bearer {token_of(people['student'])}"}
    answer = Browser(headers=headers, raise_request_exception=False).get(ROOT + "courses")
    assert "secret" not in answer.content.decode()
    refused(answer, 500, "our_fault")


# --- Results ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def failed(people: dict[str, Any], exercise: Any) -> Submission:
    """A failing submission with everything that its page shows, and with what it does not."""
    row = queue(people["student"], exercise, source=b"x = 1\n", seed=987654321987, assignment=Assignment.objects.get())
    row.claim()
    numbers = [HiddenNumber("w", False, "(2,)", "()", "2")]
    first = TestResult("test_trajectory", False, False, 0.0, 7.0, [Message("check_failed")], numbers)
    idea = next(iter(load(bundled()[SLUG]).misconceptions))
    row.finish(outcome(3.0, tests=[first], misconception=idea, stdout="hidden output", stderr="hidden errors"))
    return row


def test_a_result_is_what_its_page_shows(ask: Any, failed: Submission, people: dict[str, Any], browse: Any) -> None:
    Comment.objects.create(submission=failed, author=people["teacher"], line=1, text="<b>Look</b>")
    answer = ask("student", "read")("get", f"{ROOT}submissions/{failed.pk}")
    shown = answer.json()
    assert (shown["status"], shown["is_final"], shown["passed"], shown["score"]) == ("graded", True, False, 3.0)
    assert (shown["course"], shown["exercise"], shown["source"]) == ("autograd", SLUG, "x = 1\n")
    (test,) = shown["tests"]
    page = browse("student").get(f"/submissions/{failed.pk}/").context["result"]
    assert (test["points"], test["max_points"], test["passed"]) == (0.0, 7.0, False)
    assert test["numbers"] == [
        {"name": "w", "agrees": False, "yours_shape": "(2,)", "expected_shape": "scalar", "ratio": "2"}
    ]
    assert shown["summary"] == page.summary
    assert len(shown["misconceptions"]) == len(page.ideas) == 1
    assert [(one["text"], one["by"]) for one in shown["comments"]] == [("<b>Look</b>", "teacher")]
    text = answer.content.decode()
    for secret in ("hidden output", "hidden errors", "987654321987", "test_trajectory"):
        assert secret not in text


def test_a_run_shows_what_it_printed(ask: Any, people: dict[str, Any], exercise: Any) -> None:
    row = queue(people["student"], exercise, Purpose.RUN, source=b"\xff\x00")
    row.claim()
    row.finish(outcome(10.0, stdout="printed"))
    shown = ask("student")("get", f"{ROOT}submissions/{row.pk}").json()
    assert (shown["stdout"], shown["purpose"]) == ("printed", "run")
    assert shown["source"] == "\N{REPLACEMENT CHARACTER}\0"


def test_own_submissions_come_newest_first_by_pages(
    ask: Any, failed: Submission, people: dict[str, Any], exercise: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("grader.api.operations.PER_PAGE", 2)
    more = [queue(people["student"], exercise) for _ in range(2)]
    queue(people["classmate"], exercise)
    send = ask("student")
    first = send("get", ROOT + "submissions").json()
    assert [line["id"] for line in first["items"]] == [str(row.pk) for row in reversed(more)]
    assert first["next_page"] == 2
    second = send("get", ROOT + "submissions?page=2").json()
    assert ([line["id"] for line in second["items"]], second["next_page"]) == ([str(failed.pk)], None)
    assert [line["id"] for line in send("get", ROOT + "submissions?course=autograd").json()["items"]] == [
        str(failed.pk)
    ]
    assert send("get", ROOT + "submissions?exercise=other").json()["items"] == []


def test_who_teaches_reads_work_with_the_scope_for_it_and_the_audit_keeps_it(
    ask: Any, failed: Submission, course: Course, people: dict[str, Any]
) -> None:
    path = f"{ROOT}submissions/{failed.pk}"
    refused(ask("teacher", "read", "submit")("get", path), 403, "missing_scope")
    assert not AuditEntry.objects.exists()
    assert ask("teacher", "read", "gradebook")("get", path).status_code == 200
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.actor, entry.subject) == ("submission.view", people["teacher"], people["student"])
    assert ask("student")("get", path).status_code == 200
    assert AuditEntry.objects.count() == 1


# --- Waiting ----------------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_a_program_waits_for_the_result_within_one_request(people: dict[str, Any], exercise: Any) -> None:
    row = queue(people["student"], exercise, assignment=Assignment.objects.get())
    path = f"{ROOT}submissions/{row.pk}"
    headers = {"authorization": f"Bearer {token_of(people['student'])}", "accept-language": "en"}

    def grade() -> None:
        row.claim()
        row.finish(outcome())
        announce(row.pk, "graded")
        connections.close_all()

    async def wait(seconds: int) -> dict[str, Any]:
        answer = await AsyncClient().get(f"{path}?wait={seconds}", headers=headers)
        assert (answer.status_code, answer.streaming) == (200, True)
        body = b"".join([part async for part in answer.streaming_content])
        return dict(json.loads(body))

    async def play() -> tuple[dict[str, Any], dict[str, Any], float]:
        early = await wait(1)
        waiting = asyncio.create_task(wait(20))
        await asyncio.sleep(0.5)
        started = time.monotonic()
        await sync_to_async(grade)()
        return early, await waiting, time.monotonic() - started

    early, late, took_s = asyncio.run(play())
    assert (early["status"], early["is_final"]) == ("queued", False)
    assert (late["status"], late["passed"], late["score"]) == ("graded", True, 10.0)
    assert took_s < 3
    answer = Browser(headers=headers).get(f"{path}?wait=20")
    assert (answer.streaming, answer.json()) == (False, late)


# --- The gradebook ----------------------------------------------------------------------------------------------------


def test_the_gradebook_is_that_of_the_page_and_the_audit_keeps_who_took_it(
    ask: Any, failed: Submission, course: Course, people: dict[str, Any]
) -> None:
    section = Section.objects.create(course=course, name="Monday")
    Enrollment.objects.filter(user=people["student"]).update(section=section)
    row = Assignment.objects.get()
    Override.objects.create(
        assignment=row, user=people["classmate"], points=1.0, reason="spoken", set_by=people["teacher"]
    )
    shown = ask("teacher", "gradebook")("get", COURSE + "/gradebook").json()
    assert [column["exercise"] for column in shown["columns"]] == [SLUG]
    lines = {line["username"]: line for line in shown["lines"]}
    assert lines.keys() == {"student", "classmate"}
    (cell,) = lines["student"]["cells"]
    assert cell["submission"] == str(failed.pk)
    assert cell["points"] == cell["earned"] == pytest.approx(0.3 * row.max_points)
    (cell,) = lines["classmate"]["cells"]
    assert (cell["points"], cell["earned"], cell["is_overridden"]) == (1.0, None, True)
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.actor, entry.details["format"]) == ("grades.export", people["teacher"], "api")
    of_section = ask("teacher")("get", COURSE + "/gradebook?section=Monday").json()
    assert [line["username"] for line in of_section["lines"]] == ["student"]
    refused(ask("teacher")("get", COURSE + "/gradebook?section=None"), 404, "not_found")


def test_the_gradebook_comes_by_pages_of_students(
    ask: Any, failed: Submission, course: Course, people: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("grader.api.operations.STUDENTS_PER_PAGE", 2)
    section = Section.objects.create(course=course, name="Monday")
    for name in ("a", "z", "zz"):
        Enrollment.objects.create(user=get_user_model().objects.create_user(name), course=course, section=section)
    send = ask("teacher", "gradebook")

    def read(**asked: Any) -> tuple[list[str], int | None, int]:
        page = send("get", f"{COURSE}/gradebook?{urlencode(asked)}").json()
        assert [column["exercise"] for column in page["columns"]] == [SLUG]
        return [line["username"] for line in page["lines"]], page["next_page"], page["students"]

    assert read() == (["a", "classmate"], 2, 5)
    assert read(page=2) == (["student", "z"], 3, 5)
    assert read(page=3) == (["zz"], None, 5)
    assert read(page=4) == read(page=10_000) == ([], None, 5)
    assert read(section="Monday") == (["a", "z"], 2, 3)
    assert read(section="Monday", page=2) == (["zz"], None, 3)
    assert [entry.details["students"] for entry in AuditEntry.objects.order_by("pk")] == [2, 2, 1, 0, 0, 2, 1]
    for wrong in ("0", "-1", "10001", "x", "1.5", ""):
        refused(send("get", f"{COURSE}/gradebook?page={wrong}"), 422, "not_valid")
    refused(ask("stranger")("get", COURSE + "/gradebook?page=2"), 404, "not_found")


# --- Who may what -----------------------------------------------------------------------------------------------------

STUDENT = {"student"}
MEMBERS = {"student", "classmate", "assistant", "teacher", "staff"}
READERS = {"student", "assistant", "teacher", "staff"}
INSTRUCTORS = {"teacher", "staff"}
PERMISSIONS: list[tuple[str, str, set[str]]] = [
    ("get", COURSE + "/assignments", MEMBERS),
    ("get", EXERCISE, MEMBERS),
    ("post", EXERCISE + "/submissions", MEMBERS),
    ("get", ROOT + "submissions/{submission}", READERS),
    ("get", ROOT + "submissions/{submission}?wait=1", READERS),
    ("get", COURSE + "/gradebook", INSTRUCTORS),
]


@pytest.mark.parametrize(("method", "path", "who"), PERMISSIONS)
def test_who_is_let_in(
    ask: Any, people: dict[str, Any], failed: Submission, method: str, path: str, who: set[str]
) -> None:
    """Everybody else, the other course's teacher too, learns not even that it exists."""
    people["colleague"] = get_user_model().objects.create_user("colleague")
    Enrollment.objects.create(user=people["colleague"], course=Course.objects.get(slug="other"), role=Role.INSTRUCTOR)
    for name in people:
        body = {"source": "x"} if method == "post" else None
        answer = ask(name)(method, path.format(submission=failed.pk), body)
        if name in who:
            assert answer.status_code in (200, 201), name
        else:
            refused(answer, 404, "not_found")


@pytest.mark.parametrize(("method", "path", "_who"), PERMISSIONS)
def test_a_token_is_good_for_its_scopes_alone(
    ask: Any, failed: Submission, method: str, path: str, _who: set[str]
) -> None:
    needed = "submit" if method == "post" else "gradebook" if path.endswith("gradebook") else "read"
    others = [scope for scope in Scope.values if scope != needed]
    body = {"source": "x"} if method == "post" else None
    refused(ask("staff", *others)(method, path.format(submission=failed.pk), body), 403, "missing_scope")


# --- Cost and description ---------------------------------------------------------------------------------------------


def test_the_number_of_queries_does_not_grow(
    ask: Any, people: dict[str, Any], exercise: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("grader.api.operations.STUDENTS_PER_PAGE", 1)
    paths = {
        "student": [ROOT + "courses", COURSE + "/assignments", ROOT + "submissions", EXERCISE],
        "teacher": [COURSE + "/gradebook", COURSE + "/gradebook?page=2"],
    }
    senders = {who: ask(who) for who in paths}

    def count() -> list[int]:
        counts = []
        for who, asked in paths.items():
            for path in asked:
                senders[who]("get", path)
                with CaptureQueriesContext(connection) as queries:
                    assert senders[who]("get", path).status_code == 200
                counts.append(len(queries))
        return counts

    def grow(start: int, end: int) -> None:
        for number in range(start, end):
            other = Course.objects.create(slug=f"c{number}", title="C")
            Enrollment.objects.create(user=people["student"], course=other)
            slug = sorted(set(bundled()) - {SLUG})[number]
            folder = load(bundled()[slug])
            more = content_store.publish(folder, [{"x": 1}] if folder.predict else None)[0].exercise
            row = Assignment.objects.create(course=Course.objects.get(slug="autograd"), exercise=more)
            Enrollment.objects.create(user=get_user_model().objects.create_user(f"a{number}"), course=row.course)
            for who in ("student", "classmate"):
                submission = queue(people[who], more, assignment=row)
                submission.claim()
                submission.finish(outcome(5.0))

    grow(0, 1)
    few = count()
    grow(1, 4)
    assert count() == few
    assert max(few) <= 20, few


def test_the_description_names_every_operation_with_its_scope() -> None:
    document = Browser().get(ROOT + "openapi.json").json()
    assert document["openapi"].startswith("3.1")
    operations = {
        (method, path): details["security"][0]["token"]
        for path, methods in document["paths"].items()
        for method, details in methods.items()
    }
    assert operations[("post", "/api/v1/courses/{course}/assignments/{exercise}/submissions")] == ["submit"]
    assert operations[("get", "/api/v1/courses/{course}/gradebook")] == ["gradebook"]
    assert len(operations) == 7
    codes = document["components"]["schemas"]["Code"]["enum"]
    page = Browser(headers={"accept-language": "en"}).get(ROOT).content.decode()
    assert [code for code in codes if f">{code}<" not in page] == []
    assert msgspec.json.encode(document)
    assert f">{SOLUTION}<" not in page
