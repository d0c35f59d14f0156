"""Requests to platforms: bounded in time and size, and only to where they may go."""

from __future__ import annotations

import ipaddress
import json
import socket
from typing import Any
from urllib.parse import urlsplit

import requests
from django.conf import settings

CONNECT_S, READ_S = 5, 10
MOST_BYTES = 1024 * 1024


class Unreachable(Exception):
    """No usable answer: the network, the platform, or not a place where requests may go."""


def check_address(url: str, trusted_hosts: set[str]) -> None:
    """Raises Unreachable for what is no web address, and for private networks unless the registration names the host.

    What an administrator registered may well be on the same network; what a launch or a registration request brings
    must not make this server knock at doors inside.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise Unreachable("not a web address") from None
    if parts.scheme not in ("https", "http") or not host or parts.username or parts.password:
        raise Unreachable("not a web address")
    if settings.LTI_PRIVATE_HOSTS or host in trusted_hosts:
        return
    if parts.scheme != "https":
        raise Unreachable("only https is asked")
    try:
        found = socket.getaddrinfo(host, port or 443, type=socket.SOCK_STREAM)
    except OSError:
        raise Unreachable(f"{host} has no address") from None
    for entry in found:
        if not ipaddress.ip_address(entry[4][0].split("%")[0]).is_global:
            raise Unreachable(f"{host} is in a private network")


def hosts_of(platform: Any) -> set[str]:
    """Those that the registration names."""
    urls = (platform.issuer, platform.auth_url, platform.token_url, platform.keyset_url)
    return {host for url in urls if (host := urlsplit(url).hostname)}


def request(method: str, url: str, trusted_hosts: set[str], **options: Any) -> requests.Response:
    """The answer with its body read. Redirects are not followed. Raises Unreachable."""
    check_address(url, trusted_hosts)
    try:
        with requests.request(
            method, url, timeout=(CONNECT_S, READ_S), allow_redirects=False, stream=True, **options
        ) as answer:
            body = b""
            for chunk in answer.iter_content(65536):
                body += chunk
                if len(body) > MOST_BYTES:
                    raise Unreachable("the answer is too large")
            answer._content = body
            return answer
    except (requests.RequestException, OSError, ValueError) as error:
        raise Unreachable(f"{type(error).__name__} at {urlsplit(url).hostname}") from error


def read_json(answer: requests.Response) -> Any:
    """Raises Unreachable for what is no JSON."""
    try:
        return json.loads(answer.content)
    except (ValueError, RecursionError):
        raise Unreachable("the answer is no JSON") from None
