"""A student's whole way: reads, predicts wrongly and is told why, falls for the chapter's own regression, sees what
autograd did, mends it, passes, and finds the dashboard changed. With the mouse, and once with nothing but keys.
"""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from exercises.format import bundled, load
from tests.e2e.chromium import new_result, solution
from tests.e2e.conftest import Student
from tests.e2e.test_predict import read_numbers

MOST_TABS = 400
WAYS = [
    pytest.param("en", False, id="en-mouse"),
    pytest.param("en", True, id="en-keyboard"),
    pytest.param("zh-hant", False, id="zh-hant-mouse"),
]


class Hands:
    """Reaches things with the mouse, or by Tab and Enter alone."""

    def __init__(self, page: Page, keyboard: bool) -> None:
        self.page, self.keyboard = page, keyboard

    def reach(self, selector: str) -> None:
        if not self.keyboard:
            self.page.locator(selector).first.focus()
            return
        for _ in range(MOST_TABS):
            if self.page.evaluate("selector => document.activeElement.matches(selector)", selector):
                return
            if self.page.evaluate("document.activeElement.matches('.cm-content')"):
                self.page.keyboard.press("Escape")  # in the editor Tab indents, unless Esc came before
            self.page.keyboard.press("Tab")
        raise AssertionError(f"{selector} is not among the first {MOST_TABS} stops of Tab on {self.page.url}")

    def press(self, selector: str) -> None:
        if self.keyboard:
            self.reach(selector)
            self.page.keyboard.press("Enter")
        else:
            self.page.locator(selector).first.click()

    def follow(self, selector: str) -> None:
        with self.page.expect_navigation():
            self.press(selector)

    def type_into(self, selector: str, text: str) -> None:
        self.reach(selector)
        self.page.keyboard.press("ControlOrMeta+a")
        self.page.keyboard.type(text)

    def choose(self, name: str, value: str) -> None:
        """A radio button: Tab reaches the group, Space and the arrows choose."""
        if not self.keyboard:
            self.page.locator(f"input[name={name}][value={value}]").check()
            return
        self.reach(f"input[name={name}]")
        self.page.keyboard.press("Space")
        for _ in range(4):
            if self.page.locator(f"input[name={name}]:checked").get_attribute("value") == value:
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"{name} has no {value}")

    def paste(self, code: str) -> None:
        """Into the editor, over what is there."""
        self.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        self.page.evaluate("text => navigator.clipboard.writeText(text)", code)
        self.reach(".cm-content")
        self.page.keyboard.press("ControlOrMeta+a")
        self.page.keyboard.press("ControlOrMeta+v")

    def submit(self) -> None:
        with new_result(self.page):
            self.page.keyboard.press("ControlOrMeta+Enter")


@pytest.fixture
def browser_context_args(browser_context_args: dict[str, object], request: pytest.FixtureRequest) -> dict[str, object]:
    language = request.node.callspec.params["language"]
    moving = {"reduced_motion": "no-preference"}
    return browser_context_args | moving | {"locale": {"en": "en-GB", "zh-hant": "zh-TW"}[language]}


def title_of(slug: str, misconception: str, language: str) -> str:
    """As the page shows it, without the backticks of code."""
    return load(bundled()[slug]).misconceptions[misconception].title.get(language).replace("`", "")


@pytest.mark.timeout(300)
@pytest.mark.parametrize(("language", "keyboard"), WAYS)
def test_a_student_learns_from_a_wrong_regression(page: Page, student: Student, language: str, keyboard: bool) -> None:
    hands = Hands(page, keyboard)
    student.log_in(page)
    expect(page.locator("html")).to_have_attribute("lang", language)

    # Read: a newcomer is told where to begin, and the chapter leads to its exercises.
    hands.follow("main a[href^='/chapters/']")
    expect(page.locator("h1")).to_be_visible()
    hands.follow("main a[href='/exercises/predict-detach/']")

    # Predict: whoever believes that detach() copies expects y to keep its value.
    numbers = read_numbers(page)
    hands.type_into("input[name=answer-y]", f"{numbers['x'] * numbers['k']:g}")
    hands.choose("answer-z_requires_grad", "no")
    hands.type_into("input[name=answer-x_grad]", f"{numbers['k'] * numbers['a']:g}")
    hands.submit()
    copies = title_of("predict-detach", "copies", language)
    expect(page.locator("#result .idea h3")).to_contain_text(copies)
    expect(page.locator("#result .trace")).to_be_visible()

    # Fail: the chapter's own code, as the editor offers it.
    hands.follow("header a[href='/exercises/']")
    hands.follow("main a[href='/exercises/fix-regression/']")
    hands.reach(".cm-content")
    hands.submit()
    broadcast = title_of("fix-regression", "nn-broadcast", language)
    expect(page.locator("#result .idea h3")).to_contain_text(broadcast)
    look_inside(page, hands)

    # Mend and pass.
    hands.paste(solution("fix-regression"))
    hands.submit()
    expect(page.locator("#result.result-passed")).to_be_visible()

    # The dashboard has changed: one is passed, one misconception is open, the other is not any more.
    hands.follow("header a[href='/dashboard/']")
    cards = page.locator(".idea-card")
    expect(cards).to_have_count(1)
    expect(cards).to_contain_text(copies)
    expect(cards.locator("a[href='/exercises/predict-detach/']")).to_be_visible()
    expect(page.locator("main")).not_to_contain_text(broadcast)


def look_inside(page: Page, hands: Hands) -> None:
    """The curve that falls to the wrong place, the (3, 3) in the graph, and the step at which it first goes wrong."""
    page.locator("#traced [data-stepper]").wait_for()
    curve = page.locator("#traced .traced-curve")
    expect(curve.locator("svg").first).to_be_visible()
    last = curve.locator("tbody tr").last.locator("td, th")
    _call, yours, expected, *_mistake = last.all_text_contents()
    assert float(yours) > 1 and "10⁻" in expected, "the loss stays up where the reference's is next to nothing"
    graph = page.locator("#traced .traced-graph")
    expect(graph).to_contain_text("SubBackward0")
    expect(graph).to_contain_text("(3, 3)")

    said = page.locator("#traced [data-now]")
    hands.press("#traced .departure [data-go]")
    at_departure = said.inner_text()
    hands.reach("#traced [data-stepper] [data-go=first]")
    page.keyboard.press("Home")
    assert said.inner_text() != at_departure
    first = said.inner_text()
    page.keyboard.press("ArrowRight")
    assert said.inner_text() != first
