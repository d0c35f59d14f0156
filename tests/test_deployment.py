"""docker-compose.yml, .env.example and the settings tell of the same keys; every service is held by the same rules."""

from __future__ import annotations

import re
import stat
import subprocess
import sys

import pytest

from tests.servers import ROOT

COMPOSE = (ROOT / "docker-compose.yml").read_text()
EXAMPLE = (ROOT / ".env.example").read_text()
SETTINGS = (ROOT / "grader" / "settings.py").read_text()

# Decided by the image and by docker-compose.yml itself, or not for production.
FIXED = {"DEBUG", "DATABASE_URL", "REDIS_URL", "SANDBOX_SOCKET", "GRADUS_VAR", "STATIC_ROOT", "ALIVE_FILE"}


def keys_of_env() -> set[str]:
    return set(re.findall(r"^(?:# )?([A-Z_]+)=", EXAMPLE, re.MULTILINE))


def keys_of_compose() -> set[str]:
    """What is interpolated, and what is passed on without a value."""
    passed_on = re.findall(r"^ +([A-Z_]+):$", COMPOSE, re.MULTILINE)
    return {*re.findall(r"(?<!\$)\$\{([A-Z_]+)", COMPOSE), *passed_on}


def test_every_key_of_the_compose_file_is_documented_and_the_reverse() -> None:
    assert keys_of_compose() == keys_of_env()


def test_every_setting_reaches_the_containers() -> None:
    names = re.findall(r'\bread_\w+\(\s*"([A-Z_]+)"|environ\.get\("([A-Z_]+)"', SETTINGS)
    settings = {one or other for one, other in names}
    set_by_compose = set(re.findall(r"^    ([A-Z_]+):", COMPOSE, re.MULTILINE))
    assert settings - FIXED - set_by_compose == set()


def test_every_key_has_a_comment_above_it() -> None:
    for lines in re.split(r"\n{2,}", EXAMPLE):
        first = next((line for line in lines.splitlines() if line), "")
        assert first.startswith("# ") and not re.match(r"# [A-Z_]+=", first), first


def write_env(tmp_path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, ROOT / "docker" / "new_env.py", *words]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_a_new_env_has_secrets_of_its_own_and_is_never_overwritten(tmp_path) -> None:
    files = [tmp_path / "one", tmp_path / "two"]
    for file in files:
        assert write_env(tmp_path, "gradus.tw", str(file)).returncode == 0
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    one, two = ({line.partition("=")[0]: line for line in file.read_text().splitlines()} for file in files)
    same = {name for name, line in one.items() if two[name] == line}
    secret = {"SECRET_KEY", "LTI_KEY_SECRET", "POSTGRES_PASSWORD", "REDIS_PASSWORD"}
    assert set(one) - same == secret
    assert all(len(one[name]) > 50 for name in secret)
    assert one["ALLOWED_HOSTS"] == "ALLOWED_HOSTS=gradus.tw"
    assert one["CSRF_TRUSTED_ORIGINS"] == "CSRF_TRUSTED_ORIGINS=https://gradus.tw"
    again = write_env(tmp_path, "gradus.tw", str(files[0]))
    assert (again.returncode, "nothing was written" in again.stderr) == (1, True)


@pytest.mark.parametrize("host", ["", "https://gradus.tw", "*", "a b"])
def test_a_new_env_takes_a_host_name_only(tmp_path, host: str) -> None:
    assert write_env(tmp_path, host, str(tmp_path / "env")).returncode == 2
    assert not (tmp_path / "env").exists()
