"""Viewers without a browser: fan-outs that a test fills, and what became of who watches."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from av.audio.frame import AudioFrame
from av.video.frame import VideoFrame

from tests.support.aio import until
from tests.support.rtc_page import RtcPage
from tests.support.tiers import Tiers
from vb.media.aiortc_hooks import offer_playout_delay
from vb.media.encode import make_encoder
from vb.media.fanout import Fanout
from vb.media.frames import VideoCodec
from vb.media.opus import BLOCK_BYTES, BLOCK_SAMPLES, OpusBlocks
from vb.peers.udp_mux import UdpMux, open_mux
from vb.peers.viewer import Sources, Viewer, ViewerState
from vb.peers.work import Shares
from vb.protocol.view import FromPage, TierName


class Studio:
    """Fan-outs that a test fills, and what became of the viewers."""

    def __init__(self, mux: UdpMux) -> None:
        offer_playout_delay()
        self.mux = mux
        self.shares = Shares()
        self.keyframes = 0
        self.tiers = Tiers(self._keyframe)
        self.pictures = {codec: self.tiers.fanouts[codec, "best"] for codec in VideoCodec}
        self.sound = Fanout()
        self.inputs: list[tuple[str, bytes]] = []
        self.said: list[FromPage] = []
        self.opened: list[Viewer] = []
        self.states: list[ViewerState] = []
        self.viewers: list[Viewer] = []

    def _keyframe(self, newcomer: bool) -> None:
        self.keyframes += 1

    def viewer(self, peer_id: str = "ana") -> Viewer:
        sources = Sources(
            self.tiers,
            self.sound.subscribe,
            lambda peer, data: self.inputs.append((peer, data)),
            lambda viewer, message: self.said.append(message),
            lambda viewer: self.opened.append(viewer),
            lambda viewer: self.states.append(viewer.state),
        )
        self.viewers.append(Viewer(peer_id, "s1", sources, [], self.shares.of(peer_id)))
        return self.viewers[-1]

    async def offer(self, viewer: Viewer) -> str:
        return await viewer.offer(self.mux, ["127.0.0.1"], "127.0.0.1")

    async def join(self, page: RtcPage) -> Viewer:
        viewer = self.viewer()
        await viewer.answer(await page.answer(await self.offer(viewer)))
        await until(lambda: viewer.state is ViewerState.CONNECTED)
        await page.settled()
        return viewer

    def show(
        self, codec: VideoCodec, pictures: int = 3, tier: TierName = "best", first: int = 0, width: int = 320
    ) -> None:
        encoder = make_encoder(codec, width, 240, 30)
        for number in range(first, first + pictures):
            frame = VideoFrame(320, 240, "bgr0")
            frame.planes[0].update(bytes((0, 0, 200, 0)) * (320 * 240))
            encoded = encoder.encode(frame, number * 3000, keyframe=False)
            assert encoded is not None
            self.tiers.fanouts[codec, tier].publish(encoded)

    def play(self, blocks: int = 20, first: int = 0) -> None:
        encoder = OpusBlocks()
        for number in range(first, first + blocks):
            frame = encoder.encode(bytes(BLOCK_BYTES), number * BLOCK_SAMPLES)
            assert frame is not None
            self.sound.publish(frame)

    async def heard(self, page: RtcPage) -> AudioFrame:
        """Sound for as long as the page hears none: what comes late on a busy machine is not waited for."""
        frame: asyncio.Future[AudioFrame] = asyncio.ensure_future(page.frame("audio"))
        for first in range(0, 1000, 20):
            self.play(first=first)
            if (await asyncio.wait([frame], timeout=0.2))[0]:
                break
        return frame.result()


@asynccontextmanager
async def studio() -> AsyncIterator[Studio]:
    mux = await open_mux(0)
    made = Studio(mux)
    try:
        yield made
    finally:
        for viewer in made.viewers:
            await viewer.close()
        mux.close()
        await asyncio.sleep(0)
