"""A teacher picks exercises in the platform's own dialogue, and gets links with grades."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import jwt
import pytest
from django.test import Client as Browser

from exercises.models import Exercise
from grader.courses.models import Assignment, Course
from grader.lti import keys
from tests.grader.conftest import SLUG
from tests.lti.platform import CLAIM, INSTRUCTOR, LEARNER

pytestmark = pytest.mark.django_db
DL = "https://purl.imsglobal.org/spec/lti-dl/claim/"
RETURN = "https://lms.example/return?x=1"


def request(visit, role=INSTRUCTOR, settings=None, **claims):
    asked = {
        "deep_link_return_url": RETURN,
        "accept_types": ["ltiResourceLink"],
        "accept_presentation_document_targets": ["iframe"],
        "accept_multiple": True,
        "data": "opaque",
        **(settings or {}),
    }
    begun = visit()
    changes = {CLAIM + "message_type": "LtiDeepLinkingRequest", CLAIM + "resource_link": None, CLAIM + "custom": None}
    asked = {name: value for name, value in asked.items() if value is not None}
    return begun, begun.launch(role, **{**changes, DL + "deep_linking_settings": asked, **claims})


def read(answer):
    """The message that goes back, proved with the published keys."""
    text = answer.content.decode()
    token = re.search(r'name="JWT" value="([^"]+)"', text).group(1)
    key = jwt.PyJWK(keys.keyset()["keys"][0]).key
    return jwt.decode(token, key, algorithms=["RS256"], audience=re.search(r"http://127[^\"]+", str(
        jwt.decode(token, options={"verify_signature": False})["aud"])).group(0).rstrip("']"))  # fmt: skip


def test_exercises_become_links_with_line_items(visit, exercise, platform):
    begun, launched = request(visit)
    assert launched["Location"].startswith("/lti/pick/")
    page = begun.browser.get(launched["Location"])
    assert page.status_code == 200 and f'value="{SLUG}"' in page.content.decode()
    assert SLUG not in begun.browser.get(launched["Location"], {"q": "nothing like it"}).content.decode()
    assert begun.browser.post(launched["Location"]).status_code == 422
    due = datetime(2030, 1, 2, 3, 4, 5, tzinfo=UTC)
    Assignment.objects.create(course=Course.objects.get(), exercise=exercise, due_at=due)
    answer = begun.browser.post(launched["Location"], {"exercise": [SLUG, "not-there"]})
    assert f'action="{RETURN}"' in answer.content.decode()
    assert "form-action 'self' https://lms.example" in answer["Content-Security-Policy"]
    claims = read(answer)
    assert claims["iss"] == "gradus-client" and claims["aud"] == [platform.issuer]
    assert claims[CLAIM + "message_type"] == "LtiDeepLinkingResponse" and claims[CLAIM + "version"] == "1.3.0"
    assert claims[CLAIM + "deployment_id"] == "d1" and claims[DL + "data"] == "opaque" and claims["nonce"]
    (item,) = claims[DL + "content_items"]
    assert item["type"] == "ltiResourceLink" and item["custom"]["exercise"] == SLUG
    assert item["url"] == "http://testserver/lti/launch/"
    assert item["lineItem"]["scoreMaximum"] == Exercise.objects.get().current.meta["max_score"]
    assert item["submission"] == {"endDateTime": "2030-01-02T03:04:05.000Z"}


def test_what_was_not_sent_is_not_sent_back(visit, exercise):
    begun, launched = request(visit, settings={"data": None, "accept_lineitem": False, "accept_multiple": False})
    claims = read(begun.browser.post(launched["Location"], {"exercise": SLUG}))
    assert DL + "data" not in claims
    assert "lineItem" not in claims[DL + "content_items"][0]


def test_a_teacher_reads_where_only_one_can_be_chosen(visit, exercise):
    for several in (True, False):
        begun, launched = request(visit, settings={"accept_multiple": several})
        assert ("one exercise for each block" in begun.browser.get(launched["Location"]).content.decode()) is several
        picked = begun.browser.post(launched["Location"], {"exercise": SLUG}).content.decode()
        assert "one exercise for each block" not in picked, "one was chosen"


def test_sections_are_chosen_too_and_open_in_the_chapter(visit, exercise):
    begun, launched = request(visit)
    page = begun.browser.get(launched["Location"], {"q": "backward() requires"}).content.decode()
    assert "Nothing fits." in page
    page = begun.browser.get(launched["Location"], {"q": "3.2.3"}).content.decode()
    assert 'value="3.2.3"' in page and 'value="3.2.4"' not in page
    answer = begun.browser.post(launched["Location"], {"exercise": [SLUG, "3.2.3"]})
    assert "one exercise for each block" in answer.content.decode()
    _, item = read(answer)[DL + "content_items"]
    assert item["custom"]["section"] == "3.2.3" and "exercise" not in item["custom"] and "lineItem" not in item
    assert item["title"] == "3.2.3 backward()"
    for role in (LEARNER, INSTRUCTOR):
        opened = visit().launch(role, **{CLAIM + "custom": item["custom"]})
        assert opened["Location"] == "/chapters/3/#s3-2-3"
    assert not Assignment.objects.exists()
    refused = visit().launch(**{CLAIM + "custom": {"section": "9"}})
    assert refused.status_code == 400 and "section of this link is not there" in refused.content.decode()


def test_outside_of_a_course(visit, exercise):
    begun, launched = request(visit, **{CLAIM + "context": None})
    assert read(begun.browser.post(launched["Location"], {"exercise": SLUG}))[DL + "content_items"]
    assert not Course.objects.exists()


@pytest.mark.parametrize(
    ("role", "settings"),
    [
        (LEARNER, {}),
        (INSTRUCTOR, {"deep_link_return_url": None}),
        (INSTRUCTOR, {"deep_link_return_url": "javascript:alert(1)"}),
        (INSTRUCTOR, {"accept_types": ["html"]}),
    ],
)
def test_what_cannot_be_answered_is_refused(visit, exercise, role, settings):
    _begun, answer = request(visit, role, settings)
    assert answer.status_code == 400


def test_a_picker_belongs_to_its_session(visit, exercise, people):
    _begun, launched = request(visit)
    stranger = Browser()
    stranger.force_login(people["teacher"])
    for method in (stranger.get, stranger.post):
        assert method(launched["Location"], {"exercise": SLUG}).status_code == 404
