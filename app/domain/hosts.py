"""Host names and addresses, as they may stand in a ``Host`` header or a setting."""

import ipaddress
import re

MAX_NAME_CHARS = 253
"""RFC 1035, 2.3.4, written with dots."""
_LABEL = re.compile(r"(?!-)[A-Za-z0-9_-]{1,63}(?<!-)")
_HEADER = re.compile(r"(?:\[(?P<v6>[0-9A-Fa-f:.]+)\]|(?P<name>[^\[\]:]+))(?::(?P<port>[0-9]{1,5})?)?")


def is_host(text: str) -> bool:
    """Whether this is a host name (RFC 1123, 2.1; underscores pass) or an IP address without brackets."""
    if is_address(text):
        return True
    labels = text.removesuffix(".").split(".")
    if len(text) > MAX_NAME_CHARS or not all(_LABEL.fullmatch(label) for label in labels):
        return False
    try:
        text.encode("ascii").decode("idna")  # labels that begin with xn-- say something, or nothing
    except UnicodeError:
        return False
    return True


def is_host_header(value: str) -> bool:
    """Whether a ``Host`` header names a host: one, in ASCII, with a port that can be (RFC 9110, 7.2)."""
    found = _HEADER.fullmatch(value)
    if found is None or not 0 < int(found["port"] or 80) <= 65_535:
        return False
    if found["v6"]:
        return ":" in found["v6"] and is_address(found["v6"])
    return is_host(found["name"])


def is_address(text: str) -> bool:
    """Whether it is an IP address of either version."""
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
