"""What a student sees while the result is not there yet: the queue, a reload, two tabs, a lost connection."""

from __future__ import annotations

import signal
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.e2e.chromium import paste_code, solution, wait_for_result
from tests.e2e.conftest import Student
from tests.e2e.test_accessibility import check
from tests.e2e.test_working import EXERCISE, open_exercise
from tests.servers import stop
from tests.stack import Stack


@pytest.fixture
def no_worker(live_stack: Stack) -> Iterator[Stack]:
    """Until the test starts one, nobody grades."""
    live_stack.kill_worker()
    yield live_stack
    if live_stack.worker is None:
        live_stack.start_worker()


GRADED = """
import time
from grader.submissions.models import Submission
while Submission.objects.get(pk="{}").is_pending:
    time.sleep(.1)
"""


def hand_in(page: Page) -> None:
    paste_code(page, solution(EXERCISE))
    with page.expect_response("**/submit/"):
        page.locator("[data-send=submit]").click()


def heights(page: Page) -> list[float]:
    """Of what must stay where it is while the queue moves."""
    boxes = [page.locator(part).bounding_box() for part in (".cm-editor", "#result-slot", "#result")]
    return [edge for box in boxes if box for edge in (box["y"] + page.evaluate("scrollY"), box["height"])]


def test_the_queue_is_told_kept_over_a_reload_and_in_two_tabs(
    page: Page,
    student: Student,
    newcomers: Iterator[Student],
    browser: Browser,
    context: BrowserContext,
    no_worker: Stack,
) -> None:
    with browser.new_context(locale="en-GB") as others:
        before = others.new_page()
        next(newcomers).log_in(before)
        open_exercise(before, student)
        for _ in range(2):
            hand_in(before)
            expect(before.locator("#result")).to_have_attribute("data-state", "queued")
    student.log_in(page)
    open_exercise(page, student)
    hand_in(page)
    place = page.locator("[data-place]")
    expect(place).to_have_text("2 before yours.")
    expect(page.locator("#announcer")).to_contain_text("Waiting for a free place")
    check(page, "queued")
    page.reload()
    page.locator(".cm-content").wait_for()
    expect(place).to_have_text("2 before yours.")

    other = context.new_page()
    open_exercise(other, student)
    expect(other.locator("[data-place]")).to_have_text("2 before yours.")
    at_first = heights(page)
    take_one = "from grader.submissions.models import Submission\nassert Submission.objects.filter(status='queued').earliest('created_at').claim()"
    no_worker.manage("shell", "--no-imports", "-c", take_one)
    for tab in (page, other):
        expect(tab.locator("[data-place]")).to_have_text("1 before yours.")
    assert heights(page) == at_first, "the page jumped"

    no_worker.start_worker()
    for tab in (page, other):
        wait_for_result(tab)
        expect(tab.locator("#result-title")).to_have_text("Passed!")


def test_a_lost_connection_costs_nothing(
    page: Page, student: Student, no_worker: Stack, console_errors: list[str]
) -> None:
    student.log_in(page)
    open_exercise(page, student)
    hand_in(page)
    expect(page.locator("[data-place]")).to_have_text("Yours is next.")
    assert no_worker.web is not None
    stop(no_worker.web, signal.SIGKILL)
    no_worker.start_worker()
    submission = str(page.locator("#result").get_attribute("data-url")).split("/")[2]
    no_worker.manage("shell", "--no-imports", "-c", GRADED.format(submission))
    expect(page.locator("#result")).to_have_attribute("data-state", "queued")
    no_worker.start_web()
    wait_for_result(page)
    expect(page.locator("#result-title")).to_have_text("Passed!")
    console_errors[:] = [error for error in console_errors if "ERR_" not in error]
