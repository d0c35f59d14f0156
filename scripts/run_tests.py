"""Run the whole suite: `.venv/bin/python scripts/run_tests.py [pytest's own arguments]`.

What can run beside other tests runs in two processes; what measures or fills the machine runs alone afterwards.
"""

import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).resolve().parent.parent
ALONE = ("tests/sandbox", "tests/e2e")
NO_TESTS = 5  # pytest's exit code when its arguments select none


def run_part(title: str, arguments: list[str], report: Path) -> int:
    """Run pytest once; returns its exit code."""
    print(f"\n· {title}", flush=True)
    command = [sys.executable, "-m", "pytest", f"--junit-xml={report}", *arguments]
    return subprocess.run(command, cwd=ROOT, stdin=subprocess.DEVNULL, env=os.environ | {"DEBUG": "0"}).returncode


def count(reports: list[Path]) -> dict[str, int]:
    """Tests by outcome over all parts."""
    total = {"tests": 0, "failures": 0, "errors": 0, "skipped": 0}
    for report in reports:
        if report.exists():
            for suite in ElementTree.parse(report).iter("testsuite"):
                for key in total:
                    total[key] += int(suite.get(key, 0))
    return total


def main(arguments: list[str]) -> int:
    started = time.monotonic()
    beside = [str(path.relative_to(ROOT)) for path in sorted((ROOT / "tests").iterdir()) if path.is_dir()]
    beside = [path for path in beside if path not in ALONE and re.fullmatch(r"tests/[a-z]\w*", path)]
    alone = [path for path in ALONE if (ROOT / path).is_dir()]
    with tempfile.TemporaryDirectory(prefix="gradus-reports-") as folder:
        reports = [Path(folder) / name for name in ("beside.xml", "serial.xml", "alone.xml")]
        codes = [
            run_part("Tests that may run beside each other", ["-n2", "-m", "not serial", *beside, *arguments], reports[0]),
            run_part("Tests that need the machine to themselves", ["-m", "serial", *beside, *arguments], reports[1]),
            run_part("Sandbox and browser", [*alone, *arguments], reports[2]),
        ]  # fmt: skip
        total = count(reports)
    failed = total["failures"] + total["errors"]
    passed = total["tests"] - failed - total["skipped"]
    print(f"\nwhole suite in {time.monotonic() - started:.0f} s:", flush=True)
    print(f"{passed} passed, {failed} failed, {total['skipped']} skipped", flush=True)
    return int(failed > 0 or passed == 0 or any(code not in (0, NO_TESTS) for code in codes))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
