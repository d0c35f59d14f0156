"""Limits on guessing passwords, and that nobody can turn them against others."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command
from django.test import Client as Browser
from django.test import RequestFactory

from grader.operations import addresses, guessing
from grader.operations.guessing import ADDRESS, PLACE, STRANGERS
from grader.submissions.live import redis_client

pytestmark = pytest.mark.django_db
LOGIN = "/accounts/login/"
CAMPUS = "192.0.2.7"
HOME = "198.51.100.20"


def log_in(browser: Browser, name: str, password: str = "", address: str = CAMPUS, **headers: str):
    """With the right password of the fixtures' people unless another is given."""
    fields = {"username": name, "password": password or f"password-of-{name}"}
    return browser.post(LOGIN, fields, REMOTE_ADDR=address, headers={"accept-language": "en", **headers})


def fail(times: int, name: str, address: str = CAMPUS) -> None:
    """What that many wrong passwords count for, without hashing them."""
    for _ in range(times):
        guessing.begin(guessing.Attempt(guessing.account_of(name), address))


def test_ten_wrong_passwords_and_then_one_waits(people):
    browser = Browser()
    for _ in range(PLACE.failures):
        assert log_in(browser, "student", "wrong").status_code == 200
    refused = log_in(browser, " STUDENT ")  # written otherwise, and right
    assert refused.status_code == 429
    assert 0 < int(refused["Retry-After"]) <= PLACE.window_s
    page = refused.content.decode()
    assert "The next try is taken in 5 minutes, at " in page
    assert "_auth_user_id" not in browser.session
    assert 'value=" STUDENT "' in page
    other = log_in(browser, "student", **{"accept-language": "zh-hant"}).content.decode()
    assert "5 分鐘" in other
    assert log_in(Browser(), "classmate").status_code == 302  # from the same address


def test_whether_an_account_exists_is_not_told(people):
    for name in ("student", "nobody-at-all"):
        for _ in range(PLACE.failures):
            told = log_in(Browser(), name, "wrong")
        assert told.status_code == 200
        assert "do not go together" in told.content.decode()
        refused = log_in(Browser(), name, "wrong").content.decode()
        assert "Too many wrong passwords" in refused


def test_what_succeeds_is_taken_back(people):
    for _ in range(3):
        browser = Browser()
        fail(PLACE.failures - 1, "student")
        assert log_in(browser, "student").status_code == 302
    assert int(redis_client().get(guessing.Attempt("", CAMPUS).everybody)) == 3 * (PLACE.failures - 1)


def test_a_browser_that_is_known_is_not_locked_out_by_others(people):
    own = Browser()
    assert log_in(own, "student").status_code == 302
    own.post("/accounts/logout/")
    fail(100, "student")  # the neighbour, from the same address
    fail(STRANGERS.failures + 10, "student", "203.0.113.5")
    assert log_in(own, "student", "wrong").status_code == 200
    assert log_in(own, "student").status_code == 302
    cookie = own.cookies["known"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert cookie["path"] == LOGIN

    taken = Browser()
    taken.cookies["known"] = cookie.value  # it serves for one account, and no better than a place of its own
    fail(100, "classmate")
    assert log_in(taken, "classmate").status_code == 429
    own.post("/accounts/logout/")
    for _ in range(PLACE.failures):
        log_in(taken, "student", "wrong", address=HOME)
    assert log_in(taken, "student", address=HOME).status_code == 429
    forged = Browser()
    forged.cookies["known"] = cookie.value[:-3] + "abc"
    assert log_in(forged, "student").status_code == 429


def test_guessing_from_many_addresses_is_as_slow_as_from_one(people):
    for number in range(STRANGERS.failures):
        fail(1, "student", f"203.0.113.{number}")
    refused = log_in(Browser(), "student", address="203.0.113.200")
    assert refused.status_code == 429
    assert int(refused["Retry-After"]) > PLACE.window_s


def test_nobody_locks_a_campus_out(people):
    assert log_in(Browser(), "student").status_code == 302
    for number in range(ADDRESS.failures):
        fail(1, f"name{number}")
    assert log_in(Browser(), "classmate").status_code == 429  # was never here
    assert log_in(Browser(), "classmate", address=HOME).status_code == 302
    new_browser = Browser()
    for _ in range(guessing.PLACE_WHERE_MANY_FAIL - 1):
        assert log_in(new_browser, "student", "wrong").status_code == 200
    assert log_in(new_browser, "student").status_code == 302
    for _ in range(guessing.PLACE_WHERE_MANY_FAIL):
        log_in(Browser(), "student", "wrong")
    assert log_in(Browser(), "student").status_code == 429


def test_waiting_ends_when_it_was_said(people):
    fail(50, "student")
    attempt = guessing.Attempt(guessing.account_of("student"), CAMPUS)
    for key in attempt.counters:
        assert redis_client().ttl(key) > 0  # tries that are refused do not prolong it
        redis_client().delete(key)
    assert log_in(Browser(), "student").status_code == 302


def test_without_redis_people_can_log_in(people, monkeypatch):
    import redis

    gone = redis.Redis(unix_socket_path="/nowhere/redis.sock")
    monkeypatch.setattr(guessing, "redis_client", lambda: gone)
    assert log_in(Browser(), "student").status_code == 302


def test_an_administrator_can_end_the_wait(people, capsys):
    fail(100, "student")
    assert log_in(Browser(), "student").status_code == 429
    call_command("unlock", "Student")
    assert log_in(Browser(), "student").status_code == 302
    fail(ADDRESS.failures + 1, "x")
    call_command("unlock", address=CAMPUS)
    assert log_in(Browser(), "classmate").status_code == 302
    with pytest.raises(CommandError, match="Name an account"):
        call_command("unlock")


@pytest.mark.parametrize(
    "proxies, forwarded, seen",
    [
        (0, "203.0.113.9", "192.0.2.1"),
        (1, "", "192.0.2.1"),
        (1, "1.2.3.4, 203.0.113.9", "203.0.113.9"),  # the first is the client's own invention
        (2, "1.2.3.4, 203.0.113.9, 10.0.0.1", "203.0.113.9"),
        (1, "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        (1, "::ffff:203.0.113.9", "203.0.113.9"),
        (1, "unknown", "unknown"),
    ],
)
def test_the_address_behind_proxies(settings, proxies, forwarded, seen):
    settings.TRUSTED_PROXIES = proxies
    headers = {"x-forwarded-for": forwarded} if forwarded else {}
    request = RequestFactory().get("/", REMOTE_ADDR="192.0.2.1", headers=headers)
    assert addresses.client_address(request) == seen


def test_the_administration_has_the_same_login(people):
    answer = Browser().get("/admin/login/?next=/admin/auth/user/")
    assert (answer.status_code, answer["Location"]) == (302, f"{LOGIN}?next=/admin/auth/user/")
    tried = Browser().post("/admin/login/", {"username": "staff", "password": "password-of-staff"})
    assert tried["Location"].startswith(LOGIN)
    for name in ("student", "teacher", "stranger", "nobody"):
        browser = Browser()
        assert log_in(browser, name).status_code == 302
        assert browser.get("/admin/", follow=True).status_code == 404
