"""Limits on guessing passwords that nobody can turn against others.

A limit for an account alone would let anybody lock anybody out, and one for an address alone a whole campus, which has
one address. So it matters from where somebody tries:

- From one place, an account may fail 10 times in 5 minutes. A place is an address, or a browser in which that person has
  logged in before (a signed cookie says so): wrong tries from elsewhere never count against it.
- All strangers together, who are neither in such a browser nor at an address where the account has logged in within a
  month, may fail 60 times an hour for one account: guessing from many addresses is as slow as from one.
- An address may fail 300 times in a quarter of an hour, for all accounts together. Then it lets strangers wait, and gives
  those who have logged in from there before 3 tries in place of 10.

Counted before the password is looked at, so that guesses side by side count too; what succeeds is taken back. Accounts
that do not exist are counted like all others. Without Redis nothing is counted: it must not lock a class out.
"""

from __future__ import annotations

import hashlib
import logging
from dataclasses import dataclass

import redis

from grader.submissions.live import redis_client

logger = logging.getLogger(__name__)
KNOWN_S = 30 * 24 * 3600


@dataclass(frozen=True)
class Limit:
    failures: int
    window_s: int


PLACE = Limit(10, 5 * 60)
PLACE_WHERE_MANY_FAIL = 3
STRANGERS = Limit(60, 60 * 60)
ADDRESS = Limit(300, 15 * 60)


def short(text: str) -> str:
    """Of a fixed length, and no name in Redis."""
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:32]


def account_of(name: str) -> str:
    """Which account a typed name means, for counting."""
    return short(name.strip().lower()[:150])


@dataclass(frozen=True)
class Attempt:
    """A try to log in. `browser` is what the cookie of a browser says that has been used for the account before."""

    account: str
    address: str
    browser: str = ""

    @property
    def place(self) -> str:
        return f"login:place:{self.account}:{short(self.browser or self.address)}"

    @property
    def strangers(self) -> str:
        return f"login:strangers:{self.account}"

    @property
    def everybody(self) -> str:
        return f"login:address:{short(self.address)}"

    @property
    def known(self) -> str:
        return f"login:known:{self.account}:{short(self.address)}"

    @property
    def counters(self) -> dict[str, Limit]:
        """What a failure counts for; a browser that is known counts for itself alone."""
        if self.browser:
            return {self.place: PLACE}
        return {self.place: PLACE, self.strangers: STRANGERS, self.everybody: ADDRESS}


def begin(attempt: Attempt) -> int:
    """Count the try; 0 if it may be made, else the seconds until it may be made again."""
    try:
        counts, is_known = count(attempt)
        wait_s, why = judge(attempt, counts, is_known)
        if wait_s:
            take_back(attempt)
            logger.warning("Login refused for %d s: too many wrong passwords %s", wait_s, why)
        return wait_s
    except redis.RedisError as error:
        logger.warning("No limit on guessing passwords: %s", error)
        return 0


def count(attempt: Attempt) -> tuple[dict[str, tuple[int, int]], bool]:
    """Tries and seconds left by counter, this try included; and whether the account has logged in from here."""
    with redis_client().pipeline(transaction=True) as pipe:
        for key, limit in attempt.counters.items():
            pipe.set(key, 0, ex=limit.window_s, nx=True)
            pipe.incr(key)
            pipe.ttl(key)
        pipe.exists(attempt.known)
        *found, is_known = pipe.execute()
    triples = zip(attempt.counters, found[1::3], found[2::3], strict=True)
    return {key: (int(used), int(left_s)) for key, used, left_s in triples}, bool(is_known)


def judge(attempt: Attempt, counts: dict[str, tuple[int, int]], is_known: bool) -> tuple[int, str]:
    """How long to wait, and for which reason; 0 if not at all."""
    over = {key: max(1, left_s) for key, (used, left_s) in counts.items() if used > attempt.counters[key].failures}
    used, left_s = counts[attempt.place]
    if is_known and attempt.everybody in over and used > PLACE_WHERE_MANY_FAIL:
        over[attempt.place] = max(1, left_s)
    reasons = {attempt.place: "for one account from one place"}
    if not is_known:
        reasons |= {attempt.strangers: "for one account", attempt.everybody: f"from {attempt.address}"}
    waits = [(over[key], reason) for key, reason in reasons.items() if key in over]
    return max(waits, default=(0, ""))


def take_back(attempt: Attempt, but: str = "") -> None:
    """The try counts for nothing, for it was not made, or was right."""
    with redis_client().pipeline(transaction=True) as pipe:
        for key, limit in attempt.counters.items():
            if key != but:
                pipe.set(key, 0, ex=limit.window_s, nx=True)  # in case its window has just ended
                pipe.decr(key)
        pipe.execute()


def succeeded(attempt: Attempt) -> None:
    """The password was right: the place begins anew, and its address is known for the account."""
    try:
        take_back(attempt, but=attempt.place)
        with redis_client().pipeline(transaction=True) as pipe:
            pipe.delete(attempt.place)
            pipe.set(attempt.known, 1, ex=KNOWN_S)
            pipe.execute()
    except redis.RedisError as error:
        logger.warning("A login was not noted: %s", error)


def unlock(account: str = "", address: str = "") -> int:
    """Forget the failures of an account from everywhere, or those of an address. The number of counters removed."""
    client = redis_client()
    keys = [f"login:address:{short(address)}"] if address else []
    if account:
        keys += [f"login:strangers:{account}", *client.scan_iter(f"login:place:{account}:*", count=1000)]
    return int(client.delete(*keys)) if keys else 0
