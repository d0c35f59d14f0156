"""People, a course and published exercises; and the product as processes on the test database."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test import Client as Browser
from django.utils import translation

from exercises import content_store
from exercises.format import bundled, load
from exercises.models import Exercise
from grader.courses.models import Assignment, Course, Enrollment, Role
from tests.conftest import OWN, POSTGRESQL, SANDBOX_SOCKET
from tests.stack import Stack, environment_for
from tests.visitor import Visitor

SLUG = "zero-grad-loop"
SOLUTION = load(bundled()[SLUG]).files["solution.py"]
STARTER = load(bundled()[SLUG]).files["starter.py"]


@pytest.fixture(autouse=True)
def fresh_redis(redis_server: str) -> None:
    """Every test of the web part has Redis, and an empty one."""
    from grader.submissions.live import redis_client

    redis_client().flushdb()


@pytest.fixture(autouse=True)
def in_english() -> None:
    """A request leaves its language to the thread, and so to the next test."""
    translation.deactivate()


@pytest.fixture
def exercise(db: None) -> Exercise:
    """A published exercise with hidden and public tests."""
    return content_store.publish(load(bundled()[SLUG]))[0].exercise


@pytest.fixture
def people(exercise: Exercise) -> dict[str, Any]:
    """student and classmate, teacher and assistant of one course; a stranger in another course; staff; nobody (no course)."""
    course = Course.objects.create(slug="autograd", title="Autograd")
    other = Course.objects.create(slug="other", title="Other")
    Assignment.objects.create(course=course, exercise=exercise, position=1)
    roles = {
        "student": (course, Role.STUDENT),
        "classmate": (course, Role.STUDENT),
        "teacher": (course, Role.INSTRUCTOR),
        "assistant": (course, Role.ASSISTANT),
        "stranger": (other, Role.STUDENT),
        "nobody": None,
        "staff": None,
    }
    people = {}
    for name, part in roles.items():
        people[name] = get_user_model().objects.create_user(
            name, password=f"password-of-{name}", is_staff=name == "staff"
        )
        if part:
            Enrollment.objects.create(user=people[name], course=part[0], role=part[1])
    return people


@pytest.fixture
def browse(people: dict[str, Any]) -> Callable[[str], Browser]:
    """browse("student"): a test client in which that person is logged in."""

    def log_in(name: str) -> Browser:
        browser = Browser(headers={"accept-language": "en"})
        browser.force_login(people[name])
        return browser

    return log_in


def database_url() -> str:
    """The test database as its processes open it."""
    name = connection.settings_dict["NAME"]
    return f"postgresql://gradus@/{name}?host={OWN / 'postgresql'}" if POSTGRESQL else f"sqlite:///{name}"


@pytest.fixture(scope="module")
def stack_on_test_database(django_db_setup: None, redis_server: str, sandbox_client: object) -> Iterator[Stack]:
    """Web server and worker on the test's own database: tests look at its rows. Use `stack`.

    It ends with the module: its worker and reaper would otherwise take up what other tests prepare.
    """
    environment = environment_for(
        OWN, DATABASE_URL=database_url(), REDIS_URL=os.environ["REDIS_URL"], SANDBOX_SOCKET=str(SANDBOX_SOCKET)
    )
    stack = Stack(OWN, environment)
    stack.manage("collectstatic", "--noinput", "-v0")
    try:
        stack.start_worker()
        stack.start_web()
        yield stack
    finally:
        stack.stop()


@pytest.fixture
def stack(transactional_db: None, stack_on_test_database: Stack) -> Stack:
    if stack_on_test_database.worker is None:
        stack_on_test_database.start_worker()
    return stack_on_test_database


@pytest.fixture
def visit(stack: Stack, browse: Callable[[str], Browser]) -> Callable[..., Visitor]:
    """visit("student"): the same over real HTTP."""

    def log_in(name: str, language: str = "en") -> Visitor:
        return Visitor(stack.url, browse(name).cookies["sessionid"].value, language)

    return log_in
