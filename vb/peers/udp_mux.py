"""One UDP port for every viewer: a shared socket whose datagrams are sorted to their ICE connections.

A STUN request names its connection by the first half of USERNAME (our ufrag); a STUN response by its
transaction; all else by the sender's address, learned from requests that proved the connection's password.
"""

import asyncio
import errno
import logging
import socket
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any, cast

from aioice import stun
from aioice.ice import Connection, StunProtocol

Address = tuple[str, int]

RECEIVE_BUFFER_BYTES = 1024 * 1024
SEND_BUFFER_BYTES = 4 * 1024 * 1024
MAX_UNSENT_BYTES = 1024 * 1024
"""What may wait for a socket that takes no more, of all viewers together."""
MAX_ADDRESSES = 64
"""Addresses remembered for one connection; the oldest is forgotten first."""
UDP_SEGMENT = 103
"""linux/udp.h: datagrams of one size given as one, which the kernel cuts; a quarter of the cost of each."""
MAX_SEGMENTS = 64
MAX_RUN_BYTES = 65_000
_CANNOT_CUT = frozenset({errno.EIO, errno.EOPNOTSUPP, errno.ENOPROTOOPT})
"""The kernel never can. EINVAL and EMSGSIZE speak of one viewer's path, where an ICMP message that anybody
may forge has made the largest packet smaller: they are no reason to send all others' one by one."""
_STUN_FIRST_BYTES = range(4)  # RFC 7983: anything else is DTLS, RTP or noise
_log = logging.getLogger("vb.peers")


class MuxTransport(asyncio.DatagramTransport):
    """What a connection's ``StunProtocol`` sees in place of a socket of its own."""

    def __init__(self, mux: "UdpMux", connection: Connection, protocol: StunProtocol) -> None:
        super().__init__()
        self._mux = mux
        self.connection = connection
        self.protocol = protocol
        self.addresses: dict[Address, None] = {}
        self.heard_at = time.monotonic()
        self._closing = False

    def sendto(self, data: Any, addr: Any = None) -> None:
        """Send from the shared port; silently nothing once closed, as with a real socket."""
        if not self._closing:
            self._mux.send(data, addr)

    def send_all(self, packets: Sequence[bytes], addr: Address) -> None:
        """As ``sendto`` for each, for less."""
        if not self._closing:
            self._mux.send_all(packets, addr)

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        """The shared socket's."""
        return self._mux.address if name == "sockname" else default

    def is_closing(self) -> bool:
        """Whether ``close`` was called."""
        return self._closing

    def close(self) -> None:
        """Leave the port. Idempotent."""
        if not self._closing:
            self._closing = True
            self._mux.detach(self)
            asyncio.get_running_loop().call_soon(self.protocol.connection_lost, None)

    def abort(self) -> None:
        """As ``close``: there is nothing to flush."""
        self.close()


def runs(packets: Sequence[bytes]) -> Iterator[Sequence[bytes]]:
    """Cut into what ``UDP_SEGMENT`` takes at once: all of one size but the last, which may be smaller."""
    first = 0
    while first < len(packets):
        size, end = len(packets[first]), first + 1
        most = first + max(1, min(MAX_SEGMENTS, MAX_RUN_BYTES // max(1, size)))
        while end < len(packets) and end < most and len(packets[end]) <= size:
            end += 1
            if len(packets[end - 1]) < size:
                break
        yield packets[first:end]
        first = end


class UdpMux(asyncio.DatagramProtocol):
    """The port. Open it with ``open_mux``."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._transport: asyncio.DatagramTransport | None = None
        self._by_ufrag: dict[str, MuxTransport] = {}
        self._by_address: dict[Address, MuxTransport] = {}
        self.address: Address = ("", 0)
        self.unknown = 0
        self.unsent = 0
        self._waiting: Callable[[], int] = lambda: 0
        self._runs: socket.socket | None = None

    @property
    def port(self) -> int:
        """The local port number."""
        return self.address[1]

    def attach(self, connection: Connection) -> StunProtocol:
        """A protocol for ``connection`` on the shared port; ``protocol.transport`` is a ``MuxTransport``."""
        protocol = StunProtocol(connection)
        transport = MuxTransport(self, connection, protocol)
        protocol.connection_made(transport)
        self._by_ufrag[connection.local_username] = transport
        return protocol

    def detach(self, transport: MuxTransport) -> None:
        """Forget a connection. Called by its transport."""
        self._by_ufrag.pop(transport.connection.local_username, None)
        for address in transport.addresses:
            if self._by_address.get(address) is transport:
                del self._by_address[address]

    def send(self, data: Any, address: Address) -> None:
        """One datagram out, or nowhere when the socket takes no more: queued it would be late."""
        transport = self._transport
        if transport is None or transport.is_closing():
            return
        if self._waiting() > MAX_UNSENT_BYTES:
            self.unsent += 1
            return
        transport.sendto(data, address)

    def send_all(self, packets: Sequence[bytes], address: Address) -> None:
        """Some datagrams to one viewer, in order, as ``send`` does; in few calls where the kernel can."""
        for run in runs(packets):
            if len(run) == 1 or self._waiting() or not self._sent(run, address):
                for packet in run:
                    self.send(packet, address)

    def _sent(self, run: Sequence[bytes], address: Address) -> bool:
        if self._runs is None:
            return False
        size = len(run[0]).to_bytes(2, sys.byteorder)
        try:
            self._runs.sendmsg(run, [(socket.IPPROTO_UDP, UDP_SEGMENT, size)], 0, address)
        except OSError as problem:  # above all: it takes no more now; or this path's packets are small
            if problem.errno in _CANNOT_CUT:
                _log.info("datagrams go one by one: %s", problem)
                self._one_by_one()
            return False
        return True

    def _one_by_one(self) -> None:
        if self._runs is not None:
            self._runs.close()
            self._runs = None

    def close(self) -> None:
        """Close the port; connections hear nothing more."""
        self._one_by_one()
        if self._transport is not None:
            self._transport.close()

    # asyncio.DatagramProtocol

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The socket is open."""
        self._transport = cast(asyncio.DatagramTransport, transport)
        self._waiting = cast(asyncio.WriteTransport, transport).get_write_buffer_size
        bound = transport.get_extra_info("socket")
        for option, size in ((socket.SO_RCVBUF, RECEIVE_BUFFER_BYTES), (socket.SO_SNDBUF, SEND_BUFFER_BYTES)):
            bound.setsockopt(socket.SOL_SOCKET, option, size)
        host, port = bound.getsockname()[:2]
        self.address = (host, port)
        self._runs = bound.dup()
        try:
            bound.setsockopt(socket.IPPROTO_UDP, UDP_SEGMENT, 0)  # none unless a call says so
        except OSError:  # the kernel does not know it
            self._one_by_one()

    def datagram_received(self, data: bytes, addr: tuple[Any, ...]) -> None:
        """Sort one datagram."""
        address: Address = (addr[0], addr[1])
        if data and data[0] in _STUN_FIRST_BYTES:
            transport = self._of_stun(data, address)
        else:
            transport = self._by_address.get(address)
        if transport is None:
            self.unknown += 1
            return
        transport.heard_at = self._clock()
        transport.protocol.datagram_received(data, address)

    def error_received(self, exc: Exception) -> None:
        """An ICMP error for somebody: ICE notices by itself."""
        _log.debug("udp: %s", exc)

    def _of_stun(self, data: bytes, address: Address) -> MuxTransport | None:
        try:
            message = stun.parse_message(data)
        except (ValueError, IndexError, LookupError):
            return None
        if message.message_class is not stun.Class.REQUEST:
            return next(
                (
                    transport
                    for transport in self._by_ufrag.values()
                    if message.transaction_id in transport.protocol.transactions
                ),
                None,
            )
        transport = self._by_ufrag.get(str(message.attributes.get("USERNAME", "")).partition(":")[0])
        if transport is not None and message.check_message_integrity(
            transport.connection.local_password.encode()
        ):
            self._learn(address, transport)
        return transport

    def _learn(self, address: Address, transport: MuxTransport) -> None:
        if self._by_address.get(address) is transport:
            return
        self._by_address[address] = transport
        transport.addresses[address] = None
        if len(transport.addresses) > MAX_ADDRESSES:
            oldest = next(iter(transport.addresses))
            del transport.addresses[oldest]
            if self._by_address.get(oldest) is transport:
                del self._by_address[oldest]


async def open_mux(port: int, host: str = "0.0.0.0") -> UdpMux:  # noqa: S104 - published by the container
    """Open the port (0: any free one).

    Raises:
        OSError: the port is taken.
    """
    loop = asyncio.get_running_loop()
    _, mux = await loop.create_datagram_endpoint(UdpMux, local_addr=(host, port))
    return mux
