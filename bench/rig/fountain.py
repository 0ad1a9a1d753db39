"""The agent's sending half alone, in a process of its own: table, fan-out, sender and port as they are, fed
with frames of an exact size. ``python -m bench.rig.fountain`` speaks JSON lines on its standard streams.

Takes ``{"open": PEER}``, ``{"answer": SDP, "peer": PEER, "session": ID}``, ``{"read": true}`` and
``{"stop": true}`` (no more frames); gives offers, and for each reading processor seconds, packets and dropped
frames.
"""

import asyncio
import json
import sys
import time
from typing import Any

from vb.media.fanout import Fanout, Subscription
from vb.media.frames import EncodedFrame, VideoCodec
from vb.media.tiers import ladder
from vb.peers.table import ViewerTable
from vb.peers.udp_mux import open_mux
from vb.peers.viewer import ENDING, Sources, Viewer
from vb.protocol.messages import Answer, Bye, Offer
from vb.protocol.view import TierName

FPS = 30
BITRATE_BPS = 2_500_000
PAYLOAD_BYTES = 1200


class Fountain:
    """Pictures for all tiers and codecs alike: one fan-out."""

    def __init__(self) -> None:
        self.shapes = {shape.name: shape for shape in ladder(1280, 720, FPS)}
        self.fanout = Fanout(supersede=True)
        self.taken: list[Subscription] = []

    def subscribe(self, codec: VideoCodec, tier: TierName) -> Subscription:
        """As a picture does."""
        self.taken.append(self.fanout.subscribe())
        return self.taken[-1]

    def rate_bps(self, codec: VideoCodec, tier: TierName) -> float:
        """What every tier takes."""
        return float(BITRATE_BPS)

    async def run(self) -> None:
        """A frame each thirtieth of a second, each payload with the moment (monotonic, ns) of its making."""
        size = BITRATE_BPS // 8 // FPS
        began = time.monotonic()
        number = 0
        while True:
            stamp = time.monotonic_ns().to_bytes(8, "big")
            sizes = [PAYLOAD_BYTES] * (size // PAYLOAD_BYTES) + [size % PAYLOAD_BYTES]
            payloads = [stamp + bytes(each - 8) for each in sizes]
            self.fanout.publish(EncodedFrame(payloads, number * 90_000 // FPS, keyframe=number % FPS == 0))
            number += 1
            await asyncio.sleep(max(0.0, began + number / FPS - time.monotonic()))


def say(**fields: Any) -> None:
    """A line on the standard output."""
    print(json.dumps(fields), flush=True)


async def lines() -> asyncio.StreamReader:
    """Standard input."""
    reader = asyncio.StreamReader(limit=2**20)
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), sys.stdin
    )
    return reader


async def main() -> None:
    """Until standard input ends."""
    fountain = Fountain()
    tables: list[ViewerTable] = []

    def send(message: Offer | Bye) -> None:
        if isinstance(message, Offer):
            say(offer=message.sdp, peer=message.to, session=message.session)

    def changed(viewer: Viewer) -> None:
        if viewer.state in ENDING:
            tables[0].forget(viewer)

    sources = Sources(
        fountain, Fanout().subscribe, lambda peer, data: None, lambda viewer, message: None,
        lambda viewer: viewer.choose("best"), changed,
    )  # fmt: skip
    table = ViewerTable(await open_mux(0), sources, send, ["127.0.0.1"])
    tables.append(table)
    running = asyncio.create_task(fountain.run())
    reader = await lines()
    while line := await reader.readline():
        told = json.loads(line)
        if "open" in told:
            await table.open(told["open"], None)
        elif "answer" in told:
            await table.answered(told["peer"], Answer(to="vb", session=told["session"], sdp=told["answer"]))
        elif "stop" in told:
            running.cancel()
        else:
            hands = [viewer._hand for viewer in table._viewers.values()]
            packets = sum(hand._sender._RTCRtpSender__packet_count for hand in hands if hand)
            dropped = sum(taken.dropped for taken in fountain.taken)
            say(cpu_s=time.process_time(), at_s=time.monotonic(), packets=packets, dropped=dropped,
                connected=table.connected)  # fmt: skip


if __name__ == "__main__":
    asyncio.run(main())
