"""launcher.addresses: what to open."""

from launcher.addresses import to_open


def test_to_open_under_each_address() -> None:
    """This machine first, then its addresses; IPv6 in brackets; the port everywhere."""
    assert to_open("https://localhost:8443", ["192.0.2.7", "2001:db8::7"]) == [
        "https://localhost:8443",
        "https://192.0.2.7:8443",
        "https://[2001:db8::7]:8443",
    ]


def test_to_open_at_the_usual_port() -> None:
    """No port where none is needed."""
    assert to_open("https://localhost", ["192.0.2.7"])[1] == "https://192.0.2.7"
