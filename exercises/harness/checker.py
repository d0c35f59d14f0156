"""The checker's role: what the student's process says of the submission, then the tests, then a diagnosis."""

from __future__ import annotations

import socket
from typing import Any

import msgspec
import torch

from exercises.harness import errors, predict, tracing, values
from exercises.harness.conversation import Remote
from exercises.harness.parts import MAX_NOTES, MAX_PLOT_BYTES, MAX_PLOTS, CheckerPart, Findings, TestPlan
from exercises.harness.testrun import Run
from exercises.results import Message, TestResult

_NOTES = {
    "nul_bytes", "not_utf8", "syntax_error", "load_raised", "missing_function", "wrong_signature", "shadows_torch",
}  # fmt: skip
_STOPS = _NOTES - {"shadows_torch"}  # with one of these there is nothing to test


def check(part: CheckerPart, peer: socket.socket) -> tuple[Findings, Remote]:
    """Run every planned test. What the exercise's own code breaks is reported as `broken`, never scored."""
    remote = Remote(peer, part.source, part.public)
    if part.draw_only:
        return Findings(variants=predict.Draws.of(part).take(part.draw_only, part.seed)), remote
    if part.block:
        notes, _ = _load(part, remote)
        return Findings(notes=notes, stdout=remote.printed, plots=_plots(remote)), remote
    if part.traced:
        return Findings(traced=tracing.trace_run(part, remote)), remote
    findings = _grade(part, remote, diagnose=True)
    seeds = range(part.seed + 1, part.seed + part.repeat)
    repeats = [_grade(msgspec.structs.replace(part, seed=seed), remote, diagnose=False).tests for seed in seeds]
    return msgspec.structs.replace(findings, repeats=repeats), remote


def _grade(part: CheckerPart, remote: Remote, diagnose: bool) -> Findings:
    notes, stop = _load(part, remote)
    printed = remote.printed
    if stop:
        why = "unanswered" if remote.gone else "not_run"
        return Findings([_not_run(name, plan, why) for name, plan in part.tests.items()], notes, stdout=printed)
    run = Run(part, remote)
    run.all()
    tests = [run.results[name] for name in part.tests if name in run.results]
    broken = run.broken or ", ".join(f"{name}: no such test ran" for name in part.tests if name not in run.results)
    ideas = run.misconceptions() if diagnose and not broken else []
    detail = run.detail[:4000]
    return Findings(tests, notes, ideas, printed, broken, detail, trace=predict.trace_of(part))


def _plots(remote: Remote) -> list[bytes]:
    """What the block drew: flat uint8 tensors of bounded size, and nothing else that comes in their place."""
    kind, value = ("raised", None) if remote.gone else remote.outcome_of("shown")
    if kind != "ok" or not isinstance(value, list):
        return []
    pictures = [item for item in value[:MAX_PLOTS] if isinstance(item, torch.Tensor) and item.dtype is torch.uint8]
    return [item.numpy().tobytes() for item in pictures if item.dim() == 1 and item.numel() <= MAX_PLOT_BYTES]


def _load(part: CheckerPart, remote: Remote) -> tuple[list[Message], bool]:
    said = remote.load()
    if said is None:
        return [], True
    try:
        findings, keys = _findings(said)
    except values.Violation:
        remote.violated()
        return [], True
    notes = []
    for name, params in findings:
        if name == "load_raised":
            remote.note_claim(params)
            notes += _load_raised(params, part.source)
        elif name in _NOTES:
            notes.append(Message(name, {str(key): _short(value) for key, value in params.items()}))
    return notes + [Message(f"exercise:{key}") for key in keys], any(name in _STOPS for name, _ in findings)


def _findings(said: dict[str, Any]) -> tuple[list[tuple[str, dict[str, Any]]], list[str]]:
    """Findings and keys, if they are of the right types and not more than there can be. Raises Violation."""
    findings, keys = said.get("findings"), said.get("keys")
    for items in (findings, keys):
        if not isinstance(items, list | tuple) or len(items) > MAX_NOTES:
            raise values.Violation("findings")
    if not all(type(key) is str for key in keys or ()):
        raise values.Violation("a key that is no name")
    for finding in findings or ():
        if type(finding) is not list or list(map(type, finding)) != [str, dict]:
            raise values.Violation("a finding that is no pair of name and parameters")
    return [(name, params) for name, params in findings or ()], list(keys or ())


def _load_raised(error: dict[str, Any], source: str) -> list[Message]:
    """Before any hidden input was sent, the exception's own text can be shown."""
    lines = source.splitlines()
    line = error.get("line")
    known = isinstance(line, int) and 1 <= line <= len(lines)
    said = f"{error.get('type')}: {error.get('text')}"
    params = {
        "error": _short(said),
        "line": line if known else None,
        "text": lines[line - 1].strip()[:200] if known and isinstance(line, int) else "",
    }
    explanation = errors.explain(error, source)
    return [Message("load_raised", params), *([explanation] if explanation.id != "error.own" else [])]


def _short(value: object) -> str | int | float | bool | None:
    if value is None or type(value) in (int, float, bool):
        return value  # type: ignore[return-value]
    return str(value)[:300].encode(errors="replace").decode()


def _not_run(name: str, plan: TestPlan, why: str) -> TestResult:
    return TestResult(name, False, plan.advice, 0.0, plan.points, [Message(why)])
