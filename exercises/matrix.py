"""The proofs of many exercises as one page: which mutant fails which test. Made by `exercise check --html FILE`."""

from __future__ import annotations

from html import escape

from exercises.format import Exercise, Mutant
from exercises.prove import LEGEND, Proof, cell

_STYLE = """
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { max-width: 72rem; margin: 2rem auto; padding: 0 1rem; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; margin: 1rem 0; }
th, td { padding: .15rem .5rem; border: 1px solid #8886; text-align: center; }
th[scope=row], thead th:first-child { text-align: left; font-weight: normal; white-space: nowrap; }
code { font-family: ui-monospace, monospace; }
.fault { color: #c22; } @media (prefers-color-scheme: dark) { .fault { color: #f88; } }
"""


def page(proofs: list[tuple[Exercise, Proof]]) -> str:
    """A whole HTML document that needs no other file."""
    sound = sum(proof.passed for _, proof in proofs)
    mutants = sum(len(exercise.mutants) for exercise, _ in proofs)
    runs, changes = sum(proof.runs for _, proof in proofs), sum(proof.fuzzed for _, proof in proofs)
    summary = (
        f"{sound} of {len(proofs)} exercises are sound: {mutants} mutants, {runs:,} runs,"
        f" {changes:,} changes of solutions."
    )
    body = "".join(_section(exercise, proof) for exercise, proof in proofs)
    links = "".join(f'<li><a href="#{exercise.slug}">{exercise.slug}</a></li>' for exercise, _ in proofs)
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport"'
        f' content="width=device-width"><title>Proofs</title><style>{_STYLE}</style></head><body>'
        f"<h1>Proofs</h1><p>{summary}</p><p>{escape(LEGEND)}</p><ul>{links}</ul>{body}</body></html>\n"
    )


def _section(exercise: Exercise, proof: Proof) -> str:
    verdict = "sound" if proof.passed else f'<strong class="fault">{len(proof.faults)} faults</strong>'
    tests = "".join(
        f"<li><code>{escape(name)}</code>: {escape(test.title.en)}</li>" for name, test in exercise.tests.items()
    )
    numbers = "".join(f'<th scope="col">{number}</th>' for number in range(1, len(exercise.tests) + 1))
    rows = "".join(_row(exercise, proof, mutant) for mutant in exercise.mutants)
    findings = "".join(f'<li class="fault">{escape(str(finding))}</li>' for finding in proof.faults)
    findings += "".join(f"<li>{escape(str(finding))}</li>" for finding in proof.notices)
    equivalents = "".join(
        f"<li><code>{escape(item.change)}</code>: {escape(item.reason)}</li>" for item in exercise.equivalents
    )
    return (
        f'<section><h2 id="{exercise.slug}">{escape(exercise.title.en)}</h2><p>{exercise.slug}: {verdict}; {proof.seeds} seeds,'
        f" {proof.runs:,} runs, {len(exercise.accepted)} other right answers</p><ol>{tests}</ol>"
        f'<div class="wide" tabindex="0"><table><thead><tr><th scope="col">mutant</th>{numbers}</tr></thead>'
        f"<tbody>{rows}</tbody></table></div><ul>{findings}</ul>"
        + (f"<p>Changes of the solution that change nothing:</p><ul>{equivalents}</ul>" if equivalents else "")
        + "</section>"
    )


def _row(exercise: Exercise, proof: Proof, mutant: Mutant) -> str:
    cells = "".join(f"<td>{cell(proof, mutant, name)}</td>" for name in exercise.tests)
    return f'<tr><th scope="row">{escape(mutant.name)}</th>{cells}</tr>'
