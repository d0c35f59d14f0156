"""Submissions and drafts. Only the methods here change a submission's status, each with one conditional UPDATE."""

from __future__ import annotations

import math
import secrets
import uuid
from datetime import timedelta
from typing import Any

import msgspec
from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from exercises.models import ExerciseVersion
from exercises.results import Result
from exercises.traced import TracedRun
from grader.kept_sql import KeptSql


class Status(models.TextChoices):
    QUEUED = "queued", _("queued")
    RUNNING = "running", _("running")
    GRADED = "graded", _("graded")
    ERRORED = "errored", _("errored")


class Purpose(models.TextChoices):
    RUN = "run", _("run")
    SUBMIT = "submit", _("submit")


PENDING = (Status.QUEUED, Status.RUNNING)
MAX_LOSSES = 3


def draw_seed() -> int:
    """A secret seed of 63 bits: what a signed big integer column holds."""
    return secrets.randbits(63)


def as_json(value: Any) -> Any:
    """Plain data that every database's JSON takes: no NaN or infinity, and no NUL, which PostgreSQL's jsonb refuses."""
    if isinstance(value, dict):
        return {as_json(key): as_json(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [as_json(item) for item in value]
    if isinstance(value, str):
        return value.replace("\0", "\N{REPLACEMENT CHARACTER}").encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


class SubmissionQuerySet(models.QuerySet["Submission"]):
    def with_version(self) -> SubmissionQuerySet:
        """With what ExerciseVersion.load() needs to find it in memory; its files are read only when they are not there."""
        return self.select_related("version__exercise").defer("version__files", "version__variants")

    def failed_at(self, exercise: int, user: int) -> SubmissionQuerySet:
        """The attempts that did not pass. Each opens one more hint."""
        return self.filter(exercise=exercise, user=user, purpose=Purpose.SUBMIT, status=Status.GRADED, passed=False)


class Submission(models.Model):
    """One file (or one set of answers) that a student had run or graded, pinned to an exercise's version and a seed.

    `tries` counts claims and is the fencing token: a worker that was thought lost and comes back holds an old number,
    and its result is refused. `losses` counts claims whose worker vanished, `breaks` those whose run broke on our side;
    claims that found the sandbox full or away are neither.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="submissions")
    exercise = models.ForeignKey("exercises.Exercise", models.PROTECT, related_name="submissions")
    version = models.ForeignKey("exercises.ExerciseVersion", models.PROTECT, related_name="submissions")
    assignment = models.ForeignKey(
        "courses.Assignment", models.SET_NULL, null=True, blank=True, related_name="submissions"
    )
    purpose = models.CharField(max_length=8, choices=Purpose)
    source = models.BinaryField()
    answers = models.JSONField(null=True, blank=True)
    variant = models.JSONField(null=True, blank=True)
    attempt = models.PositiveIntegerField()
    seed = models.BigIntegerField(default=draw_seed)

    status = models.CharField(max_length=8, choices=Status, default=Status.QUEUED)
    tries = models.PositiveIntegerField(default=0)
    losses = models.PositiveSmallIntegerField(default=0)
    # The database's default too: workers of the release before do not know it. Without a check, which would read all rows.
    breaks = models.SmallIntegerField(default=0, db_default=0)
    heartbeat_at = models.DateTimeField(default=timezone.now)
    created_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    outcome = models.CharField(max_length=32, blank=True, default="")
    score = models.FloatField(null=True, blank=True)
    max_score = models.FloatField(null=True, blank=True)
    passed = models.BooleanField(null=True, blank=True)
    result = models.JSONField(null=True, blank=True)

    objects = SubmissionQuerySet.as_manager()

    class Meta:
        verbose_name = _("submission")
        verbose_name_plural = _("submissions")
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "exercise", "purpose", "attempt"], name="one_submission_an_attempt"
            ),
            models.CheckConstraint(condition=Q(status__in=Status.values), name="submission_status_known"),
            models.CheckConstraint(condition=Q(purpose__in=Purpose.values), name="submission_purpose_known"),
            # A score exists exactly when the submission is graded; what we broke is never scored.
            models.CheckConstraint(
                condition=Q(status=Status.GRADED, score__isnull=False, max_score__isnull=False, passed__isnull=False)
                | (~Q(status=Status.GRADED) & Q(score=None, max_score=None, passed=None)),
                name="submission_scored_iff_graded",
            ),
            models.CheckConstraint(
                condition=Q(score=None) | (Q(score__gte=0) & Q(score__lte=F("max_score"))),
                name="submission_score_in_range",
            ),
        ]
        indexes = [
            # What the reaper scans: a handful of rows, whatever the table's size.
            models.Index(fields=["heartbeat_at"], name="submission_pending", condition=Q(status__in=PENDING)),
            models.Index(fields=["user", "-created_at"], name="submission_recent"),
            models.Index(
                fields=["exercise", "user"],
                name="submission_scores",
                condition=Q(status=Status.GRADED, purpose=Purpose.SUBMIT),
            ),
            models.Index(fields=["-created_at", "-id"], name="submission_newest", condition=Q(purpose=Purpose.SUBMIT)),
            # When something last came in for an assignment, or was graded: both are one look at the end of an index.
            models.Index(
                fields=["assignment", "created_at"],
                name="submission_handed_in",
                condition=Q(purpose=Purpose.SUBMIT),
            ),
            models.Index(
                fields=["assignment", "finished_at"],
                name="submission_finished",
                condition=Q(purpose=Purpose.SUBMIT),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.id} ({self.status})"

    # --- the state machine --------------------------------------------------------------------------------------------

    def claim(self) -> bool:
        """queued → running. False when somebody else has it, or it is done."""
        now = timezone.now()
        claimed = Submission.objects.filter(pk=self.pk, status=Status.QUEUED).update(
            status=Status.RUNNING, tries=F("tries") + 1, heartbeat_at=now, started_at=now
        )
        if claimed:
            self.refresh_from_db(fields=["status", "tries", "breaks", "heartbeat_at", "started_at"])
        return bool(claimed)

    def _mine(self) -> models.QuerySet[Submission]:
        """This row as long as this claim holds."""
        return Submission.objects.filter(pk=self.pk, status=Status.RUNNING, tries=self.tries)

    def beat(self) -> bool:
        """Say that the claim is alive. False when it has been taken away."""
        return bool(self._mine().update(heartbeat_at=timezone.now()))

    def finish(self, result: Result) -> bool:
        """running → graded (errored where the result says so). False when the claim was lost: the result is dropped."""
        if result.status == "errored":
            return self.fail(result)
        return self._end(
            Status.GRADED,
            outcome=result.outcome,
            score=result.score,
            max_score=result.max_score,
            passed=result.passed,
            result=as_json(msgspec.to_builtins(result)),
        )

    def fail(self, result: Result | None = None, outcome: str = "sandbox_error") -> bool:
        """running → errored, without a score. False when the claim was lost."""
        return self._end(
            Status.ERRORED,
            outcome=result.outcome if result else outcome,
            result=as_json(msgspec.to_builtins(result)) if result else None,
        )

    def _end(self, status: Status, **values: Any) -> bool:
        now = timezone.now()
        ended = bool(self._mine().update(status=status, finished_at=now, heartbeat_at=now, **values))
        if ended:
            self.status, self.finished_at = status, now
            for name, value in values.items():
                setattr(self, name, value)
        return ended

    def requeue(self, delay_s: float = 0, broke: bool = False) -> bool:
        """running → queued, to be taken up again after `delay_s`. `broke`: its run did. False when the claim was lost."""
        again_at = timezone.now() + timedelta(seconds=delay_s)
        return bool(
            self._mine().update(
                status=Status.QUEUED, started_at=None, heartbeat_at=again_at, breaks=F("breaks") + int(broke)
            )
        )

    def replace_result(self, result: Result, version: ExerciseVersion, made_at: Any) -> bool:
        """Put another graded result in the place of the one that was made at `made_at`. False when that is gone."""
        values = {
            "outcome": result.outcome,
            "score": result.score,
            "max_score": result.max_score,
            "passed": result.passed,
            "result": as_json(msgspec.to_builtins(result)),
        }
        stands = Submission.objects.filter(pk=self.pk, finished_at=made_at).exclude(status__in=PENDING)
        return bool(stands.update(status=Status.GRADED, version=version, finished_at=timezone.now(), **values))

    # --- reading ------------------------------------------------------------------------------------------------------

    @property
    def is_pending(self) -> bool:
        return self.status in PENDING

    @property
    def is_run(self) -> bool:
        return self.purpose == Purpose.RUN

    def decoded_result(self) -> Result | None:
        return msgspec.convert(self.result, Result) if self.result else None

    @property
    def text(self) -> str:
        """The source as a page can show it; bytes that are no UTF-8 become replacement characters."""
        return bytes(self.source).decode("utf-8", errors="replace")


class AttemptTaken(Exception):
    """The numbered attempt has been handed in already."""


def create_submission(
    *, user: Any, version: ExerciseVersion, purpose: Purpose, source: bytes, attempt: int | None = None, **fields: Any
) -> Submission:
    """Save a queued submission under the next free attempt number, or exactly under `attempt`.

    Raises AttemptTaken when `attempt` is given and used. The database's constraint decides, so that two requests at
    once get different numbers.
    """
    for _again in range(8):
        number = attempt or next_attempt(user, version.exercise_id, purpose)
        try:
            with transaction.atomic():
                return Submission.objects.create(
                    user=user,
                    exercise_id=version.exercise_id,
                    version=version,
                    purpose=purpose,
                    source=source,
                    attempt=number,
                    **fields,
                )
        except IntegrityError:
            if attempt is not None:
                raise AttemptTaken(number) from None
    raise IntegrityError("no free attempt number after 8 tries")


last_attempts = KeptSql(
    lambda user, exercise, purpose: (
        Submission.objects.filter(user=user, exercise=exercise, purpose=purpose)
        .order_by("-attempt")
        .values_list("attempt", flat=True)[:1]
    ),
    int, int, str,
)  # fmt: skip


def next_attempt(user: Any, exercise_id: int, purpose: Purpose) -> int:
    """One more than the highest attempt so far."""
    return (last_attempts.first(user.pk, exercise_id, purpose.value) or 0) + 1


class TracedSubmission(models.Model):
    """The traced run of a submission: asked for once, made after the score is out. `data` stays empty when it failed."""

    submission = models.OneToOneField(Submission, models.CASCADE, primary_key=True, related_name="traced")
    requested_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True, blank=True)
    data = models.JSONField(null=True, blank=True)

    class Meta:
        verbose_name = _("traced submission")
        verbose_name_plural = _("traced submissions")

    def __str__(self) -> str:
        return f"trace of {self.submission_id}"

    def finish(self, run: TracedRun | None) -> None:
        """Keep the run, or that there is none."""
        self.finished_at = timezone.now()
        self.data = as_json(msgspec.to_builtins(run)) if run else None
        self.save(update_fields=["finished_at", "data"])

    def decoded(self) -> TracedRun | None:
        return msgspec.convert(self.data, TracedRun) if self.data else None


class Draft(models.Model):
    """What a student has in the editor. `revision` grows with each save: a save on an older one is a conflict."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="drafts")
    exercise = models.ForeignKey("exercises.Exercise", models.CASCADE, related_name="drafts")
    # Bytes, not text: PostgreSQL's text cannot hold a NUL, and a pasted one must not cost the student their work.
    source = models.BinaryField()
    revision = models.PositiveIntegerField(default=1)
    updated_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("draft")
        verbose_name_plural = _("drafts")
        constraints = [models.UniqueConstraint(fields=["user", "exercise"], name="one_draft_an_exercise")]

    def __str__(self) -> str:
        return f"draft {self.pk} r{self.revision}"

    @property
    def text(self) -> str:
        return bytes(self.source).decode("utf-8", errors="replace")


class DraftConflict(Exception):
    """The draft was saved elsewhere since; `.draft` is what is stored now."""

    def __init__(self, draft: Draft | None) -> None:
        super().__init__("draft conflict")
        self.draft = draft


def save_draft(user: Any, exercise_id: int, source: bytes, base_revision: int) -> int:
    """Save on top of `base_revision` (0: none yet) and return the new revision. Raises DraftConflict."""
    mine = Draft.objects.filter(user=user, exercise_id=exercise_id)
    if base_revision == 0:
        try:
            with transaction.atomic():
                return Draft.objects.create(user=user, exercise_id=exercise_id, source=source).revision
        except IntegrityError:
            raise DraftConflict(mine.first()) from None
    saved = mine.filter(revision=base_revision).update(
        source=source, revision=F("revision") + 1, updated_at=timezone.now()
    )
    if not saved:
        raise DraftConflict(mine.first())
    return base_revision + 1
