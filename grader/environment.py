"""Reads one setting each from the environment, as NAME or from the file that NAME_FILE names.

A value that cannot be right raises ImproperlyConfigured with the setting's name, the value and the remedy.
"""

import os
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.core.exceptions import ImproperlyConfigured
from environ import Env
from environ.fileaware_mapping import FileAwareMapping

environment = FileAwareMapping()


def bad(name: str, problem: str, remedy: str) -> ImproperlyConfigured:
    """The error that names a setting, what is wrong with it, and what to do."""
    return ImproperlyConfigured(f"{name}: {problem}; {remedy}")


def read_text(name: str, default: str) -> str:
    """A setting's text, from NAME or from the file that NAME_FILE names. Raises ImproperlyConfigured."""
    try:
        return environment.get(name, default).strip()
    except (OSError, UnicodeDecodeError) as error:
        raise bad(
            f"{name}_FILE", f"its file cannot be read ({error})", "name a readable text file, or unset it"
        ) from None


def read_bool(name: str, default: bool) -> bool:
    """An on/off setting. Raises ImproperlyConfigured for anything but the usual words."""
    text = read_text(name, "on" if default else "off").lower()
    if text in ("1", "true", "yes", "on"):
        return True
    if text in ("", "0", "false", "no", "off"):
        return False
    raise bad(name, f"{text!r} is neither on nor off", "write 1 or 0")


def read_number(name: str, default: float, at_least: float) -> float:
    """A number setting with a lower bound. Raises ImproperlyConfigured."""
    text = read_text(name, str(default))
    try:
        number = float(text)
    except ValueError:
        raise bad(name, f"{text!r} is not a number", f"write a number, for instance {default}") from None
    if not at_least <= number < float("inf"):
        raise bad(name, f"{text} is out of range", f"write a number of at least {at_least}")
    return number


def read_url(name: str, default: str, schemes: tuple[str, ...]) -> str:
    """A URL setting with one of the schemes. Raises ImproperlyConfigured without repeating the URL's password."""
    url = read_text(name, default)
    scheme = url.partition("://")[0]
    if scheme not in schemes or "://" not in url:
        raise bad(name, f"it starts with {scheme[:20]!r}", f"write a URL that starts with one of {', '.join(schemes)}")
    return url


def put_password(url: str, password: str) -> str:
    """The URL of a server with the password in it, unless it names one."""
    scheme, _sep, rest = url.partition("://")
    place = rest.partition("/")[0]
    return url if not password or scheme == "unix" or "@" in place else f"{scheme}://:{quote(password, safe='')}@{rest}"


def read_secret(name: str, folder: Path) -> str:
    """The secret, else one made once and kept in the data folder: one host needs no set-up, several share what is set."""
    key = read_text(name, "")
    if key:
        if len(key) < 32:
            raise bad(name, f"it has only {len(key)} characters", "write at least 32 random ones, or leave it unset")
        return key
    kept = folder / name.lower()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not kept.exists():
            # Written aside and linked: of two processes that start at once, both read the same whole key.
            draft = folder / f"{name.lower()}.{os.getpid()}"
            draft.touch(mode=0o600)
            draft.write_text(secrets.token_urlsafe(48))
            try:
                os.link(draft, kept)
            except FileExistsError:
                pass
            finally:
                draft.unlink()
        return kept.read_text().strip()
    except OSError as error:
        raise bad(
            name,
            f"unset, and {kept} cannot be used ({error.strerror})",
            f"set {name}, or GRADUS_VAR to a folder of yours",
        ) from None


def read_database(folder: Path) -> dict[str, Any]:
    """DATABASE_URL as Django's dict: SQLite tuned for one host with several processes, or PostgreSQL."""
    url = read_url("DATABASE_URL", f"sqlite:///{folder / 'gradus.sqlite3'}", ("sqlite", "postgres", "postgresql"))
    database: dict[str, Any] = Env.db_url_config(url)
    if not database.get("NAME"):
        raise bad("DATABASE_URL", "it names no database", "end it with the file's or the database's name")
    # Apart from the URL it can come from a file of its own, and holds whatever characters it likes.
    database["PASSWORD"] = database.get("PASSWORD") or read_text("DATABASE_PASSWORD", "")
    options = database.setdefault("OPTIONS", {})
    if database["ENGINE"] == "django.db.backends.sqlite3":
        Path(database["NAME"]).parent.mkdir(parents=True, exist_ok=True)
        options |= {
            "timeout": 30,  # seconds a writer waits for another writer
            # A transaction that reads and then writes would fail at once ("database is locked") when another writer
            # came between; taking the write lock at BEGIN makes it wait instead.
            "transaction_mode": "IMMEDIATE",
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-16000; PRAGMA mmap_size=134217728",
        }
    else:
        database.setdefault("CONN_MAX_AGE", 0)
        database["CONN_HEALTH_CHECKS"] = True
        options.setdefault("connect_timeout", 5)
        if read_bool("DATABASE_PREPARE", True):
            # Half of what the server spends on a page is planning; it keeps the plans of what a connection asks often.
            options |= {"server_side_binding": True, "prepare_threshold": 2}
        if kept := int(read_number("DATABASE_POOL", 0, at_least=0)):
            # Who finds all of them in use stands in line: on a deadline's night that is no error.
            options["pool"] = {"min_size": 1, "max_size": kept, "timeout": 60}
    return database
