"""A prediction: wrong, told why, and right with new numbers."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.e2e.chromium import new_result, wait_for_result
from tests.e2e.conftest import Student

ASSIGNMENTS = {
    "x": r"x = torch\.tensor\((-?[\d.]+)",
    "k": r"y = x \* (-?[\d.]+)",
    "c": r"z\.add_\((-?[\d.]+)\)",
    "a": r"w = y \* (-?[\d.]+)",
}


def read_numbers(page: Page) -> dict[str, float]:
    code = page.locator(".snippet").inner_text()
    found = {name: re.search(pattern, code) for name, pattern in ASSIGNMENTS.items()}
    return {name: float(match[1]) for name, match in found.items() if match}


def answer(page: Page, y: float, requires_grad: str, x_grad: float) -> None:
    page.get_by_label("y.item() at the end").fill(f"{y:g}")
    page.locator(f"input[name=answer-z_requires_grad][value={requires_grad}]").check()
    page.get_by_role("textbox", name="x.grad at the end").fill(f"{x_grad:g}")
    with new_result(page):
        page.keyboard.press("ControlOrMeta+Enter")


def test_a_prediction_is_corrected_and_tried_with_new_numbers(page: Page, student: Student) -> None:
    student.log_in(page)
    page.goto(f"{student.url}/exercises/predict-detach/")
    first = read_numbers(page)
    assert len(first) == 4
    # Who believes that detach() copies expects y to keep its value.
    answer(page, first["x"] * first["k"], "no", first["k"] * first["a"])
    expect(page.locator("#result-title")).to_have_text("1 of 3 answers are not right.")
    expect(page.locator(".test-failed")).to_have_count(1)
    expect(page.get_by_label("y.item() at the end")).to_be_disabled()

    page.get_by_role("link", name="Try again with new numbers").click()
    second = read_numbers(page)
    assert second != first
    earlier = page.get_by_text("Below: your last answers, which were to other numbers.")
    expect(earlier).to_be_visible()
    answer(page, second["x"] * second["k"] + second["c"], "no", second["k"] * second["a"])
    expect(page.locator("#result-title")).to_have_text("Passed!")
    expect(earlier).to_have_count(0)


def test_an_answer_that_cannot_be_read_is_asked_for_again(
    page: Page, student: Student, console_errors: list[str]
) -> None:
    student.log_in(page)
    page.goto(f"{student.url}/exercises/predict-detach/")
    y = page.get_by_label("y.item() at the end")
    y.fill("seven")
    page.locator("input[name$=-instead]").check()
    expect(page.get_by_role("textbox", name="x.grad at the end")).to_be_disabled()
    page.get_by_role("button", name="Submit").click()
    expect(page.locator(".field-error")).to_have_count(2)
    expect(y).to_be_focused()
    expect(y).to_have_value("seven")
    expect(page.locator("input[name$=-instead]")).to_be_checked()
    assert page.locator("#result").get_attribute("data-state") == "idle"
    y.fill("-7")
    page.locator("input[name=answer-z_requires_grad][value=yes]").check()
    page.get_by_role("button", name="Submit").click()
    wait_for_result(page)
    expect(page.locator(".field-error")).to_have_count(0)
    expect(page.locator(".test-failed").first).to_be_visible()
    assert all("422" in error for error in console_errors)
    console_errors.clear()
