"""What a service that others can reach must not start with. Judged once, at the end of the settings. No Django here."""

from __future__ import annotations

from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit

LOCAL = {"localhost", "127.0.0.1", "::1", "[::1]", ""}
# As they stand in examples all over the web.
WELL_KNOWN = {
    "admin",
    "changeme",
    "example",
    "gradus",
    "pass",
    "passwd",
    "password",
    "postgres",
    "redis",
    "root",
    "secret",
}
PLACEHOLDERS = ("django-insecure-", "change-me", "change_me", "changeme", "your-secret", "your_secret", "example")
FEWEST_CHARACTERS = 8  # different ones; 32 random ones have over 20


class Unsafe(NamedTuple):
    """A setting, what is wrong with it, and the remedy."""

    name: str
    problem: str
    remedy: str


def find_unsafe(
    *, debug: bool, hosts: list[str], secrets: dict[str, str], database: dict[str, Any], redis_url: str
) -> list[Unsafe]:
    """All that is wrong, so that it is mended in one go."""
    found = check_hosts(hosts, debug)
    if not debug:
        found += [unsafe for name, value in secrets.items() for unsafe in check_secret(name, value)]
        found += check_database(database) + check_redis(redis_url)
    return found


def check_hosts(hosts: list[str], debug: bool) -> list[Unsafe]:
    """With a wildcard, links in what is sent out lead wherever a request says; DEBUG shows settings to whoever comes."""
    names = "write the names under which it is reached, with commas, such as gradus.example.edu"
    if debug:
        public = [host for host in hosts if host.lower() not in LOCAL]
        remedy = "set DEBUG=0; DEBUG=1 is for localhost alone"
        return [Unsafe("DEBUG", f"it is on, and ALLOWED_HOSTS names {public[0]}", remedy)] if public else []
    if not hosts:
        return [Unsafe("ALLOWED_HOSTS", "it is empty", names)]
    wild = [host for host in hosts if "*" in host or not host.strip(".")]
    return [Unsafe("ALLOWED_HOSTS", f"{wild[0]!r} lets any name in", names)] if wild else []


def check_secret(name: str, value: str) -> list[Unsafe]:
    remedy = 'write 48 random bytes: python3 -c "import secrets; print(secrets.token_urlsafe(48))"'
    if any(text in value.lower() for text in PLACEHOLDERS):
        return [Unsafe(name, "it is one out of an example", remedy)]
    if len(set(value)) < FEWEST_CHARACTERS:
        return [Unsafe(name, "it is not random", remedy)]
    return []


def check_database(database: dict[str, Any]) -> list[Unsafe]:
    """A socket's peer is known to PostgreSQL; over the network there is a password, or a certificate."""
    options = database.get("OPTIONS", {})
    host = str(options.get("host") or database.get("HOST") or "")
    if "sqlite" in database["ENGINE"] or host.startswith("/") or host in LOCAL:
        return []
    password = str(database.get("PASSWORD") or "")
    if not password and not {"sslcert", "passfile", "service"} & set(options):
        return [Unsafe("DATABASE_URL", f"it has no password, and {host} is another host", "set DATABASE_PASSWORD")]
    return check_password("DATABASE_PASSWORD", password, str(database.get("USER") or ""))


def check_redis(url: str) -> list[Unsafe]:
    """Whoever reaches Redis decides what the workers do next."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    if parts.scheme == "unix" or host in LOCAL:
        return []
    if not parts.password:
        return [Unsafe("REDIS_URL", f"it has no password, and {host} is another host", "set REDIS_PASSWORD")]
    return check_password("REDIS_PASSWORD", unquote(parts.password), parts.username or "")


def check_password(name: str, password: str, user: str) -> list[Unsafe]:
    if password and password.lower() in WELL_KNOWN | {user.lower()}:
        return [Unsafe(name, "it is a password that everybody tries first", "write a random one")]
    return []
