"""Registering: by hand, or by the platform itself; and the tool's keys."""

from __future__ import annotations

import io
import json
import logging

import pytest
from django.core.management import CommandError, call_command

from grader.lti import keys, models, vault
from tests.lti.conftest import begin, new_browser
from tests.lti.platform import INSTRUCTOR

pytestmark = pytest.mark.django_db


def manage(*arguments):
    out = io.StringIO()
    call_command("lti", *map(str, arguments), "--json", stdout=out)
    return json.loads(out.getvalue())


def test_a_platform_is_registered_by_hand(registered, platform):
    (row,) = manage("platform", "list")
    assert row["issuer"] == platform.issuer and row["deployment_ids"] == ["d1"] and row["is_active"]
    assert all(check["ok"] for check in manage("platform", "test", row["id"]))
    platform.token_status = 401
    with pytest.raises(CommandError):
        manage("platform", "test", row["id"])
    manage("platform", "remove", row["id"])
    assert manage("platform", "list") == []
    with pytest.raises(CommandError):
        manage("platform", "test", 99)
    wrong = ["--issuer", "x", "--client-id", "x", "--auth-url", "ftp://x", "--token-url", "x", "--keyset-url", "x"]
    with pytest.raises(CommandError, match="auth_url"):
        manage("platform", "add", *wrong)


def ask(platform, **parameters):
    asked = {
        "openid_configuration": f"{platform.url}/configuration",
        "registration_token": "secret-token",
        **parameters,
    }
    return new_browser().get("/lti/register/", {name: value for name, value in asked.items() if value})


def test_a_platform_registers_itself_and_waits_for_approval(db, exercise, platform, caplog):
    with caplog.at_level(logging.DEBUG):
        answer = ask(platform)
    assert answer.status_code == 200 and f"frame-ancestors 'self' {platform.url}" in answer["Content-Security-Policy"]
    ((authorization, tool),) = platform.registrations
    assert authorization == "Bearer secret-token" and "secret-token" not in caplog.text
    assert "secret-token" not in str(list(models.LaunchRecord.objects.values()))
    assert tool["redirect_uris"] == ["http://testserver/lti/launch/"]
    configuration = tool["https://purl.imsglobal.org/spec/lti-tool-configuration"]
    assert {"name", "email"} <= set(configuration["claims"])
    made = models.Platform.objects.get()
    assert not made.is_active and made.deployments.get().deployment_id == "d1"
    asked = {"iss": platform.issuer, "login_hint": "7", "target_link_uri": "http://testserver/lti/launch/"}
    assert new_browser().get("/lti/login/", asked).status_code == 400
    assert manage("platform", "approve", made.pk)["is_active"]
    platform.client_id = "made-for-gradus"
    assert begin(platform).launch(INSTRUCTOR).status_code == 302
    again = ask(platform)
    assert again.status_code == 400, "the same client twice"
    assert "This registration did not work" in again.content.decode()


@pytest.mark.parametrize(
    "configuration",
    [
        {"issuer": "https://elsewhere.example"},
        {"registration_endpoint": "https://elsewhere.example/register"},
        {"registration_endpoint": 5},
        {"token_endpoint": "file:///etc/passwd"},
        {"jwks_uri": None},
    ],
)
def test_a_platform_speaks_for_its_own_host_only(db, platform, configuration):
    platform.configuration = configuration
    assert ask(platform).status_code == 400
    assert not models.Platform.objects.exists() and not platform.registrations


@pytest.mark.parametrize(
    "url",
    [
        "", "file:///etc/passwd", "gopher://x", "http://127.0.0.1:1/", "https://127.0.0.1/", "https://[::1]/", "https://0/",
        "https://10.1.2.3/", "https://169.254.169.254/latest/", "https://localhost/", "http://example.edu/",
        "https://user:x@example.edu/", "https://[::ffff:10.0.0.1]/", "https://x:99999/", "https://[",
    ],
)  # fmt: skip
def test_no_doors_inside_are_knocked_at(db, platform, settings, url):
    settings.LTI_PRIVATE_HOSTS = False
    assert ask(platform, openid_configuration=url).status_code == 400
    assert not platform.requests


def test_who_only_asks_to_be_registered_is_in_nobodys_way(registered, platform):
    ask(platform)
    asked = {"iss": platform.issuer, "login_hint": "7", "target_link_uri": "http://testserver/lti/launch/"}
    assert "client_id=gradus-client" in new_browser().get("/lti/login/", asked)["Location"]


def test_keys_are_published_before_they_sign(db, settings):
    (first,) = manage("keys")
    manage("rotate-keys")
    published = new_browser().get("/lti/jwks.json").json()["keys"]
    assert len(published) == 2 and all(set(key) == {"kty", "n", "e", "kid", "alg", "use"} for key in published)
    assert keys.signing_key().kid == first["kid"]
    assert sorted(row["state"] for row in manage("keys")) == ["published", "signing"]
    new = manage("rotate-keys", "--now")
    assert keys.signing_key().kid == new["kid"]
    states = {row["kid"]: row["state"] for row in manage("keys")}
    assert (
        states[first["kid"]] == "retired" and first["kid"] not in new_browser().get("/lti/jwks.json").content.decode()
    )


def test_private_keys_are_sealed(db, settings):
    key = keys.signing_key()
    assert "PRIVATE" not in key.sealed and "PRIVATE" in vault.unseal(key.sealed)
    settings.LTI_KEY_SECRET = "another-" + "0" * 32
    with pytest.raises(vault.WrongSecret):
        keys.sign({})


def test_administrators_test_and_correct_a_registration(registered, platform, browse, people):
    people["staff"].is_superuser = True
    people["staff"].save()
    page, wanted = "/admin/lti/platform/", {"action": "test", "_selected_action": registered.pk}
    text = browse("staff").post(page, wanted, follow=True).content.decode()
    assert "keyset: 1 usable of 1 RSA keys" in text and "token: given" in text
    models.Platform.objects.update(keyset={"keys": []}, keyset_at=registered.created_at, failures=9)
    names = ("name", "issuer", "client_id", "auth_url", "token_url", "keyset_url", "token_audience", "frame_origins")
    form = {name: getattr(registered, name) for name in names} | {"name": "Campus", "is_active": "on"}
    rows = {"TOTAL_FORMS": 0, "INITIAL_FORMS": 0}
    form |= {f"deployments-{name}": value for name, value in rows.items()}
    assert browse("staff").post(f"{page}{registered.pk}/change/", form).status_code == 302
    registered.refresh_from_db()
    assert registered.name == "Campus" and registered.keyset is None and not registered.failures


def test_the_configuration_names_this_site(db):
    told = new_browser().get("/lti/config.json").json()
    assert told["oidc_initiation_url"] == "http://testserver/lti/login/"
    assert told["target_link_uri"] == "http://testserver/lti/launch/"
    assert told["public_jwk_url"] == "http://testserver/lti/jwks.json"


def test_administrators_read_what_to_paste_with_the_addresses_of_this_site(db, browse, people, platform, exercise):
    for name in ("student", "teacher", "nobody", "staff"):  # who may enter the administration, but not see platforms
        assert browse(name).get("/lti/setup/").status_code == 404
    people["staff"].is_superuser = True
    people["staff"].save()
    assert new_browser().get("/lti/setup/").status_code == 302
    ask(platform)
    text = browse("staff").get("/lti/setup/").content.decode()
    for ending in ("login/", "launch/", "jwks.json", "config.json", "register/"):
        assert f"http://testserver/lti/{ending}</code>" in text
    for name in ("Moodle", "Canvas", "Open edX", "Blackboard Learn", "D2L Brightspace", "Sakai"):
        assert name in text
    assert "&quot;oidc_initiation_url&quot;: &quot;http://testserver/lti/login/&quot;" in text
    assert "context_id_history=$Context.id.history" in text and "waiting for approval" in text
    assert "auth_url=https%3A%2F%2Fsso.canvaslms.com" in text and "over http" in text
    assert 'href="/lti/setup/"' in browse("staff").get("/admin/lti/platform/").content.decode()
    form = browse("staff").get("/admin/lti/platform/add/?issuer=https://canvas.instructure.com").content.decode()
    assert 'value="https://canvas.instructure.com"' in form
