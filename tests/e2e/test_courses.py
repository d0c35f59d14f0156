"""An instructor makes a course, sets exercises by rules and lets students in; the students read the rules and meet them."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.chromium import log_in, log_out, paste_code, submit
from tests.e2e.conftest import Student
from tests.e2e.test_accessibility import check
from tests.stack import Stack

WORDS = {
    "en": {"left": "1 of 2 attempts left", "none": "No attempts are left", "late": "gets at most 90 %"},
    "zh-hant": {"left": "還可繳交 1/2 次", "none": "繳交次數已用完", "late": "最多得滿分的 90 %"},
}
LOOKS = {"en": ("en-GB", "light", 1280), "zh-hant": ("zh-TW", "dark", 390)}
EXERCISE = "zero-grad-util"
TITLES = {"en": "Clear the gradients, in both ways", "zh-hant": "清除梯度：兩種清法"}


@pytest.fixture(params=["en", pytest.param("zh-hant", marks=pytest.mark.soak)])
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def browser_context_args(browser_context_args: dict[str, Any], language: str) -> dict[str, Any]:
    locale, scheme, width = LOOKS[language]
    view = {"width": width, "height": 800}
    return browser_context_args | {"locale": locale, "color_scheme": scheme, "viewport": view}


def look_at(page: Page, where: str) -> None:
    """Accessible, and not wider than the window."""
    page.evaluate("scrollTo(0, 0)")  # what the head of the page covers half would count as too small
    check(page, where)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{where} is too wide"


def test_from_a_new_course_to_the_last_attempt(
    page: Page, live_stack: Stack, student: Student, language: str, console_errors: list[str]
) -> None:
    words, slug, url = WORDS[language], f"walk-{language}", live_stack.url
    log_in(page, url, "teacher", live_stack.logins["teacher"])
    page.locator(".site-nav a[href='/courses/']").click()
    look_at(page, "courses")
    page.locator("a[href='/courses/new/']").click()
    page.locator("#id_title").fill("A walk")
    page.locator("#id_slug").fill("demo")
    page.locator("#id_time_zone").select_option("Asia/Taipei")
    page.locator("main .button-primary").click()
    expect(page.locator("#id_slug")).to_have_attribute("aria-invalid", "true")  # taken, and said so
    look_at(page, "new course with an error")
    page.locator("#id_slug").fill(slug)
    page.locator("main .button-primary").click()
    page.wait_for_url(f"**/courses/{slug}/")
    look_at(page, "empty course")

    page.locator(".course-begin a").first.click()
    page.locator(f"label.pick:has-text('{TITLES[language]}')").click()
    page.locator("#id_due_at").fill("2026-01-01T00:00")
    page.locator("#id_late_percent").fill("10")
    page.locator("#id_floor_percent").fill("90")
    page.locator("#id_attempt_limit").fill("2")
    look_at(page, "setting exercises")
    page.locator("main form .button-primary").click()
    page.wait_for_url(f"**/courses/{slug}/assignments/")
    look_at(page, "assignments")
    page.locator(".assignment-table th a").click()
    look_at(page, "one assignment")

    page.goto(f"{url}/courses/{slug}/members/")
    page.locator("button[name=renew]").click()
    look_at(page, "members")
    link = page.locator(".join-link").get_attribute("href")
    page.goto(f"{url}/courses/{slug}/members/invite/")
    page.locator("#id_text").fill(f"username,section\n{student.name},Monday\nno body,\n")
    page.locator("main form .button-primary").click()
    expect(page.locator(".invite-result .field-error")).to_have_count(1)
    look_at(page, "a list with an error")
    console_errors.clear()  # forms that come back are 422
    for name in ("extensions", "sections", "extensions/new", "edit", "archive"):
        page.goto(f"{url}/courses/{slug}/{name}/")
        look_at(page, name)

    log_out(page)
    student.log_in(page)
    page.goto(str(link))
    look_at(page, "joining")
    page.locator("main .button-primary").click()
    page.wait_for_url(f"**/courses/{slug}/")
    look_at(page, "course of a student")
    expect(page.locator(".rules-state")).to_contain_text(words["late"])
    hand_in_until_refused(page, url, words)
    console_errors.clear()  # the refusal is a 403


def hand_in_until_refused(page: Page, url: str, words: dict[str, str]) -> None:
    """The demo course sets the exercise, too; this course's due date is sooner."""
    page.goto(f"{url}/exercises/{EXERCISE}/")
    page.locator(".cm-content").wait_for()
    for attempt in (1, 2):
        submit(page, f"def nothing(): ...\n# {attempt}\n")
        expect(page.locator("#rules")).to_contain_text(words["left"] if attempt == 1 else words["none"])
    paste_code(page, "# one more\n")
    with page.expect_response("**/submit/") as answer:
        page.locator("[data-send=submit]").click()
    assert answer.value.status == 403
    expect(page.locator("[data-problem='403']")).to_be_visible()
    expect(page.locator(".cm-content")).to_contain_text("one more")
    look_at(page, "refused")


def test_a_pause_counts_down(page: Page, student: Student, language: str) -> None:
    student.log_in(page)
    page.goto(f"{student.url}/exercises/gradient-penalty/")
    page.locator(".cm-content").wait_for()
    submit(page, "x = 1\n")
    left = page.locator("[data-wait-left]")
    expect(left).to_have_text(re.compile(r"^0:[0-5]\d · "))
    first = left.inner_text()
    expect(left).not_to_have_text(first)
    assert left.inner_text() < first
