"""Where the checkout lies, and the umask of the shell, must not matter."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest

from sandbox.policy import CODE


def assert_starts(code: Path, **options: Any) -> None:
    """Start a server of that checkout until it takes jobs."""
    with tempfile.TemporaryDirectory(prefix="gradus-") as folder:
        command = [sys.executable, "-m", "sandbox", "serve", "--socket", f"{folder}/sandbox.sock", "--slots", "1"]
        server = subprocess.Popen(command, cwd=code, stderr=subprocess.PIPE, text=True, **options)
        try:
            assert server.stderr
            first = server.stderr.readline()
            assert "ready" in first
        finally:
            server.terminate()
            server.communicate(timeout=20)


@pytest.mark.parametrize(
    "place", ["/tmp", "/home", *(pytest.param(place, marks=pytest.mark.soak) for place in ("/var/lib", "/srv", "/opt"))]
)
def test_a_server_starts_from_a_checkout_anywhere(place: str) -> None:
    """The jail has a /tmp of its own, which must not hide the code; and none of the host's folders but the code's."""
    if not os.access(place, os.W_OK):
        pytest.skip(f"{place}: not ours to write in")
    with tempfile.TemporaryDirectory(prefix="gradus-", dir=place) as folder:
        subprocess.run(["cp", "-r", CODE / "sandbox", CODE / "exercises", folder], check=True)
        assert_starts(Path(folder))


def test_a_host_without_user_namespaces_is_refused_with_the_remedy() -> None:
    """The limit is set in a namespace of its own, so that only this server has none."""
    with tempfile.TemporaryDirectory(prefix="gradus-") as folder:
        serve = f"{sys.executable} -m sandbox serve --socket {folder}/sandbox.sock"
        script = f"echo 0 > /proc/sys/user/max_user_namespaces || exit 77; exec {serve}"
        done = subprocess.run(
            ["unshare", "--user", "--map-root-user", "sh", "-c", script],
            cwd=CODE,
            stderr=subprocess.PIPE,
            text=True,
            timeout=60,
        )
        if done.returncode == 77:
            pytest.skip("a container's /proc/sys cannot be written")
        assert done.returncode == 1
        assert "No space left on device" in done.stderr
        assert "remedy: sysctl user.max_user_namespaces" in done.stderr
        assert not os.listdir(folder)


def test_a_server_starts_under_a_strict_umask() -> None:
    """The forks' users must be able to enter the folders that the jail's root is made of."""
    assert_starts(CODE, umask=0o077)
