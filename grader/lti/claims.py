"""What an id_token must hold, checked claim by claim, as a plain dataclass."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

from grader.lti.models import ID_LENGTH, clean_text
from grader.lti.refusals import Refused

CLAIM = "https://purl.imsglobal.org/spec/lti/claim/"
AGS = "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint"
NRPS = "https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice"
DEEP_LINKING = "https://purl.imsglobal.org/spec/lti-dl/claim/deep_linking_settings"
RESOURCE_LINK, DEEP_LINK = "LtiResourceLinkRequest", "LtiDeepLinkingRequest"
MOST_ROLES = 100


@dataclass(frozen=True)
class Launch:
    """A launch whose signature, time and nonce have been proved."""

    message_type: str
    deployment_id: str
    sub: str
    roles: tuple[str, ...]
    target_link_uri: str
    link_id: str = ""
    link_title: str = ""
    context_id: str = ""
    context_label: str = ""
    context_title: str = ""
    given_name: str = ""
    family_name: str = ""
    email: str = ""
    locale: str = ""
    return_url: str = ""
    custom: dict[str, str] = field(default_factory=dict)
    ags: dict[str, Any] = field(default_factory=dict)
    nrps: dict[str, Any] = field(default_factory=dict)
    deep_linking: dict[str, Any] = field(default_factory=dict)

    @property
    def exercise(self) -> str:
        """What the link's own parameter names, or else that of its address."""
        named = self.custom.get("exercise", "")
        if not named:
            named = next(iter(parse_qs(urlsplit(self.target_link_uri).query).get("exercise", [])), "")
        return named.strip()[:100]

    @property
    def section(self) -> str:
        """The section of a chapter that the link's own parameter names."""
        return self.custom.get("section", "").strip()[:100]


def wrong(what: str) -> Refused:
    return Refused("claims", what)


def need_id(value: Any, name: str) -> str:
    """A non-empty text that fits its column. Raises Refused."""
    if not isinstance(value, str) or not value.strip() or len(value) > ID_LENGTH or clean_text(value) != value.strip():
        raise wrong(f"{name} is missing or no text of 1 to {ID_LENGTH} characters")
    return value.strip()


def need_object(value: Any, name: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise wrong(f"{name} is missing or no object")
    return value


def as_object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def read_names(told: dict[str, Any]) -> tuple[str, str]:
    """Given and family name; of a platform that has neither, whatever it calls the person."""
    given, family = clean_text(told.get("given_name"), 150), clean_text(told.get("family_name"), 150)
    whole = clean_text(told.get("name"), 150) or clean_text(told.get("preferred_username"), 150)
    return given or ("" if family else whole), family


def read_roles(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or len(value) > MOST_ROLES or not all(isinstance(role, str) for role in value):
        raise wrong("roles is missing or no list of texts")
    return tuple(value)


def read_target(value: Any) -> str:
    try:
        parts = urlsplit(value) if isinstance(value, str) else None
    except ValueError:
        parts = None
    if parts is None or parts.scheme not in ("http", "https") or not parts.netloc:
        raise wrong("target_link_uri is missing or no web address")
    return str(value)


def read_return_url(claims: dict[str, Any]) -> str:
    """Where the platform wants people back; only web addresses."""
    found = clean_text(as_object(claims.get(CLAIM + "launch_presentation")).get("return_url"), 2000)
    return found if found.startswith(("https://", "http://")) else ""


def read_launch(claims: dict[str, Any]) -> Launch:
    """Raises Refused."""
    if claims.get(CLAIM + "version") != "1.3.0":
        raise Refused("version", f"version {str(claims.get(CLAIM + 'version'))[:40]!r}")
    message_type = claims.get(CLAIM + "message_type")
    if not isinstance(message_type, str) or not message_type:
        raise wrong("message_type is missing or no text")
    if message_type not in (RESOURCE_LINK, DEEP_LINK):
        raise Refused("message_type", f"message_type {message_type[:80]!r}")
    context = claims.get(CLAIM + "context")
    context = {} if context is None else need_object(context, "context")
    link: dict[str, Any] = {}
    if message_type == RESOURCE_LINK:
        link = need_object(claims.get(CLAIM + "resource_link"), "resource_link")
        need_id(link.get("id"), "resource_link.id")
        target = read_target(claims.get(CLAIM + "target_link_uri"))
    else:
        target = clean_text(claims.get(CLAIM + "target_link_uri"), 2000)
        need_object(claims.get(DEEP_LINKING), "deep_linking_settings")
    presentation = as_object(claims.get(CLAIM + "launch_presentation"))
    custom = as_object(claims.get(CLAIM + "custom"))
    given, family = read_names(claims)
    return Launch(
        message_type=message_type,
        deployment_id=need_id(claims.get(CLAIM + "deployment_id"), "deployment_id"),
        sub=need_id(claims.get("sub"), "sub"),
        roles=read_roles(claims.get(CLAIM + "roles")),
        target_link_uri=target,
        link_id=link.get("id", "").strip(),
        link_title=clean_text(link.get("title"), 200),
        context_id=need_id(context["id"], "context.id") if "id" in context else "",
        context_label=clean_text(context.get("label"), 200),
        context_title=clean_text(context.get("title"), 200),
        given_name=given,
        family_name=family,
        email=clean_text(claims.get("email"), 254),
        locale=clean_text(presentation.get("locale"), 35) or clean_text(claims.get("locale"), 35),
        return_url=read_return_url(claims),
        custom={clean_text(key): clean_text(value, 1000) for key, value in custom.items() if isinstance(value, str)},
        ags=as_object(claims.get(AGS)),
        nrps=as_object(claims.get(NRPS)),
        deep_linking=as_object(claims.get(DEEP_LINKING)),
    )
