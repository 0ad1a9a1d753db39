"""Ports: reading ranges, and who sits on one."""

import re
import socket
from dataclasses import dataclass
from pathlib import Path

from launcher.errors import LauncherError

_LISTEN = "0A"
"""State of a listening socket in /proc/net/tcp (TCP_LISTEN, linux/include/net/tcp_states.h)."""


@dataclass(frozen=True, slots=True)
class PortRange:
    """Ports from ``first`` to ``last``, both included."""

    first: int
    last: int

    def __len__(self) -> int:
        return self.last - self.first + 1


def parse_port(text: str) -> int:
    """A port number.

    Raises:
        LauncherError: not a number from 1 to 65535.
    """
    if not re.fullmatch("[0-9]{1,5}", text) or not 1 <= int(text) <= 65535:
        raise LauncherError(f"'{text}' is not a port.", "give a number from 1 to 65535")
    return int(text)


def parse_range(text: str) -> PortRange:
    """``59000-59199``.

    Raises:
        LauncherError: not two ports, or the first above the last.
    """
    match = re.fullmatch(r"\s*([0-9]+)\s*-\s*([0-9]+)\s*", text)
    if match is None:
        raise LauncherError(f"'{text}' is not a range of ports.", "write it like 59000-59199")
    found = PortRange(parse_port(match[1]), parse_port(match[2]))
    if found.first > found.last:
        raise LauncherError(f"The range {text} ends before it begins.", "write it like 59000-59199")
    return found


def free(port: int, kind: socket.SocketKind = socket.SOCK_STREAM, address: str = "") -> bool:
    """Whether the port can be bound on every IPv4 address (or on ``address``)."""
    with socket.socket(socket.AF_INET, kind) as probe:
        if kind == socket.SOCK_STREAM:  # UDP would share the port with whoever set it, too
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
        except PermissionError as error:
            raise LauncherError(
                f"Port {port} may only be opened by root.", "take a port from 1024 on, or run this as root"
            ) from error
        except OSError:
            return False
    return True


def owner(port: int) -> str | None:
    """Who listens on a TCP port, as ``nginx (process 812)``; None if nobody or not ours to see."""
    inodes = listening_inodes(port, [_read(Path("/proc/net/tcp")), _read(Path("/proc/net/tcp6"))])
    if not inodes:
        return None
    wanted = {f"socket:[{inode}]" for inode in inodes}
    for folder in Path("/proc").glob("[0-9]*/fd"):
        try:
            if any(str(link.readlink()) in wanted for link in folder.iterdir()):
                name = _read(folder.parent / "comm").strip() or "a process"
                return f"{name} (process {folder.parent.name})"
        except OSError:
            continue
    return None


def listening_inodes(port: int, tables: list[str]) -> set[str]:
    """Inodes of the sockets that listen on ``port``, from texts of /proc/net/tcp. Pure."""
    found = set()
    for table in tables:
        for line in table.splitlines()[1:]:
            fields = line.split()
            if len(fields) > 9 and fields[3] == _LISTEN and int(fields[1].rpartition(":")[2], 16) == port:
                found.add(fields[9])
    return found


def require_free(port: int, what: str, mend: str) -> None:
    """Raise LauncherError, naming who has the port, if it is taken."""
    if free(port):
        return
    who = owner(port) or "another program"
    raise LauncherError(f"Port {port}, meant for {what}, is in use by {who}.", mend)


def _read(path: Path) -> str:
    try:
        return path.read_text(errors="replace")
    except OSError:
        return ""
