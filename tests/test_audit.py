"""Licences of what is shipped, and what silence of an advisory service means."""

from __future__ import annotations

import pytest

from scripts import audit


@pytest.mark.parametrize(
    "licence, allowed",
    [
        ("MIT", True),
        ("Apache-2.0 OR GPL-3.0-only", True),
        ("Apache-2.0 WITH LLVM-exception AND (BSD-3-Clause OR GPL-2.0-only)", True),
        ("LGPL-3.0-only", True),
        ("BSD-3-Clause AND GPL-3.0-or-later", False),
        ("AGPL-3.0-only", False),
        ("GNU General Public License v3 (GPLv3)", False),
        ("Proprietary", False),
        ("", False),
    ],
)
def test_what_may_be_shipped(licence, allowed):
    assert audit.Package("Python", "x", "1", licence).may_be_shipped is allowed


def test_everything_that_is_shipped_is_listed(tmp_path, capsys):
    assert audit.licences(tmp_path / "licences.md") == 0
    listed = (tmp_path / "licences.md").read_text()
    for name in ("| torch |", "| cryptography |", "| htmx.org |", "| @codemirror/view |"):
        assert name in listed
    assert "djlint" not in listed
    assert "esbuild" not in listed


def test_what_may_not_be_shipped_is_named_with_the_remedy(monkeypatch, capsys):
    monkeypatch.setattr(audit, "npm_packages", lambda: [audit.Package("npm", "left-pad", "1.0", "SSPL-1.0")])
    assert audit.licences(None) == 1
    assert "npm package left-pad 1.0: 'SSPL-1.0' may not be shipped; take another package" in capsys.readouterr().out


FLAW = {"id": "CVE-1", "fix_versions": ["2.0"]}


def test_a_known_vulnerability_fails(monkeypatch, capsys):
    told = {
        "dependencies": [{"name": "x", "version": "1.0", "vulns": [FLAW]}, {"name": "y", "version": "1", "vulns": []}]
    }
    monkeypatch.setattr(audit, "ask_about_python", lambda: audit.read_pip_audit(told, ""))
    monkeypatch.setattr(audit, "ask_about_npm", lambda: audit.read_npm_audit({"vulnerabilities": {}}, ""))
    assert audit.advisories(strict=False) == 1
    out = capsys.readouterr().out
    assert "x 1.0: CVE-1, mended in 2.0" in out
    assert "NOT AN ALL-CLEAR" not in out


def test_silence_is_no_all_clear(monkeypatch, capsys):
    """pip-audit itself ends with "No known vulnerabilities found" and exit code 0 where the index knows no package."""
    told = {"dependencies": [{"name": "x", "skip_reason": "not found on PyPI"}]}
    refused = {"message": "405 Method Not Allowed", "error": {"summary": ""}}
    monkeypatch.setattr(audit, "ask_about_python", lambda: audit.read_pip_audit(told, ""))
    monkeypatch.setattr(audit, "ask_about_npm", lambda: audit.read_npm_audit(refused, ""))
    assert audit.advisories(strict=False) == 0
    assert audit.advisories(strict=True) == 2
    out = capsys.readouterr().out
    assert "NOT AN ALL-CLEAR: nothing was learnt about 1 of 1 packages" in out
    assert "NOT AN ALL-CLEAR: 405 Method Not Allowed" in out
    assert audit.read_pip_audit(None, "ConnectionError").unknown == "ConnectionError"
