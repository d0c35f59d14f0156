"""A teacher looks at work and grades in a real browser: comments, points put right, export; the student sees them."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.chromium import log_in, log_out, mutant, submit
from tests.e2e.conftest import Student
from tests.e2e.test_accessibility import check
from tests.e2e.test_working import EXERCISE, open_exercise
from tests.stack import Stack

WORDS = {
    "en-GB": {"save": "Save", "comment": "Comment", "grades": "My grades", "override": "override"},
    "zh-TW": {"save": "儲存", "comment": "送出評語", "grades": "我的成績", "override": "人工調整"},
}
# To look at each of five thousand cells takes the checks a quarter of a minute; the rows are alike.
A_FEW_ROWS = """document.querySelectorAll(".gb-table tbody tr").forEach((row, number) => {
  if (number > 10 && !row.querySelector(".gb-override")) row.remove();
})"""


@pytest.fixture(
    params=[("en-GB", "light", 1280), pytest.param(("zh-TW", "dark", 390), marks=pytest.mark.soak)],
    ids=["en-wide", "zh-narrow"],
)
def look(request: pytest.FixtureRequest) -> tuple[str, str, int]:
    return request.param  # type: ignore[no-any-return]


@pytest.fixture
def browser_context_args(browser_context_args: dict[str, object], look: tuple[str, str, int]) -> dict[str, object]:
    locale, scheme, width = look
    return browser_context_args | {
        "locale": locale,
        "color_scheme": scheme,
        "viewport": {"width": width, "height": 800},
    }


def stays_inside(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.url


def test_a_grade_is_put_right(
    page: Page, student: Student, live_stack: Stack, look: tuple[str, str, int], tmp_path: Path
) -> None:
    words = WORDS[look[0]]
    student.log_in(page)
    open_exercise(page, student)
    submit(page, mutant(EXERCISE, "no_zero"))
    log_out(page)
    log_in(page, live_stack.url, "teacher", live_stack.logins["teacher"])
    page.goto(f"{live_stack.url}/courses/demo/submissions/?q={student.name}")
    check(page, "list of submissions")
    stays_inside(page)
    page.locator(".work-table td a").first.click()
    page.locator("#id_line").fill("1")
    page.locator("#id_text").fill("What happens to the gradients?")
    page.get_by_role("button", name=words["comment"], exact=True).click()
    expect(page.locator(".source-work .comment")).to_contain_text("What happens to the gradients?")
    page.locator(".work-side summary").click()
    page.locator("#id_points").fill("3.5")
    page.locator("#id_reason").fill("Explained it well")
    page.get_by_role("button", name=words["save"], exact=True).click()
    expect(page.locator(".side-points b")).to_have_text("3.5")
    check(page, "submission with its side")
    stays_inside(page)
    page.goto(f"{live_stack.url}/courses/demo/gradebook/")
    row = page.locator(".gb-table tbody tr").filter(has=page.locator(".gb-override"))
    expect(row.locator("td", has=page.locator(".gb-override")).first).to_contain_text("3.5")
    page.evaluate(A_FEW_ROWS)
    check(page, "gradebook")
    stays_inside(page)
    box = page.locator(".gb-box")
    box.focus()
    page.keyboard.press("End")
    assert box.evaluate("box => box.scrollWidth > box.clientWidth")
    with page.expect_download() as download:
        page.locator("button[value=csv]").click()
    saved = tmp_path / "grades.csv"
    download.value.save_as(saved)
    rows = list(csv.reader(saved.read_text(encoding="utf-8-sig").splitlines()))
    assert [row for row in rows if row[1] == student.name and "3.5" in row]
    page.goto(f"{live_stack.url}/courses/demo/audit/")
    check(page, "audit")
    stays_inside(page)
    assert page.locator(".audit-table tbody tr").count() >= 3
    log_out(page)
    student.log_in(page)
    page.goto(f"{live_stack.url}/courses/demo/grades/")
    expect(page.get_by_role("heading", level=1)).to_have_text(words["grades"])
    expect(page.locator(".grade-table")).to_contain_text("Explained it well")
    expect(page.locator(".grade-table")).to_contain_text(words["override"])
    check(page, "my grades")
    stays_inside(page)
    page.locator(".grade-table a[href^='/submissions/']").first.click()
    page.wait_for_url(re.compile("/submissions/"))
    expect(page.locator(".source-work .comment")).to_contain_text("What happens to the gradients?")
    check(page, "own submission with comments")
    stays_inside(page)
