"""Every launch that must be refused is, with a page that helps; every one that must be taken is."""

from __future__ import annotations

import hashlib
import hmac
import re
import time
from typing import Any

import pytest
from django.utils import timezone

from grader.courses.models import Course, Enrollment, Role
from grader.lti import launching, models
from tests.grader.rows import at_once
from tests.lti.conftest import begin, new_browser, register
from tests.lti.platform import CLAIM, INSTRUCTOR, LEARNER, Key, run_platform, unsigned

pytestmark = pytest.mark.django_db
BOTH = pytest.mark.parametrize("role", [INSTRUCTOR, LEARNER], ids=["instructor", "learner"])


def is_refused(answer: Any, code: str) -> None:
    """A page in words with an id, under which the log has the reason."""
    text = answer.content.decode()
    assert answer.status_code == 400, (answer.status_code, text[:300])
    record = models.LaunchRecord.objects.order_by("pk").last()
    assert record is not None and record.code == code, (record, record and record.detail)
    assert record.request_id in text
    assert "This launch did not work" in text
    assert "_auth_user_id" not in answer.wsgi_request.session


def is_taken(answer: Any) -> None:
    assert answer.status_code == 302, answer.content.decode()
    assert "_auth_user_id" in answer.wsgi_request.session


# --- must reject ------------------------------------------------------------------------------------------------------

HOURS = 3600
WRONG_CLAIMS: dict[str, tuple[dict[str, Any], str]] = {
    "wrong version": ({CLAIM + "version": "1.2.0"}, "version"),
    "version as a list": ({CLAIM + "version": ["1.3.0"]}, "version"),
    "no version": ({CLAIM + "version": None}, "version"),
    "not LTI at all": (
        {
            CLAIM + name: None
            for name in ("version", "message_type", "roles", "deployment_id", "resource_link", "context")
        },
        "version",
    ),
    "several claims missing": ({CLAIM + "roles": None, CLAIM + "resource_link": None, "sub": None}, "claims"),
    "no iat": ({"iat": None}, "claims"),
    "no exp": ({"exp": None}, "claims"),
    "bad iat": ({"iat": "yesterday"}, "claims"),
    "bad exp": ({"exp": [1]}, "claims"),
    "exp is true": ({"exp": True}, "claims"),
    "exp without end": ({"exp": float("inf")}, "claims"),
    "ancient iat": ({"iat": int(time.time()) - 24 * HOURS}, "expired"),
    "iat of an hour ago": ({"iat": int(time.time()) - HOURS}, "expired"),
    "expired": ({"exp": int(time.time()) - 600}, "expired"),
    "issued in the future": ({"iat": int(time.time()) + 2 * HOURS, "exp": int(time.time()) + 3 * HOURS}, "not_yet"),
    "not before later": ({"nbf": int(time.time()) + HOURS}, "not_yet"),
    "no message_type": ({CLAIM + "message_type": None}, "claims"),
    "unknown message_type": ({CLAIM + "message_type": "LtiSubmissionReviewRequest"}, "message_type"),
    "no roles": ({CLAIM + "roles": None}, "claims"),
    "roles as text": ({CLAIM + "roles": INSTRUCTOR}, "claims"),
    "roles as numbers": ({CLAIM + "roles": [1]}, "claims"),
    "no deployment": ({CLAIM + "deployment_id": None}, "claims"),
    "deployment as a number": ({CLAIM + "deployment_id": 1}, "claims"),
    "unknown deployment": ({CLAIM + "deployment_id": "d2"}, "deployment"),
    "no resource_link": ({CLAIM + "resource_link": None}, "claims"),
    "no resource_link.id": ({CLAIM + "resource_link": {"title": "x"}}, "claims"),
    "empty resource_link.id": ({CLAIM + "resource_link": {"id": ""}}, "claims"),
    "resource_link as text": ({CLAIM + "resource_link": "link-1"}, "claims"),
    "resource_link.id too long": ({CLAIM + "resource_link": {"id": "x" * 300}}, "claims"),
    "context without a usable id": ({CLAIM + "context": {"id": 5}}, "claims"),
    "message_type as a list": ({CLAIM + "message_type": ["LtiResourceLinkRequest"]}, "claims"),
    "exp as text": ({"exp": str(int(time.time()) + 600)}, "claims"),
    "context as text": ({CLAIM + "context": "course-1"}, "claims"),
    "no sub": ({"sub": None}, "claims"),
    "empty sub": ({"sub": ""}, "claims"),
    "sub as a number": ({"sub": 7}, "claims"),
    "sub with a NUL": ({"sub": "a\0b"}, "claims"),
    "sub with half a character": ({"sub": "a\ud800"}, "claims"),
    "no target_link_uri": ({CLAIM + "target_link_uri": None}, "claims"),
    "target_link_uri is no address": ({CLAIM + "target_link_uri": "javascript:alert(1)"}, "claims"),
    "wrong iss": ({"iss": "https://elsewhere.example"}, "issuer"),
    "iss as a list": ({"iss": ["x"]}, "issuer"),
    "wrong aud": ({"aud": "somebody-else"}, "audience"),
    "aud list without us": ({"aud": ["somebody-else"], "azp": "somebody-else"}, "audience"),
    "no aud": ({"aud": None}, "audience"),
    "foreign azp": ({"azp": "somebody-else"}, "audience"),
    "aud list with a foreign azp": ({"aud": ["gradus-client", "x"], "azp": "x"}, "audience"),
    "aud list without azp": ({"aud": ["gradus-client", "x"]}, "audience"),
    "no nonce": ({"nonce": None}, "nonce"),
    "made-up nonce": ({"nonce": "made-up"}, "nonce"),
    "nonce as a number": ({"nonce": 5}, "nonce"),
    "exercise that is not there": ({CLAIM + "custom": {"exercise": "no-such-thing"}}, "exercise_unknown"),
}


@pytest.mark.parametrize("case", WRONG_CLAIMS)
def test_a_launch_with_wrong_claims_is_refused(visit, exercise, case):
    changes, code = WRONG_CLAIMS[case]
    is_refused(visit().launch(**changes), code)
    assert not models.LtiUser.objects.exists()


def test_the_message_of_a_refusal_can_be_taken_back_to_the_platform(visit):
    back = "https://lms.example/return?x=1"
    text = visit().launch(**{CLAIM + "deployment_id": "d2", CLAIM + "launch_presentation": {"return_url": back}})
    assert "https://lms.example/return?x=1&amp;lti_errormsg=" in text.content.decode()


def test_a_refusal_is_told_as_the_language_is_written(visit):
    words = {CLAIM + "launch_presentation": {"locale": "zh-TW"}, CLAIM + "deployment_id": "d2"}
    assert "平台的這個部署沒有在此登錄。Gradus 的管理員" in visit().launch(**words).content.decode()


def test_no_return_address_of_a_token_that_is_not_proved(visit):
    begun = visit()
    claims = begun.platform.claims(
        begun.nonce, **{CLAIM + "launch_presentation": {"return_url": "https://evil.example/"}}
    )
    answer = begun.post(Key("k1").sign(claims))
    is_refused(answer, "signature")
    assert "evil.example" not in answer.content.decode()


def test_refusals_speak_the_readers_language(visit):
    presentation = {CLAIM + "launch_presentation": {"locale": "zh-TW"}}
    answer = visit().launch(**{CLAIM + "deployment_id": "d2", **presentation})
    assert 'lang="zh-hant"' in answer.content.decode()


def test_keys_and_algorithms(visit, platform):
    other = Key("k1")
    begun = visit()
    is_refused(begun.post(other.sign(platform.claims(begun.nonce))), "signature")
    begun = visit()
    is_refused(begun.post(platform.sign(platform.claims(begun.nonce), kid=None)), "key_unknown")
    begun = visit()
    is_refused(begun.post(platform.sign(platform.claims(begun.nonce), kid="k9")), "key_unknown")
    begun = visit()
    is_refused(begun.post(unsigned(platform.claims(begun.nonce))), "algorithm")
    begun = visit()
    is_refused(begun.post(unsigned(platform.claims(begun.nonce), alg="RS256")), "signature")
    begun = visit()
    claims, pem = platform.claims(begun.nonce), platform.keys[0].public_pem
    head = unsigned(claims, alg="HS256").rsplit(".", 1)[0]
    mac = hmac.new(pem, head.encode(), hashlib.sha256).digest()
    is_refused(begun.post(unsigned(claims, alg="HS256", signature=mac)), "algorithm")
    begun = visit()
    is_refused(begun.post(platform.sign(["no", "object"])), "token_malformed")


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "é.é.é", "e30.e30.", "." * 50, "A" * 70000, "W10.W10.W10"])
def test_what_is_no_token_is_refused(visit, token):
    answer = visit().post(token)
    assert answer.status_code == 400
    assert models.LaunchRecord.objects.last().code in ("token_missing", "token_malformed", "algorithm")


@pytest.mark.filterwarnings("ignore:The RSA key is")
def test_small_keys_are_not_believed(visit, platform):
    platform.keys = [Key("small", bits=1024)]
    is_refused(visit().launch(), "key_unknown")


def test_a_token_is_taken_once(visit, exercise):
    begun = visit()
    token = begun.platform.sign(begun.platform.claims(begun.nonce))
    is_taken(begun.post(token))
    again = new_browser()
    again.cookies = begun.browser.cookies
    assert begun.post(token, browser=again).status_code == 400
    assert models.LaunchRecord.objects.first().code == "state_used"


def test_a_nonce_belongs_to_one_login(visit, exercise):
    first, second = visit(), visit()
    is_refused(first.post(first.platform.sign(first.platform.claims(second.nonce))), "nonce")
    third = visit()
    is_taken(second.launch())
    is_refused(third.post(third.platform.sign(third.platform.claims(second.nonce))), "nonce")


def test_a_state_belongs_to_its_browser(visit, platform, exercise):
    begun = visit()
    token = platform.sign(platform.claims(begun.nonce))
    answer = begun.post(token, browser=new_browser())
    is_refused(answer, "cookie_missing")
    assert 'target="_blank"' in answer.content.decode() and "/lti/login/?iss=" in answer.content.decode()
    is_refused(begun.post(token, browser=visit().browser), "cookie_missing")
    is_taken(begun.post(token))  # nobody else's try used it up


def test_a_made_up_or_missing_state_is_refused(visit):
    is_refused(visit().post("x", state="made-up"), "state_unknown")
    is_refused(visit().post("x", state=""), "state_unknown")
    assert new_browser().post("/lti/launch/").status_code == 400


def test_an_old_state_is_refused(visit, platform):
    begun = visit()
    models.LaunchState.objects.update(expires_at=timezone.now())
    is_refused(begun.launch(), "state_unknown")


def test_a_login_at_one_platform_is_not_answered_by_another(visit, registered):
    with run_platform() as other:
        other.client_id = "other-client"
        other.keys = [Key("k1")]
        register(other)
        begun = visit()
        is_refused(begun.post(other.sign(other.claims(begun.nonce))), "signature")
        begun = visit()
        is_refused(begun.post(begun.platform.sign(other.claims(begun.nonce))), "issuer")


def test_an_error_of_the_platform_is_told(visit):
    answer = visit().post(error="login_required", error_description="Session <b>over</b>")
    is_refused(answer, "platform_error")
    assert "<b>over" not in answer.content.decode()


@pytest.mark.parametrize("missing", ["iss", "login_hint", "target_link_uri"])
def test_a_login_that_lacks_something_is_refused(registered, platform, missing):
    asked = {"iss": platform.issuer, "login_hint": "7", "target_link_uri": "http://testserver/", missing: ""}
    for method in ("get", "post"):
        is_refused(getattr(new_browser(), method)("/lti/login/", asked), "login_incomplete")


def test_a_login_of_an_unknown_platform_is_refused(registered, platform):
    asked = {"iss": "https://unknown.example", "login_hint": "7", "target_link_uri": "http://testserver/"}
    is_refused(new_browser().get("/lti/login/", asked), "platform_unknown")
    asked = {**asked, "iss": platform.issuer, "client_id": "unknown"}
    is_refused(new_browser().get("/lti/login/", asked), "platform_unknown")


def test_a_platform_that_is_not_approved_launches_nothing(visit, registered):
    begun = visit()
    models.Platform.objects.update(is_active=False)
    is_refused(begun.launch(), "platform_inactive")


def test_of_two_clients_of_one_issuer_the_deployment_decides(registered, platform):
    platform.client_id = "second"
    register(platform, "d2")
    asked = {"iss": platform.issuer, "login_hint": "7", "target_link_uri": "http://testserver/"}
    is_refused(new_browser().get("/lti/login/", asked), "platform_ambiguous")
    answer = new_browser().get("/lti/login/", {**asked, "lti_deployment_id": "d2"})
    assert "client_id=second" in answer["Location"]


def test_nothing_of_a_refusal_is_a_token(visit, platform):
    begun = visit()
    token = platform.sign(platform.claims(begun.nonce, sub=None))
    begun.post(token)
    for record in models.LaunchRecord.objects.values():
        assert token[-40:] not in str(record) and begun.state not in str(record)
    assert begun.state not in str(list(models.LaunchState.objects.values()))


@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_one_takes_the_state(visit):
    begun = visit()
    cookies = {name: cookie.value for name, cookie in begun.browser.cookies.items()}

    def take(_: int) -> bool:
        launching.take_state(begun.state, cookies)
        return True

    assert at_once(8, take).count(True) == 1


# --- must accept ------------------------------------------------------------------------------------------------------

RIGHT: dict[str, dict[str, Any]] = {
    "normal": {},
    "short name of the role": {CLAIM + "roles": ["short"]},
    "unknown role": {CLAIM + "roles": ["http://example.edu/roles#Wizard"]},
    "no roles": {CLAIM + "roles": []},
    "e-mail only": {"given_name": None, "family_name": None},
    "names only": {"email": None},
    "one full name": {"given_name": None, "family_name": None, "name": "Ada Lovelace"},
    "a user name alone": {"given_name": None, "family_name": None, "email": None, "preferred_username": "ada"},
    "no personal data": {"given_name": None, "family_name": None, "email": None},
    "no context": {CLAIM + "context": None},
    "empty context": {CLAIM + "context": {}},
    "context of null": {CLAIM + "context": None, CLAIM + "custom": {"exercise": "zero-grad-loop"}},
    "empty personal data": {"given_name": "", "family_name": "", "email": "", "name": ""},
    "empty presentation and custom": {
        CLAIM + "launch_presentation": {},
        CLAIM + "target_link_uri": "http://t/?exercise=zero-grad-loop",
        CLAIM + "custom": {},
    },
    "times as fractions": {"iat": time.time() - 0.5, "exp": time.time() + 600.5},
    "claims of nobody's": {"https://vendor.example/claim": {"a": [1]}, "at_hash": "x", "picture": 5},
    "as Moodle sends it": {
        "aud": "gradus-client",
        "sub": "2",
        CLAIM + "resource_link": {"id": "3", "title": "Zero grad", "description": "<p>x</p>" * 500},
        CLAIM + "context": {"id": "2", "label": "ML1", "title": "Machine learning", "type": ["CourseSection"]},
        CLAIM + "launch_presentation": {
            "locale": "en",
            "document_target": "iframe",
            "return_url": "https://moodle.example/mod/lti/return.php?course=2&launch_container=3&instanceid=3&sesskey=x",
        },
        CLAIM + "tool_platform": {"product_family_code": "moodle", "version": "2024100700", "guid": "x"},
        CLAIM + "lis": {"person_sourcedid": "", "course_section_sourcedid": ""},
        CLAIM + "ext": {"user_username": "ada", "lms": "moodle-2"},
        CLAIM + "custom": {"exercise": "zero-grad-loop", "context_id_history": "", "resource_link_id_history": ""},
    },
    "no title": {CLAIM + "resource_link": {"id": "l"}, CLAIM + "context": {"id": "c"}},
    "aud list": {"aud": ["gradus-client"]},
    "aud list with azp": {"aud": ["x", "gradus-client"], "azp": "gradus-client"},
    "azp alone": {"azp": "gradus-client"},
    "odd but harmless": {
        CLAIM + "custom": {"exercise": "zero-grad-loop", "n": 5, "t": "a\0\ud800"},
        "name": 5,
        "email": "no",
    },
    "long names": {"given_name": "x" * 400, "email": "a" * 300 + "@example.edu"},
    "no custom": {CLAIM + "custom": None},
    "exercise in the address": {CLAIM + "custom": None, CLAIM + "target_link_uri": "http://t/?exercise=zero-grad-loop"},
    "odd presentation": {CLAIM + "launch_presentation": "iframe"},
    "odd services": {"https://purl.imsglobal.org/spec/lti-ags/claim/endpoint": {"scope": "x", "lineitem": 5}},
}


@BOTH
@pytest.mark.parametrize("case", RIGHT)
def test_a_launch_is_taken(visit, exercise, role, case):
    changes = dict(RIGHT[case])
    if changes.get(CLAIM + "roles") == ["short"]:
        changes[CLAIM + "roles"] = [role.partition("#")[2]]
    answer = visit().launch(role, **changes)
    is_taken(answer)
    given = changes.get(CLAIM + "roles", [role])
    expected = Role.INSTRUCTOR if any("Instructor" in name for name in given) else Role.STUDENT
    assert Enrollment.objects.get().role == expected
    shown = answer.wsgi_request and new_browser()
    shown.cookies = answer.client.cookies
    assert shown.get(answer["Location"]).status_code == 200


@BOTH
def test_several_roles(visit, exercise, role):
    is_taken(visit().launch([role, "http://purl.imsglobal.org/vocab/lis/v2/institution/person#Student"]))


@BOTH
@pytest.mark.parametrize("skew", [-60, -59, 59, 60])
def test_clocks_may_differ_by_a_minute(visit, exercise, role, skew):
    now = int(time.time()) + skew
    is_taken(visit().launch(role, iat=now, exp=max(now + 5, int(time.time()) - 60)))


def test_a_token_that_ran_out_half_a_minute_ago_is_taken(visit, exercise):
    is_taken(visit().launch(exp=int(time.time()) - 30))


def test_a_new_key_is_found(visit, exercise, platform):
    is_taken(visit().launch())
    reads = platform.key_reads
    is_taken(visit().launch())
    assert platform.key_reads == reads, "the keys are kept"
    platform.keys = [*platform.keys, Key("k2")]
    is_taken(visit().launch())
    assert platform.key_reads == reads + 1


def test_unknown_keys_do_not_make_us_hammer_the_platform(visit, exercise, platform):
    is_taken(visit().launch())
    for _ in range(20):
        begun = visit()
        is_refused(begun.post(platform.sign(platform.claims(begun.nonce), kid="k9")), "key_unknown")
    assert platform.key_reads < 12


def test_the_login_goes_to_the_platform_as_asked(registered, platform):
    browser = new_browser()
    asked = {"iss": platform.issuer, "login_hint": "7", "target_link_uri": "http://testserver/lti/launch/"}
    answer = browser.get("/lti/login/", {**asked, "lti_message_hint": "a&b"})
    location = answer["Location"]
    assert location.startswith(
        f"{platform.url}/auth?from=lms&scope=openid&response_type=id_token&response_mode=form_post"
    )
    for part in ("prompt=none", "client_id=gradus-client", "login_hint=7", "lti_message_hint=a%26b"):
        assert part in location
    assert "redirect_uri=http%3A%2F%2Ftestserver%2Flti%2Flaunch%2F&" in location
    assert len(re.findall("state=[^&]{40,}", location)) == 1 and len(re.findall("nonce=[^&]{40,}", location)) == 1
    cookie = next(cookie for name, cookie in answer.cookies.items() if not name.endswith("-plain"))
    for part in ("SameSite=None", "Secure", "Partitioned", "HttpOnly"):
        assert part in cookie.OutputString()


# --- afterwards -------------------------------------------------------------------------------------------------------


def test_pages_may_stand_in_the_frames_of_the_platform_and_of_nobody_else(visit, exercise, platform):
    begun = visit()
    answer = begun.launch()
    shown = begun.browser.get(answer["Location"])
    policy = shown["Content-Security-Policy"]
    assert f"frame-ancestors 'self' {platform.url}" in policy and "X-Frame-Options" not in shown
    for name in ("sessionid",):
        assert "Partitioned" in answer.cookies[name].OutputString()
        assert "SameSite=None" in answer.cookies[name].OutputString()
    stranger = new_browser().get("/accounts/login/")
    assert "frame-ancestors 'none'" in stranger["Content-Security-Policy"] and stranger["X-Frame-Options"] == "DENY"


def test_over_plain_http_a_client_without_secure_cookies_gets_plain_ones(visit, exercise):
    begun = visit()
    plain = new_browser()
    for name, cookie in begun.browser.cookies.items():
        if name.endswith("-plain"):
            plain.cookies[name] = cookie.value
    answer = begun.post(begun.platform.sign(begun.platform.claims(begun.nonce)), browser=plain)
    is_taken(answer)
    assert "Secure" not in answer.cookies["sessionid"].OutputString()


def test_over_https_there_is_no_plain_cookie(registered, platform, settings):
    settings.HTTPS = True
    assert not [name for name in begin(platform).browser.cookies if name.endswith("-plain")]


def test_the_platforms_language_is_taken_unless_one_was_chosen(visit, exercise):
    begun = visit()
    answer = begun.launch(**{CLAIM + "launch_presentation": {"locale": "zh_TW"}})
    assert answer.cookies["django_language"].value == "zh-hant"
    assert Course.objects.get(lti_contexts__isnull=False).language == "zh-hant"
    begun = visit(begun.browser)
    answer = begun.launch(**{CLAIM + "launch_presentation": {"locale": "en"}})
    assert "django_language" not in answer.cookies
