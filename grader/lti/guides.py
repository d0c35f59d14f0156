"""What an administrator pastes into each family of platforms, with this installation's own addresses."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from grader.lti import deep_linking


@dataclass(frozen=True)
class Paste:
    """One field, as the platform's own English pages call it."""

    label: str
    value: str


@dataclass(frozen=True)
class Guide:
    """`where`: the way to the platform's form. `after`: what is switched on there. `known`: what all its hosts share."""

    slug: str
    name: str
    where: str
    pastes: list[Paste]
    after: str = ""
    document: str = ""  # one text with everything in it, for platforms that take one
    known: dict[str, str] = field(default_factory=dict)

    @property
    def register_url(self) -> str:
        """The form for registering by hand, filled in as far as the family tells."""
        return f"{reverse('admin:lti_platform_add')}?{urlencode({'name': self.name, **self.known})}"


@dataclass(frozen=True)
class Addresses:
    """This installation's own."""

    login: str
    launch: str
    keys: str
    config: str
    register: str

    @property
    def host(self) -> str:
        return urlsplit(self.launch).hostname or ""

    @property
    def is_https(self) -> bool:
        return self.launch.startswith("https://")


def addresses_of(request: HttpRequest) -> Addresses:
    names = ("lti_login", "lti_launch", "lti_jwks", "lti_config", "lti_register")
    return Addresses(*(request.build_absolute_uri(reverse(name)) for name in names))


def custom_lines() -> str:
    return "\n".join(f"{name}={value}" for name, value in deep_linking.CUSTOM.items())


def list_guides(here: Addresses, configuration: dict[str, Any]) -> list[Guide]:
    """`configuration` is what stands at /lti/config.json."""
    return [
        moodle(here),
        canvas(here, configuration),
        open_edx(here),
        blackboard(here),
        brightspace(here),
        sakai(here),
    ]


def moodle(here: Addresses) -> Guide:
    return Guide(
        "moodle",
        "Moodle",
        _(
            "Site administration → Plugins → External tool → Manage tools. Paste the first address into “Tool URL” and "
            "choose “Add LTI Advantage”; or “configure a tool manually” with the others."
        ),
        [
            Paste("Tool URL (Add LTI Advantage)", here.register),
            Paste("Tool URL", here.launch),
            Paste("LTI version", "LTI 1.3"),
            Paste("Public key type", "Keyset URL"),
            Paste("Public keyset", here.keys),
            Paste("Initiate login URL", here.login),
            Paste("Redirection URI(s)", here.launch),
            Paste("Custom parameters", custom_lines()),
            Paste("Content Selection URL", here.launch),
        ],
        _(
            "Switch on: Supports Deep Linking; grade sync and column management; members' names and roles; share name "
            "and e-mail; accept grades. A tool that was added by its address arrives as pending: activate it."
        ),
        known={
            "issuer": "https://moodle.example",
            "auth_url": "https://moodle.example/mod/lti/auth.php",
            "token_url": "https://moodle.example/mod/lti/token.php",
            "keyset_url": "https://moodle.example/mod/lti/certs.php",
        },
    )


def canvas(here: Addresses, configuration: dict[str, Any]) -> Guide:
    return Guide(
        "canvas",
        "Canvas",
        _(
            "Admin → Developer Keys → + Developer Key → + LTI Key. Method “Enter URL” with the address, or “Paste JSON” "
            "with the text below. Switch the key on, then Settings → Apps → + App → By Client ID."
        ),
        [Paste("JSON URL", here.config), Paste("Redirect URIs", here.launch)],
        _("The deployment id stands in the app's menu; the client id above the key."),
        json.dumps(configuration, indent=2, ensure_ascii=False),
        known={
            "issuer": "https://canvas.instructure.com",
            "auth_url": "https://sso.canvaslms.com/api/lti/authorize_redirect",
            "token_url": "https://sso.canvaslms.com/login/oauth2/token",
            "keyset_url": "https://sso.canvaslms.com/api/lti/security/jwks",
        },
    )


def open_edx(here: Addresses) -> Guide:
    return Guide(
        "open-edx",
        "Open edX",
        _(
            "Studio: Advanced settings → Advanced module list: add \"lti_consumer\". In a unit: Advanced → LTI Consumer, "
            "and edit the block."
        ),
        [
            Paste("LTI Version", "LTI 1.3"),
            Paste("Tool Launch URL", here.launch),
            Paste("Registered Redirect URIs", json.dumps([here.launch])),
            Paste("Tool Initiate Login URL", here.login),
            Paste("Tool Public Key Mode", "Keyset URL"),
            Paste("Tool Keyset URL", here.keys),
            Paste("Deep Linking Launch URL", here.launch),
            Paste("Custom Parameters", '["exercise=SLUG"]'),
        ],
        _(
            "Switch on: Scored; Deep linking; LTI NRPS; request user's username and e-mail. The block then shows client "
            "id, deployment id and the platform's addresses."
        ),
    )  # fmt: skip


def blackboard(here: Addresses) -> Guide:
    return Guide(
        "blackboard",
        "Blackboard Learn",
        _(
            "developer.anthology.com → My Apps → + with LTI 1.3 on; it gives the application id (client id). Then in "
            "Learn: Administrator → LTI Tool Providers → Register LTI 1.3 Tool."
        ),
        [
            Paste("Domain(s)", here.host),
            Paste("Login Initiation URL", here.login),
            Paste("Tool Redirect URL(s)", here.launch),
            Paste("Tool JWKS URL", here.keys),
            Paste("Signing Algorithm", "RS256"),
            Paste("Custom Parameters", custom_lines()),
            Paste("Target Link URI", here.launch),
        ],
        _(
            "Switch on: role, name and e-mail; grade service; membership service. Add a placement “Deep Linking content "
            "tool” with the target link."
        ),
        known={
            "issuer": "https://blackboard.com",
            "auth_url": "https://developer.blackboard.com/api/v1/gateway/oidcauth",
            "token_url": "https://developer.blackboard.com/api/v1/gateway/oauth2/jwttoken",
            "keyset_url": "https://developer.blackboard.com/api/v1/management/applications/CLIENT_ID/jwks.json",
        },
    )


def brightspace(here: Addresses) -> Guide:
    return Guide(
        "brightspace",
        "D2L Brightspace",
        _(
            "Admin Tools → Manage Extensibility → LTI Advantage → Register Tool: “Dynamic” with the first address, or "
            "“Standard” with the others. Then New Deployment, and a link of it."
        ),
        [
            Paste("Tool initiation registration endpoint", here.register),
            Paste("Domain", here.host),
            Paste("Redirect URLs", here.launch),
            Paste("OpenID Connect Login URL", here.login),
            Paste("Target Link URI", here.launch),
            Paste("Keyset URL", here.keys),
            Paste("Custom Parameters", custom_lines()),
        ],
        _("Switch on: Assignment and Grade Services, Deep Linking, Names and Role Provisioning; name and e-mail."),
        known={
            "issuer": "https://school.brightspace.com",
            "auth_url": "https://school.brightspace.com/d2l/lti/authenticate",
            "token_url": "https://auth.brightspace.com/core/connect/token",
            "keyset_url": "https://school.brightspace.com/d2l/.well-known/jwks",
            "token_audience": "https://api.brightspace.com/auth/token",
        },
    )


def sakai(here: Addresses) -> Guide:
    return Guide(
        "sakai",
        "Sakai",
        _(
            "Administration Workspace → External Tools → Install LTI 1.x Tool: “Use LTI Advantage auto configuration” "
            "with the first address, or the others by hand."
        ),
        [
            Paste("Dynamic Registration URL", here.register),
            Paste("Launch URL", here.launch),
            Paste("LTI 1.3 Tool OpenID Connect/Initialization Endpoint", here.login),
            Paste("LTI 1.3 Tool Redirect Endpoint(s)", here.launch),
            Paste("LTI 1.3 Tool Keyset URL", here.keys),
            Paste("Custom Parameters", custom_lines()),
        ],
        _(
            "Switch on: send names and e-mail; roster; grades; content selection. The deployment id is 1 unless it was changed."
        ),
        known={
            "issuer": "https://sakai.example",
            "auth_url": "https://sakai.example/imsoidc/lti13/oidc_auth",
            "token_url": "https://sakai.example/imsblis/lti13/token/TOOL",
            "keyset_url": "https://sakai.example/imsblis/lti13/keyset",
        },
    )
