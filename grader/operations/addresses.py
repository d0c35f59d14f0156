"""Where a request comes from, as far as limits need to know."""

from __future__ import annotations

from ipaddress import IPv6Address, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest

HOUSE = 64  # bits of an IPv6 address that one household or machine has to itself


def client_address(request: HttpRequest) -> str:
    """The address that the outermost proxy of ours saw; of IPv6 the network, since a guesser has all addresses in it."""
    told = request.META.get("REMOTE_ADDR", "")
    if settings.TRUSTED_PROXIES:
        # Each proxy adds at the end; what stands before ours is whatever the client wrote.
        chain = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()]
        if len(chain) >= settings.TRUSTED_PROXIES:
            told = chain[-settings.TRUSTED_PROXIES]
    return coarse(told)


def coarse(text: str) -> str:
    try:
        address = ip_address(text)
    except ValueError:
        return text[:64]
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped:
            return str(address.ipv4_mapped)
        return str(ip_network((address, HOUSE), strict=False))
    return str(address)
