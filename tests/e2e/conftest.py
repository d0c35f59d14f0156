"""A browser for each test, a student of its own, and no error in the console."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, ConsoleMessage, Page

from tests.e2e.chromium import launch_options, log_in
from tests.stack import Stack

CLASS_SIZE = 150
# One process and one password's hash for all of them: both are slow.
ENROL = """
from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import make_password
from grader.courses.models import Course, Enrollment
User, hashed = get_user_model(), make_password("{password}")
users = User.objects.bulk_create(User(username=f"mei{{n}}", first_name="Mei", password=hashed) for n in range({count}))
course = Course.objects.get(slug="demo")
Enrollment.objects.bulk_create(Enrollment(user=user, course=course, role="student") for user in users)
"""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/e2e" in item.path.as_posix():
            item.add_marker(pytest.mark.e2e)
            # The first one starts the whole product, on a machine that may be busy.
            item.add_marker(pytest.mark.timeout(300))
            # Of pytest-base-url, which pytest-playwright brings; not ours to mend.
            item.add_marker(pytest.mark.filterwarnings("ignore:Session-scoped fixtures defined as instance methods"))


@dataclass(frozen=True)
class Student:
    """A person who has never been here."""

    url: str
    name: str
    password: str

    def log_in(self, page: Page) -> None:
        log_in(page, self.url, self.name, self.password)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    return browser_type_launch_args | launch_options()


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    # What moves is drawn again and again, by a processor that has other work; the journeys see it move.
    still = {"reduced_motion": "reduce"}
    return browser_context_args | still | {"locale": "en-GB", "viewport": {"width": 1280, "height": 800}}


@pytest.fixture(scope="session")
def newcomers(live_stack: Stack) -> Iterator[Student]:
    """People to be used up, one a test."""
    password = secrets.token_urlsafe(12)
    live_stack.manage("shell", "--no-imports", "-c", ENROL.format(password=password, count=CLASS_SIZE))
    return (Student(live_stack.url, f"mei{number}", password) for number in range(CLASS_SIZE))


@pytest.fixture
def student(newcomers: Iterator[Student]) -> Student:
    return next(newcomers)


@pytest.fixture(autouse=True)
def console_errors(context: BrowserContext, request: pytest.FixtureRequest) -> Iterator[list[str]]:
    """What the browser complained about: a refused style, a failed request, an exception. A test may clear it."""
    seen: list[str] = []

    def listen(message: ConsoleMessage) -> None:
        if message.type == "error":
            seen.append(message.text)

    context.on("console", listen)
    context.on("weberror", lambda error: seen.append(str(error.error)))
    yield seen
    assert seen == []
