"""Exercises as published: a slug, and versions that never change."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import Any, NoReturn

from django.db import models
from django.utils.translation import gettext_lazy as _

from exercises import format as exercise_format

_KEPT = 256
_loaded: OrderedDict[tuple[str, str], exercise_format.Exercise] = OrderedDict()
_loaded_lock = threading.Lock()


class VersionImmutable(Exception):
    """A published version was to be changed or removed; old submissions rely on it."""


class Exercise(models.Model):
    """What students know by its slug; `current` is the version that new submissions use."""

    slug = models.SlugField(_("slug"), max_length=60, unique=True)
    current = models.ForeignKey(
        "ExerciseVersion", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("current version")
    )

    class Meta:
        verbose_name = _("exercise")
        verbose_name_plural = _("exercises")
        ordering = ["slug"]

    def __str__(self) -> str:
        return self.slug


class VersionQuerySet(models.QuerySet["ExerciseVersion"]):
    """Versions can be read and added, nothing else."""

    def update(self, **kwargs: Any) -> NoReturn:
        raise VersionImmutable("a published version never changes: publish a new one")

    def delete(self) -> NoReturn:
        raise VersionImmutable("a published version stays: old submissions rely on it")

    def bulk_update(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise VersionImmutable("a published version never changes: publish a new one")


class ExerciseVersion(models.Model):
    """One exercise's files at one time, named by their hash."""

    exercise = models.ForeignKey(Exercise, models.PROTECT, related_name="versions", verbose_name=_("exercise"))
    content_hash = models.CharField(_("content hash"), max_length=64)
    # Text of each file by its path in the folder.
    files = models.JSONField(_("files"))
    # What lists show without opening the files: title, kind, tier, section, concepts, max_score.
    meta = models.JSONField(_("summary"))
    # Predict exercises only: the pool of drawn numbers, one dict a variant.
    variants = models.JSONField(_("variants"), default=list, blank=True)
    published_at = models.DateTimeField(_("published at"), auto_now_add=True)

    objects = VersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("exercise version")
        verbose_name_plural = _("exercise versions")
        ordering = ["exercise", "-published_at"]
        constraints = [
            models.UniqueConstraint(fields=["exercise", "content_hash"], name="one_version_a_content"),
        ]

    def __str__(self) -> str:
        return f"{self.exercise.slug} {self.content_hash[:12]}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise VersionImmutable(f"{self}: a published version never changes, publish a new one")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise VersionImmutable(f"{self}: a published version stays, old submissions rely on it")

    def load(self) -> exercise_format.Exercise:
        """The exercise itself; the last 256 are kept in memory."""
        key = (self.exercise.slug, self.content_hash)
        with _loaded_lock:
            if key in _loaded:
                _loaded.move_to_end(key)
                return _loaded[key]
        exercise = exercise_format.from_files(self.exercise.slug, self.files, check=False)
        with _loaded_lock:
            _loaded[key] = exercise
            while len(_loaded) > _KEPT:
                _loaded.popitem(last=False)
        return exercise

    def title(self, locale: str) -> str:
        """The title without loading the files."""
        titles: dict[str, str] = self.meta["title"]
        return titles["zh-hant" if locale.lower().startswith("zh") else "en"]
