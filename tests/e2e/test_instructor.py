"""An instructor's whole way: a course, an exercise of her own that is proved only after it was mended, an assignment by
rules, a student in time and one late, points put right by hand, a regrade after the tests changed, and the grades as a
file. In both languages.
"""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.chromium import log_in, submit
from tests.e2e.conftest import Student
from tests.e2e.test_authoring import ACCEPTED, FILES, MUTANT, TESTS, add, check_it, remove, write
from tests.e2e.test_courses import log_out
from tests.stack import Stack

SOLUTION = FILES["solution.py"]
RIGHT_BUT_AT_ZERO = "def relu_grad(x):\n    return (x >= 0).to(x.dtype)\n"
TITLES = ("The gradient of ReLU", "ReLU 的梯度")


@pytest.fixture(params=["en", "zh-hant"])
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def browser_context_args(browser_context_args: dict[str, Any], language: str) -> dict[str, Any]:
    return browser_context_args | {"locale": {"en": "en-GB", "zh-hant": "zh-TW"}[language]}


def write_exercise(page: Page, url: str, slug: str) -> None:
    """From nothing to published: first with tests that let a wrong answer off."""
    page.goto(f"{url}/authoring/new/")
    page.locator("#id_slug").fill(slug)
    page.locator("#id_kind").select_option("implement")
    page.locator("main form .button-primary").click()
    page.locator("#draft-form").wait_for()
    for path, text in FILES.items():
        for title in TITLES:
            text = text.replace(title, f"ReLU {slug}")  # whoever wrote one before gave it the same name
        write(page, path, text)
    for path in ("mutants/no_factor.py", "mutants/input_requires_grad.py"):
        remove(page, path)
    for name in page.locator(".draft-files nav a[href*='accepted']").all_inner_texts():
        remove(page, f"accepted/{name}")
    add(page, "mutants/", "ones", MUTANT)
    add(page, "accepted/", "comparison", ACCEPTED)
    check_it(page)
    expect(page.locator(".findings-fault").first).to_contain_text("mutants/ones.py")
    page.locator(".course-nav a").first.click()
    write(page, "hidden_tests.py", TESTS.format(draw="randn"))
    check_it(page)
    publish(page, "First")


def publish(page: Page, note: str) -> None:
    page.locator(".course-nav a[href$='/publish/']").click()
    page.locator("#id_note").fill(note)
    page.locator("main form .button-primary").click()
    expect(page.locator(".version-list")).to_contain_text(note)


def make_course(page: Page, url: str, slug: str, title: str) -> str:
    """With the exercise set by rules; where to join."""
    page.goto(f"{url}/courses/new/")
    page.locator("#id_title").fill("Autograd by hand")
    page.locator("#id_slug").fill(slug)
    page.locator("main .button-primary").click()
    page.locator(".course-begin a").first.click()
    page.locator(f"label.pick:has-text('{title}')").first.click()
    page.locator("#id_due_at").fill("2026-01-01T00:00")
    page.locator("#id_late_percent").fill("10")
    page.locator("#id_floor_percent").fill("50")
    page.locator("main form .button-primary").click()
    page.wait_for_url(f"**/courses/{slug}/assignments/")
    page.goto(f"{url}/courses/{slug}/members/")
    page.locator("button[name=renew]").click()
    return str(page.locator(".join-link").get_attribute("href"))


def join(page: Page, student: Student, link: str) -> None:
    log_out(page)
    student.log_in(page)
    page.goto(link)
    page.locator("main .button-primary").click()
    page.wait_for_url("**/courses/*/")


def hand_in(page: Page, student: Student, exercise: str, code: str) -> None:
    log_out(page)
    student.log_in(page)
    page.goto(f"{student.url}/exercises/{exercise}/")
    page.locator(".cm-content").wait_for()
    submit(page, code)
    expect(page.locator("#result.result-passed")).to_be_visible()


def give_time(page: Page, url: str, course: str, student: Student) -> None:
    page.goto(f"{url}/courses/{course}/extensions/new/")
    option = page.locator("#id_user option", has_text=student.name).first
    page.locator("#id_user").select_option(option.get_attribute("value"))
    page.locator("#id_assignment").select_option(index=0)
    page.locator("#id_due_at").fill("2099-01-01T00:00")
    page.locator("#id_reason").fill("was ill")
    page.locator("main form .button-primary").click()
    page.wait_for_url(f"**/courses/{course}/extensions/")


def read_points(page: Page, url: str, course: str) -> dict[str, str]:
    """By user name, from the file for spreadsheets."""
    page.goto(f"{url}/courses/{course}/gradebook/")
    with page.expect_download() as download:
        page.locator("button[value=csv]").click()
    raw = download.value.path().read_bytes()
    assert raw.startswith("\ufeff".encode()), "a spreadsheet takes it for UTF-8"
    head, *rows = csv.reader(io.StringIO(raw.decode("utf-8-sig")))
    assert any(f"ReLU {course}" in name for name in head)
    return {row[1]: row[4] for row in rows}


@pytest.mark.timeout(600)
def test_from_an_empty_course_to_its_grades(page: Page, live_stack: Stack, newcomers: Any, language: str) -> None:
    url, course, exercise = live_stack.url, f"relu-{language}", f"relu-{language}"
    early, late = next(newcomers), next(newcomers)
    log_in(page, url, "teacher", live_stack.logins["teacher"])
    write_exercise(page, url, exercise)
    draft = page.url.rpartition("versions")[0]
    link = make_course(page, url, course, f"ReLU {exercise}")
    for student in (early, late):
        join(page, student, link)
    log_out(page)
    log_in(page, url, "teacher", live_stack.logins["teacher"])
    give_time(page, url, course, early)
    hand_in(page, early, exercise, SOLUTION)
    hand_in(page, late, exercise, RIGHT_BUT_AT_ZERO)

    # The late one has half of the points. The other's are put right by hand, with a reason that the student reads.
    log_out(page)
    log_in(page, url, "teacher", live_stack.logins["teacher"])
    assert read_points(page, url, course) == {early.name: "3", late.name: "1.5"}
    page.goto(f"{url}/courses/{course}/gradebook/")
    page.locator("tbody tr", has_text="100").locator("th a").click()  # both are called Mei
    page.locator("main a[href*='/grades/']").first.click()
    page.locator("#id_points").fill("2.5")
    page.locator("#id_reason").fill("Handed in by a friend")
    page.locator("main form .button-primary").first.click()
    assert read_points(page, url, course) == {early.name: "2.5", late.name: "1.5"}
    log_out(page)
    early.log_in(page)
    page.goto(f"{url}/courses/{course}/grades/")
    expect(page.locator("main")).to_contain_text("Handed in by a friend")

    # The tests change: they ask what happens at zero. What that does is looked at before it is applied.
    log_out(page)
    log_in(page, url, "teacher", live_stack.logins["teacher"])
    page.goto(draft)
    write(
        page,
        "hidden_tests.py",
        TESTS.format(draw="randn").replace("    seen", "    x[:2] = torch.tensor([0.0, 1.0])\n    seen"),
    )
    check_it(page)
    publish(page, "At zero, too")
    page.goto(f"{url}/courses/{course}/regrades/new/")
    page.locator("#id_reason").fill("At zero, too")
    page.locator("main form .button-primary").click()
    page.locator("button[value=apply]").wait_for(timeout=60_000)
    expect(page.locator("tbody .chip-fail")).to_have_text(["−3"])
    regrade = page.url
    assert read_points(page, url, course) == {early.name: "2.5", late.name: "1.5"}, "nothing has changed yet"
    page.goto(regrade)
    page.locator("button[value=apply]").click()
    page.locator("#regrade:not([aria-busy])").wait_for(timeout=60_000)
    assert read_points(page, url, course) == {early.name: "2.5", late.name: "0"}, "what was put right by hand stays"
