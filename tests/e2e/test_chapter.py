"""A student reads the chapter, runs and edits its blocks, and moves its slider, in a real browser."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.e2e.chromium import PASTE
from tests.e2e.conftest import Student
from tests.e2e.test_accessibility import check
from tests.e2e.test_working import press_until

RAN_MS = 45_000  # a machine that does other things as well
CODE_S = 60_000
MOST_BYTES = 100_000
RUN = "[data-send=submit]"
ENDLESS = "n = 0\nwhile True:\n    n += 1\n"


@pytest.fixture
def chapter(page: Page, student: Student) -> Page:
    student.log_in(page)
    page.locator(".site-nav").get_by_role("link", name="Chapter").click()
    expect(page).to_have_url(re.compile("/chapters/3/$"))
    return page


def block(page: Page, code: str) -> Locator:
    """The first block with this in it."""
    return page.locator("[data-block]").filter(has=page.locator("pre.highlight", has_text=code)).first


def ran(part: Locator) -> Locator:
    """What the block's last run showed, once it is there."""
    result = part.locator("[data-slot] [data-result]")
    expect(result).to_be_visible(timeout=RAN_MS)
    return result


def edit(part: Locator, code: str) -> None:
    """Open the block and put the code in place of its own."""
    part.locator("[data-edit]").click()
    field = part.locator(".cm-content")
    expect(field).to_be_focused()
    part.page.keyboard.press("ControlOrMeta+a")
    field.evaluate(PASTE, code)


def test_blocks_are_run_edited_and_restored(chapter: Page) -> None:
    endless = block(chapter, "x > 0:")
    edit(endless, ENDLESS)
    endless.locator(RUN).click()  # its end is waited for below

    slope = block(chapter, "def f(x)")
    expect(slope.locator("[data-shown]")).to_contain_text("h = 0.1: 4.100 per unit of x")
    slope.locator(RUN).click()
    expect(ran(slope)).to_contain_text("h = 0.1: 4.100 per unit of x")
    expect(slope.locator("[data-shown]")).to_be_hidden()
    expect(chapter.locator("#announcer")).to_have_text("Done. The result is below the code.")
    edit(slope, "print('<i>other</i>', 6 * 7)\n")
    chapter.keyboard.press("ControlOrMeta+Enter")
    expect(slope.locator("[data-slot] samp")).to_have_text("<i>other</i> 42\n", timeout=RAN_MS)
    slope.locator("[data-restore]").click()
    expect(slope.locator("pre.highlight")).to_be_visible()
    expect(slope.locator("[data-shown]")).to_be_visible()
    expect(slope.locator(".cm-editor, textarea, [data-result]")).to_have_count(0)

    fit = block(chapter, "plt.show()")
    fit.locator(RUN).click()
    picture = ran(fit).get_by_role("img", name="Plot 1 that this code drew")
    expect(picture).to_be_visible()
    assert picture.evaluate("async (img) => (await img.decode(), img.naturalWidth)") > 300
    expect(fit.locator("[data-slot] samp")).to_contain_text("learned: w = 2.012, b = 5.036")

    expect(ran(endless)).to_contain_text("was stopped. Look for a loop that never ends", timeout=CODE_S)
    expect(endless.locator(".cm-content")).to_contain_text("while True:")


def test_an_error_is_explained(chapter: Page) -> None:
    misspelt = block(chapter, "x = torch.tensor(2.0, require_grad=True)")
    misspelt.locator(RUN).click()
    result = ran(misspelt)
    expect(result).to_contain_text("It stopped in line 3")
    expect(result.locator(".error")).to_contain_text("unexpected keyword argument 'require_grad'")
    expect(result.locator(".run-explained")).to_contain_text("requires_grad, with an s")
    edit(misspelt, "print(1\n")
    misspelt.locator(RUN).click()
    expect(misspelt.locator("[data-result] pre", has_text="^")).to_be_visible(timeout=RAN_MS)


def test_a_keyboard_is_enough(chapter: Page, console_errors: list[str]) -> None:
    chapter.keyboard.press("Tab")
    expect(chapter.locator(".skip-link")).to_be_focused()
    chapter.keyboard.press("Enter")
    expect(chapter.locator("#main")).to_be_focused()
    press_until(chapter, "Tab", f"[data-block] {RUN}")
    slope = block(chapter, "def f(x)")
    expect(slope.locator(RUN)).to_be_focused()
    chapter.keyboard.press("Enter")
    ran(slope)
    press_until(chapter, "Tab", "[data-edit]", most=1)
    chapter.keyboard.press("Enter")
    expect(slope.locator(".cm-content")).to_be_focused()
    expect(slope.locator(".hint")).to_contain_text("press Esc, then Tab")
    chapter.keyboard.press("ControlOrMeta+a")
    chapter.keyboard.type("if True:\nprint(2 ** 10)")
    chapter.keyboard.press("ControlOrMeta+Enter")
    expect(slope.locator("[data-slot] samp")).to_have_text("1024\n", timeout=RAN_MS)
    expect(slope.locator(".cm-line")).to_have_count(2)
    chapter.keyboard.press("Escape")
    press_until(chapter, "Tab", "[data-restore]", most=2)
    chapter.keyboard.press("Enter")
    expect(slope.locator("[data-edit]")).to_be_focused()
    expect(slope.locator("pre.highlight")).to_be_visible()
    # Chromium itself tries to give typed text the style of the selected text that it replaces; the policy refuses.
    console_errors[:] = [error for error in console_errors if "Applying inline style" not in error]


def test_the_learning_rate_is_moved_by_keys(chapter: Page) -> None:
    slider = chapter.get_by_role("slider")
    said = chapter.locator(".slider output")
    slider.focus()
    chapter.keyboard.press("Home")
    expect(said).to_contain_text("Learning rate 0.05")
    slow = dots(chapter)
    chapter.keyboard.press("ArrowRight")
    expect(said).not_to_contain_text("Learning rate 0.05")
    assert dots(chapter) != slow
    expect(slider).to_have_attribute("aria-valuetext", re.compile(r"^[\d.]+$"))
    chapter.keyboard.press("End")
    expect(said).to_contain_text("Learning rate 1")
    assert dots(chapter) != slow


def dots(page: Page) -> list[str]:
    read = "dots => dots.map(dot => `${dot.getAttribute('cx')} ${dot.getAttribute('cy')}`)"
    return list(page.locator(".frame-moving circle").evaluate_all(read))


def paths(page: Page, links: str) -> list[str]:
    return list(page.locator(links).evaluate_all("links => links.map(a => a.pathname)"))


def test_links_lead_to_exercises_and_sections(chapter: Page, student: Student) -> None:
    in_sections = paths(chapter, ".chapter-text section .exercise-list a")
    assert len(in_sections) == len(set(in_sections)) > 30
    contents = chapter.locator(".contents a")
    headings = chapter.locator(".chapter-text :is(h2, h3)")
    assert [text.split() for text in contents.all_inner_texts()] == [
        text.split() for text in headings.all_inner_texts()
    ]
    contents.filter(has_text="3.2.4").click()
    section = chapter.locator("section", has=chapter.locator("h3#s3-2-4")).last
    expect(section.locator("h3")).to_be_in_viewport()
    section.get_by_role("link", name="Write the zero_grad loop").click()
    expect(chapter).to_have_url(f"{student.url}/exercises/zero-grad-loop/")
    expect(chapter.get_by_role("heading", level=1)).to_contain_text("Write the zero_grad loop")
    chapter.goto(f"{student.url}/exercises/")
    assert sorted(paths(chapter, ".exercise-list a")) == sorted(in_sections)


def test_a_run_that_is_refused_loses_nothing(chapter: Page, student: Student, console_errors: list[str]) -> None:
    slope = block(chapter, "def f(x)")
    edit(slope, "print(3 ** 7)\n")
    chapter.context.set_offline(True)
    slope.locator(RUN).click()
    expect(slope.locator("[data-slot]")).to_contain_text("The server cannot be reached")
    chapter.context.set_offline(False)
    chapter.context.clear_cookies(name="sessionid")
    slope.locator(RUN).click()
    expect(slope.locator("[data-slot]")).to_contain_text("You have been logged out. Log in again in another tab")
    other = chapter.context.new_page()
    student.log_in(other)
    other.close()
    slope.locator(RUN).click()
    expect(slope.locator("[data-slot] samp")).to_have_text("2187\n", timeout=RAN_MS)
    edited = slope.locator(".cm-content")
    edited.focus()
    chapter.keyboard.press("ControlOrMeta+a")
    edited.evaluate(PASTE, "#" * (17 * 1024))
    slope.locator(RUN).click()
    expect(slope.locator("[data-slot]")).to_contain_text("This is too long to be run here: 16 KiB at most.")
    console_errors.clear()


@pytest.mark.parametrize(("locale", "scheme", "width"), [("en-GB", "light", 1280), ("zh-TW", "dark", 390)])
def test_anybody_can_read_it(browser: Browser, student: Student, locale: str, scheme: Any, width: int) -> None:
    context = browser.new_context(locale=locale, viewport={"width": width, "height": 800}, color_scheme=scheme)
    page = context.new_page()
    student.log_in(page)
    page.goto(f"{student.url}/chapters/3/")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "the page scrolls sideways"
    stopped = block(page, "torch.tensor([1, 2, 3], requires_grad=True)")
    edit(stopped, "print(1)\nimport torch\ntorch.tensor([1, 2, 3], requires_grad=True)\n")
    stopped.locator(RUN).click()
    ran(stopped)
    check(page, f"chapter, {locale}, {scheme}")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    context.close()


def test_the_page_is_light(browser: Browser, student: Student) -> None:
    """Everything that a first visit fetches, as it goes over the wire."""
    context = browser.new_context(locale="en-GB")
    page = context.new_page()
    student.log_in(page)
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.setCacheDisabled", {"cacheDisabled": True})
    sizes: list[float] = []
    session.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    page.goto(f"{student.url}/chapters/3/")
    page.wait_for_load_state("networkidle")
    assert len(sizes) >= 5
    assert sum(sizes) < MOST_BYTES, sizes
    context.close()


def test_it_reads_without_scripts(browser: Browser, student: Student) -> None:
    context = browser.new_context(java_script_enabled=False, locale="en-GB")
    page = context.new_page()
    student.log_in(page)
    page.goto(f"{student.url}/chapters/3/")
    slope = block(page, "def f(x)")
    expect(slope.locator("[data-shown]")).to_contain_text("h = 0.1: 4.100 per unit of x")
    expect(slope.locator(RUN)).to_be_hidden()
    expect(page.locator(".slider")).to_be_hidden()
    expect(page.locator(".plate-descent svg").first).to_be_visible()
    context.close()
