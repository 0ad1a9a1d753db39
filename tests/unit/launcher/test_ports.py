"""launcher.ports: reading ports and ranges, and finding who listens."""

import os
import socket
from pathlib import Path

import pytest

from launcher import ports
from launcher.errors import LauncherError


@pytest.mark.parametrize("text", ["0", "65536", "-1", "http", "", "80 "])
def test_parse_port_refuses(text: str) -> None:
    """What is not a port is refused in words."""
    with pytest.raises(LauncherError, match="is not a port"):
        ports.parse_port(text)


def test_parse_range_takes_both_ends() -> None:
    """Both ends belong to the range."""
    found = ports.parse_range("59000-59199")
    assert (found.first, found.last, len(found)) == (59000, 59199, 200)


@pytest.mark.parametrize("text", ["59000", "a-b", "59199-59000", "59000-70000"])
def test_parse_range_refuses(text: str) -> None:
    """One port, words, a backward range and too high an end are refused."""
    with pytest.raises(LauncherError):
        ports.parse_range(text)


def test_listening_inodes_reads_the_kernel_table() -> None:
    """Only listening sockets of that very port count."""
    table = (
        "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n"
        "   0: 00000000:20FB 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4242 1\n"
        "   1: 0100007F:20FB 0100007F:9C40 01 00000000:00000000 00:00000000 00000000     0        0 4343 1\n"
        "   2: 00000000:0016 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4444 1\n"
    )
    assert ports.listening_inodes(8443, [table, ""]) == {"4242"}


def test_require_free_names_the_owner() -> None:
    """A taken port is reported with the process that has it."""
    with socket.socket() as taken:
        taken.bind(("0.0.0.0", 0))  # noqa: S104 - all interfaces, as the web server
        taken.listen()
        port = taken.getsockname()[1]
        name = Path("/proc/self/comm").read_text().strip()
        with pytest.raises(
            LauncherError, match=rf"{port}, meant for a test.*{name} \(process {os.getpid()}\)"
        ):
            ports.require_free(port, "a test", "none")


def test_free_udp_port_that_is_taken() -> None:
    """A bound UDP port is not free."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("", 0))
        assert not ports.free(taken.getsockname()[1], socket.SOCK_DGRAM)
