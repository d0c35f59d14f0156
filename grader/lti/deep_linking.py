"""Deep Linking 2.0: a teacher picks exercises here, and the platform makes links of them."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from exercises.models import Exercise
from grader.courses.models import TEACHING, Assignment
from grader.lti.claims import CLAIM, Launch
from grader.lti.keys import sign
from grader.lti.models import Platform, clean_text, origin_of
from grader.lti.outbox import iso
from grader.lti.people import Arrival
from grader.lti.refusals import Refused
from grader.lti.sections import list_sections

DL = "https://purl.imsglobal.org/spec/lti-dl/claim/"
KEY = "lti-picks"  # of the session: what each open picker has to answer
MOST_PICKS = 5
ANSWER_S = 300
CUSTOM = {"context_id_history": "$Context.id.history", "resource_link_id_history": "$ResourceLink.id.history"}


@dataclass(frozen=True)
class Choice:
    """What can be picked. `slug`: an exercise's, or the number of a chapter's section, which has no points."""

    slug: str
    title: str
    section: str
    points: float
    is_section: bool = False


def prepare(platform: Platform, told: Launch, arrival: Arrival) -> dict[str, Any]:
    """What has to be answered. Raises Refused."""
    if arrival.role not in TEACHING:
        raise Refused("teaching_only", f"roles {', '.join(told.roles)[:200]}")
    wanted = told.deep_linking
    return_url = clean_text(wanted.get("deep_link_return_url"), 2000)
    if not origin_of(return_url):
        raise Refused("claims", "deep_link_return_url is missing or no web address")
    types = wanted.get("accept_types")
    if isinstance(types, list) and "ltiResourceLink" not in types:
        raise Refused("message_type", "ltiResourceLink is not among accept_types")
    pick: dict[str, Any] = {
        "platform": platform.pk,
        "deployment_id": told.deployment_id,
        "return_url": return_url,
        "multiple": wanted.get("accept_multiple") is not False,
        "line_items": wanted.get("accept_lineitem") is not False,
        "course": arrival.course.pk if arrival.course else None,
        "language": arrival.course.language if arrival.course else "",
    }
    if isinstance(wanted.get("data"), str):
        pick["data"] = wanted["data"]
    return pick


def keep(request: HttpRequest, pick: dict[str, Any]) -> str:
    """With the session; its name goes into the address, so that two tabs do not mix."""
    name = secrets.token_urlsafe(12)
    picks = {**(request.session.get(KEY) or {}), name: pick}
    request.session[KEY] = dict(list(picks.items())[-MOST_PICKS:])
    return name


def list_choices(locale: str, words: str = "") -> list[Choice]:
    """What is published, by section; with every one of the words in its name, title or section."""
    rows = Exercise.objects.filter(current__isnull=False).select_related("current")
    rows = rows.defer("current__files", "current__variants").order_by("slug")
    found = []
    for row in rows:
        assert row.current is not None
        meta = row.current.meta
        choice = Choice(
            row.slug, str(row.current.title(locale)), str(meta.get("section", "")), float(meta["max_score"])
        )
        text = f"{choice.slug} {choice.title} {choice.section}".lower()
        if all(word in text for word in words.lower().split()):
            found.append(choice)
    return sorted(found, key=lambda choice: (choice.section, choice.title))


def list_reading(locale: str, words: str = "") -> list[Choice]:
    """The sections of the chapters, with every one of the words in number, title or chapter."""
    found = [
        Choice(section.name, section.title, section.chapter, 0.0, is_section=True) for section in list_sections(locale)
    ]
    wanted = words.lower().split()
    return [row for row in found if all(word in f"{row.title} {row.section}".lower() for word in wanted)]


def content_items(pick: dict[str, Any], choices: list[Choice], launch_url: str) -> list[dict[str, Any]]:
    """The links as the platform is to make them; what each opens stands in a parameter, the address is one for all."""
    due = dict(
        Assignment.objects.filter(course=pick["course"], exercise__slug__in=[choice.slug for choice in choices])
        .exclude(due_at=None)
        .values_list("exercise__slug", "due_at")
    )
    items = []
    for choice in choices:
        item: dict[str, Any] = {
            "type": "ltiResourceLink",
            "title": choice.title,
            "url": launch_url,
            "custom": {"section" if choice.is_section else "exercise": choice.slug, **CUSTOM},
        }
        if pick["line_items"] and choice.points > 0:
            item["lineItem"] = {
                "scoreMaximum": choice.points, "label": choice.title, "resourceId": choice.slug, "tag": "grade"
            }  # fmt: skip
        if choice.slug in due:
            item["submission"] = {"endDateTime": iso(due[choice.slug])}
        items.append(item)
    return items


def answer(platform: Platform, pick: dict[str, Any], items: list[dict[str, Any]]) -> str:
    """The signed message that the teacher's browser takes back."""
    now = int(time.time())
    claims = {
        "iss": platform.client_id,
        "aud": [platform.issuer],
        "iat": now - 5,
        "exp": now + ANSWER_S,
        "nonce": secrets.token_urlsafe(24),
        CLAIM + "deployment_id": pick["deployment_id"],
        CLAIM + "message_type": "LtiDeepLinkingResponse",
        CLAIM + "version": "1.3.0",
        DL + "content_items": items,
    }
    if "data" in pick:
        claims[DL + "data"] = pick["data"]
    return sign(claims)
