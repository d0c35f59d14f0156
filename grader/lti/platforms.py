"""Registering platforms by hand, and finding out whether a registration can work."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import transaction

from grader.lti import keysets, services
from grader.lti.models import Deployment, Platform, origin_of
from grader.lti.outbound import Unreachable


class BadRegistration(Exception):
    """A value that cannot be right; the text names it and the remedy."""


@dataclass(frozen=True)
class Check:
    name: str
    ok: bool
    detail: str


def add_platform(values: dict[str, str], deployments: list[str]) -> tuple[Platform, bool]:
    """A new registration, or the one that is there with the new values and more deployments. Raises BadRegistration."""
    for name in ("issuer", "client_id", "auth_url", "token_url", "keyset_url"):
        if not values[name] or len(values[name]) > (255 if name in ("issuer", "client_id") else 1000):
            raise BadRegistration(f"{name}: empty or too long; copy it from the platform's tool configuration")
    for name in ("auth_url", "token_url", "keyset_url"):
        if not origin_of(values[name]):
            raise BadRegistration(f"{name}: {values[name]!r} is no web address; write https://…")
    if not all(map(origin_of, values.get("frame_origins", "").split())):
        raise BadRegistration("frame_origin: no web address; write https://… with the host of the platform's pages")
    if any(not deployment or len(deployment) > 255 for deployment in deployments):
        raise BadRegistration("deployment_id: empty or too long; copy it from the platform's tool configuration")
    with transaction.atomic():
        named = {name: values[name] for name in ("issuer", "client_id")}
        rest = {name: value for name, value in values.items() if name not in named}
        if not rest["name"]:
            del rest["name"]
        platform, is_new = Platform.objects.update_or_create(
            **named,
            defaults={
                **rest,
                "registered_itself": False,
                "keyset": None,
                "keyset_at": None,
                "failures": 0,
                "rests_until": None,
            },
        )
        for deployment in deployments:
            Deployment.objects.get_or_create(platform=platform, deployment_id=deployment)
    return platform, is_new


def describe(platform: Platform) -> dict[str, Any]:
    names = (
        "name",
        "issuer",
        "client_id",
        "auth_url",
        "token_url",
        "keyset_url",
        "token_audience",
        "frame_origins",
        "is_active",
    )
    deployments = list(platform.deployments.order_by("pk").values_list("deployment_id", flat=True))
    return {"id": platform.pk, **{name: getattr(platform, name) for name in names}, "deployment_ids": deployments}


def check_platform(platform: Platform) -> list[Check]:
    """Ask the platform for its keys and for a token, as launches and grades will."""
    checks = []
    try:
        found = keysets.fetch(platform)["keys"]
        usable = [key for key in found if keysets.pick({"keys": [key]}, key.get("kid", ""))]
        checks.append(Check("keyset", bool(usable), f"{len(usable)} usable of {len(found)} RSA keys"))
    except Unreachable as error:
        checks.append(Check("keyset", False, str(error)))
    try:
        services.ask_token(platform, (services.SCORE,))
        checks.append(Check("token", True, "given"))
    except (Unreachable, services.NoToken) as error:
        checks.append(Check("token", False, str(error)))
    count = platform.deployments.count()
    checks.append(Check("deployments", bool(count), f"{count} registered"))
    return checks
