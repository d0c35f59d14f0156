"""Requests to platforms: bounded in time and size, and only to where they may go.

The address that is checked is the one that is connected to: a name that leads elsewhere a moment later gains nothing.
"""

from __future__ import annotations

import ipaddress
import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import requests
from django.conf import settings
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.util.connection import create_connection

CONNECT_S, READ_S = 5, 10
ALL_S = 15  # for everything together, from a platform that sends a byte now and then
MOST_BYTES = 1024 * 1024
NAT64 = ipaddress.ip_network("64:ff9b::/96")


class Unreachable(Exception):
    """No usable answer: the network, the platform, or not a place where requests may go."""


# --- where ------------------------------------------------------------------------------------------------------------


def is_public(text: str) -> bool:
    """Whether an address is in no private network, nor leads into one by way of an IPv4 address inside of it."""
    address = ipaddress.ip_address(text.split("%")[0])
    if not address.is_global or address.is_multicast:
        return False
    if isinstance(address, ipaddress.IPv4Address):
        return True
    inside = [address.ipv4_mapped, address.sixtofour, *(address.teredo or ())]
    if address in NAT64:
        inside.append(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
    return all(inner is None or (inner.is_global and not inner.is_multicast) for inner in inside)


def find_addresses(host: str, port: int, trusted_hosts: set[str]) -> list[str]:
    """Those of the name, each of them checked. Raises Unreachable.

    What an administrator registered may well be on the same network; what a launch or a registration request brings
    must not make this server knock at doors inside.
    """
    try:
        found = [str(entry[4][0]) for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    except (OSError, UnicodeError):
        raise Unreachable(f"{host} has no address") from None
    is_free = settings.LTI_PRIVATE_HOSTS or host in trusted_hosts
    if not is_free and not all(map(is_public, found)):
        raise Unreachable(f"{host} is in a private network (LTI_PRIVATE_HOSTS=1 allows that)")
    return list(dict.fromkeys(found))


def check_url(url: str, trusted_hosts: set[str]) -> tuple[str, int]:
    """Host and port of a web address; https, unless it may be anywhere. Raises Unreachable."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise Unreachable("not a web address") from None
    if parts.scheme not in ("https", "http") or not host or parts.username or parts.password:
        raise Unreachable("not a web address")
    if parts.scheme != "https" and not settings.LTI_PRIVATE_HOSTS and host not in trusted_hosts:
        raise Unreachable("only https is asked")
    return host, port or (443 if parts.scheme == "https" else 80)


def check_address(url: str, trusted_hosts: set[str]) -> None:
    """Raises Unreachable for what would not be asked now. It is looked at again whenever it is asked."""
    host, port = check_url(url, trusted_hosts)
    if not settings.LTI_PRIVATE_HOSTS and host not in trusted_hosts:
        find_addresses(host, port, trusted_hosts)


def hosts_of(platform: Any) -> set[str]:
    """Those that the registration names, where an administrator wrote it."""
    if platform.registered_itself:
        return set()
    urls = (platform.issuer, platform.auth_url, platform.token_url, platform.keyset_url)
    return {host for url in urls if (host := urlsplit(url).hostname)}


# --- connections ------------------------------------------------------------------------------------------------------


@dataclass
class Errand:
    """One request: where it may go, and its connections, which are cut when the time is over."""

    trusted_hosts: set[str]
    is_late: bool = False
    hands: list[socket.socket] = field(default_factory=list)

    def connect(self, host: str, port: int, timeout: Any, options: Any) -> socket.socket:
        """To the first address that answers, of those that were checked. Raises Unreachable, OSError."""
        problem: OSError = OSError("no address")
        for address in find_addresses(host, port, self.trusted_hosts):
            try:
                made = create_connection((address, port), timeout, socket_options=options)
            except OSError as error:
                problem = error
                continue
            self.hands.append(made.dup())  # holds the connection whatever TLS makes of the socket
            return made
        raise problem

    def cut(self) -> None:
        self.is_late = True
        for hand in self.hands:
            with suppress(OSError):
                hand.shutdown(socket.SHUT_RDWR)


_errand: ContextVar[Errand] = ContextVar("errand")


class Pinned(HTTPConnection):
    """Connects to what was checked. Name, SNI and certificate stay those of the host in the URL."""

    def _new_conn(self) -> socket.socket:
        return _errand.get().connect(
            self.host.strip("[]"), self.port or self.default_port, self.timeout, self.socket_options
        )


class PinnedTLS(Pinned, HTTPSConnection):
    pass


class PinnedPool(HTTPConnectionPool):
    ConnectionCls = Pinned


class PinnedTLSPool(HTTPSConnectionPool):
    ConnectionCls = PinnedTLS


class PinnedAdapter(HTTPAdapter):
    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        super().init_poolmanager(*args, **options)
        self.poolmanager.pool_classes_by_scheme = {"http": PinnedPool, "https": PinnedTLSPool}


@contextmanager
def errand(trusted_hosts: set[str]) -> Iterator[tuple[Errand, requests.Session]]:
    """A session for one request. Nothing of the environment sends it elsewhere: no proxy, no .netrc."""
    mine = Errand(trusted_hosts)
    clock = threading.Timer(ALL_S, mine.cut)
    clock.daemon = True
    token = _errand.set(mine)
    with requests.Session() as session:
        session.trust_env = False
        session.verify = settings.LTI_CA_BUNDLE or True
        session.mount("http://", PinnedAdapter())
        session.mount("https://", PinnedAdapter())
        clock.start()
        try:
            yield mine, session
        finally:
            clock.cancel()
            _errand.reset(token)
            for hand in mine.hands:
                hand.close()


def request(method: str, url: str, trusted_hosts: set[str], **options: Any) -> requests.Response:
    """The answer with its body read. Redirects are not followed. Raises Unreachable."""
    host, _ = check_url(url, trusted_hosts)
    started = time.monotonic()
    with errand(trusted_hosts) as (mine, session):
        try:
            with session.request(
                method, url, timeout=(CONNECT_S, READ_S), allow_redirects=False, stream=True, **options
            ) as answer:
                answer._content = read_body(answer)
        except (requests.RequestException, OSError, ValueError) as error:
            what = "no end" if mine.is_late else type(error).__name__
            raise Unreachable(f"{what} at {host} after {time.monotonic() - started:.0f} s") from error
        if mine.is_late:
            raise Unreachable(f"no end at {host}")
        return answer


def read_body(answer: requests.Response) -> bytes:
    body = b""
    for chunk in answer.iter_content(65536):
        body += chunk
        if len(body) > MOST_BYTES:
            raise Unreachable("the answer is too large")
    return body


def read_json(answer: requests.Response) -> Any:
    """Raises Unreachable for what is no JSON."""
    try:
        return json.loads(answer.content)
    except (ValueError, RecursionError):
        raise Unreachable("the answer is no JSON") from None
