"""Dynamic Registration: a platform's administrator opens one address, and platform and tool tell each other the rest."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse

from grader.lti import deep_linking
from grader.lti.claims import DEEP_LINK, RESOURCE_LINK
from grader.lti.models import ID_LENGTH, URL_LENGTH, Deployment, Platform, clean_text, origin_of
from grader.lti.outbound import Unreachable, check_address, read_json, request
from grader.lti.refusals import Refused

TOOL = "https://purl.imsglobal.org/spec/lti-tool-configuration"
PLATFORM = "https://purl.imsglobal.org/spec/lti-platform-configuration"
AGS_SCOPES = [
    f"https://purl.imsglobal.org/spec/lti-ags/scope/{name}"
    for name in ("lineitem", "lineitem.readonly", "score", "result.readonly")
]
NRPS_SCOPE = "https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly"
CLAIMS = ["iss", "sub", "name", "given_name", "family_name", "email", "locale"]


def register(http: HttpRequest, configuration_url: str, token: str) -> Platform:
    """Read the platform's configuration, hand in ours, keep what comes back; it waits for approval. Raises Refused."""
    try:
        told = read_configuration(configuration_url)
        headers = {"Accept": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
        body = describe_tool(http)
        answer = request("POST", told["registration_endpoint"], set(), json=body, headers=headers)
        if answer.status_code not in (200, 201):
            raise Refused("registration", f"status {answer.status_code} of the registration endpoint")
        made = read_json(answer)
    except Unreachable as error:
        raise Refused("registration", str(error)) from None
    client_id = clean_text(made.get("client_id") if isinstance(made, dict) else None, ID_LENGTH + 1)
    if not client_id or len(client_id) > ID_LENGTH:
        raise Refused("registration", "no client_id in the answer")
    return keep(told, client_id, made)


def read_configuration(url: str) -> dict[str, Any]:
    """The platform's OpenID configuration. All that it names lives at its own host. Raises Refused, Unreachable."""
    answer = request("GET", url, set(), headers={"Accept": "application/json"})
    if answer.status_code != 200:
        raise Unreachable(f"configuration: status {answer.status_code}")
    told = read_json(answer)
    names = ("issuer", "authorization_endpoint", "token_endpoint", "jwks_uri", "registration_endpoint")
    if not isinstance(told, dict) or not all(isinstance(told.get(name), str) for name in names):
        raise Refused("registration", "the configuration is not complete")
    for name in names:
        limit = ID_LENGTH if name == "issuer" else URL_LENGTH
        if not origin_of(told[name]) or len(told[name]) > limit or clean_text(told[name], limit) != told[name]:
            raise Refused("registration", f"{name} is no web address")
        check_address(told[name], set())
    for name in ("issuer", "registration_endpoint"):
        if urlsplit(told[name]).hostname != urlsplit(url).hostname:
            raise Refused("registration", f"{name} is at another host than the configuration")
    return told


def describe_tool(http: HttpRequest) -> dict[str, Any]:
    """This tool as a client. What is not asked for in `claims` some platforms never send."""
    launch_url = http.build_absolute_uri(reverse("lti_launch"))
    return {
        "application_type": "web",
        "response_types": ["id_token"],
        "grant_types": ["implicit", "client_credentials"],
        "initiate_login_uri": http.build_absolute_uri(reverse("lti_login")),
        "redirect_uris": [launch_url],
        "client_name": "Gradus",
        "jwks_uri": http.build_absolute_uri(reverse("lti_jwks")),
        "token_endpoint_auth_method": "private_key_jwt",
        "id_token_signed_response_alg": "RS256",
        "scope": " ".join([*AGS_SCOPES, NRPS_SCOPE]),
        TOOL: {
            "domain": urlsplit(launch_url).netloc,
            "description": "Autograd exercises, graded at once",
            "target_link_uri": launch_url,
            "custom_parameters": deep_linking.CUSTOM,
            "claims": CLAIMS,
            "messages": [
                {"type": RESOURCE_LINK, "target_link_uri": launch_url},
                {"type": DEEP_LINK, "target_link_uri": launch_url, "label": "Gradus"},
            ],
        },
    }


def keep(told: dict[str, Any], client_id: str, made: dict[str, Any]) -> Platform:
    """A registration that nobody can launch from before an administrator approves it. Raises Refused."""
    family = told.get(PLATFORM)
    family = family.get("product_family_code") if isinstance(family, dict) else ""
    tool = made.get(TOOL)
    deployment = clean_text(tool.get("deployment_id") if isinstance(tool, dict) else made.get("deployment_id"))
    with transaction.atomic():
        if Platform.objects.filter(issuer=told["issuer"], client_id=client_id).exists():
            raise Refused("registration", "this client is registered already")
        platform = Platform.objects.create(
            name=f"{clean_text(family, 40)} {urlsplit(told['issuer']).hostname}".strip()[:120],
            issuer=told["issuer"],
            client_id=client_id,
            auth_url=told["authorization_endpoint"],
            token_url=told["token_endpoint"],
            keyset_url=told["jwks_uri"],
            token_audience=clean_text(told.get("authorization_server"), URL_LENGTH),
            is_active=False,
            registered_itself=True,
        )
        if deployment:
            Deployment.objects.create(platform=platform, deployment_id=deployment)
    return platform
