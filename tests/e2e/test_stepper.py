"""Through the steps of one's own code with the keyboard alone; and all of it without JavaScript, too."""

from __future__ import annotations

import re

from playwright.sync_api import Browser, Page, expect

from tests.e2e.chromium import CHAPTER, submit
from tests.e2e.conftest import Student
from tests.e2e.test_accessibility import check
from tests.e2e.test_working import open_exercise

EXERCISE = "fix-regression"


def test_a_keyboard_walk_through_the_steps(page: Page, student: Student, browser: Browser) -> None:
    student.log_in(page)
    open_exercise(page, student, EXERCISE)
    submit(page, (CHAPTER / EXERCISE / "starter.py").read_text(encoding="utf-8"))
    traced = page.locator("#traced")
    stepper = traced.locator("[data-stepper]")
    stepper.wait_for(timeout=60_000)
    said, slider = stepper.get_by_role("status"), stepper.get_by_role("slider")
    count = int(slider.get_attribute("max") or 0)
    expect(said).to_have_text(re.compile(rf"^Step 1 of {count}, line \d+"))

    def expect_step(number: int) -> None:
        expect(slider).to_have_value(str(number))
        expect(said).to_have_text(re.compile(rf"^Step {number} of {count}, line"))
        line = re.search(r"lines? (\d+)", said.inner_text())
        now = stepper.locator(".stepper-now").first
        assert line and now.locator(".stepper-number").inner_text() == line[1]
        box, room = now.bounding_box(), stepper.locator(".stepper-code").bounding_box()
        assert box and room and room["y"] <= box["y"] <= room["y"] + room["height"] - box["height"], "out of sight"

    traced.get_by_role("button", name="Go to this step").focus()
    page.keyboard.press("Enter")
    departure = int(stepper.get_attribute("data-departure") or 0)
    expect_step(departure)
    expect(said).to_contain_text("here it first differs from the reference")
    expect(stepper.locator("[data-tensors]")).to_contain_text("should be")

    page.keyboard.press("Tab")  # the first button of the bar
    expect(stepper.get_by_role("button", name="First step")).to_be_focused()
    page.keyboard.press("Enter")
    expect_step(1)
    expect(stepper.get_by_role("button", name="Step back")).to_have_attribute("aria-disabled", "true")
    page.keyboard.press("ArrowLeft")
    expect_step(1)
    page.keyboard.press("ArrowRight")
    expect_step(2)
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(slider).to_be_focused()
    page.keyboard.press("End")
    expect_step(count)
    page.keyboard.press("ArrowLeft")
    expect_step(count - 1)
    assert slider.get_attribute("aria-valuetext") == said.inner_text()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect_step(count)
    page.keyboard.press("Home")
    expect_step(1)

    table = traced.locator("details[data-all]")
    expect(table.locator("table")).to_be_hidden()
    table.locator("summary").focus()
    page.keyboard.press("Enter")
    expect(table.locator("table")).to_be_visible()
    assert table.locator("tbody").count() == count
    check(page, "result with its traced run")

    url = page.locator("#result").get_attribute("data-url") or ""
    state = page.context.storage_state()
    plain = browser.new_context(storage_state=state, java_script_enabled=False, locale="en-GB").new_page()
    plain.goto(f"{student.url}{url}traced/")
    expect(plain.locator("[data-stepper]")).to_be_hidden()
    expect(plain.get_by_role("button", name="Go to this step")).to_be_hidden()
    expect(plain.locator("details[data-all] table")).to_be_visible()
    plain.context.close()
