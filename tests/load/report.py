"""Tables for people, JSON for comparisons."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from grader.bench.table import percentile
from tests.load.waves import Wave

HEAD = ("wave", "database", "submissions", "lost", "doubled", "wrong", "errored", "last result", "POST p50/p95")
HEAD += ("result p50/p95", "page p95")
PAGES = ("exercise page", "page again", "dashboard")
MOST_WORDS = 6


def seconds(values: Sequence[float], share: float) -> str:
    return f"{percentile(values, share) / 1e3:.2f}" if values else "–"


def cells(wave: Wave) -> tuple[str, ...]:
    pages = [ms for kind in PAGES for ms in wave.timings.ms.get(kind, [])]
    posts = wave.timings.ms.get("submit", [])
    errored = f"{len(wave.errored)}" + (f" (+{wave.expected_errors} that must)" if wave.expected_errors else "")
    return (
        wave.name,
        wave.database,
        f"{wave.submissions} in {wave.window_s:.0f} s",
        str(len(wave.lost) + wave.not_taken),
        str(len(wave.doubled)),
        str(len(wave.wrong) + len(wave.truths)),
        errored,
        f"{wave.last_result_s:.1f} s",
        f"{seconds(posts, 0.5)}/{seconds(posts, 0.95)} s",
        f"{seconds(wave.result_ms, 0.5)}/{seconds(wave.result_ms, 0.95)} s",
        f"{seconds(pages, 0.95)} s",
    )


def align(rows: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return ["  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip() for row in rows]


def table(waves: Sequence[Wave]) -> str:
    return "\n".join(align([HEAD, *map(cells, waves)]))


def details(wave: Wave) -> str:
    """Kinds, parts, what failed meanwhile, and what students read during each outage."""
    lines = [f"{wave.name}, {wave.database}:"]
    kinds = [f"{name} {seconds(ms, 0.5)}/{seconds(ms, 1.0)}" for name, ms in sorted(wave.by_kind.items())]
    lines.append(f"  result p50/longest in s: {', '.join(kinds)}")
    requests = [f"{kind} {len(ms)}: {seconds(ms, 0.5)}/{seconds(ms, 0.95)}" for kind, ms in wave.timings.ms.items()]
    lines.append(f"  requests, p50/p95 in s: {', '.join(requests)}")
    lines.append(f"  CPU seconds: {', '.join(f'{part} {spent}' for part, spent in wave.cpu_s.items())}")
    if wave.tried_again or wave.resent:
        lines.append(f"  graded in a later try: {wave.tried_again}; pressed again by students: {wave.resent}")
    if wave.timings.failed:
        lines.append(
            f"  failed requests: {', '.join(f'{what} ×{n}' for what, n in sorted(wave.timings.failed.items()))}"
        )
    for outage in wave.outages:
        lines.append(f"  {outage.name}, {outage.begin_s:.0f} to {outage.end_s:.0f} s; meanwhile pages said:")
        said = [*outage.told.items()][:MOST_WORDS] + [*outage.refused.items()][:MOST_WORDS]
        lines += [f"    {count:>4} × {text}" for text, count in said] or ["    (nobody waited)"]
    for title in ("lost", "doubled", "wrong", "errored", "truths"):
        lines += [f"  {title.upper()}: {text}" for text in getattr(wave, title)[:20]]
    return "\n".join(lines)


def as_json(waves: Sequence[Wave]) -> list[dict[str, object]]:
    return [asdict(wave) | {"clean": wave.is_clean} for wave in waves]
