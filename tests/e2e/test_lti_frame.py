"""A platform on another site shows exercises in frames, in a browser that blocks third-party cookies."""

from __future__ import annotations

import re

from playwright.sync_api import BrowserContext, Page, expect

from tests.e2e.chromium import PASTE, solution
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
