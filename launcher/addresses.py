"""The addresses to open: on this machine and from the rest of the network."""

import ipaddress
import socket
from urllib.parse import urlsplit

_ELSEWHERE = (("192.0.2.1", socket.AF_INET), ("2001:db8::1", socket.AF_INET6))
"""Documentation addresses (RFC 5737, RFC 3849): nothing is sent, only the route is looked up."""


def lan_addresses() -> list[str]:
    """The addresses of this machine by which it reaches other networks; may be empty."""
    found = []
    for target, family in _ELSEWHERE:
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            try:
                probe.connect((target, 9))
                address = str(probe.getsockname()[0])
            except OSError:
                continue
        if not ipaddress.ip_address(address).is_loopback:
            found.append(address)
    return found


def to_open(base_url: str, addresses: list[str]) -> list[str]:
    """The base address, then the same under each LAN address. Pure."""
    parts = urlsplit(base_url)
    port = f":{parts.port}" if parts.port else ""
    hosts = [f"[{address}]" if ":" in address else address for address in addresses]
    return [base_url, *(f"{parts.scheme}://{host}{port}" for host in hosts)]
