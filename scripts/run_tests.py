"""Run the whole suite: `.venv/bin/python scripts/run_tests.py [pytest's own arguments]`.

What can run beside other tests runs in several processes; what measures or fills the machine runs alone afterwards.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).resolve().parent.parent
# Three on two cores: each waits for a server of its own half of the time.
BESIDE = ("-n3", "-m", "not serial and not soak")
BROWSERS = ("-n3", "-m", "not soak")
ALONE = ("tests/sandbox", "tests/e2e")
NOT_PASSED_ON = ("GRADUS_VAR", "DATABASE_URL", "REDIS_URL", "SANDBOX_SOCKET", "DEBUG", "PORT")
# What asks the database nothing, or nothing that depends on which one it is.
ANY_DATABASE = (
    "api_live",
    "authoring_archive",
    "authoring_command",
    "chapter",
    "environment",
    "inside",
    "observing_errors",
    "observing_live",
    "operations_guards",
    "operations_login",
    "permission_matrix",
    "settings",
)
LEFT_OUT = tuple(f"--ignore=tests/grader/test_{name}.py" for name in ANY_DATABASE)
NO_TESTS = 5  # pytest's exit code when its arguments select none


def run_part(title: str, arguments: list[str], database: str, report: Path) -> int:
    """Run pytest once; returns its exit code."""
    print(f"\n· {title}", flush=True)
    command = [sys.executable, "-m", "pytest", f"--junit-xml={report}", *arguments]
    environment = {name: value for name, value in os.environ.items() if name not in NOT_PASSED_ON}
    environment["TEST_DATABASE"] = database
    return subprocess.run(command, cwd=ROOT, stdin=subprocess.DEVNULL, env=environment).returncode


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
    folders = sorted({str(path.parent.relative_to(ROOT)) for path in (ROOT / "tests").glob("*/test_*.py")})
    folders += [str(path.relative_to(ROOT)) for path in sorted((ROOT / "tests").glob("test_*.py"))]
    together = [path for path in folders if path not in ALONE]
    parts = [
        ("Tests that may run beside each other", [*BESIDE, *together], "sqlite"),
        ("The web's tests again, on PostgreSQL", [*BESIDE, "tests/grader", *LEFT_OUT], "postgresql"),
        ("Tests that need the machine to themselves", ["-m", "serial and not soak", *together], "sqlite"),
        # Apart: the browser's driver keeps an event loop running in its process.
        ("Sandbox", ["-m", "not soak", "tests/sandbox"], "sqlite"),
        ("Browser", [*BROWSERS, "tests/e2e"], "sqlite"),
    ]
    with tempfile.TemporaryDirectory(prefix="gradus-reports-") as folder:
        reports = [Path(folder) / f"{number}.xml" for number in range(len(parts))]
        codes = [
            run_part(title, [*selected, *arguments], database, report)
            for (title, selected, database), report in zip(parts, reports, strict=True)
        ]
        total = count(reports)
    failed = total["failures"] + total["errors"]
    passed = total["tests"] - failed - total["skipped"]
    print(f"\nWhole suite in {time.monotonic() - started:.0f} s:", flush=True)
    print(f"{passed} passed, {failed} failed, {total['skipped']} skipped", flush=True)
    return int(failed > 0 or passed == 0 or any(code not in (0, NO_TESTS) for code in codes))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
