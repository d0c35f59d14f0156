"""A visitor with a cookie jar, over real HTTP."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from http.cookiejar import CookieJar
from typing import Any

CSRF = "t" * 32


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args: Any) -> None:
        return None


@dataclass
class Answer:
    status: int
    text: str
    headers: Message  # whose names have no case

    def json(self) -> Any:
        return json.loads(self.text)


class Visitor:
    """Sends requests with the cookies of one session; follows no redirect by itself."""

    def __init__(self, url: str, session: str = "", language: str = "en") -> None:
        self.url = url
        self.cookies = f"csrftoken={CSRF}" + (f"; sessionid={session}" if session else "")
        self.language = language
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()), NoRedirect())

    def _request(self, path: str, data: bytes | None = None, **headers: str) -> urllib.request.Request:
        base = {"Cookie": self.cookies, "X-CSRFToken": CSRF, "Accept-Language": self.language}
        return urllib.request.Request(self.url + path, data, {**base, **headers})

    def _send(self, request: urllib.request.Request) -> Answer:
        try:
            with self.opener.open(request, timeout=30) as reply:
                return Answer(reply.status, reply.read().decode(), reply.headers)
        except urllib.error.HTTPError as reply:
            return Answer(reply.code, reply.read().decode(), reply.headers)

    def get(self, path: str, **headers: str) -> Answer:
        return self._send(self._request(path, **headers))

    def post(self, path: str, form: dict[str, str], *, htmx: bool = True) -> Answer:
        headers = {"HX-Request": "true"} if htmx else {}
        return self._send(self._request(path, urllib.parse.urlencode(form).encode(), **headers))

    def events(self, path: str, timeout_s: float = 30) -> Iterator[tuple[str, str]]:
        """(event, data) of a stream of server-sent events, until the server ends it; without the greeting."""
        with self.opener.open(self._request(path, Accept="text/event-stream"), timeout=timeout_s) as reply:
            assert reply.headers["Content-Type"] == "text/event-stream"
            name, lines = "", []
            for raw in reply:
                line = raw.decode().rstrip("\n")
                if line.startswith("event: "):
                    name = line.removeprefix("event: ")
                elif line.startswith("data: "):
                    lines.append(line.removeprefix("data: "))
                elif not line and lines and name != "hello":
                    yield name, "\n".join(lines)
                if not line:
                    name, lines = "", []

    def poll(self, path: str, timeout_s: float = 30) -> dict[str, Any]:
        """The final state of a submission."""
        deadline = time.monotonic() + timeout_s
        while True:
            state = self.get(path).json()
            if state["final"]:
                return dict(state)
            assert time.monotonic() < deadline, f"{path}: still {state} after {timeout_s} s"
            time.sleep(0.05)
