"""Students at work on code exercises, in a real browser against the running product."""

from __future__ import annotations

import re
import time

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.chromium import mutant, paste_code, solution, submit, wait_for_result
from tests.e2e.conftest import Student

EXERCISE = "zero-grad-loop"
WORDS = {
    "en": {
        "name": "Write the zero_grad loop",
        "passed": "Passed!",
        "trajectory": "follow gradient descent",
        "run": "Run the",
    },
    "zh-hant": {"name": "親手寫 zero_grad 訓練迴圈", "passed": "通過了！", "trajectory": "梯度下降更新", "run": "試跑"},
}
LOUD = """import torch
print("<b>loading</b> \\u202etxt")


def train(params, loss_fn, lr, steps):
    print("<script>alert(1)</script>")
    return []
"""


def open_exercise(page: Page, student: Student, slug: str = EXERCISE) -> None:
    page.goto(f"{student.url}/exercises/{slug}/")
    page.locator(".cm-content").wait_for()


@pytest.mark.parametrize("language", ["en", "zh-hant"])
def test_a_wrong_loop_is_explained_mended_and_passed(page: Page, student: Student, language: str) -> None:
    words = WORDS[language]
    student.log_in(page)
    if language != "en":
        page.get_by_role("button", name="中文").click()
    expect(page.locator("html")).to_have_attribute("lang", language)
    page.locator(".site-nav a").last.click()
    page.get_by_role("link", name=words["name"]).click()
    editor = page.locator(".cm-editor")
    before = editor.bounding_box()

    submit(page, mutant(EXERCISE, "no_zero"))
    expect(page.locator("#result")).to_have_class(re.compile("result-failed"))
    failed = page.locator(".test-failed")
    expect(failed.filter(has_text=words["trajectory"])).to_be_visible()
    expect(page.locator("#announcer")).not_to_be_empty()
    expect(page.locator("#hint-1")).to_be_visible()  # the first failure unlocks the first hint, without a reload
    assert editor.bounding_box() == before, "the page jumped"

    submit(page, solution(EXERCISE))
    expect(page.locator("#result-title")).to_have_text(words["passed"])
    expect(page.locator(".test-failed")).to_have_count(0)
    expect(page.locator("#announcer")).to_contain_text(words["passed"])
    page.locator(".site-nav a").first.click()
    page.locator(".progress-section summary", has_text="3.2.4").click()
    expect(page.locator(".exercise-row").filter(has_text=words["name"]).locator(".chip-pass")).to_be_visible()
    expect(page.locator(".recent li")).to_have_count(2)


def test_a_student_needs_no_mouse(page: Page, student: Student, console_errors: list[str]) -> None:
    page.goto(f"{student.url}/accounts/login/")
    expect(page.locator("#id_username")).to_be_focused()
    page.keyboard.type(student.name)
    page.keyboard.press("Tab")
    page.keyboard.type(student.password)
    page.keyboard.press("Enter")
    page.wait_for_url("**/dashboard/")
    open_exercise(page, student)
    press_until(page, "Tab", ".cm-content")
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("def train(params, loss_fn, lr, steps):\nreturn []")
    expect(page.locator(".cm-line").last).to_have_text("    return []")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.locator(".cm-content")).to_be_focused()
    page.keyboard.press("ControlOrMeta+Enter")
    wait_for_result(page)
    expect(page.locator(".test-failed").first).to_be_visible()
    assert page.locator(".cm-line").count() == 3, "Ctrl-Enter added a line"

    page.keyboard.press("Escape")
    time.sleep(2.5)  # leaving needs no haste
    page.keyboard.press("Tab")
    expect(page.locator("[data-send=submit]")).to_be_focused()
    page.keyboard.press("Shift+Tab")
    expect(page.locator(".cm-content")).to_be_focused()
    page.keyboard.press("Shift+ControlOrMeta+Enter")
    expect(page.locator("#result")).to_contain_text("A run of the examples")
    # Chromium itself tries to give typed text the style of the selected text that it replaces; the policy refuses.
    console_errors[:] = [error for error in console_errors if "Applying inline style" not in error]


def press_until(page: Page, key: str, selector: str, most: int = 40) -> None:
    for _ in range(most):
        page.keyboard.press(key)
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"{selector} was not reached with {most} times {key}")


def test_a_run_shows_what_was_printed_as_text(page: Page, student: Student) -> None:
    student.log_in(page)
    open_exercise(page, student)
    paste_code(page, LOUD)
    page.locator("[data-send=run]").click()
    wait_for_result(page)
    expect(page.locator(".result-output samp")).to_contain_text("<b>loading</b>")
    assert "\u202e" not in page.locator("#result").inner_text(), "the text's direction was turned"
    expect(page.locator(".test samp").first).to_contain_text("<script>alert(1)</script>")
    assert page.locator(".result-output b, #result script").count() == 0
    assert page.locator(".history").filter(has_text="Your submissions").count() == 0, "a run counted as a submission"


def test_a_syntax_error_shows_line_and_caret(page: Page, student: Student) -> None:
    student.log_in(page)
    open_exercise(page, student)
    submit(page, "import torch\n\ndef train(params, loss_fn, lr, steps)\n    return []\n")
    shown = page.locator(".note pre").inner_text().rstrip().split("\n")
    assert shown[0].strip() == "def train(params, loss_fn, lr, steps)"
    assert shown[1].strip() == "^"
    assert shown[1].index("^") >= len(shown[0].rstrip()) - 1
    page.get_by_role("button", name="Go to line 3").click()
    expect(page.locator(".cm-content")).to_be_focused()
    expect(page.locator(".cm-activeLine")).to_contain_text("def train")


def test_a_result_survives_reload_and_a_lost_stream(page: Page, student: Student, console_errors: list[str]) -> None:
    student.log_in(page)
    open_exercise(page, student)
    paste_code(page, "import time\ntime.sleep(2)\n" + solution(EXERCISE))
    with page.expect_response("**/submit/"):
        page.locator("[data-send=submit]").click()
    expect(page.locator("#result")).to_have_attribute("data-state", re.compile("queued|running"))
    page.route("**/events/", lambda route: route.abort())
    page.reload()
    wait_for_result(page)
    expect(page.locator("#result-title")).to_have_text("Passed!")
    assert all("ERR_FAILED" in error for error in console_errors)
    console_errors.clear()


def test_offline_and_logged_out_lose_nothing(page: Page, student: Student, console_errors: list[str]) -> None:
    student.log_in(page)
    open_exercise(page, student)
    paste_code(page, "x = 1")
    page.context.set_offline(True)
    page.locator("[data-send=submit]").click()
    expect(page.locator("#result-slot [data-problem=offline]")).to_be_visible()
    page.context.set_offline(False)
    page.context.clear_cookies(name="sessionid")
    page.locator("[data-send=submit]").click()
    expect(page.locator("#result-slot [data-problem]")).to_have_count(1)
    expect(page.locator("#result-slot [data-problem=signed-out]")).to_be_visible()
    expect(page.locator(".cm-content")).to_have_text("x = 1")
    console_errors.clear()


def test_everything_works_without_scripts(browser: Browser, student: Student) -> None:
    context = browser.new_context(java_script_enabled=False, locale="en-GB")
    page = context.new_page()
    student.log_in(page)
    page.goto(f"{student.url}/exercises/{EXERCISE}/")
    page.locator("textarea[name=source]").fill(solution(EXERCISE))
    page.get_by_role("button", name="Submit").click()
    page.wait_for_url("**/submissions/**")
    for _ in range(40):
        if page.locator("#result.result-passed").count():
            break
        time.sleep(0.5)
        page.reload()
    expect(page.locator("#result-title")).to_have_text("Passed!")
    expect(page.locator(".source")).to_contain_text("def train")
    context.close()
