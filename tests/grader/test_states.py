"""The state machine: only conditional changes, on both databases, with real threads racing."""

from __future__ import annotations

import html

import pytest
from django.db import IntegrityError, transaction

from exercises.results import Message
from grader.submissions.models import (
    AttemptTaken,
    Draft,
    DraftConflict,
    Purpose,
    Status,
    Submission,
    create_submission,
    save_draft,
)
from tests.grader.rows import at_once, outcome, queue

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def submission(people, exercise):
    return queue(people["student"], exercise)


def again(submission):
    return Submission.objects.get(pk=submission.pk)


def test_of_many_claims_at_once_one_holds(submission):
    claims = at_once(8, lambda _: again(submission).claim())
    assert sorted(claims) == [False] * 7 + [True]
    assert again(submission).tries == 1


def test_of_many_results_at_once_one_is_written(submission):
    submission.claim()

    def finish(index):
        return again(submission).finish(outcome(score=float(index), max_score=10.0))

    written = at_once(8, finish)
    assert sorted(written) == [False] * 7 + [True]
    assert again(submission).score == float(written.index(True))


def test_a_finished_submission_cannot_be_claimed_failed_or_queued_again(submission):
    submission.claim()
    assert submission.finish(outcome())
    for change in (Submission.claim, Submission.fail, Submission.requeue, Submission.beat):
        assert change(again(submission)) is False
    assert (again(submission).status, again(submission).score) == (Status.GRADED, 10.0)


def test_a_worker_back_from_the_dead_is_refused(submission):
    slow = again(submission)
    assert slow.claim()
    assert Submission.objects.filter(pk=submission.pk).update(status=Status.QUEUED)  # the reaper took it for dead
    quick = again(submission)
    assert quick.claim()
    assert slow.beat() is False
    assert slow.finish(outcome(score=0.0)) is False
    assert quick.finish(outcome(score=10.0)) is True
    assert (again(submission).score, again(submission).tries) == (10.0, 2)


def test_queueing_again_clears_the_start_and_can_wait(submission):
    submission.claim()
    assert submission.requeue(delay_s=60)
    row = again(submission)
    assert (row.status, row.started_at) == (Status.QUEUED, None)
    assert row.heartbeat_at > row.created_at


def test_our_failure_is_never_scored(submission):
    submission.claim()
    broken = outcome(score=0.0, status="errored", outcome="sandbox_error", notes=[Message("sandbox_error")])
    assert submission.finish(broken)
    row = again(submission)
    assert (row.status, row.score, row.max_score, row.passed) == (Status.ERRORED, None, None, None)
    assert row.outcome == "sandbox_error"


@pytest.mark.parametrize(
    "values",
    [
        {"status": Status.ERRORED, "score": 1.0, "max_score": 1.0, "passed": True},
        {"status": Status.GRADED},
        {"status": Status.GRADED, "score": 3.0, "max_score": 2.0, "passed": True},
        {"status": Status.GRADED, "score": -1.0, "max_score": 2.0, "passed": False},
        {"status": "lost"},
        {"purpose": "try"},
    ],
)
def test_the_database_refuses_states_that_cannot_be(submission, values):
    with pytest.raises(IntegrityError), transaction.atomic():
        Submission.objects.filter(pk=submission.pk).update(**values)


def test_a_result_may_hold_what_json_columns_refuse(submission):
    submission.claim()
    nasty = outcome(stdout="a\0b \ud800", notes=[Message("values_differ", {"max_abs": float("nan"), "what": "\0"})])
    assert submission.finish(nasty)
    result = again(submission).decoded_result()
    assert result.stdout == "a\N{REPLACEMENT CHARACTER}b ?"
    assert result.notes[0].params == {"max_abs": None, "what": "\N{REPLACEMENT CHARACTER}"}


def test_seeds_are_secret_and_differ(people, exercise):
    seeds = {queue(people["student"], exercise).seed for _ in range(20)}
    assert len(seeds) == 20
    assert all(0 <= seed < 2**63 for seed in seeds)


def test_attempts_at_once_get_numbers_without_gaps(people, exercise):
    made = at_once(6, lambda _: queue(people["student"], exercise).attempt)
    assert sorted(made) == [1, 2, 3, 4, 5, 6]
    assert queue(people["classmate"], exercise).attempt == 1
    assert queue(people["student"], exercise, Purpose.RUN).attempt == 1


def test_a_numbered_attempt_can_be_used_once(people, exercise):
    def answer(_):
        return create_submission(
            user=people["student"], version=exercise.current, purpose=Purpose.SUBMIT, source=b"", attempt=1
        )

    made = at_once(6, answer)
    assert sum(isinstance(one, Submission) for one in made) == 1
    assert sum(isinstance(one, AttemptTaken) for one in made) == 5


def test_of_drafts_saved_at_once_on_the_same_base_one_holds(people, exercise):
    student = people["student"]
    assert save_draft(student, exercise.pk, b"first", 0) == 1
    saved = at_once(6, lambda index: save_draft(student, exercise.pk, b"%d" % index, 1))
    assert sum(revision == 2 for revision in saved) == 1
    conflicts = [one for one in saved if isinstance(one, DraftConflict)]
    assert len(conflicts) == 5
    winner = Draft.objects.get()
    assert winner.text == str(saved.index(2))
    assert all(conflict.draft.text == winner.text for conflict in conflicts)


def test_of_first_drafts_at_once_one_holds(people, exercise):
    saved = at_once(6, lambda index: save_draft(people["student"], exercise.pk, b"%d" % index, 0))
    assert sum(revision == 1 for revision in saved) == 1
    assert sum(isinstance(one, DraftConflict) for one in saved) == 5


def test_one_misconception_is_named_and_several_are_offered(client, people, exercise):
    """`exercise` is bundled, with these two among its misconceptions."""
    client.force_login(people["student"])
    ideas = list(exercise.current.load().misconceptions)[:2]
    titles = [exercise.current.load().misconceptions[idea].title.en for idea in ideas]

    def page_of(**result):
        submission = queue(people["student"], exercise)
        submission.claim()
        submission.finish(outcome(score=1, **result))
        return html.unescape(client.get(f"/submissions/{submission.pk}/").content.decode())

    alone, both = page_of(misconception=ideas[0]), page_of(one_of=ideas)
    assert "What probably happened:" in alone and titles[0] in alone.replace("</code>", "").replace("<code>", "")
    assert "is one of these" not in alone
    assert "What probably happened is one of these:" in both
    assert both.count('<div class="idea">') == 2
    assert "What probably happened" not in page_of()
