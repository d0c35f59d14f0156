"""Debian's Chromium under Playwright, and what every walk through the pages needs."""

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page

ROOT = Path(__file__).resolve().parents[2]
CHAPTER = ROOT / "exercises" / "content" / "chapter03"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-site-isolation-trials",  # Playwright now and then loses a frame that changes its process
]


def launch_options() -> dict[str, object]:
    """For `browser_type.launch`. Raises FileNotFoundError when no Chromium is installed."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        raise FileNotFoundError("Chromium is not installed; on Debian: apt-get install chromium")
    return {"executable_path": path, "args": ARGUMENTS}


def solution(slug: str) -> str:
    return (CHAPTER / slug / "solution.py").read_text(encoding="utf-8")


def mutant(slug: str, name: str) -> str:
    return (CHAPTER / slug / "mutants" / f"{name}.py").read_text(encoding="utf-8")


def log_out(page: Page) -> None:
    """As when the session has run out. The token stays: an answer on its way must not change it under the login form."""
    page.context.clear_cookies(name="sessionid")


def log_in(page: Page, url: str, user: str, password: str) -> None:
    page.goto("about:blank")  # an answer to the page before must not change the cookies while the form is filled in
    page.goto(f"{url}/accounts/login/")
    page.locator("#id_username").fill(user)
    page.locator("#id_password").fill(password)
    page.locator("#id_password").press("Enter")
    page.wait_for_url("**/dashboard/")


PASTE = """(editor, text) => {
  const data = new DataTransfer();
  data.setData("text/plain", text);
  editor.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
}"""


def paste_code(page: Page, code: str) -> None:
    """Replace what is in the editor by a paste."""
    editor = page.locator(".cm-content")
    editor.focus()
    page.keyboard.press("ControlOrMeta+a")
    editor.evaluate(PASTE, code)


@contextmanager
def new_result(page: Page) -> Iterator[None]:
    """Wait for the result of what is submitted in this block; until it is in, the page may show the one before."""
    with page.expect_response("**/submit/") as answer:
        yield
    shown = re.search(r'id="result"[^>]* data-url="([^"]+)"', answer.value.text())
    assert shown is not None, f"answered by {answer.value.status}, without a result"
    states = '[data-state="graded"], [data-state="errored"]'
    page.locator(f'#result[data-url="{shown[1]}"]:is({states})').wait_for(timeout=30_000)


def submit(page: Page, code: str) -> None:
    paste_code(page, code)
    with new_result(page):
        page.locator("[data-send=submit]").click()


def wait_for_result(page: Page) -> None:
    """Of a page that showed none before."""
    page.locator('#result[data-state="graded"], #result[data-state="errored"]').wait_for(timeout=30_000)


def with_token(page: Page, **form: str) -> dict[str, str]:
    """A form's fields with the token that the server asks for."""
    token = next(cookie.get("value", "") for cookie in page.context.cookies() if cookie.get("name") == "csrftoken")
    return {"csrfmiddlewaretoken": token, **form}


def show_answer(page: Page, url: str, form: dict[str, str]) -> int:
    """The page that a browser without scripts would show after this POST; gives its status."""
    headers = {"Referer": url, "Accept-Language": page.evaluate("navigator.language")}
    answer = page.request.post(url, headers=headers, form=form)  # type: ignore[arg-type]
    unsuitable = ("content-encoding", "content-length")
    headers = {name: value for name, value in answer.headers.items() if name not in unsuitable}
    page.route("**/the-answer/", lambda route: route.fulfill(status=200, body=answer.body(), headers=headers))
    page.goto(re.sub(r"(//[^/]+/).*", r"\1the-answer/", url))
    page.unroute("**/the-answer/")
    return answer.status
