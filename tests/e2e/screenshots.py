"""Pictures of the main pages in both languages, light and dark, wide and narrow, for looking at.

python tests/e2e/screenshots.py FOLDER --url http://127.0.0.1:8000 --user student1 --password …

The student should be new: the first pictures show an exercise that nobody has touched.
"""

import argparse
import itertools
import sys
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
from tests.e2e.chromium import launch_options, log_in, mutant, paste_code, solution, wait_for_result

LANGUAGES = {"en": "en-GB", "zh-hant": "zh-TW"}
SCHEMES = ("light", "dark")
SIZES = {1280: 800, 390: 844}
EXERCISE = "zero-grad-loop"
MUTANT = "no_zero"


class Photographer:
    """Takes each page in every combination of language, colour scheme and width."""

    def __init__(self, browser: Browser, options: argparse.Namespace) -> None:
        self.browser, self.options = browser, options
        self.storage: dict[str, object] | None = None

    def pages(self) -> Iterator[tuple[Page, str]]:
        for (language, locale), scheme, width in itertools.product(LANGUAGES.items(), SCHEMES, SIZES):
            context = self.browser.new_context(
                locale=locale,
                color_scheme=scheme,
                viewport={"width": width, "height": SIZES[width]},
                storage_state=self.storage,
                timezone_id="Asia/Taipei",
                is_mobile=width < 500,
                has_touch=width < 500,
            )
            yield context.new_page(), f"{language}-{scheme}-{width}"
            context.close()

    def take(self, name: str, path: str, settle_ms: int = 1800) -> None:
        for page, suffix in self.pages():
            page.goto(self.options.url + path)
            # The editor measures itself when it comes into view; a picture of the whole page alone would miss that.
            page.evaluate("document.querySelector('.cm-editor')?.scrollIntoView()")
            page.wait_for_timeout(settle_ms)
            page.screenshot(path=self.options.folder / f"{name}-{suffix}.png", full_page=True)

    def sign_in(self) -> None:
        context = self.browser.new_context()
        page = context.new_page()
        log_in(page, self.options.url, self.options.user, self.options.password)
        self.storage = context.storage_state()
        context.close()

    def submit(self, code: str) -> None:
        context = self.browser.new_context(storage_state=self.storage)
        page = context.new_page()
        page.goto(f"{self.options.url}/exercises/{EXERCISE}/")
        paste_code(page, code)
        with page.expect_response("**/submit/"):
            page.keyboard.press("ControlOrMeta+Enter")
        wait_for_result(page)
        context.close()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--url", default="http://127.0.0.1:8000")
    parser.add_argument("--user", default="student1")
    parser.add_argument("--password", required=True)
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        camera = Photographer(playwright.chromium.launch(**launch_options()), options)
        exercise = f"/exercises/{EXERCISE}/"
        camera.take("login", "/accounts/login/", settle_ms=2800)
        camera.sign_in()
        camera.take("exercise-before", exercise)
        camera.submit(mutant(EXERCISE, MUTANT))
        camera.take("exercise-failing", exercise)
        camera.take("catalogue", "/exercises/")
        camera.submit(solution(EXERCISE))
        camera.take("exercise-passing", exercise)
        camera.take("dashboard", "/dashboard/")
    return 0


if __name__ == "__main__":
    sys.exit(main())
