"""What teachers say to a submission: comments, which its author reads, and flags, which only teachers see."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

MAX_COMMENT = 2000


class Comment(models.Model):
    """A teacher's remark on one line of a submission, or on all of it (`line` 0). Plain text."""

    submission = models.ForeignKey("submissions.Submission", models.CASCADE, related_name="comments")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    line = models.PositiveIntegerField(_("line"), default=0)
    text = models.TextField(_("comment"), max_length=MAX_COMMENT)
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        ordering = ["line", "pk"]

    def __str__(self) -> str:
        return f"comment on {self.submission_id}, line {self.line}"


class Flag(models.Model):
    """This submission needs attention."""

    submission = models.OneToOneField("submissions.Submission", models.CASCADE, primary_key=True, related_name="flag")
    note = models.CharField(_("note"), max_length=300, blank=True)
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    set_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("flag")
        verbose_name_plural = _("flags")

    def __str__(self) -> str:
        return f"flag of {self.submission_id}"
