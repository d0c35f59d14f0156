"""Frames: cookies first, then the platform's storage, then a tab of its own; and nobody is logged in as somebody else."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.utils import timezone

from grader.lti import models
from tests.lti.conftest import Visit, new_browser
from tests.lti.platform import CLAIM
from tests.lti.test_launch import is_refused, is_taken

pytestmark = pytest.mark.django_db
OWN = {"HTTP_ORIGIN": "http://testserver", "HTTP_SEC_FETCH_SITE": "same-origin"}
OTHERS = {
    "another site": {"HTTP_ORIGIN": "https://evil.example"},
    "no origin": {},
    "a sandboxed frame": {"HTTP_ORIGIN": "null"},
    "another scheme": {"HTTP_ORIGIN": "https://testserver"},
    "another port": {"HTTP_ORIGIN": "http://testserver:81"},
    "a sibling host": {**OWN, "HTTP_SEC_FETCH_SITE": "same-site"},
}


def asked(platform, **more):
    return {"iss": platform.issuer, "login_hint": "7", "target_link_uri": "http://testserver/lti/launch/", **more}


def begin_in_frame(platform, **more) -> tuple[Visit, dict[str, str], str]:
    """A login in a frame that sends no cookie: the visit, what the page keeps, the page."""
    browser = new_browser()
    text = browser.post("/lti/login/", asked(platform, **more), headers={"sec-fetch-dest": "iframe"}).content.decode()
    kept = {name: unescape(value) for name, value in re.findall(r'data-(\w+)="([^"]*)"', text)}
    parameters = dict(re.findall(r"(state|nonce)=([^&]+)", kept["next"]))
    return Visit(new_browser(), platform, parameters), kept, text


def test_a_frame_that_sends_no_cookie_asks_first(registered, platform):
    _, kept, text = begin_in_frame(platform, lti_storage_target="keeper", lti_message_hint="42")
    assert kept["storage"] == "keeper" and kept["origin"] == platform.url and kept["key"].startswith("lti-")
    assert kept["next"].startswith(f"{platform.url}/auth") and "lti_message_hint=42" in unescape(text)
    assert not platform.requests, "what the platform gave for the login is not used up"
    browser = new_browser()
    assert browser.get("/lti/login/cookies/").json() == {"arrived": False}
    answer = browser.post("/lti/login/", asked(platform), headers={"sec-fetch-dest": "iframe"})
    assert "frame-ancestors 'self' *" in answer["Content-Security-Policy"] and "X-Frame-Options" not in answer
    assert browser.get("/lti/login/cookies/").json() == {"arrived": True}
    again = browser.post("/lti/login/", asked(platform), headers={"sec-fetch-dest": "iframe"})
    assert again.status_code == 302, "cookies are known to arrive"
    top = new_browser().post("/lti/login/", asked(platform), headers={"sec-fetch-dest": "document"})
    assert top.status_code == 302


@pytest.fixture
def stored(registered, platform, exercise):
    """A launch whose secret is with the platform's frame: (visit, secret, form)."""
    begun, kept, _ = begin_in_frame(platform, lti_storage_target="_parent")
    token = platform.sign(platform.claims(begun.nonce, **{CLAIM + "launch_presentation": {"locale": "zh-TW"}}))
    return begun, kept["secret"], {"state": begun.state, "id_token": token}


def test_the_platforms_storage_stands_in_for_the_cookie(stored):
    begun, secret, form = stored
    asking = begun.browser.post("/lti/launch/", form)
    assert asking.status_code == 200 and 'name="secret" value=""' in asking.content.decode()
    assert "_auth_user_id" not in asking.wsgi_request.session
    answer = begun.browser.post("/lti/launch/", {**form, "secret": secret}, **OWN)
    text = answer.content.decode()
    assert answer.status_code == 200 and 'lang="zh-hant"' in text and "_auth_user_id" not in answer.wsgi_request.session
    assert models.LaunchRecord.objects.first().detail == "by the platform's storage"
    (ticket,) = re.findall('name="ticket" value="([^"]+)"', text)
    assert ticket not in str(list(models.Entry.objects.values()))
    for headers in OTHERS.values():
        is_refused(new_browser().post("/lti/enter/", {"ticket": ticket}, **headers), "state_unknown")
    tab = begun.browser.post("/lti/enter/", {"ticket": ticket}, **OWN)
    is_taken(tab)
    assert tab["Location"].startswith("/exercises/zero-grad-loop/?course=")
    is_refused(new_browser().post("/lti/enter/", {"ticket": ticket}, **OWN), "state_used")
    assert begun.browser.post("/lti/launch/", {**form, "secret": secret}, **OWN).status_code == 400


@pytest.mark.parametrize("headers", OTHERS.values(), ids=OTHERS)
def test_a_secret_that_another_page_brings_is_none(stored, headers):
    """Login CSRF: somebody makes a victim's browser post their own proved launch, with the secret that belongs to it."""
    _, secret, form = stored
    is_refused(new_browser().post("/lti/launch/", {**form, "secret": secret}, **headers), "cookie_missing")
    assert not models.LaunchState.objects.exclude(used_at=None).exists()


@pytest.mark.parametrize("secret", ["", "made-up"])
def test_without_the_right_secret_nobody_comes_in(stored, secret):
    _, _, form = stored
    answer = new_browser().post("/lti/launch/", {**form, "secret": secret}, **OWN)
    is_refused(answer, "cookie_missing")
    assert "lti_storage_target" not in answer.content.decode() and 'target="_blank"' in answer.content.decode()


def test_a_secret_belongs_to_one_login(stored, platform):
    _, secret, _ = stored
    begun, _, _ = begin_in_frame(platform, lti_storage_target="_parent")
    form = {"state": begun.state, "id_token": platform.sign(platform.claims(begun.nonce)), "secret": secret}
    is_refused(new_browser().post("/lti/launch/", form, **OWN), "cookie_missing")


def test_a_ticket_does_not_last(stored):
    begun, secret, form = stored
    text = begun.browser.post("/lti/launch/", {**form, "secret": secret}, **OWN).content.decode()
    (ticket,) = re.findall('name="ticket" value="([^"]+)"', text)
    models.Entry.objects.update(expires_at=timezone.now())
    is_refused(begun.browser.post("/lti/enter/", {"ticket": ticket}, **OWN), "state_used")


def test_a_platform_whose_pages_live_elsewhere_may_frame_too(visit, registered, exercise):
    registered.frame_origins = "https://apps.lms.example https://lms.example/x"
    registered.save()
    begun = visit()
    page = begun.browser.get(begun.launch()["Location"])
    for origin in (registered.origins[0], "https://apps.lms.example", "https://lms.example"):
        assert f" {origin}" in page["Content-Security-Policy"]
