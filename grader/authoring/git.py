"""Fetching a repository of exercises: the newest commit only, over https or from a folder, within time and size.

The repository is a stranger's. git runs without the host's configuration, without hooks and templates, without asking
for anything, and speaks no protocol but the two; what it writes is one file's size at most at a time, and is thrown away.
"""

from __future__ import annotations

import os
import re
import resource
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.utils.translation import gettext as _

from grader.authoring.archive import Refused

TIMEOUT_S = 60
MAX_FILE_MIB = 32  # of what is fetched: one pack
MAX_TREE_MIB = 64
# What git says when the limit has ended the program that unpacks.
CUT_OFF = ("File too large", "signal 25", "invalid index-pack output")
URL = re.compile(r"(https://|file:///)\S+")
SAFE = {
    "core.hooksPath": "/dev/null",
    "core.fsmonitor": "false",
    "core.symlinks": "true",  # links stay links, so that they are seen and refused
    "protocol.allow": "never",
    "protocol.https.allow": "always",
    "protocol.file.allow": "always",
    "fetch.recurseSubmodules": "false",
    "transfer.fsckObjects": "true",
    "credential.helper": "",
}


def is_url(source: str) -> bool:
    """Whether it is a repository's address and not a folder."""
    return "://" in source or source.startswith("git@")


@contextmanager
def fetched(url: str) -> Iterator[Path]:
    """The newest commit's files, for the block. Raises Refused."""
    if not URL.fullmatch(url):
        raise Refused(
            url, _("Only https:// and file:// addresses are fetched"), _("Clone it yourself, and name the folder.")
        )
    with tempfile.TemporaryDirectory(prefix="gradus-git-") as scratch:
        folder = Path(scratch) / "repository"
        clone(url, folder, Path(scratch))
        size = sum(path.lstat().st_size for path in folder.rglob("*") if not path.is_symlink())
        if size > MAX_TREE_MIB << 20:
            raise too_large(url)
        yield folder


def clone(url: str, folder: Path, home: Path) -> None:
    options = [word for name, value in SAFE.items() for word in ("-c", f"{name}={value}")]
    command = ["git", *options, "clone", "--quiet", "--depth", "1", "--single-branch", "--no-tags"]
    command += ["--no-local", "--no-recurse-submodules", "--template=", "--", url, str(folder)]
    environment = {
        "PATH": os.environ.get("PATH", "/usr/bin:/bin"),
        "HOME": str(home),
        "LANG": "C.UTF-8",
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_ASKPASS": "true",
        "GIT_ALLOW_PROTOCOL": "https:file",
        "GIT_LFS_SKIP_SMUDGE": "1",
    }
    environment |= {name: os.environ[name] for name in ("https_proxy", "HTTPS_PROXY", "no_proxy", "SSL_CERT_FILE", "GIT_SSL_CAINFO") if name in os.environ}  # fmt: skip
    try:
        subprocess.run(
            command, env=environment, cwd=home, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=True,
            timeout=TIMEOUT_S, preexec_fn=limit_files,
        )  # fmt: skip
    except FileNotFoundError:
        raise Refused("", _("There is no git program"), _("Install git, or name a folder.")) from None
    except subprocess.TimeoutExpired:
        what = _("The repository was not fetched within %(seconds)d s") % {"seconds": TIMEOUT_S}
        raise Refused(url, what, _("Clone it yourself, and name the folder.")) from None
    except subprocess.CalledProcessError as error:
        if error.returncode < 0 or any(sign in error.stderr for sign in CUT_OFF):
            raise too_large(url) from None
        said = error.stderr.strip().splitlines()
        what = _("git cannot fetch it: %(said)s") % {"said": said[-1][:300] if said else error.returncode}
        raise Refused(url, what, _("Look at the address.")) from None


def limit_files() -> None:
    """In the child, before git: no file that it writes may be larger."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (MAX_FILE_MIB << 20, MAX_FILE_MIB << 20))


def too_large(url: str) -> Refused:
    what = _("The repository has more than %(mib)d MiB") % {"mib": MAX_FILE_MIB}
    return Refused(url, what, _("Clone it yourself, and name the folder."))


def find_folder(root: Path, within: str) -> Path:
    """The exercise's folder in the repository: the named one, the root, or the only one. Raises Refused."""
    if within:
        found = (root / within).resolve()
        if not found.is_relative_to(root.resolve()) or not found.is_dir():
            raise Refused(within, _("The repository has no such folder"), _("Look at --folder."))
        return root / within
    folders = sorted(path.parent for path in root.rglob("exercise.toml") if ".git" not in path.parts)
    if len(folders) == 1:
        return folders[0]
    names = ", ".join(str(folder.relative_to(root)) for folder in folders[:10])
    if not folders:
        raise Refused("", _("The repository holds no exercise.toml"), _("Name another one."))
    raise Refused(
        "", _("The repository holds several exercises"), _("Choose one with --folder: %(names)s") % {"names": names}
    )
