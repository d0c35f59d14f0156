"""Drafts of exercises, what they were before, their proofs, and who published what.

Nothing here changes what is published: publishing makes a new version (`content_store`), and a publication records who
did it, when, and on which proof.
"""

from __future__ import annotations

from typing import Any

import msgspec
from django.conf import settings
from django.db import models, transaction
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from exercises.format import LOCALES, MANIFEST, MAX_SLUG, content_hash_of
from exercises.models import ExerciseVersion
from exercises.prove import Proof
from grader.submissions.models import as_json

KEPT_REVISIONS = 50
MAX_LOSSES = 3
USER = settings.AUTH_USER_MODEL
Files = dict[str, str]


class Changed(Exception):
    """The draft was saved by somebody else meanwhile; `.workspace` is what is stored now."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(f"{workspace.slug} is at revision {workspace.revision}")
        self.workspace = workspace


class WorkspaceQuerySet(models.QuerySet["Workspace"]):
    def with_state(self) -> WorkspaceQuerySet:
        """With `is_proved` and `is_published`, and without the files."""
        same = Check.objects.filter(workspace=OuterRef("pk"), content_hash=OuterRef("content_hash"))
        return (
            self.select_related("owner", "course", "published")
            .defer("files", "published__files", "published__variants")
            .annotate(proved=Exists(same.filter(status=CheckStatus.DONE, passed=True)))
        )


class Workspace(models.Model):
    """A draft of an exercise: its folder as texts by path, and a revision that grows with each save.

    `base` is the version that it was copied from, `published` the one that it was last published as.
    """

    slug = models.SlugField(_("name"), max_length=MAX_SLUG, unique=True)
    owner = models.ForeignKey(USER, models.SET_NULL, null=True, related_name="workspaces")
    course = models.ForeignKey("courses.Course", models.SET_NULL, null=True, blank=True, related_name="workspaces")
    files = models.JSONField(_("files"), default=dict)
    content_hash = models.CharField(max_length=64)
    titles = models.JSONField(default=dict)  # by language, as far as exercise.toml can be read
    revision = models.PositiveIntegerField(default=1)
    base = models.ForeignKey(ExerciseVersion, models.PROTECT, null=True, blank=True, related_name="+")
    published = models.ForeignKey(ExerciseVersion, models.PROTECT, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(default=timezone.now)

    objects = WorkspaceQuerySet.as_manager()

    class Meta:
        verbose_name = _("draft of an exercise")
        verbose_name_plural = _("drafts of exercises")
        ordering = ["-updated_at"]

    def __str__(self) -> str:
        return f"{self.slug} r{self.revision}"

    def title(self, locale: str) -> str:
        """The exercise's title, or its name while there is none."""
        return self.titles.get(locale) or self.slug

    @property
    def is_proved(self) -> bool:
        """Whether a check of exactly these files passed."""
        return self.checks.filter(content_hash=self.content_hash, status=CheckStatus.DONE, passed=True).exists()

    @property
    def is_published(self) -> bool:
        """Whether exactly these files are the version that students have."""
        return self.published is not None and self.published.content_hash == self.content_hash


class Revision(models.Model):
    """The files as one save left them. The last 50 are kept, so that every step can be taken back."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="revisions")
    number = models.PositiveIntegerField()
    files = models.JSONField()
    content_hash = models.CharField(max_length=64)
    author = models.ForeignKey(USER, models.SET_NULL, null=True, related_name="+")
    saved_at = models.DateTimeField(default=timezone.now)
    # What was done, one of words.DONE, and to which file.
    what = models.CharField(max_length=16)
    path = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        verbose_name = _("revision")
        verbose_name_plural = _("revisions")
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["workspace", "number"], name="one_revision_a_number")]

    def __str__(self) -> str:
        return f"{self.workspace_id} r{self.number}"


def create_workspace(*, slug: str, owner: Any, files: Files, what: str, **fields: Any) -> Workspace:
    """A new draft with its first revision. Raises IntegrityError when the name is taken."""
    digest = content_hash_of(files)
    with transaction.atomic():
        workspace = Workspace.objects.create(
            slug=slug, owner=owner, files=files, content_hash=digest, titles=titles_of(files), **fields
        )
        keep_revision(workspace, owner, what, "")
    return workspace


def save_files(workspace: Workspace, files: Files, *, on: int, author: Any, what: str, path: str = "") -> bool:
    """Put `files` in place of those of revision `on`. False when they are the same. Raises Changed.

    The update is conditional on the revision: of two saves at once one is a conflict, and none is lost.
    """
    digest = content_hash_of(files)
    with transaction.atomic():
        if digest == workspace.content_hash and on == workspace.revision:
            return False
        saved = Workspace.objects.filter(pk=workspace.pk, revision=on).update(
            files=files,
            content_hash=digest,
            titles=titles_of(files),
            revision=F("revision") + 1,
            updated_at=timezone.now(),
        )
        if not saved:
            raise Changed(Workspace.objects.get(pk=workspace.pk))
        workspace.refresh_from_db(fields=["files", "content_hash", "titles", "revision", "updated_at"])
        keep_revision(workspace, author, what, path)
    return True


def titles_of(files: Files) -> dict[str, str]:
    """What exercise.toml says, if it can be read."""
    try:
        titles = msgspec.toml.decode(files.get(MANIFEST, "")).get("title")
    except msgspec.DecodeError:
        return {}
    found = titles.items() if isinstance(titles, dict) else ()
    return {locale: str(text)[:200] for locale, text in found if locale in LOCALES and str(text).strip()}


def keep_revision(workspace: Workspace, author: Any, what: str, path: str) -> None:
    """Remember this state; forget what is older than the last 50, but for what a check still runs on."""
    Revision.objects.create(
        workspace=workspace,
        number=workspace.revision,
        files=workspace.files,
        content_hash=workspace.content_hash,
        author=author,
        what=what,
        path=path,
    )
    old = workspace.revisions.filter(number__lte=workspace.revision - KEPT_REVISIONS)
    pending = workspace.checks.filter(status__in=PENDING).values("revision")
    old.exclude(number__in=pending).delete()


class CheckStatus(models.TextChoices):
    QUEUED = "queued", _("queued")
    RUNNING = "running", _("running")
    DONE = "done", _("done")
    FAILED = "failed", _("failed")


PENDING = (CheckStatus.QUEUED, CheckStatus.RUNNING)


class Check(models.Model):
    """The proof of one revision: queued, run a slice at a time, and done; or failed, where we could not run it.

    `tries` counts claims and is the fencing token, as for submissions. `outcomes` keeps what the slices so far have
    shown, so that the next one goes on where they stopped.
    """

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="checks")
    revision = models.PositiveIntegerField()
    content_hash = models.CharField(max_length=64)
    seeds = models.PositiveIntegerField(default=5)
    requested_by = models.ForeignKey(USER, models.SET_NULL, null=True, related_name="+")
    status = models.CharField(max_length=8, choices=CheckStatus, default=CheckStatus.QUEUED)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    tries = models.PositiveIntegerField(default=0)
    losses = models.PositiveSmallIntegerField(default=0)
    heartbeat_at = models.DateTimeField(default=timezone.now)
    requested_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True, blank=True)
    passed = models.BooleanField(null=True, blank=True)
    outcomes = models.BinaryField(null=True, blank=True)
    # {"proof": …, "named": {mutant: tests}}, or what stopped it: {"error": …}.
    result = models.JSONField(null=True, blank=True)
    # Predict exercises: the numbers that students will be shown, drawn when the proof passed.
    variants = models.JSONField(default=list, blank=True)

    class Meta:
        verbose_name = _("check")
        verbose_name_plural = _("checks")
        ordering = ["-requested_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=CheckStatus.values), name="check_status_known"),
            # Two clicks at once ask for one proof.
            models.UniqueConstraint(
                fields=["workspace", "content_hash"], condition=Q(status__in=PENDING), name="one_pending_check"
            ),
        ]
        indexes = [
            models.Index(fields=["heartbeat_at"], name="check_pending", condition=Q(status__in=PENDING)),
            models.Index(fields=["workspace", "content_hash"], name="check_of_content"),
        ]

    def __str__(self) -> str:
        return f"check {self.pk} ({self.status})"

    @property
    def is_pending(self) -> bool:
        return self.status in PENDING

    def claim(self) -> bool:
        """queued → running. False when somebody else has it, or it is over."""
        claimed = Check.objects.filter(pk=self.pk, status=CheckStatus.QUEUED).update(
            status=CheckStatus.RUNNING, tries=F("tries") + 1, heartbeat_at=timezone.now()
        )
        if claimed:
            self.refresh_from_db()
        return bool(claimed)

    def _mine(self) -> models.QuerySet[Check]:
        return Check.objects.filter(pk=self.pk, status=CheckStatus.RUNNING, tries=self.tries)

    def beat(self) -> bool:
        """Say that the claim is alive. False when it has been taken away."""
        return bool(self._mine().update(heartbeat_at=timezone.now()))

    def advance(self, done: int, total: int) -> bool:
        """So many of the runs are done. False when the claim was lost."""
        self.done, self.total = done, total
        return bool(self._mine().update(done=done, total=total, heartbeat_at=timezone.now()))

    def pause(self, outcomes: bytes) -> bool:
        """running → queued, with what is known so far: others take their turn. False when the claim was lost."""
        return bool(
            self._mine().update(status=CheckStatus.QUEUED, outcomes=outcomes, heartbeat_at=timezone.now(), losses=0)
        )

    def finish(self, proof: Proof, named: dict[str, list[str]], variants: list[dict[str, Any]]) -> bool:
        """running → done. `named`: the tests that each wrong answer names. False when the claim was lost."""
        result = as_json({"proof": msgspec.to_builtins(proof), "named": named})
        return self._end(CheckStatus.DONE, passed=proof.passed, result=result, variants=variants)

    def fail(self, error: str) -> bool:
        """running → failed. False when the claim was lost."""
        return self._end(CheckStatus.FAILED, result=as_json({"error": error}))

    def _end(self, status: CheckStatus, **values: Any) -> bool:
        now = timezone.now()
        return bool(self._mine().update(status=status, finished_at=now, heartbeat_at=now, outcomes=None, **values))

    def proof(self) -> Proof | None:
        found = (self.result or {}).get("proof")
        return msgspec.convert(found, Proof) if found else None

    @property
    def named(self) -> dict[str, list[str]]:
        return (self.result or {}).get("named", {})

    @property
    def error(self) -> str:
        return (self.result or {}).get("error", "")


class Publication(models.Model):
    """Who published which version, when, and on what: a check, or a reason to do without one."""

    workspace = models.ForeignKey(Workspace, models.SET_NULL, null=True, related_name="publications")
    version = models.ForeignKey(ExerciseVersion, models.PROTECT, related_name="publications")
    author = models.ForeignKey(USER, models.SET_NULL, null=True, related_name="+")
    published_at = models.DateTimeField(default=timezone.now)
    check_run = models.ForeignKey(Check, models.SET_NULL, null=True, blank=True, related_name="+")
    note = models.CharField(_("what changed"), max_length=500, blank=True, default="")
    override_reason = models.CharField(_("reason"), max_length=500, blank=True, default="")

    class Meta:
        verbose_name = _("publication")
        verbose_name_plural = _("publications")
        ordering = ["-published_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.version} by {self.author}"
