"""app.sockets.via"""

import pytest

from app.sockets.via import address_of, host_only


@pytest.mark.parametrize(
    ("header", "host"),
    [
        ("example.org", "example.org"),
        ("example.org:8443", "example.org"),
        ("192.0.2.1:443", "192.0.2.1"),
        ("[2001:db8::1]:8443", "2001:db8::1"),
        ("[::1]", "::1"),
        ("", ""),
    ],
)
def test_host_without_port(header: str, host: str) -> None:
    """Names, IPv4 and bracketed IPv6, with and without a port."""
    assert host_only(header) == host


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8:0::1", "2001:db8::1"),
        ("localhost", "127.0.0.1"),
        ("room.localhost", "127.0.0.1"),
        ("no-such-host.invalid", None),
        ("a" * 300, None),
    ],
)
def test_address_of_a_host(host: str, address: str | None) -> None:
    """An address is itself, localhost is the loopback, an unknown name is None."""
    assert address_of(host) == address
