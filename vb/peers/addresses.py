"""Under which addresses a viewer is told to send. Pure but for ``resolve``."""

import asyncio
import ipaddress
import socket
from collections.abc import Iterable

RESOLVE_S = 0.5


def literal(text: str | None) -> str | None:
    """``text`` as an IP address in its usual form, or None if it is not one."""
    if not text:
        return None
    try:
        return str(ipaddress.ip_address(text.strip("[]")))
    except ValueError:
        return None


def to_announce(configured: str | None, via: str | None, own: Iterable[str]) -> list[str]:
    """Addresses for the offer, best first.

    The configured one if there is one, else ``via``, by which the viewer reached the site; both must be
    IP addresses or None. The container's own come after a loopback address, which a viewer in a container
    of its own could not use, and stand alone when nothing else is known.
    """
    chosen = literal(configured) or literal(via)
    if chosen is None:
        return list(own)
    if ipaddress.ip_address(chosen).is_loopback:
        return [chosen, *own]
    return [chosen]


async def resolve(host: str | None, timeout_s: float = RESOLVE_S) -> str | None:
    """The IP address of ``host``; None if it has none or does not resolve in time."""
    if not host or (found := literal(host)):
        return literal(host)
    loop = asyncio.get_running_loop()
    try:
        answers = await asyncio.wait_for(
            loop.getaddrinfo(host, None, family=socket.AF_INET, type=socket.SOCK_DGRAM), timeout_s
        )
    except (OSError, TimeoutError, UnicodeError):
        return found
    return str(answers[0][4][0]) if answers else None
