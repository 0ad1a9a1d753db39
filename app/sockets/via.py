"""The address by which somebody reached the site: where their browser will find the media port too."""

import ipaddress
import socket
import threading
import time
from collections.abc import Callable

KEEP_S = 60.0
"""How long the answer for a name is used; it may change (dynamic DNS)."""
LOOKUPS_AT_ONCE = 2
"""A name server that does not answer must not take every thread that resolves names."""
MAX_NAMES = 256


def host_only(host_header: str) -> str:
    """The host of a ``Host`` header, without port and brackets (RFC 9110, 7.2)."""
    if host_header.startswith("["):
        return host_header[1:].partition("]")[0]
    return host_header.partition(":")[0]


def literal(host: str) -> str | None:
    """``host`` if it is an IP address; the loopback for localhost; otherwise None."""
    try:
        return str(ipaddress.ip_address(host))
    except ValueError:
        return "127.0.0.1" if host == "localhost" or host.endswith(".localhost") else None


class Addresses:
    """Looks names up, remembers them for a while, and never waits for more than a few at once."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._known: dict[str, tuple[float, str]] = {}
        self._slots = threading.Semaphore(LOOKUPS_AT_ONCE)

    def of(self, host: str) -> str | None:
        """``host`` as an IP address; None if it has none, or if that cannot be found out now."""
        if (address := literal(host)) is not None:
            return address
        until, known = self._known.get(host, (0.0, ""))
        if until > self._clock():
            return known
        if not self._slots.acquire(blocking=False):
            return known or None
        try:
            found = _resolve(host)
        finally:
            self._slots.release()
        if found is not None:
            if len(self._known) >= MAX_NAMES:
                self._known.clear()
            self._known[host] = (self._clock() + KEEP_S, found)
        return found


def _resolve(host: str) -> str | None:
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_DGRAM)
    except (OSError, UnicodeError):
        return None
    addresses = [str(entry[4][0]) for entry in found]
    return min(addresses, key=lambda address: ":" in address, default=None)
