"""Tokens by which a program acts for one person. What is stored opens nothing: a token is shown once, when it is made."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Scope(models.TextChoices):
    """What a token is good for, within what its owner may do."""

    READ = "read", _("read courses, exercises and one's own submissions")
    SUBMIT = "submit", _("run and hand in")
    GRADEBOOK = "gradebook", _("read the work and the grades of students whom one teaches")


class Token(models.Model):
    """One token. `digest`: the SHA-256 of its text, in hexadecimal; `scopes`: some of Scope, with spaces between them."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="tokens")
    name = models.CharField(_("name"), max_length=80)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    scopes = models.CharField(max_length=80)
    made_at = models.DateTimeField(default=timezone.now, editable=False)
    expires_at = models.DateTimeField(_("expires at"))
    last_used_at = models.DateTimeField(_("last used"), null=True, blank=True, editable=False)

    objects: models.Manager[Token]

    class Meta:
        verbose_name = _("token")
        verbose_name_plural = _("tokens")
        ordering = ["-made_at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["user", "name"], name="one_token_a_name")]

    def __str__(self) -> str:
        return f"{self.name} of {self.user_id}"

    @property
    def scope_set(self) -> frozenset[str]:
        return frozenset(self.scopes.split())

    @property
    def is_expired(self) -> bool:
        return self.expires_at <= timezone.now()


def tokens_of(user_pk: int) -> QuerySet[Token]:
    return Token.objects.filter(user=user_pk)
