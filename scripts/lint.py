"""Every check that runs nothing of the product: `.venv/bin/python scripts/lint.py`. All are run, then the failures named."""

import os
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PYTHON = sys.executable
CHECKS = {
    "ruff": ["ruff", "check", "--quiet", "."],
    "format": ["ruff", "format", "--check", "--quiet", "."],
    "mypy": ["mypy", "--no-error-summary"],
    "imports": ["-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"],
    "templates": ["djlint", "grader/templates", "--lint", "--quiet"],
    "migrations": ["manage.py", "makemigrations", "--check", "--dry-run"],
    "upgrades": ["scripts.check_migrations"],
    "django": ["manage.py", "check"],
    "licences": ["scripts.audit", "licences"],
}


def command(name: str) -> list[str]:
    words = CHECKS[name]
    return [PYTHON, *words] if words[0] in ("-c", "manage.py") else [PYTHON, "-m", *words]


def run(name: str, environment: dict[str, str]) -> tuple[subprocess.CompletedProcess[str], float]:
    started = time.monotonic()
    done = subprocess.run(
        command(name), cwd=ROOT, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    return done, time.monotonic() - started


def main() -> int:
    failed = []
    with tempfile.TemporaryDirectory(prefix="gradus-lint-") as folder, ThreadPoolExecutor(2) as pool:
        environment = os.environ | {"GRADUS_VAR": folder, "DEBUG": "1"}
        running = {name: pool.submit(run, name, environment) for name in CHECKS}
        for name, check in running.items():
            done, seconds = check.result()
            print(f"· {name:<11}{'ok' if done.returncode == 0 else 'FAILED'}  {seconds:.1f} s", flush=True)
            if done.returncode:
                failed.append(name)
                print(done.stdout.rstrip(), flush=True)
    if failed:
        print(f"lint: {', '.join(failed)} failed", file=sys.stderr)
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main())
