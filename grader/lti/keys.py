"""The tool's own keys: made, published, signing, retired."""

from __future__ import annotations

import secrets
from datetime import timedelta
from functools import lru_cache
from typing import Any

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from grader.lti.models import ToolKey
from grader.lti.vault import seal, unseal

BITS = 2048
# Platforms keep what they read of our keys for up to a day.
WAIT = timedelta(hours=24)


def make_key(signs_from: Any = None) -> ToolKey:
    private = rsa.generate_private_key(public_exponent=65537, key_size=BITS)
    pem = private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()
    kid = secrets.token_urlsafe(16)
    numbers = jwt.algorithms.RSAAlgorithm.to_jwk(private.public_key(), as_dict=True)
    public = {"kty": "RSA", "n": numbers["n"], "e": numbers["e"], "kid": kid, "alg": "RS256", "use": "sig"}
    return ToolKey.objects.create(kid=kid, sealed=seal(pem), public=public, signs_from=signs_from or timezone.now())


def published() -> QuerySet[ToolKey]:
    """What stands in the keyset now."""
    now = timezone.now()
    return ToolKey.objects.filter(published_at__lte=now).filter(Q(retires_at=None) | Q(retires_at__gt=now))


def signing_key() -> ToolKey:
    """The newest that may sign. The first one is made when it is first asked for."""
    key = published().filter(signs_from__lte=timezone.now()).order_by("-signs_from", "-pk").first()
    return key or make_key()


def keyset() -> dict[str, Any]:
    signing_key()
    return {"keys": [key.public for key in published()]}


def rotate(wait: timedelta = WAIT) -> ToolKey:
    """Publish a new key, to sign after `wait`; the others retire when it has signed for as long."""
    with transaction.atomic():
        now = timezone.now()
        signing_key()
        new = make_key(now + wait)
        ToolKey.objects.exclude(pk=new.pk).filter(Q(retires_at=None) | Q(retires_at__gt=now + 2 * wait)).update(
            retires_at=now + 2 * wait
        )
    return new


def state_of(key: ToolKey) -> str:
    now = timezone.now()
    if key.retires_at and key.retires_at <= now:
        return "retired"
    if key.signs_from > now:
        return "published"
    return "signing" if key.pk == signing_key().pk else "retiring"


@lru_cache(maxsize=8)
def private_pem(sealed: str, secret: str) -> str:
    """Kept by both, so that another secret opens nothing."""
    return unseal(sealed)


def sign(claims: dict[str, Any]) -> str:
    """A JWT under the signing key. Raises WrongSecret."""
    key = signing_key()
    return jwt.encode(claims, private_pem(key.sealed, settings.LTI_KEY_SECRET), "RS256", headers={"kid": key.kid})
