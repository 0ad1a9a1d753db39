"""One port, many connections: real UDP sockets on the loopback."""

import asyncio
import errno
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

import pytest
from aioice import stun
from aioice.ice import Connection

from tests.support.aio import on_loop, until
from vb.peers import udp_mux
from vb.peers.udp_mux import MAX_SEGMENTS, MuxTransport, UdpMux, open_mux, runs

Address = tuple[str, int]


class Heard(Connection):
    """An ICE connection that keeps what it is given."""

    def __init__(self) -> None:
        super().__init__(ice_controlling=True)
        self.data: list[bytes] = []
        self.requests: list[Address] = []
        self.lost = 0

    def data_received(self, data: bytes, component: int) -> None:
        self.data.append(data)

    def request_received(self, message: stun.Message, addr: Address, protocol: Any) -> None:
        self.requests.append(addr)

    def protocol_lost(self, protocol: Any) -> None:
        self.lost += 1


class Peer(asyncio.DatagramProtocol):
    """A viewer's socket."""

    def __init__(self) -> None:
        self.got: list[bytes] = []

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport: Any = transport

    def datagram_received(self, data: bytes, addr: Any) -> None:
        self.got.append(data)


@asynccontextmanager
async def viewers(mux: UdpMux, count: int) -> AsyncIterator[list[Peer]]:
    """That many sockets that talk to the mux; closed with it at the end."""
    loop = asyncio.get_running_loop()
    peers = [
        (await loop.create_datagram_endpoint(Peer, remote_addr=("127.0.0.1", mux.port)))[1]
        for _ in range(count)
    ]
    try:
        yield peers
    finally:
        for peer in peers:
            peer.transport.close()
        mux.close()
        await asyncio.sleep(0.01)


def attach(mux: UdpMux) -> tuple[Heard, MuxTransport]:
    connection = Heard()
    protocol = mux.attach(connection)
    protocol.local_candidate = type("C", (), {"component": 1})()
    assert isinstance(protocol.transport, MuxTransport)
    return connection, protocol.transport


def check_for(connection: Connection, password: str | None = None) -> bytes:
    """A connectivity check as a viewer's browser sends it."""
    request = stun.Message(message_method=stun.Method.BINDING, message_class=stun.Class.REQUEST)
    request.attributes["USERNAME"] = f"{connection.local_username}:them"
    request.attributes["PRIORITY"] = 1
    request.add_message_integrity((password or connection.local_password).encode())
    return bytes(request)


@on_loop
async def test_checks_go_to_the_connection_they_name_and_data_follows_the_address() -> None:
    """Two viewers on one port do not hear each other."""
    mux = await open_mux(0, "127.0.0.1")
    (one, _), (two, _) = attach(mux), attach(mux)
    async with viewers(mux, 2) as (ana, ben):
        ana.transport.sendto(check_for(one))
        ben.transport.sendto(check_for(two))
        await until(lambda: bool(one.requests and two.requests))
        ana.transport.sendto(b"\x80from ana")
        ben.transport.sendto(b"\x16from ben")
        await until(lambda: bool(one.data and two.data))
        assert (one.data, two.data) == ([b"\x80from ana"], [b"\x16from ben"])


@on_loop
async def test_strangers_are_counted_and_dropped() -> None:
    """Data before a check, noise, a check for nobody."""
    mux = await open_mux(0, "127.0.0.1")
    one, _ = attach(mux)
    async with viewers(mux, 1) as (stranger,):
        for data in (b"\x80data", b"", b"\x00\x01short", check_for(Heard()), b"\x01\x01" + bytes(18)):
            stranger.transport.sendto(data)
        await until(lambda: mux.unknown >= 4)
        assert one.data == []
        assert one.requests == []


@on_loop
async def test_a_check_without_the_password_teaches_no_address() -> None:
    """It is passed on, so that ICE refuses it, but data from there is not taken."""
    mux = await open_mux(0, "127.0.0.1")
    one, transport = attach(mux)
    async with viewers(mux, 1) as (thief,):
        thief.transport.sendto(check_for(one, "not-the-password-at-all"))
        await until(lambda: bool(one.requests))
        thief.transport.sendto(b"\x80stolen")
        await until(lambda: mux.unknown == 1)
        assert one.data == []
        assert transport.addresses == {}


@on_loop
async def test_responses_find_their_transaction() -> None:
    """Our own check is answered from an address that has sent nothing yet."""
    mux = await open_mux(0, "127.0.0.1")
    connection, transport = attach(mux)
    async with viewers(mux, 1) as (peer,):
        where = peer.transport.get_extra_info("sockname")
        request = stun.Message(message_method=stun.Method.BINDING, message_class=stun.Class.REQUEST)
        asking = asyncio.create_task(transport.protocol.request(request, where))
        await until(lambda: bool(peer.got))
        answer = stun.Message(
            message_method=stun.Method.BINDING,
            message_class=stun.Class.RESPONSE,
            transaction_id=stun.parse_message(peer.got[0]).transaction_id,
        )
        peer.transport.sendto(bytes(answer))
        message, address = await asking
        assert message.message_class is stun.Class.RESPONSE
        assert address == where
        assert connection.requests == []


@on_loop
async def test_an_address_may_pass_to_another_connection() -> None:
    """The same browser joins anew from the same port: the new connection takes over."""
    mux = await open_mux(0, "127.0.0.1")
    (old, old_transport), (new, _) = attach(mux), attach(mux)
    async with viewers(mux, 1) as (peer,):
        peer.transport.sendto(check_for(old))
        peer.transport.sendto(check_for(new))
        await until(lambda: bool(new.requests))
        old_transport.close()
        peer.transport.sendto(b"\x80data")
        await until(lambda: bool(new.data))
        assert old.data == []


@on_loop
async def test_closing_one_leaves_the_port_to_the_others() -> None:
    """The closed one is told once, hears and sends nothing more; its address is unknown."""
    mux = await open_mux(0, "127.0.0.1")
    (one, transport), (two, other) = attach(mux), attach(mux)
    async with viewers(mux, 1) as (peer,):
        peer.transport.sendto(check_for(one))
        await until(lambda: bool(one.requests))
        await transport.protocol.close()
        transport.abort()
        assert one.lost == 1
        assert transport.is_closing()
        where = peer.transport.get_extra_info("sockname")
        transport.sendto(b"nothing", where)
        other.sendto(b"something", where)
        peer.transport.sendto(b"\x80data")
        peer.transport.sendto(check_for(one))
        await until(lambda: mux.unknown == 2)
        assert peer.got == [b"something"]
        assert two.lost == 0


@on_loop
async def test_addresses_are_not_remembered_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """The oldest of a connection is forgotten."""
    monkeypatch.setattr(udp_mux, "MAX_ADDRESSES", 2)
    mux = await open_mux(0, "127.0.0.1")
    one, transport = attach(mux)
    async with viewers(mux, 3) as peers:
        for number, peer in enumerate(peers):
            peer.transport.sendto(check_for(one))
            await until(partial(lambda seen: len(one.requests) > seen, number))
        assert len(transport.addresses) == 2
        peers[0].transport.sendto(b"\x80old")
        peers[2].transport.sendto(b"\x80new")
        await until(lambda: bool(one.data) and mux.unknown == 1)
        assert one.data == [b"\x80new"]


@on_loop
async def test_it_knows_when_a_viewer_was_last_heard() -> None:
    """By the clock that it was given."""
    now = 100.0
    loop = asyncio.get_running_loop()
    _, mux = await loop.create_datagram_endpoint(lambda: UdpMux(lambda: now), local_addr=("127.0.0.1", 0))
    one, transport = attach(mux)
    async with viewers(mux, 1) as (peer,):
        peer.transport.sendto(check_for(one))
        await until(lambda: transport.heard_at == 100.0)
        now = 107.0
        peer.transport.sendto(b"\x80data")
        await until(lambda: transport.heard_at == 107.0)


@on_loop
async def test_a_port_that_is_taken_is_an_error() -> None:
    """OSError, for the agent to end with."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        with pytest.raises(OSError, match="in use"):
            await open_mux(taken.getsockname()[1], "127.0.0.1")


@on_loop
async def test_what_the_socket_does_not_take_is_not_queued_without_end() -> None:
    """A queue would only make it late."""
    mux = await open_mux(0)
    mux._waiting = lambda: 2 * 1024 * 1024
    mux.send(b"x", ("127.0.0.1", 9))
    assert mux.unsent == 1
    mux.close()
    await asyncio.sleep(0)


def test_a_run_is_of_one_size_but_for_its_last() -> None:
    """As the kernel cuts it: not more datagrams than it takes, not more bytes than one datagram has."""
    sizes = [1200, 1200, 1100, 1100, 1100, 1200, 3, 3, 4]
    cut = [[len(packet) for packet in run] for run in runs([bytes(size) for size in sizes])]
    assert cut == [[1200, 1200, 1100], [1100, 1100], [1200, 3], [3], [4]]
    assert [len(run) for run in runs([bytes(9)] * 100)] == [MAX_SEGMENTS, 100 - MAX_SEGMENTS]
    assert all(sum(map(len, run)) <= 65_000 for run in runs([bytes(1400)] * 100))
    assert list(runs([])) == []


@on_loop
async def test_many_datagrams_go_at_once_and_arrive_one_by_one() -> None:
    """In order, each as it was."""
    mux = await open_mux(0, "127.0.0.1")
    _, transport = attach(mux)
    async with viewers(mux, 1) as (peer,):
        where = peer.transport.get_extra_info("sockname")
        packets = [bytes([number]) * (1200 if number < 4 else 700) for number in range(7)]
        transport.send_all(packets, where)
        await until(lambda: len(peer.got) == 7)
        assert peer.got == packets
        transport.close()
        transport.send_all(packets, where)
        mux.close()
        mux.send_all(packets, where)
        await asyncio.sleep(0.05)
        assert len(peer.got) == 7


class FakeUncut:
    """A path whose datagrams the kernel cannot cut: those of some network drivers."""

    def __init__(self, problem: int) -> None:
        self.problem = problem
        self.closed = False

    def sendmsg(self, *arguments: Any) -> int:
        raise OSError(self.problem, "cannot")

    def close(self) -> None:
        self.closed = True


@on_loop
async def test_where_the_kernel_cannot_cut_each_goes_alone() -> None:
    """From then on, when it never can; the next ones at once again, when only these could not be cut now."""
    mux = await open_mux(0, "127.0.0.1")
    async with viewers(mux, 1) as (peer,):
        where = peer.transport.get_extra_info("sockname")
        packets = [b"one", b"two", b"six"]
        for problem in (errno.EAGAIN, errno.EINVAL, errno.EMSGSIZE, errno.EIO, errno.EOPNOTSUPP):
            remains = problem not in (errno.EIO, errno.EOPNOTSUPP)
            peer.got.clear()
            fake: Any = FakeUncut(problem)
            if mux._runs is not None:
                mux._runs.close()
            mux._runs = fake
            mux.send_all(packets, where)
            await until(lambda: len(peer.got) == 3)
            assert peer.got == packets
            assert (mux._runs is fake) is remains
            assert fake.closed is not remains
        mux.send_all(packets, where)
        await until(lambda: len(peer.got) == 6)
