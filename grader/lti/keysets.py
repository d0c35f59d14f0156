"""The platforms' public keys: read once, kept in the database, read again when a key is not among them."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any

import jwt
from django.utils import timezone

from grader.lti.models import Platform
from grader.lti.outbound import Unreachable, hosts_of, read_json, request
from grader.lti.refusals import Refused
from grader.submissions.limits import seconds_to_wait

logger = logging.getLogger(__name__)
KEEP = timedelta(hours=1)  # then a key that the platform took back opens nothing any more
REFETCHES_PER_MINUTE = 6  # for keys that are not among those that we have
SMALLEST_BITS = 2048


def find_key(platform: Platform, kid: str) -> Any:
    """The platform's public key of that name. Raises Refused."""
    is_fresh = platform.keyset_at is not None and platform.keyset_at > timezone.now() - KEEP
    fetched = False
    if not is_fresh:
        fetched = refresh(platform)
    key = pick(platform.keyset, kid)
    if key is None and not fetched and not seconds_to_wait(f"lti:keys:{platform.pk}", REFETCHES_PER_MINUTE):
        refresh(platform)
        key = pick(platform.keyset, kid)
    if key is None:
        raise Refused("key_unknown", f"kid {kid[:80]!r}", platform=platform)
    return key


def refresh(platform: Platform) -> bool:
    """Read the keys again. False when they cannot be read and the old ones stay. Raises Refused where there are none."""
    try:
        found = fetch(platform)
    except Unreachable as error:
        logger.warning("Platform %s: keys: %s", platform.pk, error)
        if platform.keyset is None:
            raise Refused("keyset_unreachable", str(error), platform=platform) from None
        return False
    platform.keyset, platform.keyset_at = found, timezone.now()
    platform.save(update_fields=["keyset", "keyset_at"])
    return True


def fetch(platform: Platform) -> dict[str, Any]:
    """Raises Unreachable."""
    answer = request("GET", platform.keyset_url, hosts_of(platform), headers={"Accept": "application/json"})
    if answer.status_code != 200:
        raise Unreachable(f"keyset: status {answer.status_code}")
    found = read_json(answer)
    if not isinstance(found, dict) or not isinstance(found.get("keys"), list):
        raise Unreachable("keyset: no list of keys")
    return {"keys": [key for key in found["keys"] if isinstance(key, dict) and key.get("kty") == "RSA"]}


def pick(keyset: dict[str, Any] | None, kid: str) -> Any:
    """The RSA key of that name that may sign; None where there is none that is fit."""
    for entry in (keyset or {}).get("keys", []):
        if entry.get("kid") != kid or entry.get("use", "sig") != "sig" or entry.get("alg", "RS256") != "RS256":
            continue
        try:
            key = jwt.algorithms.RSAAlgorithm.from_jwk(entry)
        except (jwt.PyJWTError, ValueError, TypeError, KeyError):
            continue
        if hasattr(key, "public_numbers") and not hasattr(key, "private_numbers") and key.key_size >= SMALLEST_BITS:
            return key
    return None
