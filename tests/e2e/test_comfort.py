"""Drafts, starter, language and colours: what lets a student work here for hours."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.e2e.chromium import log_in, log_out, mutant, paste_code, submit
from tests.e2e.conftest import Student
from tests.e2e.test_accessibility import check
from tests.e2e.test_working import EXERCISE, open_exercise
from tests.stack import Stack


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
    page.wait_for_timeout(500)  # the editor brings what was pasted into view
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


def test_switching_the_language_keeps_what_cannot_be_saved_and_what_is_open(
    at_work: Page, student: Student, console_errors: list[str]
) -> None:
    paste_code(at_work, "first = 1\n")
    expect(at_work.locator("[data-draft-status]")).to_have_text("Draft saved")
    at_work.locator("#what-is-tested summary").click()
    at_work.route("**/draft/", lambda route: route.abort())
    paste_code(at_work, "never = 'saved'\n")
    at_work.get_by_role("button", name="中文").click()
    expect(at_work.locator("html")).to_have_attribute("lang", "zh-hant")
    expect(at_work.locator(".cm-content")).to_contain_text("never = 'saved'")
    expect(at_work.locator("#what-is-tested")).to_have_attribute("open", "")
    at_work.unroute("**/draft/")
    expect(at_work.locator("[data-draft-status]")).to_have_text("草稿已儲存", timeout=10_000)
    at_work.reload()
    assert text_of(at_work) == "never = 'saved'\n"
    # 409 where the page's very last try was received after all: the same text is no conflict.
    assert all("ERR_FAILED" in error or "409" in error for error in console_errors)
    console_errors.clear()


def test_the_chapter_stays_at_its_place_in_the_other_language(page: Page, student: Student) -> None:
    student.log_in(page)
    page.goto(f"{student.url}/chapters/3/")
    block = page.locator("[data-block]").nth(5)
    block.locator("[data-edit]").click()
    block.locator(".cm-content").wait_for()
    block.locator(".cm-content").evaluate("(field) => field.blur()")
    page.keyboard.press("Escape")
    block.evaluate("block => scrollBy(0, block.getBoundingClientRect().top - 200)")
    page.get_by_role("button", name="中文").click()
    expect(page.locator("html")).to_have_attribute("lang", "zh-hant")
    block = page.locator("[data-block]").nth(5)
    expect(block.locator(".cm-content")).to_be_visible()
    expect(block).to_be_in_viewport()


def submit_and_see(page: Page) -> None:
    submit(page, mutant(EXERCISE, "no_zero"))


def test_a_link_to_a_result_is_copied_and_opens_for_nobody_else(
    at_work: Page,
    student: Student,
    newcomers: Iterator[Student],
    browser: Browser,
    context: BrowserContext,
    console_errors: list[str],
) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    submit_and_see(at_work)
    at_work.get_by_role("button", name="Copy link").click()
    expect(at_work.get_by_role("button", name="Link copied")).to_be_visible()
    expect(at_work.locator("#announcer")).to_have_text("Link copied")
    address = at_work.evaluate("navigator.clipboard.readText()")
    assert address.startswith(f"{student.url}/submissions/")
    expect(at_work.get_by_role("button", name="Copy link")).to_be_visible()
    at_work.goto(address)
    expect(at_work.locator("#result")).to_be_visible()

    classmate = next(newcomers)
    with browser.new_context(locale="en-GB") as other:
        page = other.new_page()
        classmate.log_in(page)
        answer = page.goto(address)
        assert answer is not None and answer.status == 404
    console_errors.clear()


def test_without_a_clipboard_the_link_is_selected(at_work: Page, student: Student, context: BrowserContext) -> None:
    context.clear_permissions()
    at_work.add_init_script("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    at_work.reload()
    at_work.locator(".cm-content").wait_for()
    submit_and_see(at_work)
    at_work.get_by_role("button", name="Copy link").click()
    field = at_work.get_by_role("textbox", name="Link to this submission")
    expect(field).to_be_focused()
    assert field.evaluate("field => field.value.slice(field.selectionStart, field.selectionEnd)").startswith(
        f"{student.url}/submissions/"
    )


def test_the_keys_are_listed(at_work: Page) -> None:
    dialog = at_work.get_by_role("dialog", name="Keyboard")
    at_work.locator(".cm-content").focus()
    at_work.keyboard.type("?")
    expect(dialog).to_be_hidden()
    at_work.get_by_role("button", name="Keyboard").click()
    expect(dialog).to_be_visible()
    check(at_work, "keys")
    at_work.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(at_work.get_by_role("button", name="Keyboard")).to_be_focused()
    at_work.keyboard.press("?")
    expect(dialog).to_be_visible()
    dialog.get_by_role("checkbox").uncheck()
    dialog.get_by_role("button", name="Close").click()
    at_work.keyboard.press("?")
    expect(dialog).to_be_hidden()
    at_work.reload()
    at_work.keyboard.press("?")
    expect(dialog).to_be_hidden()


def test_on_paper_there_is_the_text_and_nothing_to_press(at_work: Page) -> None:
    lines = "".join(f"line_{number} = {number}\n" for number in range(200))
    submit(at_work, lines + mutant(EXERCISE, "no_zero"))
    at_work.locator("[data-theme-switch]").click(click_count=2)
    at_work.emulate_media(media="print")
    at_work.evaluate("dispatchEvent(new Event('beforeprint'))")
    expect(at_work.locator(".printed-code")).to_contain_text("line_199 = 199")
    expect(at_work.locator(".cm-editor")).to_be_hidden()
    expect(at_work.locator(".statement")).to_be_visible()
    expect(at_work.locator("#result-title")).to_be_visible()
    assert at_work.locator("button:visible, input:visible, .site-header:visible").count() == 0
    shown = at_work.locator(".result-link a").evaluate("link => getComputedStyle(link, '::after').content")
    assert "/submissions/" in shown and "http" in shown
    assert at_work.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    at_work.evaluate("dispatchEvent(new Event('afterprint'))")
    expect(at_work.locator(".printed-code")).to_have_count(0)


LONG = "Wolfeschlegelsteinhausenbergerdorff" * 4


@pytest.mark.parametrize("width", [390, 1280])
def test_long_names_do_not_break_the_pages(page: Page, student: Student, live_stack: Stack, width: int) -> None:
    change = f"User.objects.filter(username={student.name!r}).update(first_name={LONG!r}, last_name={LONG!r})"
    live_stack.manage("shell", "--no-imports", "-c", f"from django.contrib.auth.models import User\n{change}")
    page.set_viewport_size({"width": width, "height": 800})
    student.log_in(page)
    for path in ("/dashboard/", "/exercises/", f"/exercises/{EXERCISE}/", "/chapters/3/"):
        page.goto(student.url + path)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
    open_exercise(page, student)
    submit_and_see(page)
    address = str(page.locator(".result-link a").get_attribute("href"))
    log_out(page)
    log_in(page, student.url, "teacher", live_stack.logins["teacher"])
    page.goto(student.url + address)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address


def test_nothing_moves_for_whom_motion_disturbs(at_work: Page) -> None:
    at_work.emulate_media(reduced_motion="reduce")
    submit_and_see(at_work)
    assert at_work.evaluate("document.getAnimations().length") == 0


STYLE = """element => {
  const style = getComputedStyle(element);
  return [style.lineBreak, style.textAutospace, style.textSpacingTrim];
}"""


def test_chinese_is_set_as_chinese_and_code_as_code(browser: Browser, student: Student) -> None:
    with browser.new_context(locale="zh-TW") as context:
        page = context.new_page()
        student.log_in(page)
        for path in (f"/exercises/{EXERCISE}/", "/chapters/3/"):
            page.goto(student.url + path)
            expect(page.locator("html")).to_have_attribute("lang", "zh-hant")
            text, code = page.locator(".prose p").first, page.locator("pre.highlight, .cm-content").first
            assert text.evaluate(STYLE) == ["strict", "normal", "trim-start"]
            assert code.evaluate(STYLE)[1:] == ["no-autospace", "space-all"]
            expect(code).to_have_attribute("translate", "no")
            assert "Noto Sans TC" in text.evaluate("element => getComputedStyle(element).fontFamily")
            expect(page.get_by_role("button", name="English")).to_have_attribute("lang", "en")
