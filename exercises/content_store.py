"""Puts exercises into the database as immutable versions."""

from __future__ import annotations

from typing import Any

import msgspec
from django.db import transaction

from exercises import format as exercise_format
from exercises.models import Exercise, ExerciseVersion


def find(exercise: exercise_format.Exercise) -> ExerciseVersion | None:
    """The published version with exactly this content."""
    return (
        ExerciseVersion.objects.select_related("exercise")
        .filter(exercise__slug=exercise.slug, content_hash=exercise.content_hash)
        .first()
    )


@transaction.atomic
def publish(
    exercise: exercise_format.Exercise, variants: list[dict[str, Any]] | None = None
) -> tuple[ExerciseVersion, bool]:
    """Make this content the current version; (version, whether it is new). Raises ValueError.

    Content that was published before becomes current again without a new version, so that
    its old submissions and the new ones are of one kind; its variants stay as they were drawn.
    """
    row, _ = Exercise.objects.select_for_update().get_or_create(slug=exercise.slug)
    version = find(exercise)
    created = version is None
    if version is None:
        if exercise.kind == "predict" and not variants:
            raise ValueError(f"{exercise.slug}: a predict exercise is published with its drawn variants")
        version = ExerciseVersion.objects.create(
            exercise=row,
            content_hash=exercise.content_hash,
            files=exercise.files,
            meta=summary(exercise),
            variants=variants or [],
        )
    if row.current_id != version.pk:
        row.current = version
        row.save(update_fields=["current"])
    return version, created


def summary(exercise: exercise_format.Exercise) -> dict[str, Any]:
    """What lists show of an exercise."""
    return {
        "title": msgspec.to_builtins(exercise.title),
        "kind": exercise.kind,
        "tier": exercise.tier,
        "section": exercise.section,
        "concepts": exercise.concepts,
        "max_score": exercise.max_score,
    }
