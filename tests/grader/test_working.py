"""The exercise page: drafts, limits, bad input, languages."""

from __future__ import annotations

import gzip
import json
import re

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile

from grader.submissions import grading
from grader.submissions.models import Draft, Status, Submission
from tests.grader.conftest import SLUG, SOLUTION, STARTER
from tests.grader.rows import outcome, queue

pytestmark = pytest.mark.django_db
EXERCISE = f"/exercises/{SLUG}/"
HTMX = {"hx-request": "true"}


@pytest.fixture
def student(browse):
    return browse("student")


def save(browser, source, revision):
    answer = browser.post(EXERCISE + "draft/", {"source": source, "revision": str(revision)})
    return answer.status_code, json.loads(answer.content)


def test_the_editor_begins_with_the_starter(student):
    page = student.get(EXERCISE).context["page"]
    assert (page.text, page.draft_revision) == (STARTER, 0)


def test_a_draft_is_kept(student):
    assert save(student, "a = 1\n", 0) == (200, {"revision": 1})
    assert save(student, "a = 2\n", 1) == (200, {"revision": 2})
    page = student.get(EXERCISE).context["page"]
    assert (page.text, page.draft_revision) == ("a = 2\n", 2)


def test_a_draft_saved_elsewhere_is_not_overwritten(student):
    save(student, "a = 1", 0)
    save(student, "there", 1)
    assert save(student, "here", 1) == (409, {"revision": 2, "source": "there"})
    assert save(student, "here", 0) == (409, {"revision": 2, "source": "there"})
    assert Draft.objects.get().text == "there"
    assert save(student, "here", 2) == (200, {"revision": 3})


@pytest.mark.parametrize("revision", ["", "-1", "x", "1" * 12])
def test_a_draft_without_a_revision_is_refused(student, revision):
    assert student.post(EXERCISE + "draft/", {"source": "a", "revision": revision}).status_code == 400


def test_a_draft_may_be_longer_than_a_submission_but_not_endless(student):
    assert save(student, "#" * 100_000, 0)[0] == 200
    status, answer = save(student, "#" * 300_000, 1)
    assert (status, "256" in answer["error"]) == (413, True)


def test_the_newest_of_draft_and_submission_is_in_the_editor(student, people, exercise):
    save(student, "draft", 0)
    queue(people["student"], exercise, source=b"handed in")
    page = student.get(EXERCISE).context["page"]
    assert (page.text, page.draft_revision) == ("handed in", 1)
    save(student, "newer draft", 1)
    assert student.get(EXERCISE).context["page"].text == "newer draft"


def test_form_text_arrives_with_unix_lines(student):
    student.post(EXERCISE + "submit/", {"source": "a = 1\r\nb = 2\r\n"})
    assert bytes(Submission.objects.get().source) == b"a = 1\nb = 2\n"


@pytest.mark.parametrize("raw", [b"\xff\xfe = 1", b"a = 1\x00b", "名字 = '張量'".encode(), b"\r\n"])
def test_an_uploaded_file_arrives_byte_for_byte(student, raw):
    student.post(EXERCISE + "submit/", {"file": SimpleUploadedFile("train.py", raw)})
    assert bytes(Submission.objects.get().source) == raw


@pytest.mark.parametrize("raw", [b"\xff\xfe = 1", b"a = 1\x00b", "名字".encode()])
@pytest.mark.parametrize("quoted", [True, False])
def test_a_form_field_arrives_byte_for_byte(student, raw, quoted):
    body = b"source=" + (b"".join(b"%%%02X" % byte for byte in raw) if quoted else raw.replace(b" ", b"+"))
    student.post(EXERCISE + "submit/", body, content_type="application/x-www-form-urlencoded")
    assert bytes(Submission.objects.get().source) == raw


def test_too_much_is_refused_and_stays_in_the_editor(student):
    source = "#" * (64 * 1024 + 1)
    fragment = student.post(EXERCISE + "submit/", {"source": source}, headers=HTMX)
    assert fragment.status_code == 413
    assert "65 KiB" in fragment.content.decode()
    page = student.post(EXERCISE + "submit/", {"source": source})
    assert page.status_code == 413
    assert page.context["page"].text == source
    assert page.context["page"].notice
    assert Submission.objects.count() == 0
    assert student.post(EXERCISE + "submit/", {"source": source[1:]}, headers=HTMX).status_code == 200


def test_far_too_much_is_a_413_of_its_own(student):
    answer = student.post(EXERCISE + "submit/", {"source": "#" * (2 * 1024 * 1024)})
    assert answer.status_code == 413
    assert Submission.objects.count() == 0


def test_runs_and_submissions_are_limited_per_person(student, browse, settings):
    settings.RUNS_PER_MINUTE = 3
    for purpose in ("run", "submit", "run"):
        assert student.post(EXERCISE + purpose + "/", {"source": "a"}, headers=HTMX).status_code == 200
    refused = student.post(EXERCISE + "submit/", {"source": "kept text"}, headers={"accept-language": "zh-hant"})
    assert refused.status_code == 429
    assert 0 < int(refused["Retry-After"]) <= 60
    assert refused.context["page"].text == "kept text"
    assert Submission.objects.count() == 3
    assert browse("classmate").post(EXERCISE + "run/", {"source": "a"}, headers=HTMX).status_code == 200


def test_logging_in_is_limited(people, client):
    for _ in range(10):
        assert client.post("/accounts/login/", {"username": "student", "password": "wrong"}).status_code == 200
    answer = client.post("/accounts/login/", {"username": "student", "password": "password-of-student"})
    assert answer.status_code == 429
    assert answer["Retry-After"]


def test_logging_in_leads_to_the_dashboard(people, client):
    answer = client.post("/accounts/login/", {"username": "student", "password": "password-of-student"})
    assert (answer.status_code, answer["Location"]) == (302, "/dashboard/")
    assert client.get("/")["Location"] == "/dashboard/"


def test_the_language_can_be_switched_on_every_page(people, client):
    client.post("/i18n/setlang/", {"language": "zh-hant", "next": "/accounts/login/"})
    assert '<html lang="zh-hant"' in client.get("/accounts/login/").content.decode()


@pytest.mark.parametrize(
    "path", ["/nothing/", "/exercises/nothing/", f"/submissions/{'0' * 8}-0000-4000-8000-{'0' * 12}/"]
)
def test_what_does_not_exist_has_a_page(student, path):
    answer = student.get(path)
    assert answer.status_code == 404
    assert answer["X-Request-ID"] in answer.content.decode()


def test_more_hints_open_with_each_failure(student, people, exercise):
    assert student.get(EXERCISE).context["page"].progress.hints == []
    for count in (1, 2, 3, 3):
        failed = queue(people["student"], exercise)
        failed.claim()
        failed.finish(outcome(score=1.0))
        assert len(student.get(EXERCISE).context["page"].progress.hints) == count


def test_scripts_get_what_a_result_changes_alone(student, people, exercise):
    failed = queue(people["student"], exercise)
    failed.claim()
    failed.finish(outcome(score=1.0))
    parts = student.get(EXERCISE, headers={"hx-request": "true"}).content.decode()
    assert re.findall(r'id="([\w-]+)" data-refresh', parts) == ["statement-meta", "rules", "progress"]
    assert 'id="hint-1"' in parts and str(failed.pk) in parts and "best so far 1" in parts
    whole = student.get(EXERCISE).content.decode()
    assert all(line.strip() in whole for line in parts.splitlines())


def test_the_best_score_counts(student, people, exercise):
    for score in (3.0, 10.0, 4.0):
        submission = queue(people["student"], exercise)
        submission.claim()
        submission.finish(outcome(score=score))
    page = student.get(EXERCISE).context["page"].progress
    assert (page.best_score, page.is_passed, [line.score for line in page.history]) == (10.0, True, [4.0, 10.0, 3.0])
    [section] = student.get("/exercises/").context["sections"]
    [line] = section.exercises
    assert (line.state, line.best_score, line.last_score, line.attempts) == ("passed", 10.0, 4.0, 3)


BAD_INPUT = {
    "not utf-8": b"\xff\xfe\x00x",
    "nul bytes": b"a = 1\x00",
    "syntax error": b"def train(:\n",
    "no function": b"a = 1\n",
    "wrong signature": b"def train(x):\n    return x\n",
    "shadows torch": b"torch = None\n" + SOLUTION.replace("import torch", "").encode(),
    "raises while loading": b"1 / 0\n",
    "exits": b"import sys\nsys.exit(0)\n",
    "recursion": b"def train(params, loss_fn, lr, steps):\n    return train(params, loss_fn, lr, steps)\n",
    "wrong type": b"def train(params, loss_fn, lr, steps):\n    return object()\n",
    "empty": b"",
}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("language", ["en", "zh-hant"])
@pytest.mark.parametrize("case", BAD_INPUT)
def test_bad_input_is_kept_and_explained(student, sandbox_client, case, language):
    source = BAD_INPUT[case]
    student.post(EXERCISE + "submit/", {"file": SimpleUploadedFile("train.py", source)})
    submission = Submission.objects.get()
    assert grading.grade(submission.pk)
    submission.refresh_from_db()
    assert (submission.status, submission.passed, submission.score) == (Status.GRADED, False, 0.0)
    assert bytes(submission.source) == source
    answer = student.get(f"/submissions/{submission.pk}/", headers={**HTMX, "accept-language": language})
    result = answer.context["result"]
    said = [str(note) for note in result.notes] + [text for test in result.tests for text in test.messages]
    assert said
    if language == "zh-hant":
        assert re.search(r"[\u4e00-\u9fff]", " ".join(said))


@pytest.mark.parametrize("path", [EXERCISE, "/exercises/", "/dashboard/", "/chapters/3/"])
def test_pages_are_sent_compressed(student, path):
    answer = student.get(path, headers={"accept-encoding": "gzip, br"})
    assert answer["Content-Encoding"] == "gzip"
    assert gzip.decompress(answer.content).rstrip().endswith(b"</html>")
    assert "Content-Encoding" not in student.get(path)


@pytest.mark.django_db(transaction=True)
def test_events_are_sent_as_they_are(student, people, exercise):
    events = f"/submissions/{queue(people['student'], exercise).pk}/events/"
    answer = student.get(events, headers={"accept-encoding": "gzip, br"})
    assert (answer["Content-Type"], "Content-Encoding" in answer) == ("text/event-stream", False)


def test_heartbeats_are_well_within_the_stale_time():
    assert settings.SUBMISSION_STALE_S >= 3 * settings.SUBMISSION_HEARTBEAT_S


def test_a_failed_attempt_says_which_hint_it_opened(people, exercise, browse):
    browser, count = browse("student"), len(exercise.current.load().hints)
    for number in range(1, count + 2):
        submission = queue(people["student"], exercise)
        submission.claim()
        submission.finish(outcome(0.0))
        page = browser.get(f"/submissions/{submission.pk}/").content.decode()
        assert (f'href="/exercises/{exercise.slug}/#hint-{number}"' in page) is (number <= count)
    assert f'id="hint-{count}"' in browser.get(f"/exercises/{exercise.slug}/").content.decode()
