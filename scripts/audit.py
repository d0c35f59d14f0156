"""What Gradus is shipped with: licences (offline, part of `make lint`) and known vulnerabilities (`make audit`).

    python -m scripts.audit licences [--write FILE]     exit code 1: one that may not be shipped, or that nobody knows
    python -m scripts.audit advisories [--strict]       exit code 1: a known vulnerability; 2: nothing is known (--strict)

Shipped is what requirements.txt brings, with all that it needs, and what npm bundles for browsers; tools for development
stay with the developers. No answer of a service of advisories is not an all-clear, and is said so.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
TOOL = "pip-audit==2.10.1"
TOOL_FOLDER = ROOT / "var" / "audit"
TIMEOUT_S = 300

# Free to ship as part of the image: permissive ones, and weak copyleft of libraries that are used unchanged.
ALLOWED = {
    "0BSD", "Apache-2.0", "BSD", "BSD-2-Clause", "BSD-3-Clause", "BSL-1.0", "CC0-1.0", "CNRI-Python", "HPND", "ISC",
    "LGPL-3.0-only", "LGPL-3.0-or-later", "MIT", "MIT-0", "MIT-CMU", "MPL-2.0", "NCSA", "PSF-2.0", "Python-2.0",
    "Unlicense", "Zlib",
}  # fmt: skip
# What older metadata says in words.
WORDS = {
    "Apache 2.0": "Apache-2.0",
    "Apache Software License": "Apache-2.0",
    "BSD 2-Clause License": "BSD-2-Clause",
    "BSD License": "BSD",
    "ISC License (ISCL)": "ISC",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "New BSD": "BSD-3-Clause",
    "Python Software Foundation License": "PSF-2.0",
}
# Where the metadata does not say: read from the package's own licence file.
READ: dict[str, str] = {}


@dataclass(frozen=True)
class Package:
    """Something that is shipped."""

    kind: str
    name: str
    version: str
    licence: str  # an SPDX expression; empty where nobody knows

    @property
    def may_be_shipped(self) -> bool:
        """Whether one of the expression's alternatives is allowed in all its parts."""
        plain = re.sub(r"[()]", " ", self.licence)
        alternatives = re.split(r"\s+OR\s+", plain.strip())
        parts = [
            [re.sub(r"\s+WITH\s+\S+", "", part).strip() for part in re.split(r"\s+AND\s+", one)] for one in alternatives
        ]
        return any(all(part in ALLOWED for part in one) for one in parts)


def licence_of(found: Distribution) -> str:
    """The SPDX expression, else what the classifiers say, else the licence's short name."""
    name = canonicalize_name(found.metadata["Name"])
    expression = found.metadata["License-Expression"]
    if name in READ or expression:
        return READ.get(name) or str(expression)
    classifiers = [
        text.split(" :: ")[-1] for text in found.metadata.get_all("Classifier") or [] if text.startswith("License")
    ]
    if classifiers:
        return " AND ".join(WORDS.get(text, text) for text in classifiers)
    short = (found.metadata["License"] or "").strip()
    return WORDS.get(short, short) if "\n" not in short else ""


def python_packages() -> list[Package]:
    """What requirements.txt brings, with all that it needs. Raises SystemExit if it is not installed."""
    lines = (line.partition("#")[0].strip() for line in (ROOT / "requirements.txt").read_text().splitlines())
    waiting = [Requirement(line) for line in lines if line and not line.startswith("-")]
    seen: dict[tuple[str, frozenset[str]], Package] = {}
    while waiting:
        wanted = waiting.pop()
        key = (canonicalize_name(wanted.name), frozenset(wanted.extras))
        if key in seen:
            continue
        try:
            found = distribution(wanted.name)
        except PackageNotFoundError:
            raise SystemExit(f"{wanted.name} is not installed: run `make setup`") from None
        seen[key] = Package("Python", key[0], found.version, licence_of(found))
        needs = [Requirement(text) for text in found.requires or []]
        extras = wanted.extras or {""}
        waiting += [
            need for need in needs if need.marker is None or any(need.marker.evaluate({"extra": one}) for one in extras)
        ]
    return sorted(set(seen.values()), key=lambda package: package.name)


def npm_packages() -> list[Package]:
    """What is bundled for browsers."""
    lock = json.loads((ROOT / "package-lock.json").read_text())
    shipped = {path: one for path, one in lock["packages"].items() if path and not one.get("dev")}
    return [
        Package("npm", path.rpartition("node_modules/")[2], one["version"], one.get("license", ""))
        for path, one in sorted(shipped.items())
    ]


def licences(write: Path | None) -> int:
    packages = python_packages() + npm_packages()
    if write:
        rows = [f"| {one.kind} | {one.name} | {one.version} | {one.licence} |" for one in packages]
        write.parent.mkdir(parents=True, exist_ok=True)
        write.write_text(
            "\n".join(["# Licences", "", "| from | package | version | licence |", "| - | - | - | - |", *rows, ""])
        )
        print(f"{len(packages)} licences: {write}")
    bad = [one for one in packages if not one.may_be_shipped]
    for one in bad:
        told = f"{one.licence!r} may not be shipped" if one.licence else "its metadata names no licence"
        remedy = "take another package, or, having read its licence, add to ALLOWED or READ in scripts/audit.py"
        print(f"{one.kind} package {one.name} {one.version}: {told}; {remedy}")
    return bool(bad)


@dataclass
class Answer:
    """What a service of advisories said. `unknown`: why it said nothing about some packages, or about any."""

    title: str
    found: list[str]
    unknown: str = ""


def run(command: list[str]) -> tuple[Any, str]:
    """The JSON that a command prints, and what it complains of."""
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=TIMEOUT_S)
    except (OSError, subprocess.TimeoutExpired) as error:
        return None, f"{type(error).__name__}: {command[0]}"
    complaint = done.stderr.strip().splitlines()
    try:
        return json.loads(done.stdout), complaint[-1] if complaint else ""
    except ValueError:
        return None, complaint[-1] if complaint else f"exit code {done.returncode}"


def ask_about_python() -> Answer:
    """pip-audit, in an environment of its own so that none of its packages get among ours."""
    title = "Python"
    program = TOOL_FOLDER / "bin" / "pip-audit"
    if not program.exists():
        subprocess.run([sys.executable, "-m", "venv", str(TOOL_FOLDER)], check=True)
        done = subprocess.run(
            [str(TOOL_FOLDER / "bin" / "pip"), "install", "--quiet", TOOL], capture_output=True, text=True
        )
        if done.returncode:
            return Answer(title, [], f"{TOOL} could not be installed")
    packages = {one.name: one.version.partition("+")[0] for one in python_packages()}
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
        file.write("".join(f"{name}=={version}\n" for name, version in packages.items()))
        file.flush()
        command = [str(program), "--requirement", file.name, "--no-deps", "--disable-pip"]
        told, complaint = run([*command, "--progress-spinner", "off", "--format", "json", "--timeout", "15"])
    return read_pip_audit(told, complaint, title)


def read_pip_audit(told: Any, complaint: str, title: str = "Python") -> Answer:
    """What it skipped it knows nothing of, although it ends by saying that there are no known vulnerabilities."""
    if not isinstance(told, dict):
        return Answer(title, [], complaint or "no answer")
    found = [
        f"{one['name']} {one['version']}: {flaw['id']}, mended in {', '.join(flaw['fix_versions']) or 'no version yet'}"
        for one in told["dependencies"]
        for flaw in one.get("vulns", [])
    ]
    skipped = [one["name"] for one in told["dependencies"] if "skip_reason" in one]
    unknown = f"nothing was learnt about {len(skipped)} of {len(told['dependencies'])} packages" if skipped else ""
    return Answer(title, found, unknown)


def ask_about_npm() -> Answer:
    return read_npm_audit(*run(["npm", "audit", "--omit=dev", "--json"]))


def read_npm_audit(told: Any, complaint: str) -> Answer:
    if not isinstance(told, dict) or "vulnerabilities" not in told:
        message = told.get("message", "") if isinstance(told, dict) else ""
        return Answer("npm", [], message or complaint or "no answer")
    return Answer("npm", [f"{name}: {one['severity']}" for name, one in told["vulnerabilities"].items()])


def advisories(strict: bool) -> int:
    answers = [ask_about_python(), ask_about_npm()]
    for answer in answers:
        print(f"{answer.title}: {len(answer.found)} known vulnerabilities in what is shipped")
        for text in answer.found:
            print(f"  {text}")
        if answer.unknown:
            print(f"  NOT AN ALL-CLEAR: {answer.unknown}")
    if any(answer.found for answer in answers):
        return 1
    return 2 if strict and any(answer.unknown for answer in answers) else 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    verbs = parser.add_subparsers(dest="verb", required=True)
    verbs.add_parser("licences").add_argument("--write", type=Path)
    verbs.add_parser("advisories").add_argument("--strict", action="store_true")
    options = parser.parse_args()
    return licences(options.write) if options.verb == "licences" else advisories(options.strict)


if __name__ == "__main__":
    sys.exit(main())
