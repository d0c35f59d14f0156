"""A person with a browser in front of the deployment, as the proxy passes them on: pages, forms, cookies. Standard library."""

from __future__ import annotations

import html
import json
import re
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from http.cookiejar import CookieJar, DefaultCookiePolicy
from urllib.parse import urlencode, urlsplit

INPUT = re.compile(r"<input\b[^>]*>")
SELECT = re.compile(r'<select\b[^>]*\bname="([^"]+)"[^>]*>(.*?)</select>', re.DOTALL)
ATTRIBUTE = re.compile(r'\b([a-z-]+)(?:="([^"]*)")?')
SCORE = re.compile(r'class="result-score">\s*<span aria-hidden="true">([\d.]+)<i>/</i>([\d.]+)<')


class Unexpected(Exception):
    """The service did not do what it should; the text is for whoever runs the test."""


@dataclass
class Page:
    """What came back, and where it was in the end."""

    status: int
    path: str
    text: str

    def fields(self) -> dict[str, list[str]]:
        """What its forms would send if nobody touched them, and the values of all ticks, ticked or not."""
        found: dict[str, list[str]] = {}
        for tag in INPUT.findall(self.text):
            attributes = dict(ATTRIBUTE.findall(tag))
            if attributes.get("name"):
                found.setdefault(attributes["name"], []).append(html.unescape(attributes.get("value", "")))
        for name, options in SELECT.findall(self.text):
            chosen = re.search(r'<option value="([^"]*)"[^>]*\bselected', options)
            found[name] = [html.unescape(chosen[1]) if chosen else ""]
        return found

    def code_block(self) -> str:
        """The text of the highlighted snippet."""
        block = re.search(r'<div class="snippet">.*?<pre[^>]*>(.*?)</pre>', self.text, re.DOTALL)
        if block is None:
            raise Unexpected(f"{self.path}: no snippet on the page")
        return html.unescape(re.sub(r"<[^>]+>", "", block[1]))


def secure_jar() -> CookieJar:
    """The proxy's side of TLS: cookies that are for https alone come here over http."""
    return CookieJar(DefaultCookiePolicy(secure_protocols=("http", "https")))


@dataclass
class Browser:
    """One session. `host` is the name that the proxy was asked for."""

    port: int
    host: str
    cookies: CookieJar = field(default_factory=secure_jar)

    def __post_init__(self) -> None:
        self.opener = urllib.request.build_opener(KeepRedirects(self), urllib.request.HTTPCookieProcessor(self.cookies))

    def open(self, path: str, form: dict[str, str | list[str]] | None = None, *, follow: bool = True) -> Page:
        """One request and what it leads to."""
        headers = {
            "Host": self.host,
            "X-Forwarded-Proto": "https",
            "X-Forwarded-For": "198.51.100.7",
            "Referer": f"https://{self.host}{path}",
            "Accept-Language": "en",
        }
        data = urlencode(form, doseq=True).encode() if form is not None else None
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", data, headers)
        try:
            with self.opener.open(request, timeout=60) as answer:
                page = Page(answer.status, urlsplit(answer.url).path, answer.read().decode())
        except urllib.error.HTTPError as answer:
            page = Page(answer.code, answer.headers.get("Location", path), answer.read().decode())
        if page.status in (301, 302, 303) and follow:
            there = urlsplit(page.path)
            if there.netloc not in ("", self.host):
                return page
            return self.open(there.path + (f"?{there.query}" if there.query else ""))
        return page

    def get(self, path: str) -> Page:
        page = self.open(path)
        if page.status != 200:
            raise Unexpected(f"GET {path}: {page.status}\n{page.text[:2000]}")
        return page

    def send(self, path: str, **changes: str | list[str]) -> Page:
        """Open a page with a form, change fields, and send it as it stands, its CSRF token among them."""
        shown = self.get(path)
        form: dict[str, str | list[str]] = {name: values[:1] for name, values in shown.fields().items()}
        page = self.open(shown.path, form | changes)
        if page.status != 200:
            words = re.sub(r"<[^>]+>|\s+", " ", page.text)
            raise Unexpected(f"POST {path}: {page.status}: {words[:1500]}")
        return page

    def log_in(self, username: str, password: str) -> None:
        page = self.send("/accounts/login/", username=username, password=password)
        if page.path == "/accounts/login/":
            raise Unexpected(f"{username} could not log in")

    def hand_in(self, exercise: str, **fields: str | list[str]) -> str:
        """The address of the new submission."""
        page = self.get(f"/exercises/{exercise}/")
        token = page.fields()["csrfmiddlewaretoken"][0]
        taken = self.open(f"/exercises/{exercise}/submit/", {"csrfmiddlewaretoken": token, **fields})
        if taken.status != 200 or not taken.path.startswith("/submissions/"):
            raise Unexpected(f"{exercise} was not taken: {taken.status}\n{taken.text[:2000]}")
        return taken.path

    def predict(self, exercise: str, answers: dict[str, str], token: str) -> str:
        named = {f"answer-{name}": value for name, value in answers.items()}
        return self.hand_in(exercise, token=token, **named)

    def wait_for(self, submission: str, timeout_s: float = 120) -> str:
        """The final status."""
        deadline = time.monotonic() + timeout_s
        while True:
            state = json.loads(self.get(f"{submission}status/").text)
            if state["final"]:
                return str(state["status"])
            if time.monotonic() > deadline:
                raise Unexpected(f"{submission} is still {state['status']} after {timeout_s:.0f} s")
            time.sleep(0.2)

    def score(self, submission: str) -> tuple[float, float]:
        """Points and what there were to be had, as the page shows them."""
        text = self.get(submission).text
        found = SCORE.search(text)
        if found is None:
            raise Unexpected(f"{submission}: no score on its page\n{re.sub('<[^>]+>', ' ', text)[-1500:]}")
        return float(found[1]), float(found[2])


class KeepRedirects(urllib.request.HTTPRedirectHandler):
    """Redirects are followed by the browser above, which goes on asking the proxy's way."""

    def __init__(self, browser: Browser) -> None:
        self.browser = browser

    def redirect_request(self, *_: object) -> None:
        return None
