"""/metrics: worked out when it is asked for, from the database and Redis, so that one answer speaks for every host.

Each family of figures stands on its own: without Redis those of the database are still told. `gradus_up` says which part
could be read.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings
from django.db.models import Count, Min
from django.utils import timezone
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector

from grader.lti.models import Platform, PostState, ScorePost
from grader.observing import canary, reports
from grader.observing.queues import read_queues
from grader.submissions import measures
from grader.submissions.models import PENDING, Submission

PLATFORM = "line_item__link__context__deployment__platform"
STUCK = (PostState.REFUSED, PostState.GIVEN_UP)
STUCK_KEPT_S = 60.0  # counting them reads the whole table


def gauge(name: str, text: str, labels: Iterable[str] = ()) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"gradus_{name}", text, labels=list(labels))


def counter(name: str, text: str, labels: Iterable[str] = ()) -> CounterMetricFamily:
    return CounterMetricFamily(f"gradus_{name}", text, labels=list(labels))


def write_metrics() -> bytes:
    registry = CollectorRegistry(auto_describe=False)
    registry.register(Figures())
    return generate_latest(registry)


class Figures(Collector):
    """One scrape. A part that cannot be read gives its names without figures."""

    def describe(self) -> Iterable[Metric]:
        return []

    def collect(self) -> Iterable[Metric]:
        up = gauge("up", "Whether this part of the figures could be read.", ["part"])
        for name, part in PARTS.items():
            families = part.families()
            try:
                part.fill(families)
                up.add_metric([name], 1)
            except Exception:
                families = part.families()
                up.add_metric([name], 0)
            yield from families.values()
        yield up


class Part:
    """Families of one source: what they are, and how they are filled."""

    def __init__(self, families: Callable[[], list[Metric]], fill: Callable[[dict[str, Any]], None]) -> None:
        self._families, self.fill = families, fill

    def families(self) -> dict[str, Any]:
        return {family.name.removeprefix("gradus_"): family for family in self._families()}


# --- what workers have counted ----------------------------------------------------------------------------------------


def measured_families() -> list[Metric]:
    return [
        HistogramMetricFamily("gradus_phase_seconds", "Phases of a result: queued, sandbox, checker, write, total.", labels=["phase"]),
        counter("results", "Results by purpose, status and outcome.", ["purpose", "status", "outcome"]),
        counter("retries", "Submissions that went back to the queue, by reason.", ["reason"]),
        counter("reaped", "What the reaper did: requeued (lost worker), resent (lost message), errored (gave up).", ["action"]),
    ]  # fmt: skip


def fill_measured(families: dict[str, Any]) -> None:
    found = measures.read()
    for phase, histogram in found.phases.items():
        total, buckets = 0, []
        for bound, number in zip((*map(str, measures.BOUNDS_S), "+Inf"), histogram.buckets, strict=True):
            total += number
            buckets.append((bound, total))
        families["phase_seconds"].add_metric([phase], buckets, histogram.sum_s)
    for labels, number in sorted(found.results.items()):
        families["results"].add_metric(list(labels), number)
    for reason, number in sorted(found.retries.items()):
        families["retries"].add_metric([reason], number)
    for action in ("requeued", "resent", "errored"):
        families["reaped"].add_metric([action], found.reaped.get(action, 0))


# --- queues -----------------------------------------------------------------------------------------------------------


def queue_families() -> list[Metric]:
    return [
        gauge("queue_depth", "Messages that wait in a queue of the broker.", ["queue"]),
        gauge("queue_oldest_seconds", "How long the oldest message of a queue waits; 0 when it is empty.", ["queue"]),
    ]


def fill_queues(families: dict[str, Any]) -> None:
    for name, state in read_queues().items():
        families["queue_depth"].add_metric([name], state.depth)
        if state.oldest_s is not None or not state.depth:
            families["queue_oldest_seconds"].add_metric([name], state.oldest_s or 0)


def pending_families() -> list[Metric]:
    return [
        gauge("submissions_pending", "Submissions without a result, in the database.", ["status"]),
        gauge("submissions_oldest_seconds", "Age of the oldest of them; 0 when there is none.", ["status"]),
    ]


def fill_pending(families: dict[str, Any]) -> None:
    rows = Submission.objects.filter(status__in=PENDING).order_by().values("status")
    found = {row["status"]: row for row in rows.annotate(number=Count("pk"), oldest=Min("created_at"))}
    now = timezone.now()
    for status in PENDING:
        row = found.get(status.value)
        age_s = max(0.0, (now - row["oldest"]).total_seconds()) if row else 0.0
        families["submissions_pending"].add_metric([status.value], row["number"] if row else 0)
        families["submissions_oldest_seconds"].add_metric([status.value], age_s)


# --- workers, sandboxes, beat, canary -----------------------------------------------------------------------------------


def report_families() -> list[Metric]:
    return [
        gauge("workers", "Workers that take a queue.", ["queue"]),
        gauge("worker_processes", "Gradings at once, over all workers."),
        gauge("sandbox_slots", "Jobs that a sandbox server runs at once.", ["sandbox"]),
        gauge("sandbox_running", "Jobs that it runs now.", ["sandbox"]),
        gauge("sandbox_queued", "Jobs that wait in it for a slot.", ["sandbox"]),
        gauge("sandbox_open", "Whether it takes jobs: 0 when a required layer does not hold.", ["sandbox"]),
        gauge("sandbox_layers_lacking", "Layers that do not hold on its host, those that are not required among them.", ["sandbox"]),
        counter("sandbox_jobs", "Jobs that it has run since it started.", ["sandbox"]),
        gauge("sandbox_unreachable", "Workers whose sandbox does not answer."),
        gauge("disk_free_bytes", "Free space where the data folder is.", ["host"]),
        gauge("beat_age_seconds", "Since beat has last sent something."),
        gauge("canary_right", "Whether the last canary was graded as it must be."),
        gauge("canary_seconds", "How long it took, from beat until both of its answers were graded."),
        gauge("canary_age_seconds", "Since the last canary came back."),
    ]  # fmt: skip


def fill_reports(families: dict[str, Any]) -> None:
    alive = [report for report in reports.read_reports() if report.is_alive]
    for queue in reports.QUEUES:
        families["workers"].add_metric([queue], sum(queue in report.queues for report in alive))
    graders = [report for report in alive if "submissions" in report.queues]
    families["worker_processes"].add_metric([], sum(report.processes for report in graders))
    families["sandbox_unreachable"].add_metric([], sum(report.lacks_sandbox for report in alive))
    for name, status in sorted(reports.sandboxes(alive).items()):
        families["sandbox_slots"].add_metric([name], status.slots)
        families["sandbox_running"].add_metric([name], status.running)
        families["sandbox_queued"].add_metric([name], status.queued)
        families["sandbox_open"].add_metric([name], 0 if status.closed else 1)
        families["sandbox_layers_lacking"].add_metric([name], sum(not holds for holds in status.layers.values()))
        families["sandbox_jobs"].add_metric([name], status.jobs)
    families["disk_free_bytes"].add_metric(["web"], shutil.disk_usage(settings.VAR_DIR).free)
    for report in alive:
        families["disk_free_bytes"].add_metric([report.host], report.disk_free)
    age_s = reports.read_beat_s()
    if age_s is not None:
        families["beat_age_seconds"].add_metric([], age_s)
    flight = canary.last_flight()
    if flight:
        families["canary_right"].add_metric([], int(flight.is_right))
        families["canary_seconds"].add_metric([], flight.seconds)
        families["canary_age_seconds"].add_metric([], flight.age_s)


# --- learning platforms -------------------------------------------------------------------------------------------------


def platform_families() -> list[Metric]:
    return [
        gauge("lti_scores_pending", "Grades on their way to a platform.", ["platform"]),
        gauge("lti_scores_oldest_seconds", "How long the oldest of them is on its way; 0 when there is none.", ["platform"]),
        gauge("lti_scores_stuck", "Grades that a platform refused, or that were given up.", ["platform"]),
        gauge("lti_platform_state", "1 for the state that a platform is in: active, resting after failures, or off.", ["platform", "state"]),
    ]  # fmt: skip


def fill_platforms(families: dict[str, Any]) -> None:
    now = timezone.now()
    pending = ScorePost.objects.filter(state=PostState.PENDING).order_by().values(PLATFORM)
    found = {row[PLATFORM]: row for row in pending.annotate(number=Count("pk"), oldest=Min("pending_since"))}
    stuck = count_stuck()
    for platform in Platform.objects.defer("keyset"):
        name, row = str(platform.pk), found.get(platform.pk)
        age_s = max(0.0, (now - row["oldest"]).total_seconds()) if row else 0.0
        families["lti_scores_pending"].add_metric([name], row["number"] if row else 0)
        families["lti_scores_oldest_seconds"].add_metric([name], age_s)
        families["lti_scores_stuck"].add_metric([name], stuck.get(platform.pk, 0))
        for state in ("active", "resting", "off"):
            families["lti_platform_state"].add_metric([name, state], int(state == state_of(platform, now)))


def state_of(platform: Platform, now: Any) -> str:
    if not platform.is_active:
        return "off"
    return "resting" if platform.rests_until and platform.rests_until > now else "active"


_stuck: dict[str, Any] = {"read_at": float("-inf"), "found": {}}


def count_stuck() -> dict[int, int]:
    """By platform, at most a minute old."""
    if time.monotonic() - _stuck["read_at"] > STUCK_KEPT_S:
        rows = ScorePost.objects.filter(state__in=STUCK).order_by().values_list(PLATFORM)
        _stuck.update(read_at=time.monotonic(), found=dict(rows.annotate(number=Count("pk"))))
    return dict(_stuck["found"])


PARTS = {
    "measures": Part(measured_families, fill_measured),
    "queues": Part(queue_families, fill_queues),
    "submissions": Part(pending_families, fill_pending),
    "workers": Part(report_families, fill_reports),
    "platforms": Part(platform_families, fill_platforms),
}
