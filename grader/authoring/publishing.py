"""Publishing a draft: only what is proved, or with a reason that stays beside the version for good."""

from __future__ import annotations

import logging
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from exercises import content_store
from exercises.models import Exercise
from grader.authoring.archive import Refused
from grader.authoring.drafts import parse
from grader.authoring.models import Changed, Check, CheckStatus, Publication, Workspace
from grader.courses.audit import write_for_exercise

logger = logging.getLogger(__name__)


def proof_of(workspace: Workspace) -> Check | None:
    """The check of exactly these files that passed."""
    return checks_of(workspace).filter(passed=True).first()


def checks_of(workspace: Workspace) -> Any:
    return Check.objects.filter(
        workspace=workspace, content_hash=workspace.content_hash, status=CheckStatus.DONE
    ).order_by("-finished_at")


def publish(workspace: Workspace, user: Any, *, on: int, note: str = "", override: str = "") -> Publication:
    """Make the draft's revision `on` the current version. Raises Changed, Refused.

    Without a proof of these very files an `override`, a reason, is needed. What was published stays as it is.
    """
    with transaction.atomic():
        held = Workspace.objects.select_for_update().get(pk=workspace.pk)
        if held.revision != on:
            raise Changed(held)
        exercise, mistakes = parse(held)
        if exercise is None:
            what = _("The draft has %(count)d mistakes") % {"count": len(mistakes)}
            raise Refused("", what, _("Mend them first; no reason can replace that."))
        check = proof_of(held)
        if check is None and not override.strip():
            raise Refused(
                "", _("This revision is not proved"), _("Check it first, or give a reason to publish it anyway.")
            )
        if Exercise.objects.filter(slug=held.slug).exists() and not held.publications.exists():
            raise Refused("", _("Another exercise has this name"), _("Copy the draft under another name."))
        variants = (check or checks_of(held).first() or Check()).variants
        if exercise.kind == "predict" and not variants:
            what = _("A prediction is published with its drawn numbers, and there are none yet")
            raise Refused("", what, _("Check it: the check draws them."))
        version, is_new = content_store.publish(exercise, variants)
        publication = Publication.objects.create(
            workspace=held,
            version=version,
            author=user,
            check_run=check,
            note=note.strip(),
            override_reason="" if check else override.strip(),
        )
        Workspace.objects.filter(pk=held.pk).update(published=version)
        told = {"exercise": held.slug, "version": version.content_hash[:12], "reason": publication.override_reason}
        write_for_exercise(user.pk, version.exercise_id, "exercise.publish", **told)
    logger.info("Exercise %s: user %s published %s (new: %s)", held.slug, user.pk, version.content_hash[:12], is_new)
    return publication
