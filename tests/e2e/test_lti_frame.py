"""A platform on another site shows exercises in frames, in a browser that blocks third-party cookies."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest
from playwright.sync_api import BrowserContext, BrowserType, Page, expect

from tests.e2e.chromium import PASTE, launch_options, solution
from tests.lti.platform import CLAIM, Platform, run_platform
from tests.servers import wait_until
from tests.stack import Stack

SLUGS = ("zero-grad-loop", "fix-regression")


def register(stack: Stack, platform: Platform, elsewhere: str) -> None:
    arguments = ["--issuer", platform.issuer, "--client-id", platform.client_id, "--deployment-id", "d1"]
    arguments += ["--token-url", f"{platform.url}/token", "--keyset-url", f"{platform.url}/keys"]
    stack.manage("lti", "platform", "add", *arguments, "--auth-url", f"{elsewhere}/auth")


def hand_in(page: Page, slug: str) -> None:
    frame = page.frame_locator("iframe")
    editor = frame.locator(".cm-content")
    expect(editor).to_be_visible(timeout=30000)
    page.bring_to_front()
    editor.click()
    page.keyboard.press("ControlOrMeta+a")
    editor.evaluate(PASTE, solution(slug))
    frame.locator("form[data-answer] button.button-primary").first.click()
    expect(frame.locator("#result")).to_have_attribute("data-state", re.compile("graded|passed|pass"), timeout=60000)


def test_two_tabs_in_frames_hand_in_and_get_their_grades(
    live_stack: Stack, context: BrowserContext, console_errors: list[str]
) -> None:
    with run_platform(client_id="framed") as platform:
        elsewhere = f"http://localhost:{platform.port}"
        register(live_stack, platform, elsewhere)
        for number, slug in enumerate(SLUGS):
            link = {"id": f"link-{number}", "title": slug}
            custom = {CLAIM + "custom": {"exercise": slug}, CLAIM + "resource_link": link}
            platform.hints[slug] = {**custom, **platform.ags(item=f"/lineitems/{number}/lineitem?type_id=3")}
        pages = [context.new_page() for _ in SLUGS]
        for page, slug in zip(pages, SLUGS, strict=True):
            page.goto(f"{elsewhere}/course?hint={slug}&tool={live_stack.url}")
            expect(page.frame_locator("iframe").locator(".cm-content")).to_be_visible(timeout=30000)
        for page, slug in zip(pages, SLUGS, strict=True):
            hand_in(page, slug)
        wait_until(lambda: len(platform.scores) == 2, "both grades", timeout_s=60)
        found = {score["path"]: score["scoreGiven"] / score["scoreMaximum"] for score in platform.scores}
        assert found == {f"/lineitems/{number}/lineitem/scores?type_id=3": 1.0 for number in range(2)}
        partitioned = [cookie for cookie in context.cookies() if cookie["name"] == "sessionid"]
        assert partitioned and all(cookie["secure"] and cookie["sameSite"] == "None" for cookie in partitioned)
    # Of the dialog with the keys; a browser focuses nothing by itself in a frame of another site.
    console_errors[:] = [text for text in console_errors if not text.startswith("Blocked autofocusing")]


# --- browsers that keep no cookies of ours in frames at all -----------------------------------------------------------

WITHOUT_COOKIES = {
    "profile": {
        "content_settings": {"exceptions": {"cookies": {"http://127.0.0.1:*,http://localhost:*": {"setting": 2}}}}
    }
}


@pytest.fixture
def strict(browser_type: BrowserType, tmp_path: Path) -> Iterator[BrowserContext]:
    """Real Chromium with a profile of its own: no cookies for 127.0.0.1 below pages of localhost, partitioned or not."""
    (tmp_path / "Default").mkdir()
    (tmp_path / "Default" / "Preferences").write_text(json.dumps(WITHOUT_COOKIES))
    context = browser_type.launch_persistent_context(tmp_path, **launch_options(), locale="en-GB")  # type: ignore[arg-type]
    yield context
    context.close()


def open_course(stack: Stack, context: BrowserContext, platform: Platform, **asked: str) -> Page:
    """A page of the platform, on another site than the tool, with the tool's frame in it."""
    elsewhere = f"http://localhost:{platform.port}"
    register(stack, platform, elsewhere)
    platform.hints["strict"] = {CLAIM + "custom": {"exercise": SLUGS[0]}}
    page = context.new_page()
    page.goto(f"{elsewhere}/course?{urlencode({'hint': 'strict', 'tool': stack.url, **asked})}")
    return page


def go_on_in_a_tab(page: Page) -> Page:
    button = page.frame_locator("#tool").locator("a, button", has_text="Open in a new tab")
    expect(button).to_be_visible(timeout=30000)
    with page.context.expect_page() as opened:
        button.click()
    expect(opened.value.locator(".cm-content")).to_be_visible(timeout=30000)
    return opened.value


def last_launch(stack: Stack) -> str:
    code = "from grader.lti.models import LaunchRecord as R; r = R.objects.filter(step='launch').first(); print(r.code, r.detail)"
    return stack.manage("shell", "--no-imports", "-c", code).strip()


def test_without_cookies_the_platforms_storage_proves_the_launch(live_stack: Stack, strict: BrowserContext) -> None:
    with run_platform(client_id="stored") as platform:
        page = open_course(live_stack, strict, platform, storage="keeper")
        tab = go_on_in_a_tab(page)
        keeper = next(frame for frame in page.frames if frame.name == "keeper")
        assert keeper.evaluate("[...new Set(window.seen)]") == ["lti.put_data", "lti.get_data"]
        assert tab.url.startswith(f"{live_stack.url}/exercises/{SLUGS[0]}/?course=")
        assert last_launch(live_stack) == "ok by the platform's storage"
        # Another site's page has neither the secret of the launch nor the way in of its tab.
        ticket = page.frame_locator("#tool").locator("input[name=ticket]").get_attribute("value")
        page.goto(f"{platform.url.replace('127.0.0.1', 'localhost')}/storage")
        page.evaluate(FORGED, [f"{live_stack.url}/lti/enter/", {"ticket": ticket}])
        page.wait_for_url("**/lti/enter/")
        expect(page.locator("h1")).to_have_text("This launch did not work")


FORGED = """([action, fields]) => {
  const form = Object.assign(document.createElement("form"), { method: "post", action });
  for (const [name, value] of Object.entries(fields)) form.append(Object.assign(document.createElement("input"), { name, value }));
  document.body.append(form);
  form.submit();
}"""


def test_without_cookies_and_storage_a_new_tab_helps(live_stack: Stack, strict: BrowserContext) -> None:
    with run_platform(client_id="tabbed") as platform:
        page = open_course(live_stack, strict, platform)
        expect(page.frame_locator("#tool").get_by_text("Open in a new tab")).to_be_visible(timeout=30000)
        assert "strict" not in platform.hints_used, "the platform's login is good for one request"
        go_on_in_a_tab(page)
        assert strict.cookies(live_stack.url) and last_launch(live_stack) == "ok"
