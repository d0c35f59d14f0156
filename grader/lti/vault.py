"""What is kept encrypted: the tool's private keys in the database, access tokens in the cache."""

from __future__ import annotations

import base64
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


class WrongSecret(Exception):
    """What is stored was encrypted with another LTI_KEY_SECRET."""


@lru_cache(maxsize=4)
def cipher(secret: str) -> Fernet:
    """AES-CBC with HMAC, keyed by what HKDF makes of the setting: any text of enough letters will do there."""
    key = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"gradus lti").derive(secret.encode())
    return Fernet(base64.urlsafe_b64encode(key))


def seal(text: str) -> str:
    return cipher(settings.LTI_KEY_SECRET).encrypt(text.encode()).decode()


def unseal(sealed: str) -> str:
    """Raises WrongSecret."""
    try:
        return cipher(settings.LTI_KEY_SECRET).decrypt(sealed.encode()).decode()
    except InvalidToken:
        raise WrongSecret("LTI_KEY_SECRET is not the one that the keys in the database were encrypted with") from None
