"""The launch log."""

from __future__ import annotations

import logging
from datetime import timedelta

from django.db import DatabaseError
from django.http import HttpRequest
from django.utils import timezone

from grader.lti.models import Entry, LaunchRecord, LaunchState, Platform, clean_text

logger = logging.getLogger(__name__)


def note(
    request: HttpRequest,
    step: str,
    code: str,
    detail: str = "",
    *,
    platform: Platform | None = None,
    deployment_id: str = "",
    sub: str = "",
    issuer: str = "",
) -> None:
    """One line for the log of launches, and one for the program's. A log that cannot be written stops no launch."""
    name = getattr(request, "id", "")
    level = logging.INFO if code == "ok" else logging.WARNING
    logger.log(level, "LTI %s: %s (%s), platform %s", step, code, detail, platform.pk if platform else issuer or "-")
    try:
        LaunchRecord.objects.create(
            request_id=name,
            platform=platform,
            issuer=platform.issuer if platform else clean_text(issuer),
            deployment_id=clean_text(deployment_id),
            sub=clean_text(sub),
            step=step,
            code=code,
            detail=clean_text(detail, 500),
        )
    except DatabaseError:
        logger.exception("LTI %s: not noted", step)


def purge() -> None:
    """Logins that are over. Old lines of the log are `operations.purging`'s."""
    now = timezone.now()
    LaunchState.objects.filter(expires_at__lt=now - timedelta(hours=1)).delete()
    Entry.objects.filter(expires_at__lt=now).delete()
