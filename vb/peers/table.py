"""All viewers of a browser: at most one connection for each peer of the room."""

import asyncio
import logging
import secrets
from collections.abc import Callable, Sequence

from aiortc import RTCIceServer

from vb.peers.addresses import resolve, to_announce
from vb.peers.udp_mux import UdpMux
from vb.peers.viewer import AnswerRefused, Sources, Viewer, ViewerState
from vb.peers.work import Shares
from vb.protocol.messages import Answer, Bye, Candidate, IceServer, Offer

MAX_VIEWERS = 200
FULL = "This browser cannot take more viewers."
_log = logging.getLogger("vb.peers")


class ViewerTable:
    """Connects peers to the stream.

    ``send`` gives messages to the signal server. ``own_addresses`` are this machine's, best first;
    ``announced`` is the configured address or empty.
    """

    def __init__(
        self,
        mux: UdpMux,
        sources: Sources,
        send: Callable[[Offer | Bye], object],
        own_addresses: Sequence[str],
        announced: str = "",
    ) -> None:
        self._mux = mux
        self._sources = sources
        self._send = send
        self._own = list(own_addresses) or ["127.0.0.1"]
        self._announced = announced
        self._viewers: dict[str, Viewer] = {}
        self._shares = Shares()
        self.ice_servers: list[RTCIceServer] = []

    @property
    def connected(self) -> int:
        """How many viewers have a connected stream."""
        return sum(viewer.state is ViewerState.CONNECTED for viewer in self._viewers.values())

    def has(self, peer_id: str) -> bool:
        """Whether the peer has a connection that has not ended."""
        return peer_id in self._viewers

    def use_ice_servers(self, servers: Sequence[IceServer]) -> None:
        """STUN and TURN servers for connections made from now on; none is used unless given here."""
        self.ice_servers = [
            RTCIceServer(urls=server.urls, username=server.username, credential=server.credential)
            for server in servers
        ]

    async def open(self, peer_id: str, via: str | None) -> None:
        """Offer the stream to a peer, in place of any connection that it had."""
        await self.drop(peer_id)
        if len(self._viewers) >= MAX_VIEWERS:
            self._send(Bye(to=peer_id, session="none", reason=FULL))
            return
        viewer = Viewer(
            peer_id, secrets.token_hex(8), self._sources, self.ice_servers, self._shares.of(peer_id)
        )
        self._viewers[peer_id] = viewer
        configured = await resolve(self._announced)
        announced = to_announce(configured, None if configured else await resolve(via), self._own)
        sdp = await viewer.offer(self._mux, announced, self._own[0])
        if self._viewers.get(peer_id) is viewer:
            self._send(Offer(to=peer_id, session=viewer.session, sdp=sdp))

    async def answered(self, peer_id: str, message: Answer) -> None:
        """The peer's answer; ignored unless it is for its present connection."""
        viewer = self._of(peer_id, message.session)
        if viewer is None:
            return
        try:
            await viewer.answer(message.sdp)
        except AnswerRefused as refused:
            _log.warning("viewer %s: %s", peer_id, refused)
            self._send(Bye(to=peer_id, session=viewer.session, reason=refused.sentence))
            await self.drop(peer_id, "answer refused")

    async def candidate(self, peer_id: str, message: Candidate) -> None:
        """A candidate of the peer; ignored unless it is for its present connection."""
        viewer = self._of(peer_id, message.session)
        if viewer is not None:
            await viewer.candidate(message.candidate, message.sdp_mid, message.sdp_m_line_index)

    async def bye(self, peer_id: str, session: str) -> None:
        """The peer has ended its connection."""
        if self._of(peer_id, session) is not None:
            await self.drop(peer_id, "bye")

    async def drop(self, peer_id: str, reason: str = "replaced") -> None:
        """End the peer's connection if it has one."""
        viewer = self._viewers.pop(peer_id, None)
        if viewer is not None:
            await viewer.close(reason)

    def resized(self) -> None:
        """The picture has another size: tell all pages."""
        for viewer in self._viewers.values():
            viewer.watching.resized()

    def forget(self, viewer: Viewer) -> None:
        """A connection has ended by itself: it leaves the table, and is told why if there is a word."""
        if self._viewers.get(viewer.peer_id) is viewer:
            if viewer.sentence and viewer.state is ViewerState.CLOSING:
                self._send(Bye(to=viewer.peer_id, session=viewer.session, reason=viewer.sentence))
            del self._viewers[viewer.peer_id]

    async def close(self, reason: str) -> None:
        """End all of them, and tell them ``reason``."""
        for viewer in self._viewers.values():
            self._send(Bye(to=viewer.peer_id, session=viewer.session, reason=reason))
        await asyncio.gather(*(self.drop(peer_id, "shutdown") for peer_id in list(self._viewers)))

    def _of(self, peer_id: str, session: str) -> Viewer | None:
        viewer = self._viewers.get(peer_id)
        return viewer if viewer is not None and viewer.session == session else None
