"""Checks and trials in the real sandbox: slice by slice, behind students, and through a lost worker."""

from __future__ import annotations

import pytest
from django.urls import reverse

from exercises.models import Exercise
from grader.authoring import drafts, proving, publishing, trials
from grader.authoring.models import Check, CheckStatus
from grader.submissions.models import Submission
from tests.grader.rows import queue

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sandbox_client")]


@pytest.fixture(autouse=True)
def sent(monkeypatch):
    """What would be queued, in place of a worker."""
    sent: list[int] = []
    monkeypatch.setattr(proving, "enqueue", lambda pk, wait_s=0: sent.append(pk))
    monkeypatch.setattr("grader.authoring.proving.heartbeat", lambda check: _no_thread())
    return sent


def _no_thread():
    from contextlib import nullcontext

    return nullcontext()


@pytest.fixture
def workspace(people):
    return drafts.begin("relu-grad", people["teacher"], drafts.skeleton_files("relu-grad", "implement"), "created")


def finish(check: Check) -> Check:
    for _slice in range(200):
        if proving.work(check.pk).is_over:
            break
    check.refresh_from_db()
    return check


def test_a_skeleton_is_proved_in_slices_and_published(workspace, monkeypatch):
    monkeypatch.setattr(proving, "SLICE_S", 0.0)
    check = proving.request_check(workspace, workspace.owner, 5)
    first = proving.work(check.pk)
    check.refresh_from_db()
    assert (first.is_over, check.status, check.done > 0, bool(check.outcomes)) == (
        False,
        CheckStatus.QUEUED,
        True,
        True,
    )
    finish(check)
    assert (check.status, check.passed, check.done, check.outcomes) == (CheckStatus.DONE, True, check.total, None)
    assert check.proof().runs == check.total
    assert publishing.publish(workspace, workspace.owner, on=1).check_run == check
    assert Exercise.objects.get(slug="relu-grad").current.files == workspace.files


def test_a_wrong_answer_survives(workspace):
    name = "mutants/no_factor.py"
    text = workspace.files[name].replace("return x.clone()", "return 2 * x.detach()")
    assert text != workspace.files[name]
    drafts.save_text(workspace, name, text, on=1, author=workspace.owner)
    check = finish(proving.request_check(workspace, workspace.owner, 5))
    assert (check.status, check.passed) == (CheckStatus.DONE, False)
    assert {finding.file for finding in check.proof().faults} == {name}


def test_students_go_first(workspace, people, exercise):
    check = proving.request_check(workspace, workspace.owner, 5)
    waiting = queue(people["student"], exercise)
    assert not proving.work(check.pk).is_over
    check.refresh_from_db()
    assert (check.status, check.done) == (CheckStatus.QUEUED, 0), "it does not even begin"
    Submission.objects.filter(pk=waiting.pk).delete()
    assert finish(check).passed


def test_a_student_who_comes_in_the_middle_gets_the_place(workspace, people, exercise, monkeypatch):
    check, run = proving.request_check(workspace, workspace.owner, 5), proving.run_batch

    def run_and_submit(*arguments):
        run(*arguments)
        queue(people["student"], exercise)

    monkeypatch.setattr(proving, "run_batch", run_and_submit)
    ended = proving.work(check.pk)
    check.refresh_from_db()
    assert (ended.is_over, ended.wait_s > 0, check.status, check.done) == (False, True, CheckStatus.QUEUED, 1)


def test_a_lost_worker_goes_on_where_the_last_slice_ended(workspace, monkeypatch, sent):
    monkeypatch.setattr(proving, "SLICE_S", 0.0)
    check = proving.request_check(workspace, workspace.owner, 5)
    proving.work(check.pk)
    lost = Check.objects.get(pk=check.pk)
    assert lost.claim()
    Check.objects.update(heartbeat_at="2020-01-01T00:00:00Z")
    sent.clear()
    proving.reap()
    assert sent == [check.pk]
    assert finish(check).passed
    assert not lost.fail("too late"), "its claim is gone"


def test_one_check_at_a_time(workspace, people):
    running = proving.request_check(workspace, workspace.owner, 5)
    running.claim()
    other = drafts.begin("other", people["teacher"], workspace.files, "created")
    assert not proving.work(proving.request_check(other, people["teacher"], 5).pk).is_over


def test_what_breaks_is_told(workspace, monkeypatch):
    def explode(*arguments):
        raise ZeroDivisionError("of ours")

    monkeypatch.setattr(proving, "run_batch", explode)
    check = finish(proving.request_check(workspace, workspace.owner, 5))
    assert (check.status, check.passed) == (CheckStatus.FAILED, None)
    assert "of ours" in check.error


# --- trials ---


@pytest.fixture
def at_once(monkeypatch):
    """Trials done in the request, in place of a worker."""
    from grader.authoring.tasks import try_draft

    monkeypatch.setattr(try_draft, "apply_async", lambda arguments, queue: trials.execute(arguments[0]))


def attempt(browser, workspace, **posted):
    answer = browser.post(reverse("draft_try", args=[workspace.pk]), posted, headers={"hx-request": "true"})
    return answer.content.decode()


def test_a_trial_is_graded_and_is_no_submission(workspace, browse, at_once):
    browser = browse("teacher")
    assert "Passed!" in attempt(browser, workspace, what="submit", source=workspace.files["solution.py"])
    page = attempt(browser, workspace, what="submit", source=workspace.files["mutants/no_factor.py"])
    assert "The factor 2 is missing" in page and "nobody&#x27;s submission" in page.replace("'", "&#x27;")
    page = attempt(browser, workspace, what="run", source="print('hello')\n" + workspace.files["solution.py"])
    assert "All examples pass." in page and "hello" in page
    assert not Submission.objects.exists()


def test_a_prediction_is_tried_with_drawn_numbers(people, browse, at_once):
    files = drafts.skeleton_files("guess", "predict")
    workspace = drafts.begin("guess", people["teacher"], files, "created")
    browser = browse("teacher")
    page = attempt(browser, workspace, what="draw")
    assert 'name="answer-y"' in page and "backward" in page
    pk = page.partition('name="trial" value="')[2].partition('"')[0]
    empty = browser.post(
        reverse("draft_try", args=[workspace.pk]), {"what": "answer", "trial": pk}, headers={"hx-request": "true"}
    )
    assert empty.status_code == 422 and "Answer this one too." in empty.content.decode()
    answers = {"answer-y": "1234567", "answer-x_grad": "1234567"}
    page = attempt(browser, workspace, what="answer", trial=pk, **answers)
    assert "2 of 2 answers are not right." in page
    check = finish(proving.request_check(workspace, people["teacher"], 5))
    assert check.passed and len(check.variants) == proving.VARIANTS


def test_a_trial_is_ones_own(workspace, browse, people, at_once):
    page = attempt(browse("teacher"), workspace, what="run", source="x = 1")
    assert page
    [key] = [key.decode() for key in trials.redis_client().keys("trial:*")]
    path = f"/authoring/trials/{key.removeprefix('trial:')}/"
    assert browse("teacher").get(path).status_code == 200
    for who in ("student", "assistant", "stranger", "nobody", "staff"):
        assert browse(who).get(path).status_code == 404, who
