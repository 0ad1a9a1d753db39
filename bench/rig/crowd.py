"""Many viewers in a process of their own, by ICE and DTLS-SRTP of aiortc. No RTP packet is decoded,
each is authenticated and counted. ``python -m bench.rig.crowd`` speaks JSON lines: takes an offer
(``offer``, ``peer``, ``session``), ``{"leave": PEER, "kindly": BOOL}`` or ``{"read": true}``; gives answers,
and for each reading the packets so far and the ages (ms) of the frames whose last packets came since the
reading before. Who leaves kindly says so by DTLS, as a closed tab does; otherwise it just falls silent.
"""

import asyncio
import json
import time
from typing import Any

from aiortc import RTCPeerConnection, RTCSessionDescription

from bench.rig.fountain import lines, say

_RTP = range(128, 192)
_RTCP = range(192, 224)


class Crowd:
    """Counts for all its viewers together."""

    def __init__(self) -> None:
        self.packets = 0
        self.ages_ms: list[float] = []
        self._viewers: dict[str, RTCPeerConnection] = {}

    async def answer(self, peer: str, sdp: str) -> str:
        """One more viewer."""
        viewer = RTCPeerConnection()
        self._viewers[peer] = viewer
        await viewer.setRemoteDescription(RTCSessionDescription(sdp, "offer"))
        self._count(viewer)
        await viewer.setLocalDescription(await viewer.createAnswer())
        return str(viewer.localDescription.sdp)

    async def leave(self, peer: str, *, kindly: bool) -> None:
        """One viewer less."""
        viewer = self._viewers.pop(peer)
        if not kindly:
            dtls: Any = viewer.getReceivers()[0].transport
            await dtls.transport._connection.close()
        await viewer.close()

    def _count(self, viewer: RTCPeerConnection) -> None:
        """Take RTP out before aiortc would spend time on it."""
        dtls: Any = viewer.getReceivers()[0].transport
        connection: Any = dtls.transport._connection
        passed_on = connection.data_received

        def received(data: bytes, component: int) -> None:
            if data[0] not in _RTP or data[1] in _RTCP:
                passed_on(data, component)
                return
            if dtls._rx_srtp is None:
                self.packets += 1  # the keys are not ready yet
                return
            plain = dtls._rx_srtp.unprotect(data)
            if len(plain) < 100:
                return  # sound
            self.packets += 1
            if plain[1] & 0x80:
                at = 16 + 4 * int.from_bytes(plain[14:16], "big") if plain[0] & 0x10 else 12
                made = int.from_bytes(plain[at : at + 8], "big")
                self.ages_ms.append((time.monotonic_ns() - made) / 1e6)

        connection.data_received = received


async def main() -> None:
    """Until standard input ends."""
    crowd, reader = Crowd(), await lines()
    while line := await reader.readline():
        told = json.loads(line)
        if "offer" in told:
            answer = await crowd.answer(told["peer"], told["offer"])
            say(answer=answer, peer=told["peer"], session=told["session"])
        elif "leave" in told:
            await crowd.leave(told["leave"], kindly=told["kindly"])
        else:
            say(packets=crowd.packets, ages_ms=crowd.ages_ms)
            crowd.ages_ms = []


if __name__ == "__main__":
    asyncio.run(main())
