"""A regrade, what it found for each submission, and the results that it replaced."""

from __future__ import annotations

from typing import Any

import msgspec
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from exercises.results import Result
from grader.submissions.models import Status as SubmissionStatus
from grader.submissions.models import as_json


class State(models.TextChoices):
    """Of a regrade. Grading and applying go on by themselves; a ready one waits for a decision."""

    GRADING = "grading", _("grading")
    READY = "ready", _("ready to be decided on")
    APPLYING = "applying", _("being applied")
    APPLIED = "applied", _("applied")
    DISCARDED = "discarded", _("discarded")


class Regrade(models.Model):
    """Submissions of one exercise in one course, graded again with the exercise's version of today."""

    course = models.ForeignKey("courses.Course", models.CASCADE, related_name="regrades")
    exercise = models.ForeignKey("exercises.Exercise", models.PROTECT, related_name="regrades")
    version = models.ForeignKey("exercises.ExerciseVersion", models.PROTECT, related_name="regrades")
    reason = models.CharField(_("reason"), max_length=300)
    state = models.CharField(max_length=10, choices=State, default=State.GRADING)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    worked_at = models.DateTimeField(default=timezone.now)  # when a worker last began a shift
    graded_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("regrade")
        verbose_name_plural = _("regrades")
        ordering = ["-created_at"]
        constraints = [models.CheckConstraint(condition=Q(state__in=State.values), name="regrade_state_known")]
        indexes = [
            models.Index(
                fields=["created_at"], name="regrade_going", condition=Q(state__in=(State.GRADING, State.APPLYING))
            )
        ]

    def __str__(self) -> str:
        return f"regrade {self.pk} ({self.state})"

    def move(self, origin: State, target: State, **values: Any) -> bool:
        """From one state to the next. False when somebody else has moved it."""
        moved = Regrade.objects.filter(pk=self.pk, state=origin).update(state=target, **values)
        if moved:
            self.refresh_from_db()
        return bool(moved)

    @property
    def is_going(self) -> bool:
        return self.state in (State.GRADING, State.APPLYING)


class ItemState(models.TextChoices):
    WAITING = "waiting", _("waiting")
    RUNNING = "running", _("running")
    DONE = "done", _("graded again")
    FAILED = "failed", _("not graded")
    APPLIED = "applied", _("applied")
    OVERTAKEN = "overtaken", _("changed meanwhile")


class Item(models.Model):
    """One submission of a regrade. `tries` counts claims and is the fencing token, as with submissions.

    `found_at` is when the result that stood then was made: a submission that has another one since is left alone.
    """

    regrade = models.ForeignKey(Regrade, models.CASCADE, related_name="items")
    submission = models.ForeignKey("submissions.Submission", models.CASCADE, related_name="+")
    state = models.CharField(max_length=10, choices=ItemState, default=ItemState.WAITING)
    tries = models.PositiveSmallIntegerField(default=0)
    claimed_at = models.DateTimeField(default=timezone.now)
    found_at = models.DateTimeField(null=True, blank=True)
    old_score = models.FloatField(null=True, blank=True)
    old_max_score = models.FloatField(null=True, blank=True)
    score = models.FloatField(null=True, blank=True)
    max_score = models.FloatField(null=True, blank=True)
    result = models.JSONField(null=True, blank=True)

    class Meta:
        verbose_name = _("regraded submission")
        verbose_name_plural = _("regraded submissions")
        constraints = [
            models.UniqueConstraint(fields=["regrade", "submission"], name="once_a_regrade"),
            models.CheckConstraint(condition=Q(state__in=ItemState.values), name="regrade_item_state_known"),
        ]
        indexes = [models.Index(fields=["regrade", "state"], name="regrade_item_state")]

    def __str__(self) -> str:
        return f"{self.submission_id} in regrade {self.regrade_id} ({self.state})"

    def claim(self) -> bool:
        """waiting (or lost) → running. False when somebody else has it."""
        now = timezone.now()
        claimed = Item.objects.filter(pk=self.pk, state=self.state, tries=self.tries).update(
            state=ItemState.RUNNING, tries=F("tries") + 1, claimed_at=now
        )
        if claimed:
            self.state, self.tries = ItemState.RUNNING, self.tries + 1
        return bool(claimed)

    def give_back(self) -> None:
        """running → waiting, as if it had never been claimed."""
        mine = Item.objects.filter(pk=self.pk, state=ItemState.RUNNING, tries=self.tries)
        mine.update(state=ItemState.WAITING, tries=F("tries") - 1)

    def end(self, state: ItemState, result: Result | None = None) -> bool:
        """running → done, failed, or waiting again. False when the claim was lost: the result is dropped."""
        found: dict[str, Any] = {}
        if result is not None:
            found = {"score": result.score, "max_score": result.max_score}
            found["result"] = as_json(msgspec.to_builtins(result))
        mine = Item.objects.filter(pk=self.pk, state=ItemState.RUNNING, tries=self.tries)
        return bool(mine.update(state=state, **found))

    def decoded_result(self) -> Result | None:
        return msgspec.convert(self.result, Result) if self.result else None


class PastResult(models.Model):
    """A result that was replaced, as it stood. Nothing changes or removes it but the erasure of its submission."""

    submission = models.ForeignKey("submissions.Submission", models.CASCADE, related_name="past_results")
    regrade = models.ForeignKey(Regrade, models.PROTECT, related_name="past_results")
    version = models.ForeignKey("exercises.ExerciseVersion", models.PROTECT, related_name="+")
    status = models.CharField(max_length=8, choices=SubmissionStatus)
    outcome = models.CharField(max_length=32, blank=True)
    score = models.FloatField(null=True)
    max_score = models.FloatField(null=True)
    passed = models.BooleanField(null=True)
    result = models.JSONField(null=True)
    finished_at = models.DateTimeField(null=True)
    replaced_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("replaced result")
        verbose_name_plural = _("replaced results")
        ordering = ["-replaced_at"]
        constraints = [models.UniqueConstraint(fields=["submission", "regrade"], name="replaced_once_a_regrade")]

    def __str__(self) -> str:
        return f"{self.submission_id} until {self.replaced_at:%Y-%m-%d}"
