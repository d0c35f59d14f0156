"""Misconceptions by name: what a result says of them as ids, in the words of the exercise's own version."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec
from django.db.models.fields.json import KeyTextTransform

from exercises.format import MANIFEST, Misconception
from exercises.models import ExerciseVersion

KEPT = 512
_known: dict[str, dict[str, Misconception]] = {}


class Named(msgspec.Struct):
    """The one table of exercise.toml that is read here."""

    misconceptions: dict[str, Misconception] = {}


def read_ideas(hashes: Iterable[str]) -> dict[str, dict[str, Misconception]]:
    """The misconceptions of versions, by content hash: one query for those that are not in memory, none else.

    Of a version only its manifest is read, which is a small part of its files.
    """
    wanted = set(hashes)
    missing = wanted - _known.keys()
    if missing:
        if len(_known) > KEPT:
            _known.clear()
            missing = wanted
        rows = ExerciseVersion.objects.filter(content_hash__in=missing)
        for content_hash, manifest in rows.values_list("content_hash", KeyTextTransform(MANIFEST, "files")):
            _known[content_hash] = msgspec.toml.decode(manifest, type=Named).misconceptions
    return {content_hash: _known[content_hash] for content_hash in wanted if content_hash in _known}


def choose_ideas(
    known: dict[str, Misconception], misconception: str | None, one_of: list[str] | None
) -> list[Misconception]:
    """The one that explains a result, or all that would, when it cannot be told which."""
    names = [misconception] if misconception else one_of or []
    return [known[name] for name in names if name in known]
