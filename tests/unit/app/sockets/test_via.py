"""app.sockets.via"""

import socket
import threading

import pytest

from app.sockets.via import KEEP_S, LOOKUPS_AT_ONCE, MAX_NAMES, Addresses, host_only, literal


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
        ("example.org", None),
    ],
)
def test_addresses_need_no_lookup(host: str, address: str | None) -> None:
    """An address is itself, localhost is the loopback."""
    assert literal(host) == address
    if address:
        assert Addresses().of(host) == address


class Names:
    """A name server that is a dictionary; counts what it was asked."""

    def __init__(self) -> None:
        self.known: dict[str, list[str]] = {}
        self.asked = 0

    def __call__(self, host: str, port: None, type: int) -> list[tuple[int, int, int, str, tuple[str, int]]]:
        self.asked += 1
        if host not in self.known:
            raise socket.gaierror
        return [(0, 0, 0, "", (address, 0)) for address in self.known[host]]


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> Names:
    names = Names()
    monkeypatch.setattr(socket, "getaddrinfo", names)
    return names


def test_names_are_remembered_for_a_while_and_failures_are_not(names: Names) -> None:
    """A name server that was away for a moment costs no picture; dynamic DNS is followed."""
    now = [0.0]
    addresses = Addresses(lambda: now[0])
    assert addresses.of("site.example") is None
    names.known["site.example"] = ["2001:db8::1", "192.0.2.1"]
    assert addresses.of("site.example") == "192.0.2.1"
    names.known["site.example"] = ["192.0.2.2"]
    assert addresses.of("site.example") == "192.0.2.1"
    now[0] += KEEP_S
    assert addresses.of("site.example") == "192.0.2.2"
    for n in range(MAX_NAMES + 1):
        names.known[f"n{n}"] = ["192.0.2.3"]
        addresses.of(f"n{n}")
    assert len(addresses._known) <= MAX_NAMES


def test_name_server_that_hangs_takes_few_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    """Others get no address rather than waiting as well."""
    answer, asked = threading.Event(), threading.Semaphore(0)

    def hang(*_: object, **__: object) -> list[object]:
        asked.release()
        answer.wait(5)
        return []

    monkeypatch.setattr(socket, "getaddrinfo", hang)
    addresses = Addresses()
    threads = [threading.Thread(target=addresses.of, args=(f"n{n}",)) for n in range(LOOKUPS_AT_ONCE)]
    for thread in threads:
        thread.start()
    for _ in threads:
        assert asked.acquire(timeout=5)
    assert addresses.of("another") is None
    answer.set()
    for thread in threads:
        thread.join(5)
