"""Misconceptions that are still open: of each exercise whose latest graded submission failed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F, OuterRef, Subquery
from django.db.models.fields.json import KeyTransform
from django.urls import reverse
from django.utils.safestring import SafeString

from grader.dashboard.progress import ExerciseLine
from grader.kept_sql import KeptSql
from grader.submissions.ideas import choose_ideas, read_ideas
from grader.submissions.models import Purpose, Status, Submission
from grader.submissions.results import current_locale
from grader.submissions.texts import show_text


@dataclass(frozen=True)
class OpenIdea:
    """What a failing submission showed; several titles when one of them is the reason and it cannot be told which."""

    titles: list[SafeString]
    exercise: ExerciseLine
    url: str
    attempt: int
    created_at: datetime

    @property
    def is_predict(self) -> bool:
        return self.exercise.kind == "predict"


def list_open_ideas(user: Any, lines: dict[str, ExerciseLine]) -> list[OpenIdea]:
    """The newest first, of the exercises in `lines`. One query, and one more for texts that are not in memory."""
    locale = current_locale()
    rows = latest_failures(user.pk)
    known = read_ideas(row["content_hash"] for row in rows if row["misconception"] or row["one_of"])
    found = []
    for row in rows:
        ideas = choose_ideas(known.get(row["content_hash"], {}), row["misconception"], row["one_of"])
        if ideas and row["slug"] in lines:
            found.append(
                OpenIdea(
                    titles=[show_text(idea.title.get(locale)) for idea in ideas],
                    exercise=lines[row["slug"]],
                    url=reverse("submission", args=[row["pk"]]),
                    attempt=row["attempt"],
                    created_at=row["created_at"],
                )
            )
    return found


def build_latest_failures(user: int) -> Any:
    """The latest graded submission of each exercise where it failed; of its result two keys only."""
    graded = Submission.objects.filter(user=user, purpose=Purpose.SUBMIT, status=Status.GRADED)
    last = graded.filter(exercise=OuterRef("exercise")).order_by("-attempt").values("attempt")[:1]
    return (
        graded.filter(attempt=Subquery(last), passed=False)
        .annotate(
            slug=F("exercise__slug"),
            content_hash=F("version__content_hash"),
            misconception=KeyTransform("misconception", "result"),
            one_of=KeyTransform("one_of", "result"),
        )
        .order_by("-created_at")
        .values("pk", "slug", "content_hash", "attempt", "created_at", "misconception", "one_of")
    )


latest_failures = KeptSql(build_latest_failures, int)
