"""A student's dashboard and history in a real browser: begins empty, changes with each submission, works by keyboard."""

from __future__ import annotations

import re
from typing import Any
from zipfile import ZipFile

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.chromium import mutant, solution, submit
from tests.e2e.conftest import Student
from tests.e2e.test_accessibility import check
from tests.e2e.test_working import EXERCISE, open_exercise

LOOKS = [("en", "light", 1280), ("zh-hant", "dark", 390)]
WORDS = {
    "en": {
        "begin": "Where to begin",
        "idea": "The gradients pile up",
        "concept": "Gradient descent",
        "zone": "Times are in your time zone: ",
        "counts": "this one counts",
    },
    "zh-hant": {
        "begin": "從哪裡開始",
        "idea": "梯度越積越多",
        "concept": "梯度下降",
        "zone": "時間以你的時區顯示：",
        "counts": "以這次計分",
    },
}


@pytest.fixture(params=LOOKS, ids=lambda look: "-".join(map(str, look)))
def look(request: pytest.FixtureRequest) -> tuple[str, str, int]:
    return request.param  # type: ignore[no-any-return]


@pytest.fixture
def browser_context_args(browser_context_args: dict[str, Any], look: tuple[str, str, int]) -> dict[str, Any]:
    language, scheme, width = look
    locale = {"en": "en-GB", "zh-hant": "zh-TW"}[language]
    seen = {"locale": locale, "color_scheme": scheme, "viewport": {"width": width, "height": 800}}
    return browser_context_args | seen | {"timezone_id": "Asia/Taipei"}


def look_at(page: Page, student: Student, where: str) -> None:
    page.goto(f"{student.url}/dashboard/")
    check(page, where)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), where


def test_the_dashboard_changes_with_what_is_sent(
    page: Page, student: Student, look: tuple[str, str, int], tmp_path: Any
) -> None:
    words = WORDS[look[0]]
    student.log_in(page)
    look_at(page, student, "a newcomer's dashboard")
    expect(page.locator("#begin-title")).to_have_text(words["begin"])
    expect(page.locator(".mastery, .open-ideas, .recent")).to_have_count(0)

    open_exercise(page, student)
    submit(page, mutant(EXERCISE, "no_zero"))
    look_at(page, student, "the dashboard after a failure")
    expect(page.locator("#begin-title")).to_have_count(0)
    card = page.locator(".idea-card")
    expect(card).to_have_count(1)
    expect(card).to_contain_text(words["idea"])
    row = page.locator(".mastery-table tr", has_text=words["concept"]).first
    expect(row.locator(".mark-tried")).to_have_count(1)
    expect(row.locator(".mark-passed")).to_have_count(0)

    card.locator(".button").press("Enter")
    page.wait_for_url(f"**/exercises/{EXERCISE}/")
    page.locator(".cm-content").wait_for()
    submit(page, solution(EXERCISE))
    look_at(page, student, "the dashboard after a success")
    expect(page.locator(".idea-card")).to_have_count(0)
    expect(row.locator(".mark-passed")).to_have_count(1)
    expect(page.locator(".recent li")).to_have_count(2)

    see_attempts(page, student, words)
    take_data_along(page, student, tmp_path)


def see_attempts(page: Page, student: Student, words: dict[str, str]) -> None:
    """From the exercise page, and by keyboard alone into the diff of the older attempt."""
    page.goto(f"{student.url}/exercises/{EXERCISE}/")
    page.locator("#own-submissions > summary").press("Enter")
    page.locator("#own-submissions a[href$='/attempts/']").press("Enter")
    page.wait_for_url("**/attempts/")
    check(page, "all attempts")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    attempts = page.locator(".attempt")
    expect(attempts).to_have_count(2)
    expect(attempts.first).to_contain_text(words["counts"])
    expect(attempts.first.locator("ins").first).to_be_visible()
    expect(attempts.last).to_contain_text(words["idea"])
    expect(attempts.last.locator(".diff")).to_be_hidden()
    attempts.last.locator("summary").press("Enter")
    expect(attempts.last.locator("ins").first).to_be_visible()
    page.keyboard.press("Tab")
    expect(attempts.last.locator(".diff")).to_be_focused()


def take_data_along(page: Page, student: Student, folder: Any) -> None:
    page.goto(f"{student.url}/dashboard/")
    page.locator(".own-data summary").press("Enter")
    with page.expect_download() as waiting:
        page.locator(".own-data button").press("Enter")
    waiting.value.save_as(folder / "data.zip")
    with ZipFile(folder / "data.zip") as archive:
        assert archive.testzip() is None
        assert f"submissions/{EXERCISE}/2-submit.py" in archive.namelist()


def test_the_reader_is_told_whose_time_it_is(
    page: Page, student: Student, look: tuple[str, str, int], live_stack: Any
) -> None:
    """Deadlines are shown on the reader's clock, and its zone by name."""
    due = "from grader.courses.models import Assignment; import datetime as d; "
    due += "Assignment.objects.filter(exercise__slug='hvp').update("
    due += "due_at=d.datetime(2096, 1, 31, 18, tzinfo=d.UTC), closes_at=None)"
    live_stack.manage("shell", "--no-imports", "-c", due)
    student.log_in(page)
    expect(page.locator("[data-zone]")).to_contain_text(WORDS[look[0]]["zone"])
    expect(page.locator("[data-zone]")).to_contain_text("Asia/Taipei")
    when = {"en": r"Feb 1, 2096, 2:00\sAM", "zh-hant": r"2096/2/1 02:00"}[look[0]]
    deadline = page.locator(".deadline", has=page.locator("a[href='/exercises/hvp/']"))
    expect(deadline.locator("time")).to_have_text(re.compile(when))
    check(page, "a dashboard with a deadline")
