"""app.web.session"""

import pytest

from app.web.session import network_of, safe_next


@pytest.mark.parametrize("path", ["/", "/rooms/abc", "/rooms?q=a%20b", "/a#b"])
def test_paths_of_this_site_are_followed(path: str) -> None:
    """As they are."""
    assert safe_next(path) == path


@pytest.mark.parametrize(
    "path",
    [
        None,
        "",
        "rooms",
        "//evil.example",
        "/\\evil.example",
        "https://evil.example",
        "javascript:x",
        "/\t/evil.example",
        "/\t\\evil.example",
        "/\n\\evil.example",
    ],
)
def test_everything_else_is_not(path: str | None) -> None:
    """None, so that the first page is shown."""
    assert safe_next(path) is None


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2ff:3:4:5:6", "2001:db8:1:200::/56"),
        ("fe80::1%eth0", "fe80::/56"),
        ("unknown", "unknown"),
    ],
)
def test_a_visitor_is_counted_by_network(address: str, network: str) -> None:
    """Whoever has IPv6 has more addresses than any limit could count."""
    assert network_of(address) == network
