"""Platforms, who and what they launch, and the scores that go back to them."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

URL_LENGTH = 1000
ID_LENGTH = 255  # the specification's own limit for ids


class Platform(models.Model):
    """One registration: this tool as the client `client_id` of the platform `issuer`.

    A cloud platform has one issuer for all of its customers: only both together say who it is. Keys are those that were
    last read from `keyset_url`. After failures in a row nothing is sent before `rests_until`.
    """

    name = models.CharField(_("name"), max_length=120, blank=True, default="")
    issuer = models.CharField(_("issuer"), max_length=ID_LENGTH)
    client_id = models.CharField(_("client id"), max_length=ID_LENGTH)
    auth_url = models.URLField(_("login URL of the platform"), max_length=URL_LENGTH)
    token_url = models.URLField(_("token URL"), max_length=URL_LENGTH)
    keyset_url = models.URLField(_("keyset URL"), max_length=URL_LENGTH)
    token_audience = models.CharField(_("token audience"), max_length=URL_LENGTH, blank=True, default="")
    frame_origins = models.CharField(
        _("more origins of its pages"),
        max_length=URL_LENGTH,
        blank=True,
        default="",
        help_text=_(
            "Where its pages that show Gradus in a frame live elsewhere than the URLs above, with spaces between."
        ),
    )
    is_active = models.BooleanField(_("may launch"), default=True)
    # Nobody of ours has looked at its addresses: they are asked only where anybody's would be.
    registered_itself = models.BooleanField(default=False, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    keyset = models.JSONField(null=True, blank=True, editable=False)
    keyset_at = models.DateTimeField(null=True, blank=True, editable=False)
    failures = models.PositiveIntegerField(default=0, editable=False)
    rests_until = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("platform")
        verbose_name_plural = _("platforms")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["issuer", "client_id"], name="one_platform_a_client")]

    def __str__(self) -> str:
        return self.name or f"{self.issuer} ({self.client_id})"

    @property
    def origins(self) -> list[str]:
        """Where its pages live, as far as the registration tells."""
        found = [origin_of(url) for url in (self.issuer, self.auth_url, *self.frame_origins.split())]
        return list(dict.fromkeys(origin for origin in found if origin))


def origin_of(url: str) -> str:
    """Scheme, host and port; empty for what is no web address."""
    try:
        parts = urlsplit(url)
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return ""
    host = f"[{parts.hostname}]" if parts.hostname and ":" in parts.hostname else parts.hostname
    return f"{parts.scheme}://{host}{port}" if parts.scheme in ("http", "https") and host else ""


class Deployment(models.Model):
    """One place in a platform in which the tool was installed."""

    platform = models.ForeignKey(Platform, models.CASCADE, related_name="deployments")
    deployment_id = models.CharField(_("deployment id"), max_length=ID_LENGTH)

    class Meta:
        verbose_name = _("deployment")
        verbose_name_plural = _("deployments")
        constraints = [models.UniqueConstraint(fields=["platform", "deployment_id"], name="one_deployment_an_id")]

    def __str__(self) -> str:
        return f"{self.deployment_id} of {self.platform}"


class ToolKey(models.Model):
    """A key pair of this tool. It is public from the start, signs from `signs_from` on, and is gone from `retires_at` on.

    The times alone say which key does what: nothing has to run at the right moment.
    """

    kid = models.CharField(max_length=64, unique=True)
    sealed = models.TextField()
    public = models.JSONField()
    published_at = models.DateTimeField(default=timezone.now)
    signs_from = models.DateTimeField(default=timezone.now)
    retires_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("tool key")
        verbose_name_plural = _("tool keys")
        ordering = ["signs_from", "pk"]

    def __str__(self) -> str:
        return self.kid


class LaunchState(models.Model):
    """A login that was begun. Used once: `used_at` is set by one conditional UPDATE.

    State and browser secret are kept as digests: who reads the database cannot finish somebody's launch.
    """

    digest = models.CharField(max_length=64, unique=True)
    browser = models.CharField(max_length=64)
    nonce = models.CharField(max_length=64)
    platform = models.ForeignKey(Platform, models.CASCADE, related_name="+")
    asked = models.JSONField(default=dict)  # the login's own parameters, to begin again in a new tab
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(db_index=True)
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("login")
        verbose_name_plural = _("logins")

    def __str__(self) -> str:
        return f"login of {self.created_at:%Y-%m-%d %H:%M}"


class Entry(models.Model):
    """A proved launch in a frame that keeps no cookies: it waits for a tab of its own. Used once, by deleting it.

    The ticket is kept as a digest, as the secrets of logins are.
    """

    digest = models.CharField(max_length=64, unique=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    url = models.CharField(max_length=URL_LENGTH)
    picker = models.JSONField(null=True, blank=True)
    origins = models.JSONField(default=list)
    locale = models.CharField(max_length=35, blank=True, default="")
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = _("launch that waits for a tab")
        verbose_name_plural = _("launches that wait for a tab")

    def __str__(self) -> str:
        return f"launch of {self.user_id}"


class LtiUser(models.Model):
    """A person of a platform. Who they are is (registration, sub) and nothing else: never their e-mail address."""

    platform = models.ForeignKey(Platform, models.CASCADE, related_name="people")
    sub = models.CharField(max_length=ID_LENGTH)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="lti_identities")
    created_at = models.DateTimeField(default=timezone.now)
    launched_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("person of a platform")
        verbose_name_plural = _("people of platforms")
        constraints = [models.UniqueConstraint(fields=["platform", "sub"], name="one_lti_user_a_sub")]

    def __str__(self) -> str:
        return f"{self.user} at {self.platform}"


class Context(models.Model):
    """A course of a platform, and the course that it is here. `key` is its id; "link:" and the link's where it has none."""

    deployment = models.ForeignKey(Deployment, models.CASCADE, related_name="contexts")
    key = models.CharField(max_length=ID_LENGTH + 5)
    course = models.ForeignKey("courses.Course", models.CASCADE, related_name="lti_contexts")
    title = models.CharField(max_length=200, blank=True, default="")
    members_url = models.CharField(max_length=URL_LENGTH, blank=True, default="")
    members_at = models.DateTimeField(null=True, blank=True)  # when the list was last asked for
    synced_at = models.DateTimeField(null=True, blank=True)  # when that ended, and how
    synced_members = models.PositiveIntegerField(null=True, blank=True)
    synced_left = models.PositiveIntegerField(null=True, blank=True)
    sync_problem = models.CharField(max_length=500, blank=True, default="")

    class Meta:
        verbose_name = _("course of a platform")
        verbose_name_plural = _("courses of platforms")
        constraints = [models.UniqueConstraint(fields=["deployment", "key"], name="one_context_a_key")]

    def __str__(self) -> str:
        return f"{self.title or self.key} → {self.course_id}"


class ResourceLink(models.Model):
    """A link in a course of a platform, and the assignment that it opens; none until somebody has chosen."""

    context = models.ForeignKey(Context, models.CASCADE, related_name="links")
    link_id = models.CharField(max_length=ID_LENGTH)
    title = models.CharField(max_length=200, blank=True, default="")
    assignment = models.ForeignKey(
        "courses.Assignment", models.SET_NULL, null=True, blank=True, related_name="lti_links"
    )

    class Meta:
        verbose_name = _("resource link")
        verbose_name_plural = _("resource links")
        constraints = [models.UniqueConstraint(fields=["context", "link_id"], name="one_link_an_id")]

    def __str__(self) -> str:
        return self.title or self.link_id


class LineItem(models.Model):
    """The platform's column for a resource link. Without `url` it is found, or made, at `container_url` when it is needed."""

    link = models.OneToOneField(ResourceLink, models.CASCADE, related_name="line_item")
    url = models.CharField(max_length=URL_LENGTH, blank=True, default="")
    container_url = models.CharField(max_length=URL_LENGTH, blank=True, default="")
    scopes = models.JSONField(default=list)
    making_until = models.DateTimeField(null=True, blank=True)
    # What the platform has was asked for, and read; how it differs from what counts here, as it was then.
    results_asked_at = models.DateTimeField(null=True, blank=True)
    results_at = models.DateTimeField(null=True, blank=True)
    results_problem = models.CharField(max_length=500, blank=True, default="")
    differences = models.JSONField(default=list, blank=True)

    class Meta:
        verbose_name = _("line item")
        verbose_name_plural = _("line items")

    def __str__(self) -> str:
        return self.url or self.container_url

    @property
    def platform(self) -> Platform:
        return self.link.context.deployment.platform


class PostState(models.TextChoices):
    PENDING = "pending", _("on its way")
    SENT = "sent", _("arrived")
    SUPERSEDED = "superseded", _("the platform has a newer one")
    REFUSED = "refused", _("refused by the platform")
    GIVEN_UP = "given_up", _("given up")


class ScorePost(models.Model):
    """What a platform is to know of one student at one line item. The score itself is worked out when it is sent.

    `revision` grows with every change that may have moved the score, in the transaction of that change; `sent_revision`
    is what the platform has been told of. `stamp` and `body` are written before the request goes out: whoever repeats a
    request whose answer was lost repeats it with the same timestamp, and the platform takes it once.
    """

    line_item = models.ForeignKey(LineItem, models.CASCADE, related_name="posts")
    person = models.ForeignKey(LtiUser, models.CASCADE, related_name="posts")
    state = models.CharField(max_length=10, choices=PostState, default=PostState.PENDING)
    revision = models.PositiveIntegerField(default=0)
    sent_revision = models.PositiveIntegerField(default=0)
    pending_since = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField(default=timezone.now)
    leased_until = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveIntegerField(default=0)
    stamp = models.DateTimeField(null=True, blank=True)
    body = models.JSONField(null=True, blank=True)  # of the latest request, without its timestamp
    arrived = models.JSONField(null=True, blank=True)  # of the latest request that was taken
    status = models.PositiveSmallIntegerField(null=True, blank=True)
    answer = models.CharField(max_length=500, blank=True, default="")
    answered_at = models.DateTimeField(null=True, blank=True)
    is_repeat = False  # of this request: it went out before, and nobody knows whether it arrived

    class Meta:
        verbose_name = _("score for a platform")
        verbose_name_plural = _("scores for platforms")
        constraints = [
            models.UniqueConstraint(fields=["line_item", "person"], name="one_post_a_person"),
            models.CheckConstraint(condition=Q(state__in=PostState.values), name="score_post_state_known"),
        ]
        indexes = [models.Index(fields=["due_at"], name="score_post_due", condition=Q(state=PostState.PENDING))]

    def __str__(self) -> str:
        return f"score of {self.person_id} at {self.line_item_id} ({self.state})"


class LaunchRecord(models.Model):
    """One login or launch as an administrator looks it up by its id: how it ended and why. Never a token."""

    at = models.DateTimeField(default=timezone.now, db_index=True)
    request_id = models.CharField(max_length=64, db_index=True)
    platform = models.ForeignKey(Platform, models.SET_NULL, null=True, blank=True, related_name="+")
    issuer = models.CharField(max_length=ID_LENGTH, blank=True, default="")
    deployment_id = models.CharField(max_length=ID_LENGTH, blank=True, default="")
    sub = models.CharField(max_length=ID_LENGTH, blank=True, default="")
    step = models.CharField(max_length=10)  # login, launch, register
    code = models.CharField(max_length=40)  # "ok", or which refusal
    detail = models.CharField(max_length=500, blank=True, default="")

    class Meta:
        verbose_name = _("launch")
        verbose_name_plural = _("launch log")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.step} {self.code} at {self.at:%Y-%m-%d %H:%M}"


def clean_text(value: Any, limit: int = ID_LENGTH) -> str:
    """Text from outside as every database takes it: no NUL, no lone surrogates, not longer than its column."""
    if not isinstance(value, str):
        return ""
    return value.encode("utf-8", "replace").decode().replace("\0", "\N{REPLACEMENT CHARACTER}").strip()[:limit]
