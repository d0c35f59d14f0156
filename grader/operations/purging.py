"""What is kept for a while only, and how it goes. Submissions, results and marks are never purged."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.contrib.sessions.models import Session
from django.db import connection, transaction
from django.db.models import Count, QuerySet
from django.utils import timezone

from grader.courses.audit import write
from grader.courses.models import AuditEntry, Course
from grader.lti.models import Entry, LaunchRecord, LaunchState, PostState, ScorePost
from grader.submissions.models import Draft, TracedSubmission

AT_ONCE = 500  # rows in one transaction, so that nobody waits long
LOGIN_IS_OVER = timedelta(hours=1)
Rows = QuerySet[Any]


@dataclass(frozen=True)
class Rule:
    """Rows of one kind that are older than `days`; 0: they stay. `setting` is where the days come from."""

    name: str
    setting: str
    find: Callable[[datetime], Rows]
    remove: Callable[[Rows], int]

    @property
    def days(self) -> int | None:
        """None for what is over by itself."""
        return getattr(settings, self.setting) if self.setting else None

    def rows(self, now: datetime) -> Rows | None:
        """What goes; None where all of it stays."""
        if self.days is None:
            return self.find(now)
        return self.find(now - timedelta(days=self.days)) if self.days else None


def remove_in_parts(rows: Rows) -> int:
    """A part at a time; what is written meanwhile waits for none of them for long."""
    removed = 0
    while keys := list(rows.order_by("pk").values_list("pk", flat=True)[:AT_ONCE]):
        rows.model._base_manager.filter(pk__in=keys).delete()
        removed += len(keys)
    return removed


def remove_audit(rows: Rows) -> int:
    """Past the guard against it, and leaving a line in each course that tells of it."""
    with transaction.atomic():
        counts = list(rows.order_by().values_list("course").annotate(entries=Count("pk")))
        if not counts:
            return 0
        last = rows.order_by("-at").values_list("at", flat=True).first()
        with guard_lifted():
            AuditEntry._base_manager.filter(pk__in=rows.order_by().values("pk")).delete()
        courses = Course.objects.in_bulk([course for course, _ in counts])
        for course, entries in counts:
            if course in courses:
                write(None, courses[course], "audit.purge", {"entries": entries, "until": last})
    return sum(entries for _, entries in counts)


@contextmanager
def guard_lifted() -> Iterator[None]:
    """On PostgreSQL the table has a trigger that refuses deletes. Others wait meanwhile; a failure puts it back."""
    if connection.vendor != "postgresql":
        yield
        return
    table = AuditEntry._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '10s'")
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER audit_append_only")
        yield
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER audit_append_only")


def sent_long_ago(before: datetime) -> Rows:
    """Scores for platforms in courses that were archived then; those on their way stay."""
    ended = ScorePost.objects.exclude(state=PostState.PENDING)
    return ended.filter(line_item__link__assignment__course__archived_at__lt=before)


RULES = (
    Rule("drafts", "KEEP_DRAFTS_DAYS", lambda day: Draft.objects.filter(updated_at__lt=day), remove_in_parts),
    Rule(
        "traced runs",
        "KEEP_TRACES_DAYS",
        lambda day: TracedSubmission.objects.filter(requested_at__lt=day),
        remove_in_parts,
    ),
    Rule("launch log", "KEEP_LAUNCH_LOG_DAYS", lambda day: LaunchRecord.objects.filter(at__lt=day), remove_in_parts),
    Rule("scores for platforms", "KEEP_SCORE_POSTS_DAYS", sent_long_ago, remove_in_parts),
    Rule("audit", "KEEP_AUDIT_DAYS", lambda day: AuditEntry.objects.filter(at__lt=day), remove_audit),
    Rule(
        "administrators' log",
        "KEEP_AUDIT_DAYS",
        lambda day: LogEntry.objects.filter(action_time__lt=day),
        remove_in_parts,
    ),
    Rule("sessions", "", lambda now: Session.objects.filter(expire_date__lt=now), remove_in_parts),
    Rule(
        "logins of platforms",
        "",
        lambda now: LaunchState.objects.filter(expires_at__lt=now - LOGIN_IS_OVER),
        remove_in_parts,
    ),
    Rule("launches on their way", "", lambda now: Entry.objects.filter(expires_at__lt=now), remove_in_parts),
)


@dataclass(frozen=True)
class Purged:
    """What went (or would go) by one rule."""

    rule: Rule
    rows: int


def purge(dry_run: bool = False, now: datetime | None = None) -> list[Purged]:
    """Apply every rule; dry: only count."""
    now = now or timezone.now()
    found = []
    for rule in RULES:
        rows = rule.rows(now)
        if rows is None:
            found.append(Purged(rule, 0))
        else:
            found.append(Purged(rule, rows.count() if dry_run else rule.remove(rows)))
    return found
