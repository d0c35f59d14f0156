#!/usr/bin/env python3
"""Hand in one file to Gradus, wait for the result, and tell it in words.

    export GRADUS_TOKEN=gradus_…           (made on the page "Tokens"; scopes read and submit)
    python gradus_submit.py --url https://gradus.example.edu --course autograd --exercise zero-grad-loop solution.py

    --run                 run only the public examples; it costs no attempt
    --show                print the exercise (statement, starter or question) and hand in nothing
    --answer NAME=VALUE   answer a prediction, once for each question, instead of a file; look at it with --show first

Needs Python 3.9 or later and nothing else. Exit code: 0 full marks, 1 not, 2 wrong usage, 3 it could not be handed in or
graded. GRADUS_URL can stand for --url.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path
from typing import Any

FULL, NOT_FULL, WRONG_USAGE, NOT_GRADED = 0, 1, 2, 3
WAIT_S = 20
MOST_TRIES = 5


class Failed(Exception):
    """It cannot go on; the text says why."""


class NoRedirect(urllib.request.HTTPRedirectHandler):
    """The token goes nowhere but to the named service."""

    def redirect_request(self, *_args: Any) -> None:
        return None


class Gradus:
    """The service as one token sees it."""

    def __init__(self, url: str, token: str) -> None:
        self.root = url.rstrip("/") + "/api/v1/"
        self.opener = urllib.request.build_opener(NoRedirect())
        language = "zh-hant" if os.environ.get("LANG", "").startswith("zh_TW") else "en"
        self.headers = {
            "Authorization": f"Bearer {token}", "Accept": "application/json", "Accept-Language": language,
            "Content-Type": "application/json", "User-Agent": "gradus_submit/1",
        }  # fmt: skip

    def ask(self, path: str, body: dict[str, Any] | None = None, patience_s: float = 120) -> Any:
        """The answer as JSON; refusals that pass by themselves are waited for. Raises Failed."""
        until = time.monotonic() + patience_s
        for tries in range(1, MOST_TRIES + 1):
            try:
                return self.ask_once(path, body)
            except urllib.error.HTTPError as error:
                problem = read_problem(error)
                wait_s = problem.get("retry_after_s")
                if error.code != 429 or wait_s is None or tries == MOST_TRIES or time.monotonic() + wait_s > until:
                    raise Failed(describe(error.code, problem)) from None
            except (OSError, ValueError) as error:
                # What was posted may have arrived: it is not sent twice.
                if body is not None or tries == MOST_TRIES:
                    raise Failed(f"{self.root} does not answer: {error}") from None
                wait_s = tries
            time.sleep(wait_s)
        raise Failed("no answer")

    def ask_once(self, path: str, body: dict[str, Any] | None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.root + path, data, self.headers)
        with self.opener.open(request, timeout=WAIT_S + 30) as reply:
            return json.load(reply)

    def wait_for(self, submission: dict[str, Any], patience_s: float) -> dict[str, Any]:
        """The submission with its result. Raises Failed."""
        until = time.monotonic() + patience_s
        while not submission["is_final"]:
            if time.monotonic() > until:
                raise Failed(f"not graded after {patience_s:.0f} s; the result will be at {submission['url']}")
            submission = self.ask(f"submissions/{submission['id']}?wait={WAIT_S}")
        return submission


def read_problem(error: urllib.error.HTTPError) -> dict[str, Any]:
    try:
        problem = json.load(error)
        return problem if isinstance(problem, dict) else {}
    except (OSError, ValueError):
        return {}


def describe(status: int, problem: dict[str, Any]) -> str:
    words = [f"{problem.get('message', 'refused')} ({problem.get('code', 'HTTP')} {status})"]
    words += [f"  {one['field']}: {one['message']}" for one in problem.get("fields", [])]
    return "\n".join(words)


def show_exercise(exercise: dict[str, Any]) -> None:
    print(f"# {exercise['title']}\n\n{exercise['statement'].strip()}\n")
    for rule in exercise["rules"]:
        print(f"- {rule}")
    asked = exercise["prediction"]
    print("\n" + (asked["snippet"] if asked else exercise["starter"]).rstrip())
    for question in asked["questions"] if asked else []:
        print(f"\n{question['name']} ({question['type']}): {question['label']}")


def show_result(submission: dict[str, Any]) -> None:
    points = f" {submission['score']:g} / {submission['max_score']:g}" if submission["max_score"] else ""
    print(f"{submission['summary']}{points}")
    for note in submission["notes"]:
        print(f"  {note['text']}" + (f"\n{note['code']}" if note["code"] else ""))
    for one in submission["answers"]:
        print(f"  {mark(one['right'])} {one['question']}: {one['answer']}")
    for test in submission["tests"] if not submission["answers"] else []:
        print(f"  {mark(test['passed'] if test['reached'] else None)} {test['title']}")
        for text in [*test["messages"], test["hint"] or "", test["call"], test["stdout"], test["traceback"]]:
            for line in text.splitlines():
                print(f"      {line}")
    for idea in submission["misconceptions"]:
        print(f"  → {idea['title']}\n      {idea['explanation']}")
    print(submission["url"])


def mark(passed: bool | None) -> str:
    return "·" if passed is None else "✓" if passed else "✗"


def read_answers(pairs: list[str]) -> dict[str, str]:
    """Raises Failed."""
    wrong = [pair for pair in pairs if "=" not in pair]
    if wrong:
        raise Failed(f"--answer {wrong[0]}: write NAME=VALUE")
    return dict(pair.split("=", 1) for pair in pairs)


def hand_in(gradus: Gradus, options: argparse.Namespace) -> int:
    place = "/".join(urllib.parse.quote(name, safe="") for name in (options.course, "assignments", options.exercise))
    exercise = gradus.ask(f"courses/{place}")
    if options.show:
        show_exercise(exercise)
        return FULL
    if exercise["prediction"]:
        body = {"ticket": exercise["prediction"]["ticket"], "answers": read_answers(options.answer)}
    elif options.file is None:
        raise Failed("name the file to hand in")
    else:
        body = {"source": options.file.read_bytes().decode("utf-8"), "purpose": "run" if options.run else "submit"}
    submission = gradus.ask(f"courses/{place}/submissions", body, options.patience)
    submission = gradus.wait_for(submission, options.patience)
    show_result(submission)
    if submission["status"] != "graded":
        return NOT_GRADED
    return FULL if submission["passed"] else NOT_FULL


def is_safe(url: str) -> bool:
    """A token does not travel in the clear."""
    parts = urllib.parse.urlsplit(url)
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in ("localhost", "127.0.0.1", "::1"))


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter, usage=argparse.SUPPRESS
    )
    parser.add_argument("file", nargs="?", type=Path)
    parser.add_argument("--url", default=os.environ.get("GRADUS_URL", ""))
    parser.add_argument("--course", required=True)
    parser.add_argument("--exercise", required=True)
    parser.add_argument("--run", action="store_true")
    parser.add_argument("--show", action="store_true")
    parser.add_argument("--answer", action="append", default=[], metavar="NAME=VALUE")
    parser.add_argument("--patience", type=float, default=300, metavar="SECONDS")
    options = parser.parse_args()
    token = os.environ.get("GRADUS_TOKEN", "")
    if not token or not is_safe(options.url):
        parser.error("set GRADUS_TOKEN, and give --url https://… (http:// only to this machine itself)")
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="replace")
    try:
        return hand_in(Gradus(options.url, token), options)
    except UnicodeDecodeError:
        print(f"{options.file} is not in UTF-8", file=sys.stderr)
    except (Failed, OSError) as error:
        print(error, file=sys.stderr)
    return NOT_GRADED


if __name__ == "__main__":
    sys.exit(main())
