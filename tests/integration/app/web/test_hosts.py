"""app.web.hosts, over the wire"""

import socket

import pytest

from tests.integration.conftest import Site


def ask(site: Site, head: bytes) -> str:
    """The whole answer to a request of these header lines."""
    with socket.create_connection(("127.0.0.1", site.web.port), timeout=20) as line:
        line.sendall(b"GET /login HTTP/1.1\r\nConnection: close\r\nAccept: text/html\r\n" + head + b"\r\n")
        parts = iter(lambda: line.recv(65_536), b"")
        return b"".join(parts).decode()


@pytest.mark.parametrize(
    "host",
    [b"a" * 64, b"a" * 5_000, b"a..b", b"xn--a", b"xn--", b"ex\xc3\xa4mple", b"\xff", b"a:99999", b"[::1", b"", b"a,b"],
)  # fmt: skip
def test_host_that_is_none_gets_a_page_that_says_so(site: Site, host: bytes) -> None:
    """400 with words, from the server as it is deployed."""
    answer = ask(site, b"Host: " + host + b"\r\n")
    assert answer.startswith("HTTP/1.1 400 ")
    assert "a site whose name cannot be" in answer


def test_socket_to_a_host_that_is_none_is_refused_before_the_upgrade(site: Site) -> None:
    """As its page would be."""
    upgrade = b"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
    assert ask(site, b"Host: " + b"a" * 64 + b"\r\n" + upgrade).startswith("HTTP/1.1 400 ")


def test_requests_of_two_hosts_are_refused(site: Site) -> None:
    """RFC 9112, 3.2."""
    assert ask(site, b"Host: a\r\nHost: b\r\n").startswith("HTTP/1.1 400 ")
