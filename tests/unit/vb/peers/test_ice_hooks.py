"""Contracts with aioice: these fail when a new version changes how a connection gathers and connects."""

import asyncio
from typing import Any

import pytest
from aioice import Candidate
from aioice.ice import Connection
from aiortc import RTCIceGatherer, RTCIceTransport

from tests.support.aio import on_loop, until
from vb.peers import ice_hooks
from vb.peers.ice_hooks import connection_of, gather_on, relayed, round_trip_s
from vb.peers.udp_mux import open_mux


def test_the_connection_below_a_transport() -> None:
    """aiortc keeps it where we look for it."""

    async def check() -> None:
        gatherer = RTCIceGatherer(iceServers=[])
        assert isinstance(connection_of(RTCIceTransport(gatherer)), Connection)

    asyncio.run(check())


@on_loop
async def test_only_the_shared_port_is_gathered() -> None:
    """Host candidates under the announced addresses, best first, all with the port of the mux."""
    mux = await open_mux(0, "127.0.0.1")
    connection = Connection(ice_controlling=True)
    gather_on(mux, connection, ["203.0.113.7", "172.18.0.2"], "172.18.0.2")
    await connection.gather_candidates()
    first, second = connection.local_candidates
    assert [(c.host, c.port, c.type) for c in (first, second)] == [
        ("203.0.113.7", mux.port, "host"),
        ("172.18.0.2", mux.port, "host"),
    ]
    assert first.priority > second.priority
    assert first.foundation != second.foundation
    await connection.close()
    mux.close()


async def connect_pair(remote_knows_us: bool) -> None:
    mux = await open_mux(0, "127.0.0.1")
    ours, theirs = Connection(ice_controlling=True), Connection(ice_controlling=False)
    gather_on(mux, ours, ["127.0.0.1"], "127.0.0.1")
    theirs._use_ipv6 = False
    await asyncio.gather(ours.gather_candidates(), theirs.gather_candidates())
    for one, other in ((ours, theirs), (theirs, ours)):
        one.remote_username, one.remote_password = other.local_username, other.local_password
    if remote_knows_us:
        for candidate in theirs.local_candidates:
            await ours.add_remote_candidate(candidate)
    for candidate in ours.local_candidates:
        await theirs.add_remote_candidate(candidate)
    await theirs.add_remote_candidate(None)
    await asyncio.gather(ours.connect(), theirs.connect())
    await ours.send(b"\x80ours")
    await theirs.send(b"\x80theirs")
    assert await theirs.recv() == b"\x80ours"
    assert await ours.recv() == b"\x80theirs"
    assert not relayed(ours)
    measured = await round_trip_s(ours)
    assert measured is not None
    assert 0 < measured < 0.5
    await theirs.close()
    assert await round_trip_s(ours) is None  # nobody answers
    await ours.close()
    mux.close()


@on_loop
async def test_it_connects_over_the_shared_port() -> None:
    """Data flows both ways."""
    await connect_pair(remote_knows_us=True)


@on_loop
async def test_it_connects_without_a_single_remote_candidate() -> None:
    """A page whose candidates are all .local names is found by its checks; nobody ends the candidates."""
    await connect_pair(remote_knows_us=False)


@on_loop
async def test_it_waits_for_a_viewer_and_can_be_given_up() -> None:
    """Without any candidate and any check ``connect`` waits; closing ends it."""
    mux = await open_mux(0, "127.0.0.1")
    connection = Connection(ice_controlling=True)
    connection.remote_username, connection.remote_password = "abcd", "p" * 22
    gather_on(mux, connection, ["127.0.0.1"], "127.0.0.1")
    await connection.gather_candidates()
    waiting = asyncio.create_task(connection.connect())
    await asyncio.sleep(0.2)
    assert not waiting.done()
    await connection.close()
    with pytest.raises(ConnectionError):
        await waiting
    mux.close()


@on_loop
async def test_servers_are_asked_only_when_configured(monkeypatch: pytest.MonkeyPatch) -> None:
    """Through the shared port; one that does not answer is given up soon, the offer goes on without."""
    asked: list[Any] = []

    async def never(protocol: Any, server: tuple[str, int]) -> Any:
        asked.append(server)
        await asyncio.sleep(60)

    monkeypatch.setattr(ice_hooks, "server_reflexive_candidate", never)
    monkeypatch.setattr(ice_hooks, "SERVER_S", 0.05)
    mux = await open_mux(0, "127.0.0.1")
    for server in (None, ("192.0.2.9", 3478)):
        connection = Connection(ice_controlling=True, stun_server=server)
        gather_on(mux, connection, ["127.0.0.1"], "127.0.0.1")
        await connection.gather_candidates()
        assert len(connection.local_candidates) == 1
        await connection.close()
    assert asked == [("192.0.2.9", 3478)]
    mux.close()


@on_loop
async def test_what_a_stun_server_says_is_announced_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """The address by which the world sees the shared port."""

    async def answer(protocol: Any, server: tuple[str, int]) -> Any:
        return Candidate("f", 1, "udp", 5, "198.51.100.4", 4000, "srflx"), None

    monkeypatch.setattr(ice_hooks, "server_reflexive_candidate", answer)
    mux = await open_mux(0, "127.0.0.1")
    connection = Connection(ice_controlling=True, stun_server=("192.0.2.9", 3478))
    gather_on(mux, connection, ["172.18.0.2"], "172.18.0.2")
    await connection.gather_candidates()
    assert [candidate.type for candidate in connection.local_candidates] == ["host", "srflx"]
    await connection.close()
    mux.close()


@on_loop
async def test_a_turn_server_that_is_away_does_not_hold_the_offer(monkeypatch: pytest.MonkeyPatch) -> None:
    """The rest of aioice's own gathering is used for TURN, without its host sockets."""
    monkeypatch.setattr(ice_hooks, "SERVER_S", 0.05)
    mux = await open_mux(0, "127.0.0.1")
    connection = Connection(
        ice_controlling=True, turn_server=("127.0.0.1", 9), turn_username="u", turn_password="p"
    )
    gather_on(mux, connection, ["127.0.0.1"], "127.0.0.1")
    await connection.gather_candidates()
    assert [candidate.type for candidate in connection.local_candidates] == ["host"]
    await connection.close()
    mux.close()


@on_loop
async def test_a_closed_connection_leaves_the_port() -> None:
    """Nothing of it stays in the mux."""
    mux = await open_mux(0, "127.0.0.1")
    connection = Connection(ice_controlling=True)
    gather_on(mux, connection, ["127.0.0.1"], "127.0.0.1")
    await connection.gather_candidates()
    await connection.close()
    await until(lambda: not mux._by_ufrag)
    mux.close()
