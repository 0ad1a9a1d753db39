"""Where we reach into aioice, which is pinned: a connection gathers on the shared port instead of on
sockets of its own. Contract tests in ``tests/unit/vb/peers/test_ice_hooks.py`` fail when aioice changes.
"""

import asyncio
import time
from collections.abc import Sequence
from typing import Any, cast

from aioice import Candidate, stun
from aioice.candidate import candidate_foundation, candidate_priority
from aioice.ice import Connection, server_reflexive_candidate
from aiortc import RTCIceTransport

from vb.peers.udp_mux import MuxTransport, UdpMux

SERVER_S = 1.5
"""How long an offer waits for STUN and TURN servers, where some are configured."""


def connection_of(transport: RTCIceTransport) -> Connection:
    """The aioice connection below an aiortc ICE transport."""
    return transport._connection


def gather_on(mux: UdpMux, connection: Connection, announced: Sequence[str], own: str) -> MuxTransport:
    """Make ``connection`` use ``mux`` alone, with host candidates at the ``announced`` addresses.

    ``own`` is the address of this machine that pairs are formed with. Call before gathering.
    """
    protocol = mux.attach(connection)
    protocol.local_candidate = _host_candidate(own, mux.port, 0)
    original = connection.get_component_candidates

    async def get_component_candidates(
        component: int,
        addresses: list[str],
        timeout: int = 5,  # noqa: ASYNC109 - aioice's signature
    ) -> list[Candidate]:
        connection._protocols.append(protocol)
        candidates = [_host_candidate(host, mux.port, rank) for rank, host in enumerate(announced)]
        if connection.stun_server:
            candidates += await _reflexive(protocol, connection.stun_server)
        if connection.turn_server:
            candidates += await original(component, [], timeout=cast(int, SERVER_S))
        return candidates

    hooked: Any = connection
    hooked.get_component_candidates = get_component_candidates
    return cast(MuxTransport, protocol.transport)


def relayed(connection: Connection) -> bool:
    """Whether the path in use goes through a TURN server."""
    pair = connection._nominated.get(1)
    return pair is not None and pair.local_candidate.type == "relay"


async def round_trip_s(connection: Connection) -> float | None:
    """How long the path in use takes to the viewer and back now, in seconds, by a STUN request as for consent
    (RFC 7675). None: nothing came back within half a second."""
    pair = connection._nominated.get(1)
    if pair is None or connection.remote_password is None:
        return None
    began = time.monotonic()
    try:
        await pair.protocol.request(
            connection.build_request(pair, nominate=False),
            pair.remote_addr,
            integrity_key=connection.remote_password.encode(),
            retransmissions=0,
        )
    except (stun.TransactionError, OSError):
        return None
    return time.monotonic() - began


async def _reflexive(protocol: Any, server: tuple[str, int]) -> list[Candidate]:
    try:
        candidate, _ = await asyncio.wait_for(server_reflexive_candidate(protocol, server), SERVER_S)
    except (OSError, TimeoutError, ConnectionError):
        return []
    return [candidate]


def _host_candidate(host: str, port: int, rank: int) -> Candidate:
    return Candidate(
        foundation=candidate_foundation("host", "udp", host),
        component=1,
        transport="udp",
        priority=candidate_priority(1, "host", 65535 - rank),
        host=host,
        port=port,
        type="host",
    )
