"""The encoders, read back with the decoders of libav."""

import av
import pytest
from aiortc.codecs import depayload
from aiortc.rtcrtpparameters import RTCRtpCodecParameters
from av.video.frame import VideoFrame

from vb.media import encode as module
from vb.media.encode import MAKERS, EncoderChain, VideoEncoder, highest_bitrate_bps, make_encoder
from vb.media.frames import EncodedFrame, VideoCodec

WIDTH, HEIGHT, FPS = 320, 240, 30
RED, GREEN, BLUE = (200, 0, 0), (0, 160, 0), (0, 0, 200)


def screen(colour: tuple[int, int, int], width: int = WIDTH, height: int = HEIGHT) -> VideoFrame:
    """A picture of one colour as x11grab gives it: blue, green, red, nothing."""
    frame = VideoFrame(width, height, "bgr0")
    red, green, blue = colour
    frame.planes[0].update(bytes((blue, green, red, 0)) * (frame.planes[0].line_size // 4 * height))
    return frame


def encode(encoder: VideoEncoder, frame: VideoFrame, number: int, *, keyframe: bool = False) -> EncodedFrame:
    encoded = encoder.encode(frame, number * 3000, keyframe=keyframe)
    assert encoded is not None
    return encoded


def decode(codec: VideoCodec, frames: list[EncodedFrame]) -> list[VideoFrame]:
    parameters = RTCRtpCodecParameters(mimeType=f"video/{codec}", clockRate=90000)
    decoder = av.CodecContext.create("h264" if codec is VideoCodec.H264 else "vp8", "r")
    pictures: list[VideoFrame] = []
    for frame in frames:
        data = b"".join(depayload(parameters, payload) for payload in frame.payloads)
        pictures += decoder.decode(av.Packet(data))
    return pictures + decoder.decode(None)


def colour_of(picture: VideoFrame) -> list[int]:
    rgb = picture.reformat(format="rgb24", src_colorspace="ITU601")
    return list(bytes(rgb.planes[0])[:3])


@pytest.mark.parametrize("codec", list(VideoCodec))
def test_what_goes_in_comes_out(codec: VideoCodec) -> None:
    """Size and colours survive."""
    encoder = make_encoder(codec, WIDTH, HEIGHT, FPS)
    colours = [RED, GREEN, BLUE]
    frames = [encode(encoder, screen(colour), number) for number, colour in enumerate(colours)]
    pictures = decode(codec, frames)
    assert [(picture.width, picture.height) for picture in pictures] == [(WIDTH, HEIGHT)] * 3
    for picture, colour in zip(pictures, colours, strict=True):
        assert colour_of(picture) == pytest.approx(colour, abs=16)


@pytest.mark.parametrize("codec", list(VideoCodec))
def test_the_first_picture_is_a_keyframe_and_then_only_those_asked_for(codec: VideoCodec) -> None:
    """The group of pictures is endless; a keyframe in the middle can be decoded alone."""
    encoder = make_encoder(codec, WIDTH, HEIGHT, FPS)
    colours = [RED, GREEN, BLUE]
    frames = [encode(encoder, screen(colours[n % 3]), n, keyframe=n == 300) for n in range(305)]
    assert [number for number, frame in enumerate(frames) if frame.keyframe] == [0, 300]
    assert len(decode(codec, frames[300:])) == 5


@pytest.mark.parametrize("codec", list(VideoCodec))
def test_timestamps_pass_through(codec: VideoCodec) -> None:
    """The RTP timestamp is the presentation time, uneven steps included."""
    encoder = make_encoder(codec, WIDTH, HEIGHT, FPS)
    times = [0, 3000, 9100, 900_000]
    encoded = [encoder.encode(screen(RED), at, keyframe=False) for at in times]
    assert [frame.timestamp for frame in encoded if frame is not None] == times


@pytest.mark.parametrize("codec", list(VideoCodec))
def test_payloads_fit_into_datagrams(codec: VideoCodec) -> None:
    """Also those of a noisy keyframe."""
    frame = VideoFrame(WIDTH, HEIGHT, "bgr0")
    noise = bytes((n * 7919 + n // 251) & 255 for n in range(frame.planes[0].buffer_size))
    frame.planes[0].update(noise)
    encoded = encode(make_encoder(codec, WIDTH, HEIGHT, FPS), frame, 0)
    assert len(encoded.payloads) > 5
    assert max(map(len, encoded.payloads)) <= 1300


def test_h264_repeats_its_parameters_with_every_keyframe() -> None:
    """A newcomer gets SPS and PPS with the IDR: constrained baseline, no B pictures."""
    encoder = make_encoder(VideoCodec.H264, WIDTH, HEIGHT, FPS)
    frames = [encode(encoder, screen(RED), n, keyframe=n == 2) for n in range(3)]
    for key in (frames[0], frames[2]):
        first = key.payloads[0]
        assert first[0] & 0x1F == 24, "parameter sets and slice in one aggregate"
        assert first[3] & 0x1F == 7, "SPS first"
        assert first[4] == 66, "baseline"


@pytest.mark.parametrize("codec", list(VideoCodec))
def test_a_picture_of_another_size_is_scaled(codec: VideoCodec) -> None:
    """A tier has its own size, whatever the screen's."""
    encoder = make_encoder(codec, WIDTH, HEIGHT, FPS)
    pictures = decode(codec, [encode(encoder, screen(GREEN, 640, 480), 0)])
    assert (pictures[0].width, pictures[0].height) == (WIDTH, HEIGHT)


def test_a_still_page_costs_nearly_nothing() -> None:
    """Pictures without change are tiny."""
    encoder = make_encoder(VideoCodec.H264, WIDTH, HEIGHT, FPS)
    sizes = [encode(encoder, screen(BLUE), n).size_bytes for n in range(20)]
    assert max(sizes[10:]) < 100


def test_the_bitrate_follows_the_size() -> None:
    """4.1 Mbit/s for 720p at 30 pictures per second."""
    assert highest_bitrate_bps(1280, 720, 30) == pytest.approx(4.1e6, rel=0.02)


class FakeDyingEncoder:
    """A graphics card's encoder that works for a while, and then no more."""

    def __init__(self, pictures: int) -> None:
        self._left = pictures
        self._real = MAKERS[VideoCodec.H264][-1][1](WIDTH, HEIGHT, FPS, 10**6)

    def encode(self, frame: VideoFrame, pts: int, *, keyframe: bool) -> EncodedFrame | None:
        self._left -= 1
        if self._left < 0:
            raise av.error.ExternalError(-1, "the card fell off the bus")
        return self._real.encode(frame, pts, keyframe=keyframe)


def fake_absent_encoder(width: int, height: int, fps: int, bps: int) -> VideoEncoder:
    """One that does not open."""
    raise av.error.ExternalError(-1, "no card")


@pytest.fixture
def absent(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """What has not opened, for one test."""
    found: set[str] = set()
    monkeypatch.setattr(module, "_absent", found)
    return found


def test_an_encoder_that_does_not_open_is_passed_over(
    absent: set[str], caplog: pytest.LogCaptureFixture
) -> None:
    """Said once, not tried again; the next one does the work."""
    caplog.set_level("INFO", "vb.media")
    makers = (("card", fake_absent_encoder), MAKERS[VideoCodec.H264][-1])
    for _ in range(2):
        chain = EncoderChain(makers, WIDTH, HEIGHT, FPS, 10**6)
        assert chain.name == "x264"
        assert encode(chain, screen(RED), 0).keyframe
    assert absent == {"card"}
    assert caplog.text.count("no card here") == 1


def test_an_encoder_that_dies_is_replaced_in_the_middle(
    absent: set[str], caplog: pytest.LogCaptureFixture
) -> None:
    """No picture is lost; the first of the next one is a keyframe, so that everybody can go on."""
    makers = (("card", lambda *shape: FakeDyingEncoder(2)), MAKERS[VideoCodec.H264][-1])
    chain = EncoderChain(makers, WIDTH, HEIGHT, FPS, 10**6)
    frames = [encode(chain, screen(colour), number) for number, colour in enumerate((RED, BLUE, GREEN, RED))]
    assert [frame.keyframe for frame in frames] == [True, False, True, False]
    assert colour_of(decode(VideoCodec.H264, frames)[2]) == pytest.approx(GREEN, abs=16)
    assert "the encoder card died" in caplog.text


def test_when_the_last_one_fails_it_is_said(absent: set[str]) -> None:
    """Whether it dies or does not open."""
    chain = EncoderChain((("card", lambda *shape: FakeDyingEncoder(0)),), WIDTH, HEIGHT, FPS, 10**6)
    with pytest.raises(av.error.ExternalError):
        chain.encode(screen(RED), 0, keyframe=False)
    with pytest.raises(av.error.ExternalError):
        EncoderChain((("card", fake_absent_encoder),), WIDTH, HEIGHT, FPS, 10**6)
