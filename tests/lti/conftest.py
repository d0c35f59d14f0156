"""A registered platform, and browsers that launch from it."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.management import call_command
from django.test import Client as Browser

from grader.lti import models
from tests.grader.conftest import (  # noqa: F401 - fixtures
    browse,
    exercise,
    fresh_redis,
    people,
    stack,
    stack_on_test_database,
)
from tests.lti.platform import LEARNER, Platform, run_platform


def register(platform: Platform, *deployments: str) -> models.Platform:
    """As an administrator does it."""
    arguments = ["lti", "platform", "add", "--issuer", platform.issuer, "--client-id", platform.client_id]
    arguments += ["--auth-url", f"{platform.url}/auth?from=lms", "--token-url", f"{platform.url}/token"]
    arguments += ["--keyset-url", f"{platform.url}/keys"]
    for deployment in deployments or ("d1",):
        arguments += ["--deployment-id", deployment]
    call_command(*arguments, "--json", stdout=io.StringIO())
    return models.Platform.objects.get(issuer=platform.issuer, client_id=platform.client_id)


@pytest.fixture
def platform() -> Iterator[Platform]:
    with run_platform() as running:
        yield running


@pytest.fixture
def registered(db: None, platform: Platform) -> models.Platform:
    return register(platform)


@dataclass
class Visit:
    """A login that was begun in a browser."""

    browser: Browser
    platform: Platform
    parameters: dict[str, str]

    @property
    def state(self) -> str:
        return self.parameters["state"]

    @property
    def nonce(self) -> str:
        return self.parameters["nonce"]

    def post(self, token: str | None = None, browser: Browser | None = None, **fields: str) -> Any:
        form = {"state": self.state, **({"id_token": token} if token is not None else {}), **fields}
        return (browser or self.browser).post("/lti/launch/", {k: v for k, v in form.items() if v is not None})

    def launch(self, role: Any = LEARNER, **claims: Any) -> Any:
        """An ordinary launch with changed claims."""
        made = self.platform.claims(**{"nonce": self.nonce, "role": role, **claims})
        return self.post(self.platform.sign(made))


def new_browser(**headers: str) -> Browser:
    return Browser(headers={"accept-language": "en", **headers})


def begin(platform: Platform, browser: Browser | None = None, **changes: Any) -> Visit:
    browser = browser or new_browser()
    asked = {
        "iss": platform.issuer,
        "login_hint": "7",
        "target_link_uri": "http://testserver/lti/launch/",
        "lti_message_hint": "42",
        "client_id": platform.client_id,
        **changes,
    }
    answer = browser.post("/lti/login/", {name: value for name, value in asked.items() if value is not None})
    assert answer.status_code == 302, answer.content.decode()
    query = parse_qs(urlsplit(answer["Location"]).query)
    return Visit(browser, platform, {name: values[0] for name, values in query.items()})


@pytest.fixture
def visit(registered: models.Platform, platform: Platform) -> Callable[..., Visit]:
    """visit(): a login that was begun at the platform in a new browser."""

    def start(browser: Browser | None = None, **changes: Any) -> Visit:
        return begin(platform, browser, **changes)

    return start
