"""Making, finding and revoking tokens.

A token is `gradus_`, 36 random letters and digits (214 bits), and 6 more that are their checksum, so that who finds one
in a file, as secret scanners do, can tell it from chance: `gradus_[0-9A-Za-z]{42}`.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
import re
import secrets
import string
import zlib
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from grader.api.models import Scope, Token, tokens_of

logger = logging.getLogger(__name__)
PREFIX = "gradus_"
ALPHABET = string.digits + string.ascii_uppercase + string.ascii_lowercase
RANDOM, CHECKSUM = 36, 6
FORM = re.compile(rf"{PREFIX}[0-9A-Za-z]{{{RANDOM + CHECKSUM}}}")
MOST_TOKENS = 20
DAYS = (7, 30, 90, 180, 365)
# How exactly the time of the last use is kept: writing it at each use would make of each reading a writing.
USE_KEPT_EACH = timedelta(minutes=1)


class NameTaken(Exception):
    """The user has a token of this name."""


class TooMany(Exception):
    """The user has as many tokens as one may have."""


def draw() -> str:
    body = "".join(secrets.choice(ALPHABET) for _ in range(RANDOM))
    return PREFIX + body + checksum(body)


def checksum(body: str) -> str:
    """CRC-32 in base 62."""
    number, digits = zlib.crc32(body.encode()), ""
    for _ in range(CHECKSUM):
        number, digit = divmod(number, len(ALPHABET))
        digits = ALPHABET[digit] + digits
    return digits


def is_well_formed(text: str) -> bool:
    return bool(FORM.fullmatch(text)) and checksum(text[len(PREFIX) : -CHECKSUM]) == text[-CHECKSUM:]


def digest_of(text: str) -> str:
    """A plain hash is enough: nobody guesses 214 random bits, however fast they hash."""
    return hashlib.sha256(text.encode()).hexdigest()


def make(user: Any, name: str, scopes: Iterable[str], days: int) -> tuple[Token, str]:
    """A new token, and its text, which nobody can get again. Raises NameTaken, TooMany."""
    text, now = draw(), timezone.now()
    if tokens_of(user.pk).count() >= MOST_TOKENS:
        raise TooMany
    chosen = " ".join(scope for scope in Scope.values if scope in set(scopes))
    try:
        with transaction.atomic():
            token = Token.objects.create(
                user=user, name=name, digest=digest_of(text), scopes=chosen, expires_at=now + timedelta(days=days)
            )
    except IntegrityError:
        raise NameTaken from None
    logger.info("User %s made token %s (%s) for %d days", user.pk, token.pk, chosen, days)
    return token, text


def revoke(user: Any, pk: int) -> bool:
    """From now on it opens nothing. False where it is not one of the user's."""
    gone, _ = tokens_of(user.pk).filter(pk=pk).delete()
    if gone:
        logger.info("User %s revoked token %s", user.pk, pk)
    return bool(gone)


def find(text: str) -> Token | None:
    """The token with its user, expired or not; None for what is none, is revoked, or whose user is shut out.

    It is looked up by its hash: how long a search in an index takes tells something of the hash, and nothing of the token.
    """
    if not is_well_formed(text):
        return None
    digest = digest_of(text)
    token = Token.objects.select_related("user").filter(digest=digest).first()
    if token is None or not hmac.compare_digest(token.digest, digest) or not token.user.is_active:
        return None
    return token


def note_use(token: Token) -> None:
    now = timezone.now()
    if token.last_used_at is None or token.last_used_at < now - USE_KEPT_EACH:
        stale = Q(last_used_at=None) | Q(last_used_at__lt=now - USE_KEPT_EACH)
        Token.objects.filter(stale, pk=token.pk).update(last_used_at=now)
