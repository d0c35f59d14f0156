"""Tokens: made and revoked on their page, shown once, and stored as what opens nothing."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from grader.api import tokens
from grader.api.models import Token
from grader.submissions.export import show_profile

pytestmark = pytest.mark.django_db
PAGE = "/account/tokens/"
COURSES = "/api/v1/courses"
NEW = {"name": "laptop", "scopes": ["read", "submit"], "days": "30"}


def ask(text: str, **headers: str) -> Any:
    return Browser(headers={"authorization": f"Bearer {text}", "accept-language": "en", **headers}).get(COURSES)


def code(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def make(browser: Any, **changes: Any) -> str:
    text: str = browser.post(PAGE, NEW | changes).context["text"]
    return text


def test_a_token_is_shown_once_and_works(browse: Any, people: dict[str, Any]) -> None:
    browser = browse("student")
    answer = browser.post(PAGE, NEW)
    text = answer.context["text"]
    assert tokens.is_well_formed(text)
    assert text.startswith("gradus_")
    assert text in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    assert text not in browser.get(PAGE).content.decode()
    assert ask(text).status_code == 200
    assert "never" not in browser.get(PAGE).content.decode()


def test_only_the_hash_is_stored(browse: Any, people: dict[str, Any], caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("DEBUG"):
        text = make(browse("student"))
        ask(text)
    row = Token.objects.values().get()
    assert row["digest"] == hashlib.sha256(text.encode()).hexdigest()
    body = text.removeprefix("gradus_")
    kept = " ".join(map(str, row.values())) + caplog.text
    assert not [body[at : at + 6] for at in range(len(body) - 5) if body[at : at + 6] in kept]
    days = (row["expires_at"] - row["made_at"]).total_seconds() / 86400
    assert days == pytest.approx(30, abs=0.01)
    assert row["scopes"] == "read submit"


def test_a_revoked_token_opens_nothing(browse: Any, people: dict[str, Any]) -> None:
    browser = browse("student")
    text = make(browser)
    assert ask(text).status_code == 200
    row = Token.objects.get()
    assert browse("classmate").post(f"{PAGE}{row.pk}/revoke/").status_code == 404
    assert ask(text).status_code == 200
    assert browser.post(f"{PAGE}{row.pk}/revoke/").status_code == 302
    answer = ask(text)
    assert code(answer) == (401, "bad_token")
    assert answer["WWW-Authenticate"].startswith("Bearer")
    assert browser.post(f"{PAGE}{row.pk}/revoke/").status_code == 404


def test_an_expired_token_opens_nothing(browse: Any, people: dict[str, Any]) -> None:
    browser = browse("student")
    text = make(browser)
    Token.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert code(ask(text)) == (401, "expired_token")
    assert "expired" in browser.get(PAGE).content.decode()
    assert Token.objects.get().last_used_at is None


def test_who_is_shut_out_is_shut_out_here_too(browse: Any, people: dict[str, Any]) -> None:
    text = make(browse("student"))
    people["student"].is_active = False
    people["student"].save()
    assert code(ask(text)) == (401, "bad_token")
    people["student"].delete()
    assert not Token.objects.exists()


WELL_FORMED = tokens.PREFIX + "A" * tokens.RANDOM + tokens.checksum("A" * tokens.RANDOM)


@pytest.mark.parametrize(
    "text",
    ["", "x", "gradus_", "gradus_" + "0" * 42, WELL_FORMED[:-1], WELL_FORMED + "0", "gradus_" + "é" * 42, "Ω" * 49],
)
def test_what_is_no_token_is_not_even_looked_up(people: dict[str, Any], text: str) -> None:
    with CaptureQueriesContext(connection) as queries:
        assert code(ask(text))[0] == 401
    assert not [query for query in queries if "api_token" in query["sql"]]


def test_a_mistyped_and_a_made_up_token_are_told_alike(browse: Any, people: dict[str, Any]) -> None:
    text = make(browse("student"))
    swapped = text[:10] + ("a" if text[10] != "a" else "b") + text[11:]
    assert not tokens.is_well_formed(swapped)
    assert ask(swapped).json()["message"] == ask(tokens.draw()).json()["message"]


def test_a_session_means_nothing_here(browse: Any) -> None:
    answer = browse("student").get(COURSES)
    assert code(answer) == (401, "no_token")
    for value in ("Basic dGVzdDp0ZXN0", "Bearer", "token x"):
        assert browse("student").get(COURSES, headers={"authorization": value}).status_code == 401


def test_a_token_is_no_session(browse: Any) -> None:
    text = make(browse("student"))
    answer = Browser(headers={"authorization": f"Bearer {text}"}).get("/dashboard/")
    assert (answer.status_code, answer["Location"]) == (302, "/accounts/login/?next=/dashboard/")
    assert not ask(text).cookies


def test_the_export_of_ones_data_names_ones_tokens(browse: Any, people: dict[str, Any]) -> None:
    text = make(browse("student"))
    (told,) = show_profile(people["student"])["tokens"]
    assert (told["name"], told["scopes"], told["last_used_at"]) == ("laptop", ["read", "submit"], None)
    assert text not in str(told)
    assert Token.objects.get().digest not in str(told)


def test_the_time_of_use_is_written_once_a_minute(browse: Any) -> None:
    text = make(browse("student"))
    ask(text)
    first = Token.objects.get().last_used_at
    ask(text)
    assert Token.objects.get().last_used_at == first
    Token.objects.update(last_used_at=timezone.now() - timedelta(minutes=2))
    ask(text)
    assert Token.objects.get().last_used_at > first


def test_the_form_says_what_is_wrong(browse: Any) -> None:
    browser = browse("student")
    make(browser)
    for changes, field in (
        ({}, "name"),
        ({"name": " "}, "name"),
        ({"name": "x" * 81}, "name"),
        ({"name": "other", "scopes": []}, "scopes"),
        ({"name": "other", "scopes": ["gradebook"]}, "scopes"),
        ({"name": "other", "days": "10000"}, "days"),
    ):
        answer = browser.post(PAGE, NEW | changes)
        assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    assert Token.objects.count() == 1


def test_teachers_are_offered_the_gradebook(browse: Any) -> None:
    assert "gradebook" not in browse("student").get(PAGE).content.decode()
    browser = browse("teacher")
    assert "gradebook" in browser.get(PAGE).content.decode()
    make(browser, scopes=["gradebook"])
    assert Token.objects.get().scopes == "gradebook"


def test_there_is_an_end_to_tokens(browse: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tokens, "MOST_TOKENS", 1)
    browser = browse("student")
    make(browser)
    answer = browser.post(PAGE, NEW | {"name": "other"})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["__all__"])


def test_names_are_shown_as_text(browse: Any) -> None:
    browser = browse("student")
    make(browser, name="<b>x</b>")
    assert "<b>x</b>" not in browser.get(PAGE).content.decode()
