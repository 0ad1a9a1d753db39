"""The picture as a whole: one capture, and for each tier one encoder and one fan-out.

A tier is a codec in one of the shapes of ``vb.media.tiers``. Its encoder runs from its first viewer to its
last; the capture runs while any tier does, and not before the curtain is open.
"""

import asyncio
import logging
import threading
import time

import av
from av.video.frame import VideoFrame

from vb.media.capture import ScreenCapture
from vb.media.encode import VideoEncoder, make_encoder
from vb.media.fanout import Fanout, Subscription
from vb.media.frames import EncodedFrame, VideoCodec
from vb.media.newest import Newest
from vb.media.tiers import PICTURES, Shape, Thinning, ladder
from vb.media.timing import KeyframeGate, video_pts
from vb.protocol.view import TierName

USUAL_SHARE = 0.6
"""Of the most that a tier may take, what a moving page does take."""
_JOIN_S = 1.0
_log = logging.getLogger("vb.media")


class Tier:
    """One codec in one shape: takes the newest picture, encodes it in a thread, fans it out on the loop."""

    def __init__(self, codec: VideoCodec, shape: Shape, picture: "Picture") -> None:
        self.codec = codec
        self.shape = shape
        self.gate = KeyframeGate()
        self.fanout = Fanout(
            on_first=self._first_came,
            on_last=self._last_left,
            on_keyframe=self._keyframe_wanted,
            supersede=True,
        )
        self._picture = picture
        self._loop = asyncio.get_running_loop()
        self._slot: Newest[tuple[VideoFrame, float]] = Newest()
        self._thread: threading.Thread | None = None
        self.encoded = 0

    @property
    def running(self) -> bool:
        """Whether somebody watches this tier."""
        return self._thread is not None

    def put(self, frame: VideoFrame, taken_at: float) -> None:
        """A new picture. From the capture's thread."""
        self._slot.put((frame, taken_at))

    def _first_came(self) -> None:
        self._slot = Newest()
        self._thread = threading.Thread(
            target=self._encode,
            args=(self._slot,),
            name=f"encode {self.codec} {self.shape.name}",
            daemon=True,
        )
        self._thread.start()
        self._picture.tiers_changed()

    def _last_left(self) -> None:
        self._slot.close()
        self._thread = None
        self._picture.tiers_changed()

    def _keyframe_wanted(self, newcomer: bool) -> None:
        self.gate.ask(newcomer=newcomer)
        self._picture.poke()

    def _encode(self, slot: "Newest[tuple[VideoFrame, float]]") -> None:
        shape = self.shape
        encoder, thinning = self._make(shape), Thinning(shape.fps)
        while (item := slot.take()) is not None:
            frame, taken_at = item
            if self.shape is not shape:
                shape = self.shape
                encoder, thinning = self._make(shape), Thinning(shape.fps)
            keyframe = self.gate.take(time.monotonic())
            thinned = shape.fps < self._picture.fps  # else the capture's own pace is the tier's
            if thinned and not thinning.keep(taken_at) and not keyframe:
                continue
            try:
                encoded = encoder.encode(
                    frame, video_pts(taken_at, self._picture.origin_s), keyframe=keyframe
                )
            except av.FFmpegError:
                _log.exception("%s encoder failed, starting a new one", self.codec)
                encoder = self._make(shape)
                self._keyframe_wanted(newcomer=False)  # a still page gives no other picture to begin with
                continue
            if encoded is not None:
                self.encoded += 1
                self._publish(slot, encoded)

    def _make(self, shape: Shape) -> VideoEncoder:
        return make_encoder(self.codec, shape.width, shape.height, shape.fps, shape.bitrate_bps)

    def _publish(self, slot: "Newest[tuple[VideoFrame, float]]", frame: EncodedFrame) -> None:
        def publish() -> None:
            if slot is self._slot:  # not from an encoder that has been stopped meanwhile
                self.fanout.publish(frame)

        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(publish)


class Picture:
    """The live picture of one screen. Make it on a running event loop.

    Nothing is captured before ``open_curtain``: viewers that come earlier wait for it. ``fps`` is how often a
    second pictures are taken, two in a hundred more at most.
    """

    def __init__(self, display_name: str, width: int, height: int, fps: int) -> None:
        self.origin_s = time.monotonic()
        self._open = False
        self._capturing = False
        self._size = (width, height)
        self.fps = fps
        self._capture = ScreenCapture(display_name, width, height, fps, self._captured, self._wanted)
        self.shapes: dict[TierName, Shape] = {shape.name: shape for shape in ladder(width, height, fps)}
        self._tiers = {
            (codec, name): Tier(codec, self.shapes[name], self) for codec in VideoCodec for name in PICTURES
        }

    def subscribe(self, codec: VideoCodec, tier: TierName = "best") -> Subscription:
        """A viewer's own copy of a tier in ``codec``; close it when the viewer leaves.

        ``tier`` is one of ``PICTURES``. Timestamps are the same in all tiers.
        """
        return self._tiers[codec, tier].fanout.subscribe()

    def rate_bps(self, codec: VideoCodec, tier: TierName) -> float:
        """What a tier takes, in bits per second; a guess while nobody has it."""
        taken = self._tiers[codec, tier]
        return taken.fanout.rate_bps() if taken.running else USUAL_SHARE * taken.shape.bitrate_bps

    def open_curtain(self) -> None:
        """There is something to see: capture as soon as somebody watches. Idempotent."""
        self._open = True
        self.tiers_changed()

    def encoded(self, codec: VideoCodec, tier: TierName = "best") -> int:
        """Pictures encoded so far."""
        return self._tiers[codec, tier].encoded

    def resize(self, width: int, height: int) -> None:
        """The screen has this size now, in pixels: each tier goes on in it with a keyframe."""
        self._size = (width, height)
        self.shapes = {shape.name: shape for shape in ladder(width, height, self.fps)}
        for tier in self._tiers.values():
            tier.shape = self.shapes[tier.shape.name]
            tier.gate.ask(newcomer=True)

    async def close(self) -> None:
        """Stop the capture and wait for its thread."""
        self._open = False
        self.tiers_changed()
        await asyncio.to_thread(self._capture.join, _JOIN_S)

    def poke(self) -> None:
        """Somebody waits for a picture, though nothing may have changed."""
        self._capture.poke()

    def tiers_changed(self) -> None:
        """A tier got its first viewer or lost its last. Called by tiers."""
        wanted = self._open and any(tier.running for tier in self._tiers.values())
        if wanted and not self._capturing:
            self._capture.start()
        elif self._capturing and not wanted:
            self._capture.stop()
        self._capturing = wanted

    def _captured(self, frame: VideoFrame, taken_at: float) -> None:
        if (frame.width, frame.height) != self._size:
            return  # of the size before or after this one: it would be stretched
        for tier in self._tiers.values():
            if tier.running:
                tier.put(frame, taken_at)

    def _wanted(self) -> bool:
        now = time.monotonic()
        return any(tier.running and tier.gate.due(now) for tier in self._tiers.values())
