"""Drafts, starter, language and colours: what lets a student work here for hours."""

from __future__ import annotations

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.e2e.chromium import paste_code
from tests.e2e.conftest import Student
from tests.e2e.test_working import open_exercise


@pytest.fixture
def at_work(page: Page, student: Student) -> Page:
    student.log_in(page)
    open_exercise(page, student)
    return page


def text_of(page: Page) -> str:
    return page.locator("textarea[name=source]").input_value()


def test_a_draft_is_there_after_a_reload(at_work: Page, student: Student) -> None:
    paste_code(at_work, "first = 1\n")
    expect(at_work.locator("[data-draft-status]")).to_have_text("Draft saved")
    at_work.reload()
    assert text_of(at_work) == "first = 1\n"


def test_two_tabs_ask_which_draft_to_keep(
    at_work: Page, student: Student, context: BrowserContext, console_errors: list[str]
) -> None:
    other = context.new_page()
    open_exercise(other, student)
    paste_code(other, "other = 2\n")
    expect(other.locator("[data-draft-status]")).to_have_text("Draft saved")
    paste_code(at_work, "mine = 1\n")
    conflict = at_work.locator("[data-draft-conflict]")
    expect(conflict).to_be_visible()
    at_work.get_by_role("button", name="Take the other one").click()
    expect(at_work.locator(".cm-content")).to_contain_text("other = 2")
    expect(conflict).to_be_hidden()

    paste_code(at_work, "mine = 3\n")
    expect(at_work.locator("[data-draft-status]")).to_have_text("Draft saved")
    paste_code(other, "other = 4\n")
    expect(other.locator("[data-draft-conflict]")).to_be_visible()
    other.get_by_role("button", name="Keep what is here").click()
    expect(other.locator("[data-draft-status]")).to_have_text("Draft saved")
    at_work.reload()
    assert text_of(at_work) == "other = 4\n"
    assert all("409" in error for error in console_errors)
    console_errors.clear()


def test_the_starter_comes_back_and_so_does_the_work(at_work: Page) -> None:
    starter = text_of(at_work)
    paste_code(at_work, "mine = 1\n")
    at_work.get_by_role("button", name="Reset to starter").click()
    assert text_of(at_work) == starter
    at_work.get_by_role("button", name="Undo the reset").click()
    assert text_of(at_work) == "mine = 1\n"


def test_switching_the_language_keeps_text_and_place(page: Page, student: Student) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    student.log_in(page)
    open_exercise(page, student)
    paste_code(page, "half = 'written'\n")
    page.evaluate("scrollTo(0, 500)")
    page.get_by_role("button", name="中文").evaluate("button => button.click()")
    expect(page.locator("html")).to_have_attribute("lang", "zh-hant")
    page.locator(".cm-content").wait_for()
    assert text_of(page) == "half = 'written'\n"
    for _ in range(100):  # wait_for_function would need eval, which the page's policy refuses
        if abs(page.evaluate("scrollY") - 500) < 5:
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"scrolled to {page.evaluate('scrollY')}, not 500")


def test_the_colours_follow_the_system_until_they_are_set(page: Page, student: Student) -> None:
    def background() -> str:
        return str(page.evaluate("getComputedStyle(document.body).backgroundColor"))

    page.emulate_media(color_scheme="dark")
    page.goto(f"{student.url}/accounts/login/")
    dark = background()
    page.emulate_media(color_scheme="light")
    light = background()
    assert dark != light
    switch = page.locator("[data-theme-switch]")
    expect(switch).to_have_accessible_name("Colours: as the system")
    switch.click()
    switch.click()
    expect(switch).to_have_accessible_name("Colours: dark")
    page.reload()
    assert background() == dark
    switch.click()
    assert background() == light
