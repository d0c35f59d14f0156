"""A student on deadline night: reads the page, saves drafts, hands in, waits as the page's scripts do, looks at the dashboard."""

from __future__ import annotations

import asyncio
import random
import re
import time
from contextlib import suppress
from dataclasses import dataclass, field

from tests.load.browser import Answer, Browser, Offline, words
from tests.load.work import Work

LEAD_S = 6.0  # so long before handing in the page is opened
AGAIN_S = 3.0  # after a failure: the student presses again, the browser or the draft's script tries again
RECONNECT_S, POLL_S, MOST_POLL_S, PATIENCE_S = 2.0, 1.0, 5.0, 2.0  # as frontend/live.js and the stream's `retry`
FROM_SCRIPT = {"HX-Request": "true"}
FINAL = ("graded", "errored")
STATE = re.compile(r'data-state="(\w+)"')
EVENTS = re.compile(r'data-events-url="([^"]+)"')
URLS = re.compile(r'data-url="(/submissions/([0-9a-f-]{36})/)"')
TITLE = re.compile(r'<h2 id="result-title">(.*?)</h2>', re.S)
PLACE = re.compile(r"<p[^>]* data-place>(.*?)</p>", re.S)
UNASKED = re.compile(r'id="traced"[^>]* hx-get="([^"]+)" hx-trigger="load(?: delay:(\d+)ms)?"')
REVISION = re.compile(r'data-draft-revision="(\d+)"')
OFFLINE = "The server cannot be reached. Your work is still here; check the connection and send it again."
NUMBER = re.compile(r"\d+")


@dataclass
class Timings:
    """Of all students of a wave together: ms by kind of request, and what failed."""

    ms: dict[str, list[float]] = field(default_factory=dict)
    failed: dict[str, int] = field(default_factory=dict)

    def note(self, kind: str, started: float) -> None:
        self.ms.setdefault(kind, []).append((time.perf_counter() - started) * 1e3)

    def fail(self, kind: str, why: object) -> None:
        key = f"{kind}: {why}"
        self.failed[key] = self.failed.get(key, 0) + 1


@dataclass
class Story:
    """What became of one piece of work, as its student saw it. Times are of time.monotonic()."""

    name: str
    work: Work
    presses: int = 0
    first_press_at: float = 0.0
    taken_at: float = 0.0
    result_at: float = 0.0
    submission: str = ""
    events: str = ""
    traced: str = ""  # what the page asks for by itself
    state: str = ""
    title: str = ""
    heard: bool = False  # by the stream
    broken: bool = False  # the stream, since it was last heard
    told: list[tuple[float, str]] = field(default_factory=list)
    refusals: list[tuple[float, int, str]] = field(default_factory=list)

    def tell(self, text: str) -> None:
        text = NUMBER.sub("N", text)
        if not self.told or self.told[-1][1] != text:
            self.told.append((time.monotonic(), text))

    def told_between(self, begin: float, end: float) -> set[str]:
        """What stood on the page at some time in between, while it waited."""
        shown: set[str] = set()
        until = [at for at, _ in self.told[1:]] + [self.result_at or float("inf")]
        for (at, text), gone in zip(self.told, until, strict=True):
            if at < end and gone > begin:
                shown.add(text)
        return shown


@dataclass
class Student:
    name: str
    browser: Browser
    timings: Timings

    async def log_in(self, password: str) -> None:
        """Through the form. Raises Offline, AssertionError."""
        await self.browser.get("/accounts/login/")
        started = time.perf_counter()
        answer = await self.browser.post("/accounts/login/", {"username": self.name, "password": password})
        assert "sessionid" in self.browser.cookies, f"{self.name}: {answer.status} {words(answer.text)[:200]}"
        self.timings.note("login", started)

    async def hand_in(self, work: Work, at: float, give_up_at: float) -> Story:
        """Everything from opening the page to the dashboard; hands in at the moment `at` of time.monotonic()."""
        story, page = Story(self.name, work), f"/exercises/{work.slug}/"
        await sleep_until(at - LEAD_S + random.uniform(-1, 1))
        opened = await self._patiently("exercise page", page, give_up_at)
        revision = int(found[1]) if (found := REVISION.search(opened.text if opened else "")) else 0
        for before in (4.0, 1.5):
            await sleep_until(at - before + random.uniform(-0.5, 0.5))
            revision = await self._save_draft(page, work.source + f"# {before}\n", revision)
        await sleep_until(at)
        story.first_press_at = time.monotonic()
        while not story.submission and time.monotonic() < give_up_at:
            if not await self._press(page, story):
                await asyncio.sleep(AGAIN_S)
        if story.submission:
            await self._wait(story, give_up_at)
            # As frontend/live.js does: best score, hints, history.
            await self._patiently("page again", page, give_up_at, **FROM_SCRIPT)
            await self._trace(story, give_up_at)
            await self._patiently("dashboard", "/dashboard/", give_up_at)
        self.browser.close()
        return story

    async def _trace(self, story: Story, give_up_at: float) -> None:
        """What autograd did, where the page asks for it by itself, until it is there."""
        while story.traced:
            answer = await self._patiently("traced", story.traced, give_up_at, **FROM_SCRIPT)
            found = UNASKED.search(answer.text if answer else "")
            story.traced = found[1] if found else ""
            await asyncio.sleep(int(found[2]) / 1e3 if found else 0.0)

    async def _patiently(self, kind: str, path: str, give_up_at: float, **headers: str) -> Answer | None:
        """A page, asked for again while the service cannot give it."""
        while time.monotonic() < give_up_at:
            started = time.perf_counter()
            try:
                answer = await self.browser.get(path, **headers)
                if answer.status == 200:
                    self.timings.note(kind, started)
                    return answer
                self.timings.fail(kind, answer.status)
            except Offline:
                self.timings.fail(kind, "offline")
            await asyncio.sleep(AGAIN_S)
        return None

    async def _save_draft(self, page: str, source: str, revision: int) -> int:
        started = time.perf_counter()
        try:
            answer = await self.browser.post(f"{page}draft/", {"source": source, "revision": str(revision)})
        except Offline:
            self.timings.fail("draft", "offline")
            return revision
        if answer.status != 200:
            self.timings.fail("draft", answer.status)
        else:
            self.timings.note("draft", started)
        found = re.search(r'"revision": (\d+)', answer.text)
        return int(found[1]) if found else revision

    async def _press(self, page: str, story: Story) -> bool:
        """Submit, once. False when it was not taken, with what the page said then."""
        started = time.perf_counter()
        story.presses += 1
        headers = FROM_SCRIPT | {"HX-Target": "result"}
        try:
            answer = await self.browser.post(f"{page}submit/", {"source": story.work.source}, **headers)
        except Offline:
            story.refusals.append((time.monotonic(), 0, OFFLINE))
            self.timings.fail("submit", "offline")
            return False
        found = URLS.search(answer.text)
        if answer.status != 200 or not found:
            story.refusals.append((time.monotonic(), answer.status, words(answer.text)[:160]))
            self.timings.fail("submit", answer.status)
            return False
        self.timings.note("submit", started)
        story.taken_at = time.monotonic()
        story.submission = found[2]
        story.events = events[1] if (events := EVENTS.search(answer.text)) else ""
        self._read(story, answer.text)
        return True

    def _read(self, story: Story, html: str) -> None:
        """What a fragment tells."""
        if not (state := STATE.search(html)):
            return
        story.state = state[1]
        title, place = TITLE.search(html), PLACE.search(html)
        story.title = words(title[1]) if title else ""
        if story.state in FINAL:
            story.result_at = story.result_at or time.monotonic()
            story.traced = found[1] if (found := UNASKED.search(html)) else ""
        else:
            story.tell(f"{story.title} {words(place[1]) if place else ''}".strip())

    async def _wait(self, story: Story, give_up_at: float) -> None:
        """Follow the stream, and poll beside it from its first failure on, or when it says nothing."""
        follow = asyncio.create_task(self._follow(story))
        poll = asyncio.create_task(self._poll(story))
        with suppress(TimeoutError):
            async with asyncio.timeout_at(asyncio.get_running_loop().time() + max(0, give_up_at - time.monotonic())):
                await asyncio.wait({follow, poll}, return_when=asyncio.FIRST_COMPLETED)
        for task in (follow, poll):
            task.cancel()
        for done in await asyncio.gather(follow, poll, return_exceptions=True):
            if isinstance(done, Exception):
                raise done

    async def _follow(self, story: Story) -> None:
        while story.events and story.state not in FINAL:
            try:
                async for name, data in self.browser.events(story.events):
                    story.heard, story.broken = True, False
                    if name == "update":
                        self._read(story, data)
                    elif name == "place":
                        story.tell(f"{story.title} {data}".strip())
                    if story.state in FINAL:
                        return
            except Offline as error:
                self.timings.fail("stream", error if str(error).isdecimal() else "broken off")
                if str(error).isdecimal():  # an EventSource does not ask again after another status
                    await asyncio.Event().wait()
            story.broken = True
            await asyncio.sleep(RECONNECT_S)

    async def _poll(self, story: Story) -> None:
        await asyncio.sleep(PATIENCE_S)
        wait_s = POLL_S
        while story.state not in FINAL:
            await asyncio.sleep(wait_s)
            if story.broken or not story.heard:
                await self._ask(story)
                wait_s = min(1.5 * wait_s, MOST_POLL_S)
            else:
                wait_s = POLL_S

    async def _ask(self, story: Story) -> None:
        path, started = f"/submissions/{story.submission}/", time.perf_counter()
        with suppress(Offline):
            answer = await self.browser.get(f"{path}status/")
            if answer.status != 200:
                return self.timings.fail("status", answer.status)
            self.timings.note("status", started)
            if f'"status": "{story.state}"' in answer.text:
                return None
            page = await self.browser.get(path, **FROM_SCRIPT)
            if page.status == 200:
                self._read(story, page.text)
        return None


async def sleep_until(moment: float) -> None:
    await asyncio.sleep(max(0.0, moment - time.monotonic()))
