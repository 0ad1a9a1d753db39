"""app.domain.hosts"""

import pytest

from app.domain.hosts import is_host, is_host_header


@pytest.mark.parametrize(
    "text",
    [
        "local",
        "turtus.example.org",
        "example.org.",
        "web_1",
        "A" * 63,
        "192.0.2.7",
        "::1",
        "xn--exmple-cua.de",
    ],
)
def test_names_and_addresses_are_hosts(text: str) -> None:
    """Of one label or more, with the final dot or without."""
    assert is_host(text)


@pytest.mark.parametrize(
    "text",
    [
        "", ".", "a..b", "-a", "a-", "a b", "a/b", "a,b", "exämple.de", "٣.example", "a" * 64, "a." * 127 + "a",
        "xn--", "xn--a", "http://a", "a:1", "a\n", "a\0",
    ],
)  # fmt: skip
def test_everything_else_is_none(text: str) -> None:
    """Labels of 1 to 63 ASCII characters, 253 in all."""
    assert not is_host(text)


@pytest.mark.parametrize(
    "value", ["localhost", "a.example:8443", "a.example:", "192.0.2.7:1", "[::1]", "[2001:db8::1]:65535"]
)
def test_headers_that_name_a_host(value: str) -> None:
    """With a port or without; IPv6 in brackets."""
    assert is_host_header(value)


@pytest.mark.parametrize(
    "value",
    [
        "", ":80", "a:0", "a:65536", "a:999999", "a:x", "a:٣", "a:-1", "a:1:2", "::1", "[::1", "::1]", "[]", "[x]:1",
        "[192.0.2.7]", "[fe80::1%eth0]", "[::1]x", "a" * 64, "a..b", "exämple", "a@b", "a b", "a,b", "xn--a",
    ],
)  # fmt: skip
def test_headers_that_name_none(value: str) -> None:
    """Ports from 1 to 65535, brackets around IPv6 and nothing else."""
    assert not is_host_header(value)
