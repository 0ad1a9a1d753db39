"""The address by which somebody reached the site: where their browser will find the media port too."""

import ipaddress
import socket
from functools import lru_cache


def host_only(host_header: str) -> str:
    """The host of a ``Host`` header, without port and brackets (RFC 9110, 7.2)."""
    if host_header.startswith("["):
        return host_header[1:].partition("]")[0]
    return host_header.partition(":")[0]


@lru_cache(maxsize=256)
def address_of(host: str) -> str | None:
    """``host`` as an IP address; None if it has none. Names are looked up once."""
    try:
        return str(ipaddress.ip_address(host))
    except ValueError:
        pass
    if host == "localhost" or host.endswith(".localhost"):
        return "127.0.0.1"
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_DGRAM)
    except (OSError, UnicodeError):
        return None
    addresses = [str(entry[4][0]) for entry in found]
    return min(addresses, key=lambda address: ":" in address, default=None)
