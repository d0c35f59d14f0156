"""The platform's services: an access token, a line item, a score, the results."""

from __future__ import annotations

import hashlib
import logging
import secrets
import time
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode, urljoin, urlsplit, urlunsplit

import redis
import requests
from django.db.models import Q
from django.utils import timezone

from grader.lti.keys import sign
from grader.lti.models import URL_LENGTH, LineItem, Platform, clean_text
from grader.lti.outbound import Unreachable, hosts_of, read_json, request
from grader.lti.vault import WrongSecret, seal, unseal
from grader.submissions.live import redis_client

logger = logging.getLogger(__name__)
AGS = "https://purl.imsglobal.org/spec/lti-ags/scope/"
SCORE, LINE_ITEM, LINE_ITEM_READ, RESULT = (
    AGS + name for name in ("score", "lineitem", "lineitem.readonly", "result.readonly")
)
ITEM_TYPE = "application/vnd.ims.lis.v2.lineitem+json"
ITEMS_TYPE = "application/vnd.ims.lis.v2.lineitemcontainer+json"
RESULTS_TYPE = "application/vnd.ims.lis.v2.resultcontainer+json"
SCORE_TYPE = "application/vnd.ims.lis.v1.score+json"
TOKEN_MARGIN_S = 60
ASSERTION_S = 300
MOST_PAGES = 50
LONGEST_LABEL = 100  # of a column; some platforms refuse longer ones


class Answered(Exception):
    """The platform said no. `words` are its own, shortened; `retry_after_s` is what it asked for."""

    def __init__(self, status: int, words: str, retry_after_s: int = 0) -> None:
        super().__init__(f"{status}: {words}")
        self.status = status
        self.words = words
        self.retry_after_s = retry_after_s


class NoToken(Exception):
    """The platform gives no access token: the registration or its clock is wrong, or it is not well."""


def words_of(answer: requests.Response) -> str:
    """The beginning of what the platform says, as text."""
    return clean_text(" ".join(answer.content[:2000].decode("utf-8", "replace").split()), 400)


def retry_after(answer: requests.Response) -> int:
    text = answer.headers.get("Retry-After", "")
    return min(int(text), 3600) if text.isdecimal() and len(text) < 6 else 0


# --- tokens -----------------------------------------------------------------------------------------------------------


def token_name(platform: Platform, scopes: tuple[str, ...]) -> str:
    """One registration's own, for exactly these scopes."""
    named = f"{platform.pk} {platform.client_id} {platform.token_url} {' '.join(sorted(scopes))}"
    return f"lti:token:{hashlib.sha256(named.encode()).hexdigest()}"


def access_token(platform: Platform, scopes: tuple[str, ...]) -> str:
    """A token for these scopes, kept until shortly before it expires. Raises Unreachable, NoToken."""
    name = token_name(platform, scopes)
    try:
        kept = redis_client().get(name)
        if kept:
            return unseal(kept.decode() if isinstance(kept, bytes) else str(kept))
    except (redis.RedisError, WrongSecret):
        pass
    token, lives_s = ask_token(platform, scopes)
    if lives_s > TOKEN_MARGIN_S:
        try:
            redis_client().set(name, seal(token), ex=lives_s - TOKEN_MARGIN_S)
        except redis.RedisError as error:
            logger.warning("LTI token is not kept: %s", error)
    return token


def forget_token(platform: Platform, scopes: tuple[str, ...]) -> None:
    try:
        redis_client().delete(token_name(platform, scopes))
    except redis.RedisError:
        pass


def ask_token(platform: Platform, scopes: tuple[str, ...]) -> tuple[str, int]:
    """(token, seconds that it lives). Raises Unreachable, NoToken."""
    now = int(time.time())
    try:
        assertion = sign(
            {
                "iss": platform.client_id,
                "sub": platform.client_id,
                "aud": platform.token_audience or platform.token_url,
                "iat": now - 5,
                "exp": now + ASSERTION_S,
                "jti": secrets.token_urlsafe(16),
            }
        )
    except WrongSecret as error:
        raise NoToken(str(error)) from None
    form = {
        "grant_type": "client_credentials",
        "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        "client_assertion": assertion,
        "scope": " ".join(sorted(scopes)),
    }
    headers = {"Accept": "application/json"}
    answer = request("POST", platform.token_url, hosts_of(platform), data=form, headers=headers)
    if answer.status_code >= 500 or answer.status_code == 429:
        raise Unreachable(f"token: status {answer.status_code}")
    if answer.status_code not in (200, 201):
        raise NoToken(f"token: status {answer.status_code}: {words_of(answer)}")
    found = read_json(answer)
    token = found.get("access_token") if isinstance(found, dict) else None
    if not isinstance(token, str) or not token or any(ord(letter) < 33 or ord(letter) > 126 for letter in token):
        raise NoToken("token: none in the answer")
    lives_s = found.get("expires_in", 3600)
    return token, int(lives_s) if isinstance(lives_s, int | float) and 0 < lives_s < 1e6 else 3600


# --- calls ------------------------------------------------------------------------------------------------------------


def call(
    platform: Platform, method: str, url: str, scopes: tuple[str, ...], *, json: Any = None, kind: str, accept: str = ""
) -> requests.Response:
    """A request with a token; with a fresh one, once, where the kept one is not taken any more.

    Raises Unreachable, NoToken, and Answered for anything but a status of 2xx.
    """
    for again in (False, True):
        headers = {"Authorization": f"Bearer {access_token(platform, scopes)}", "Accept": accept or kind}
        if json is not None:
            headers["Content-Type"] = kind
        answer = request(method, url, hosts_of(platform), headers=headers, json=json)
        if answer.status_code in (401, 403) and not again:
            forget_token(platform, scopes)
            if answer.status_code == 401:
                continue
        break
    if answer.is_redirect:
        raise Answered(answer.status_code, "redirect")
    if not 200 <= answer.status_code < 300:
        raise Answered(answer.status_code, words_of(answer), retry_after(answer))
    return answer


def below(url: str, name: str) -> str:
    """`name` under the line item: in front of the query, where it has one."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(path=parts.path.rstrip("/") + "/" + name, fragment=""))


def post_score(item: LineItem, body: dict[str, Any]) -> requests.Response:
    """Raises Unreachable, NoToken, Answered."""
    return call(item.platform, "POST", below(item.url, "scores"), (SCORE,), json=body, kind=SCORE_TYPE, accept="*/*")


def read_results(item: LineItem) -> list[Any]:
    """What the platform's column holds. Raises Unreachable, NoToken, Answered."""
    return read_pages(item.platform, below(item.url, "results"), (RESULT,), RESULTS_TYPE)


def read_pages(platform: Platform, url: str, scopes: tuple[str, ...], kind: str, inside: str = "") -> list[Any]:
    """All pages of a list, by the Link headers; the list is the answer, or in it under a name. Raises Unreachable, NoToken, Answered."""
    found: list[Any] = []
    seen: set[str] = set()
    while url and url not in seen and len(seen) < MOST_PAGES:
        seen.add(url)
        answer = call(platform, "GET", url, scopes, kind=kind)
        page = read_json(answer)
        if inside:
            page = page.get(inside) if isinstance(page, dict) else None
            if not isinstance(page, list):
                raise Unreachable(f"no list of {inside} in the answer")
        found += page if isinstance(page, list) else []
        following = answer.links.get("next", {}).get("url", "")
        url = urljoin(url, following) if following else ""
    if url and inside:
        raise Unreachable("the list does not end")
    return found


# --- line items -------------------------------------------------------------------------------------------------------


class NoLineItem(Exception):
    """The platform has no column for this link and lets us make none."""


def need_url(item: LineItem, label: str, maximum: float) -> bool:
    """Find the line item of the link, or make it. False while somebody else does. Raises as `call`, and NoLineItem."""
    if item.url:
        return True
    if not item.container_url or (LINE_ITEM not in item.scopes and LINE_ITEM_READ not in item.scopes):
        raise NoLineItem
    now = timezone.now()
    free = LineItem.objects.filter(Q(making_until=None) | Q(making_until__lt=now), pk=item.pk, url="")
    if not free.update(making_until=now + timedelta(seconds=90)):
        item.refresh_from_db()
        return bool(item.url)
    try:
        url = find_or_make(item, label, maximum)
        LineItem.objects.filter(pk=item.pk).update(url=url, making_until=None)
        item.url = url
    except BaseException:
        LineItem.objects.filter(pk=item.pk).update(making_until=None)
        raise
    return True


def find_or_make(item: LineItem, label: str, maximum: float) -> str:
    """Its address. Raises as `call`, and NoLineItem."""
    link_id = item.link.link_id
    url = item.container_url
    url += ("&" if "?" in url else "?") + urlencode({"resource_link_id": link_id})
    scope = LINE_ITEM if LINE_ITEM in item.scopes else LINE_ITEM_READ
    for row in read_pages(item.platform, url, (scope,), ITEMS_TYPE):
        if isinstance(row, dict) and str(row.get("resourceLinkId")) == link_id and isinstance(row.get("id"), str):
            return clean_text(row["id"], URL_LENGTH)
    if LINE_ITEM not in item.scopes:
        raise NoLineItem
    body = {
        "scoreMaximum": maximum,
        "label": label[:LONGEST_LABEL],
        "resourceLinkId": link_id,
        "resourceId": "gradus",
        "tag": "grade",
    }
    answer = call(item.platform, "POST", item.container_url, (LINE_ITEM,), json=body, kind=ITEM_TYPE)
    made = read_json(answer)
    found = made.get("id") if isinstance(made, dict) else None
    if not isinstance(found, str) or not found.startswith(("http://", "https://")) or len(found) > URL_LENGTH:
        raise NoLineItem
    return found
