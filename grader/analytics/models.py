"""The one thing that is noted for analytics alone: which hints were opened."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class OpenedHint(models.Model):
    """The first time that a student unfolded a hint of an exercise."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    exercise = models.ForeignKey("exercises.Exercise", models.CASCADE, related_name="+")
    number = models.PositiveSmallIntegerField()
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("opened hint")
        verbose_name_plural = _("opened hints")
        constraints = [models.UniqueConstraint(fields=["exercise", "user", "number"], name="hint_opened_once")]

    def __str__(self) -> str:
        return f"hint {self.number} of {self.exercise_id} by {self.user_id}"
