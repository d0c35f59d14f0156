"""Login and launch: a state that is used once, bound to the browser, and a token that is believed for good reasons only."""

from __future__ import annotations

import hashlib
import json
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit, urlunsplit

import jwt
from django.utils import timezone

from grader.lti.claims import Launch, read_launch, read_return_url
from grader.lti.keysets import find_key
from grader.lti.models import Deployment, LaunchState, Platform, clean_text, origin_of
from grader.lti.refusals import Refused

LOGIN_S = 600  # time to log in at the platform
SKEW_S = 60
BEFORE_LOGIN_S = 300  # a token that is older than its login by more than this is not an answer to it
MOST_TOKEN_BYTES = 64 * 1024
ASKED = (
    "iss", "login_hint", "target_link_uri", "lti_message_hint", "client_id", "lti_deployment_id", "lti_storage_target",
)  # fmt: skip


@dataclass(frozen=True)
class Login:
    """A login that was begun: where to send the browser, and the secret that it keeps in a cookie.

    A browser that keeps no cookies leaves the secret, under the cookie's name, with a frame of the platform that lives
    at `origin`.
    """

    url: str
    cookie: str
    secret: str
    origin: str = ""
    storage: str = ""


def digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


def cookie_of(state: str) -> str:
    """Each login has its own cookie: tabs do not get into each other's way."""
    return f"lti-{digest(state)[:16]}"


def begin(asked: dict[str, str], redirect_uri: str) -> Login:
    """Answer a login request. Raises Refused."""
    missing = [name for name in ("iss", "login_hint", "target_link_uri") if not asked.get(name)]
    if missing:
        raise Refused("login_incomplete", f"without {', '.join(missing)}")
    platform = choose_platform(asked)
    state, nonce, secret = (secrets.token_urlsafe(32) for _ in range(3))
    LaunchState.objects.create(
        digest=digest(state),
        browser=digest(secret),
        nonce=nonce,
        platform=platform,
        asked={name: clean_text(asked.get(name), 4000) for name in ASKED if asked.get(name)},
        expires_at=timezone.now() + timedelta(seconds=LOGIN_S),
    )
    parameters = {
        "scope": "openid",
        "response_type": "id_token",
        "response_mode": "form_post",
        "prompt": "none",
        "client_id": platform.client_id,
        "redirect_uri": redirect_uri,
        "login_hint": asked["login_hint"],
        "state": state,
        "nonce": nonce,
    }
    if asked.get("lti_message_hint"):
        parameters["lti_message_hint"] = asked["lti_message_hint"]
    url, storage = with_query(platform.auth_url, parameters), clean_text(asked.get("lti_storage_target"))
    return Login(url, cookie_of(state), secret, origin_of(platform.auth_url), storage)


def with_query(url: str, parameters: dict[str, str]) -> str:
    """The URL's own query stays in front."""
    parts = urlsplit(url)
    query = "&".join(part for part in (parts.query, urlencode(parameters, errors="replace")) if part)
    return urlunsplit(parts._replace(query=query, fragment=""))


def choose_platform(asked: dict[str, str]) -> Platform:
    """The registration that a login means. Raises Refused."""
    issuer, client = clean_text(asked["iss"], 1000), clean_text(asked.get("client_id"), 1000)
    found = Platform.objects.filter(issuer=issuer)
    if client:
        found = found.filter(client_id=client)
    if found.filter(is_active=True).exists():
        found = found.filter(is_active=True)  # who only asks to be registered is in nobody's way
    platforms = list(found[:50])
    if len(platforms) > 1 and asked.get("lti_deployment_id"):
        deployment = clean_text(asked["lti_deployment_id"])
        platforms = list(found.filter(deployments__deployment_id=deployment)[:2])
    if not platforms:
        raise Refused("platform_unknown", f"issuer {issuer[:200]!r}, client {client[:200]!r}")
    if len(platforms) > 1:
        raise Refused("platform_ambiguous", f"issuer {issuer[:200]!r} without client_id")
    if not platforms[0].is_active:
        raise Refused("platform_inactive", platform=platforms[0])
    return platforms[0]


def take_state(state: str, secrets_by_name: dict[str, str]) -> LaunchState:
    """The login that this launch answers, used up by taking it. Raises Refused.

    The secrets are those of the browser's cookies, or the one that the platform's frame kept for it.
    """
    row = LaunchState.objects.select_related("platform").filter(digest=digest(state)).first() if state else None
    if row is None:
        raise Refused("state_unknown")
    platform = row.platform
    if row.used_at is not None:
        raise Refused("state_used", platform=platform)
    secret = secrets_by_name.get(cookie_of(state), "")
    if not secret:
        raise Refused("cookie_missing", platform=platform, asked=row.asked)
    if not secrets.compare_digest(digest(secret), row.browser):
        raise Refused("cookie_missing", "another browser's cookie", platform=platform, asked=row.asked)
    now = timezone.now()
    taken = LaunchState.objects.filter(pk=row.pk, used_at=None, expires_at__gt=now).update(used_at=now)
    if not taken:
        raise Refused("state_unknown" if row.expires_at <= now else "state_used", platform=platform)
    if not platform.is_active:
        raise Refused("platform_inactive", platform=platform)
    return row


def read_token(row: LaunchState, token: str) -> tuple[Launch, Deployment]:
    """What the platform says, proved. Raises Refused, with the platform's return address once the signature holds."""
    claims = prove(row.platform, token)
    try:
        check_envelope(row, claims)
        launch = read_launch(claims)
        deployment = row.platform.deployments.filter(deployment_id=launch.deployment_id).first()
        if deployment is None:
            raise Refused("deployment", f"deployment id {launch.deployment_id!r}")
    except Refused as refused:
        refused.platform, refused.claims = row.platform, claims
        if refused.code in ("deployment", "claims", "message_type"):
            refused.return_url = read_return_url(claims)
        raise
    return launch, deployment


def prove(platform: Platform, token: str) -> dict[str, Any]:
    """The token's claims, when its signature is the platform's. Raises Refused."""
    if not token:
        raise Refused("token_missing", platform=platform)
    if len(token) > MOST_TOKEN_BYTES:
        raise Refused("token_malformed", "too long", platform=platform)
    try:
        header = jwt.get_unverified_header(token)
    except (jwt.PyJWTError, ValueError, RecursionError, TypeError) as error:
        raise Refused("token_malformed", type(error).__name__, platform=platform) from None
    if header.get("alg") != "RS256":
        raise Refused("algorithm", f"alg {str(header.get('alg'))[:40]!r}", platform=platform)
    kid = header.get("kid")
    if not isinstance(kid, str) or not kid:
        raise Refused("key_unknown", "no kid", platform=platform)
    key = find_key(platform, kid)
    try:
        payload = jwt.api_jws.decode(token, key, algorithms=["RS256"])
    except (jwt.PyJWTError, ValueError, RecursionError, TypeError) as error:
        raise Refused("signature", type(error).__name__, platform=platform) from None
    try:
        claims = json.loads(payload)
    except (ValueError, RecursionError):
        claims = None
    if not isinstance(claims, dict):
        raise Refused("token_malformed", "no object in it", platform=platform)
    return claims


def check_envelope(row: LaunchState, claims: dict[str, Any]) -> None:
    """Who says it to whom, when, and in answer to which login. Raises Refused."""
    platform = row.platform
    if claims.get("iss") != platform.issuer:
        raise Refused("issuer", f"iss {str(claims.get('iss'))[:200]!r}")
    audience, party = claims.get("aud"), claims.get("azp")
    audiences = [audience] if isinstance(audience, str) else audience
    if not isinstance(audiences, list) or platform.client_id not in audiences:
        raise Refused("audience", f"aud {str(audience)[:200]!r}")
    if party is not None and party != platform.client_id:
        raise Refused("audience", f"azp {str(party)[:200]!r}")
    if len(audiences) > 1 and party is None:
        raise Refused("audience", "several audiences without azp")
    check_times(row, claims)
    nonce = claims.get("nonce")
    if not isinstance(nonce, str) or not secrets.compare_digest(nonce.encode("utf-8", "replace"), row.nonce.encode()):
        raise Refused("nonce", "missing" if nonce is None else "not this login's")


def check_times(row: LaunchState, claims: dict[str, Any]) -> None:
    """Clocks may differ by a minute. A token that is much older than its login was not made for it."""
    now = timezone.now().timestamp()
    expires, issued = read_time(claims, "exp"), read_time(claims, "iat")
    if expires <= now - SKEW_S - 1:
        raise Refused("expired", f"exp {now - expires:.0f} s ago")
    if issued > now + SKEW_S + 1:
        raise Refused("not_yet", f"iat in {issued - now:.0f} s")
    if issued < row.created_at.timestamp() - BEFORE_LOGIN_S:
        raise Refused("expired", f"iat {now - issued:.0f} s ago")
    if "nbf" in claims and read_time(claims, "nbf") > now + SKEW_S + 1:
        raise Refused("not_yet", "nbf")


def read_time(claims: dict[str, Any], name: str) -> float:
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not -1e12 < value < 1e12:
        raise Refused("claims", f"{name} is missing or no time")
    return float(value)
