"""Tiers and their viewers, on a pretended capture."""

from collections.abc import Callable

import av
import pytest
from aiortc.codecs.h264 import h264_depayload
from av.video.frame import VideoFrame

from tests.support.aio import on_loop, until
from vb.media import picture as module
from vb.media.encode import make_encoder
from vb.media.frames import EncodedFrame, VideoCodec
from vb.media.picture import Picture


class PretendedCapture:
    """Notes when it is started and stopped; the test takes the pictures."""

    made: "PretendedCapture"

    def __init__(
        self,
        display_name: str,
        width: int,
        height: int,
        fps: int,
        on_picture: Callable[[VideoFrame, float], None],
        wanted: Callable[[], bool],
    ) -> None:
        self.frame = VideoFrame(width, height, "bgr0")
        self.frame.planes[0].update(bytes(self.frame.planes[0].buffer_size))
        self.on_picture = on_picture
        self.wanted = wanted
        self.log: list[str] = []
        self.pokes = 0
        PretendedCapture.made = self

    def start(self) -> None:
        self.log.append("start")

    def stop(self) -> None:
        self.log.append("stop")

    def poke(self) -> None:
        self.pokes += 1

    def join(self, timeout_s: float) -> None:
        self.log.append("join")

    def take(self, at_s: float = 0.0) -> None:
        self.on_picture(self.frame, at_s)


@pytest.fixture(autouse=True)
def _pretend(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "ScreenCapture", PretendedCapture)


@on_loop
async def test_nothing_is_captured_before_the_curtain_is_open() -> None:
    """A viewer that comes early waits; then it sees a keyframe."""
    picture = Picture(":0", 320, 240, 30)
    viewer = picture.subscribe(VideoCodec.H264)
    assert PretendedCapture.made.log == []
    picture.open_curtain()
    picture.open_curtain()
    assert PretendedCapture.made.log == ["start"]
    PretendedCapture.made.take()
    assert (await viewer.get()).keyframe
    await picture.close()


@on_loop
async def test_the_capture_runs_while_somebody_watches() -> None:
    """From the first viewer to the last, whichever codec."""
    picture = Picture(":0", 320, 240, 30)
    picture.open_curtain()
    log = PretendedCapture.made.log
    assert log == []
    one, two = picture.subscribe(VideoCodec.H264), picture.subscribe(VideoCodec.VP8)
    one.close()
    assert log == ["start"]
    two.close()
    assert log == ["start", "stop"]
    picture.subscribe(VideoCodec.H264).close()
    assert log == ["start", "stop", "start", "stop"]
    await picture.close()
    assert log[-1] == "join"


@on_loop
async def test_a_codec_is_encoded_only_while_somebody_has_it() -> None:
    """VP8 costs nothing as long as everyone takes H.264; a picture is encoded once for all its viewers."""
    picture = Picture(":0", 320, 240, 30)
    picture.open_curtain()
    viewers = [picture.subscribe(VideoCodec.H264) for _ in range(3)]
    PretendedCapture.made.take()
    frames = [await viewer.get() for viewer in viewers]
    assert frames[0] is frames[1] is frames[2]
    assert (picture.encoded(VideoCodec.H264), picture.encoded(VideoCodec.VP8)) == (1, 0)
    eighth = picture.subscribe(VideoCodec.VP8)
    PretendedCapture.made.take(1.0)
    assert (await eighth.get()).keyframe
    await picture.close()


@on_loop
async def test_what_follows_closely_is_not_held_back_from_the_best_tier() -> None:
    """The capture kept the pace already; who has fewer pictures does without this one."""
    picture = Picture(":0", 320, 240, 60)
    picture.open_curtain()
    best, low = picture.subscribe(VideoCodec.H264), picture.subscribe(VideoCodec.H264, "low")
    for at_s in (1.0, 1.008):
        PretendedCapture.made.take(at_s)
        await best.get()
    await low.get()
    assert picture.encoded(VideoCodec.H264) == 2
    assert picture.encoded(VideoCodec.H264, "low") == 1
    await picture.close()


@on_loop
async def test_a_newcomer_makes_the_capture_hand_on_a_picture() -> None:
    """The keyframe that it waits for is wanted from a still screen, too; once is enough."""
    picture = Picture(":0", 320, 240, 30)
    picture.open_curtain()
    first = picture.subscribe(VideoCodec.H264)
    capture = PretendedCapture.made
    assert capture.wanted()
    capture.take()
    assert (await first.get()).keyframe
    assert not capture.wanted()
    second = picture.subscribe(VideoCodec.H264)
    await until(capture.wanted)
    capture.take(1.0)
    assert (await second.get()).keyframe
    assert (await first.get()).keyframe
    await picture.close()


class FakeBrokenEncoder:
    """One that dies of its first picture, as a card's may."""

    def __init__(self) -> None:
        self.died = False

    def encode(self, frame: VideoFrame, pts: int, *, keyframe: bool) -> EncodedFrame | None:
        self.died = True
        raise av.FFmpegError(5, "Input/output error")


@on_loop
async def test_a_keyframe_that_fails_is_asked_for_again() -> None:
    """Or whoever came to a still page would see nothing of it."""
    broken = FakeBrokenEncoder()
    encoders = [broken]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            module, "make_encoder", lambda *shape: encoders.pop() if encoders else make_encoder(*shape)
        )
        picture = Picture(":0", 320, 240, 30)
        picture.open_curtain()
        viewer = picture.subscribe(VideoCodec.H264)
        capture = PretendedCapture.made
        asked = capture.pokes
        capture.take()
        await until(lambda: broken.died and capture.wanted())
        assert capture.pokes == asked + 1
        capture.take(1.0)
        assert (await viewer.get()).keyframe
        await picture.close()


@on_loop
async def test_frames_of_a_stopped_encoder_do_not_reach_the_next_viewers() -> None:
    """Who comes after everyone had left gets the new encoder's first picture, a keyframe."""
    picture = Picture(":0", 320, 240, 30)
    picture.open_curtain()
    capture = PretendedCapture.made
    first = picture.subscribe(VideoCodec.H264)
    for number in range(5):
        capture.take(number / 30)
    first.close()
    second = picture.subscribe(VideoCodec.H264)
    capture.take(9.0)
    frame = await second.get()
    assert frame.keyframe
    assert second.delivered == 1
    await picture.close()


@on_loop
async def test_another_size_goes_on_in_the_same_stream() -> None:
    """With a keyframe that has the new size; what was captured in the old one is not stretched into it."""
    picture = Picture(":0", 320, 240, 30)
    picture.open_curtain()
    viewer = picture.subscribe(VideoCodec.H264)
    capture = PretendedCapture.made
    capture.take()
    assert size_of(await viewer.get()) == (320, 240)
    picture.resize(180, 320)
    await until(capture.wanted)  # a still screen is pictured, too
    capture.take(1.0)
    capture.frame = VideoFrame(180, 320, "bgr0")
    capture.take(2.0)
    frame = await viewer.get()
    assert (frame.keyframe, size_of(frame)) == (True, (180, 320))
    assert viewer.delivered == 2
    await picture.close()


@on_loop
async def test_each_tier_is_encoded_once_and_only_while_watched() -> None:
    """In its own size, with the same timestamps, the lower ones with fewer pictures a second."""
    picture = Picture(":0", 320, 240, 60)
    picture.open_curtain()
    best = picture.subscribe(VideoCodec.H264)
    low, also_low = (picture.subscribe(VideoCodec.H264, "low") for _ in range(2))
    capture = PretendedCapture.made
    for number in range(60):
        capture.take(picture.origin_s + number / 60)
        frame = await best.get()
        if number == 0:
            first = await low.get()
            assert first is await also_low.get()
            assert (size_of(frame), size_of(first)) == ((320, 240), (160, 120))
            assert frame.timestamp == first.timestamp
        await until(lambda: picture.encoded(VideoCodec.H264) > 0)
    assert 15 <= picture.encoded(VideoCodec.H264, "low") <= 26
    assert picture.encoded(VideoCodec.H264, "medium") == 0
    best.close()
    assert capture.log == ["start"]
    await picture.close()


def size_of(frame: EncodedFrame) -> tuple[int, int]:
    """Of the picture that a viewer makes of it."""
    decoder = av.CodecContext.create("h264", "r")
    data = b"".join(map(h264_depayload, frame.payloads))
    pictures = [*decoder.decode(av.Packet(data)), *decoder.decode(None)]
    return pictures[0].width, pictures[0].height
