"""WCAG 2.2 AA by axe on every page: English, light and wide; Chinese, dark and narrow."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.e2e.chromium import log_in, log_out, mutant, show_answer, solution, submit, wait_for_result, with_token
from tests.e2e.conftest import Student
from tests.e2e.test_working import EXERCISE, open_exercise
from tests.stack import Stack

RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    # What passed need not be told in full: on a long page that takes longer than the checks themselves.
    "resultTypes": ["violations"],
}
LOOKS = [("en", "light", 1280), ("zh-hant", "dark", 390)]


def check(page: Page, where: str) -> None:
    # Colours in the middle of an animation are no colours of the page.
    page.emulate_media(reduced_motion="reduce")
    page.wait_for_load_state("networkidle")
    found: Any = Axe().run(page, options=RULES).response["violations"]
    problems = [f"{v['id']}: {v['help']}: {node['html'][:200]}" for v in found for node in v["nodes"]]
    assert problems == [], f"{where}: " + "\n".join(problems)


def predict_nothing_right(page: Page) -> None:
    for number in page.locator("#predict-form input:not([type])").all():
        number.fill("1234")
    page.locator("#predict-form input[value=yes]").check()
    page.locator("#predict-form [data-send=submit]").click()
    wait_for_result(page)


@pytest.fixture(params=LOOKS, ids=lambda look: "-".join(map(str, look)))
def look(request: pytest.FixtureRequest) -> tuple[str, str, int]:
    return request.param  # type: ignore[no-any-return]


@pytest.fixture
def browser_context_args(browser_context_args: dict[str, Any], look: tuple[str, str, int]) -> dict[str, Any]:
    language, scheme, width = look
    locale = {"en": "en-GB", "zh-hant": "zh-TW"}[language]
    view = {"width": width, "height": 800}
    return browser_context_args | {"locale": locale, "color_scheme": scheme, "viewport": view}


def test_pages_of_a_student(page: Page, student: Student) -> None:
    page.goto(f"{student.url}/accounts/login/")
    check(page, "login")
    page.locator("#id_username").fill("nobody")
    page.locator("#id_password").fill("wrong")
    page.locator("#id_password").press("Enter")
    page.locator("#login-error").wait_for()
    check(page, "login refused")
    student.log_in(page)
    check(page, "dashboard of a newcomer")
    page.goto(f"{student.url}/exercises/")
    check(page, "catalogue")
    page.goto(f"{student.url}/exercises/predict-detach/")
    check(page, "predict form")
    predict_nothing_right(page)
    page.locator(".trace-table").wait_for()
    check(page, "prediction with its trace")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    open_exercise(page, student)
    check(page, "exercise")
    submit(page, "def train(params, loss_fn, lr, steps)\n")
    check(page, "syntax error")
    submit(page, mutant(EXERCISE, "no_zero"))
    check(page, "failing result")
    submit(page, solution(EXERCISE))
    check(page, "passing result")
    page.locator("#result .result-foot a").click()
    check(page, "submission")
    page.goto(f"{student.url}/dashboard/")
    check(page, "dashboard")
    page.goto(f"{student.url}/account/tokens/")
    page.locator("#id_name").fill("laptop")
    page.locator(".token-form button").click()
    page.locator(".token-text").wait_for()
    check(page, "tokens")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.goto(f"{student.url}/api/v1/")
    check(page, "reference of the interface for programs")


BREAK = """
from grader.submissions.models import Submission
Submission.objects.filter(pk="{}").update(result={{"unheard": "of"}})
"""
GIVE_UP = """
from grader.submissions.models import Submission
Submission.objects.filter(pk="{}").update(
    status="errored", outcome="sandbox_error", score=None, max_score=None, passed=None, result=None)
"""
DELETE = """
from grader.submissions.models import Submission
Submission.objects.filter(pk="{}").delete()
"""


def test_pages_when_something_is_wrong(
    page: Page, student: Student, live_stack: Stack, console_errors: list[str]
) -> None:
    url = f"{student.url}/exercises/{EXERCISE}/"
    page.goto(f"{student.url}/accounts/login/")
    assert show_answer(page, f"{student.url}/accounts/login/", {"username": "x"}) == 403
    check(page, "403")
    student.log_in(page)
    open_exercise(page, student)
    page.context.set_offline(True)
    page.locator("[data-send=submit]").click()
    page.locator("#result-slot [data-problem=offline]").wait_for()
    page.context.set_offline(False)
    check(page, "offline")
    page.locator("[data-send=run]").click()
    wait_for_result(page)
    check(page, "run of the examples")
    assert show_answer(page, f"{url}submit/", with_token(page, source="#" * 70_000)) == 413
    check(page, "too long a file")
    assert show_answer(page, f"{url}submit/", with_token(page, source="#" * 2_000_000)) == 413
    check(page, "413")
    open_exercise(page, student)
    submit(page, "import torch\n")
    path = str(page.locator("#result").get_attribute("data-url"))
    live_stack.manage("shell", "--no-imports", "-c", GIVE_UP.format(path.split("/")[2]))
    page.goto(student.url + path)
    check(page, "not graded")
    live_stack.manage("shell", "--no-imports", "-c", BREAK.format(path.split("/")[2]))
    answer = page.goto(student.url + path)
    assert answer is not None and answer.status == 500
    check(page, "500")
    live_stack.manage("shell", "--no-imports", "-c", DELETE.format(path.split("/")[2]))
    log_out(page)
    for _ in range(12):
        wrong = with_token(page, username="nobody-at-all", password="wrong")
        if (status := show_answer(page, f"{student.url}/accounts/login/", wrong)) == 429:
            break
    assert status == 429
    check(page, "429")
    console_errors.clear()


def test_pages_of_a_teacher_and_errors(page: Page, live_stack: Stack, console_errors: list[str]) -> None:
    log_in(page, live_stack.url, "teacher", live_stack.logins["teacher"])
    check(page, "dashboard of a teacher")
    page.goto(f"{live_stack.url}/status/")
    check(page, "how grading does")
    page.goto(f"{live_stack.url}/nowhere/")
    check(page, "404")
    console_errors.clear()
