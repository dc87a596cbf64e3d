"""Calls to a supplier's own server: where they may go, signature, when to try again."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
from dataclasses import dataclass
from urllib.parse import urlsplit

MAX_TRIES = 8
MAX_URL = 500
# Names that resolve to this machine or to no public server at all.
_LOCAL = (".local", ".localhost", ".internal", ".home.arpa")


class BadAddress(ValueError):
    """The address cannot be called; the text is a code, see the constants."""


NOT_HTTPS = "not_https"
NOT_PUBLIC = "not_public"
NOT_AN_ADDRESS = "not_an_address"


@dataclass(frozen=True, slots=True)
class Target:
    """Where to connect: host as it is named, port, and the path with its query."""

    host: str
    port: int
    path: str


def target(url: str) -> Target:
    """Return where an address leads.

    :raise BadAddress: not https, with a login in it, or of a local name

    >>> target("https://example.com/hook?x=1")
    Target(host='example.com', port=443, path='/hook?x=1')
    """
    if len(url) > MAX_URL or not url.isascii() or any(c.isspace() for c in url):
        raise BadAddress(NOT_AN_ADDRESS)
    try:
        parts = urlsplit(url)
        port = parts.port or 443
    except ValueError as error:
        raise BadAddress(NOT_AN_ADDRESS) from error
    if parts.scheme != "https":
        raise BadAddress(NOT_HTTPS)
    host = (parts.hostname or "").rstrip(".")
    if not host or parts.username or parts.password:
        raise BadAddress(NOT_AN_ADDRESS)
    if "." not in host and ":" not in host or host.endswith(_LOCAL):
        raise BadAddress(NOT_PUBLIC)
    path = parts.path or "/"
    return Target(host, port, f"{path}?{parts.query}" if parts.query else path)


def is_public(address: str) -> bool:
    """Whether an IP address is of the public internet.

    >>> [is_public(a) for a in ("93.184.216.34", "10.0.0.1", "127.0.0.1", "::1")]
    [True, False, False, False]
    """
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    mapped = getattr(ip, "ipv4_mapped", None) or getattr(ip, "sixtofour", None)
    if mapped:
        ip = mapped
    return ip.is_global and not ip.is_multicast


def sign(secret: str, timestamp: int, body: bytes) -> str:
    """Return the signature that goes with a call.

    The receiver computes the same over ``timestamp.body`` and refuses old timestamps.
    """
    message = f"{timestamp}.".encode() + body
    return hmac.new(secret.encode(), message, hashlib.sha256).hexdigest()


def backoff(tries: int) -> int | None:
    """Return after how many seconds a call is tried again, ``None`` for never.

    >>> [backoff(n) for n in (1, 2, 3, 7, 8)]
    [60, 240, 960, 86400, None]
    """
    if tries >= MAX_TRIES:
        return None
    return min(60 * 4 ** (tries - 1), 86_400)
