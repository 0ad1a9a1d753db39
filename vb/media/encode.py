"""Video encoders: a captured picture in, RTP payloads out. Blocking; used from encoder threads.

H.264 comes from the graphics card where one opens, else from x264; when an encoder dies, ``EncoderChain``
goes on with the next.
"""

import logging
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Protocol, cast

import av
from aiortc.codecs.base import Encoder
from aiortc.codecs.h264 import H264Encoder as H264Packer
from aiortc.codecs.vpx import Vp8Encoder as Vp8Packer
from av.video.frame import PictureType, VideoFrame
from av.video.reformatter import ColorRange

from vb.media.frames import EncodedFrame, VideoCodec
from vb.media.timing import VIDEO_CLOCK_HZ
from vb.media.yuv import make_converter

BITS_PER_PIXEL = 0.15
"""Most that a moving picture may take; 1280x720 at 30 fps gives 4.1 Mbit/s. A still one takes nothing."""
_NARROW_BPS = 1_500_000
_TIME_BASE = Fraction(1, VIDEO_CLOCK_HZ)
_log = logging.getLogger("vb.media")
_SMPTE170M = 6  # ITU-T H.273: primaries, transfer and matrix of BT.601, which VP8 always has


class VideoEncoder(Protocol):
    """Encodes one tier's pictures. Not thread-safe."""

    def encode(self, frame: VideoFrame, pts: int, *, keyframe: bool) -> EncodedFrame | None:
        """One picture of any size and format; ``pts`` in 1/90000 s. None when the encoder kept it."""
        ...


def highest_bitrate_bps(width: int, height: int, fps: int) -> int:
    """The bitrate that a picture of this size may take, in bits per second."""
    return round(width * height * fps * BITS_PER_PIXEL)


def _buffer_bits(highest: int) -> int:
    """How far an encoder may run ahead of its rate: half a second, on narrow paths a quarter."""
    return highest // 2 if highest > _NARROW_BPS else highest // 4


class LibavEncoder:
    """Converts to I420 (BT.601, limited range), encodes, and cuts the result into RTP payloads.

    Raises (constructor):
        av.FFmpegError, ValueError: libav does not have ``library``, or it does not open on this machine.
    """

    def __init__(
        self, library: str, width: int, height: int, fps: int, options: dict[str, str], packer: Encoder
    ) -> None:
        context = cast(av.VideoCodecContext, av.CodecContext.create(library, "w"))
        context.width = width
        context.height = height
        context.pix_fmt = "yuv420p"
        context.time_base = _TIME_BASE
        context.framerate = Fraction(fps)
        context.gop_size = 2**30  # endless: keyframes come on demand
        context.max_b_frames = 0
        context.color_range = ColorRange.MPEG
        context.colorspace = context.color_primaries = context.color_trc = _SMPTE170M
        context.options = options
        context.open()
        self._context = context
        self._packer = packer
        self._converter = make_converter(width, height)

    def encode(self, frame: VideoFrame, pts: int, *, keyframe: bool) -> EncodedFrame | None:
        """As in ``VideoEncoder``."""
        picture = self._converter.convert(frame)
        picture.pts = pts
        picture.time_base = _TIME_BASE
        picture.pict_type = PictureType.I if keyframe else PictureType.NONE
        packets = self._context.encode(picture)
        if not packets:
            return None
        payloads, timestamp = self._packer.pack(packets[0])
        return EncodedFrame(payloads, timestamp, packets[0].is_keyframe)


def _x264(width: int, height: int, fps: int, highest: int) -> VideoEncoder:
    """Constrained baseline, no look-ahead; an IDR with its parameter sets on demand."""
    options = {
        "preset": "ultrafast",
        "tune": "zerolatency",
        "profile": "baseline",
        "crf": "24",
        "maxrate": str(highest),
        "bufsize": str(_buffer_bits(highest)),
        "forced-idr": "1",
        "threads": "1",
        "x264-params": "keyint=infinite:scenecut=0:repeat-headers=1",
    }
    return LibavEncoder("libx264", width, height, fps, options, H264Packer())


def _libvpx(width: int, height: int, fps: int, highest: int) -> VideoEncoder:
    """Real-time VP8, for viewers without H.264."""
    options = {
        "deadline": "realtime",
        "cpu-used": "-12",
        "lag-in-frames": "0",
        "static-thresh": "100",
        "max-intra-rate": "900",
        "noise-sensitivity": "0",
        "threads": "2",
        "qmin": "4",
        "qmax": "52",
        "b": str(highest * 3 // 4),
        "bufsize": str(_buffer_bits(highest)),
    }
    return LibavEncoder("libvpx", width, height, fps, options, Vp8Packer())


def _nvenc(width: int, height: int, fps: int, highest: int) -> VideoEncoder:
    """NVIDIA's encoder; takes I420 from memory."""
    options = {
        "preset": "p1",
        "tune": "ull",
        "profile": "baseline",
        "rc": "vbr",
        "cq": "24",
        "maxrate": str(highest),
        "bufsize": str(_buffer_bits(highest)),
        "forced-idr": "1",
        "zerolatency": "1",
        "delay": "0",
    }
    return LibavEncoder("h264_nvenc", width, height, fps, options, H264Packer())


def _vaapi(width: int, height: int, fps: int, highest: int) -> VideoEncoder:
    """The kernel's own interface (Intel, AMD), in builds of libav that have it."""
    options = {"rc_mode": "VBR", "b": str(highest), "profile": "constrained_baseline", "async_depth": "1"}
    return LibavEncoder("h264_vaapi", width, height, fps, options, H264Packer())


Maker = Callable[[int, int, int, int], VideoEncoder]
"""Makes an encoder of a width and height in pixels, pictures a second, and bits a second at most."""
MAKERS: dict[VideoCodec, tuple[tuple[str, Maker], ...]] = {
    VideoCodec.H264: (("NVENC", _nvenc), ("VAAPI", _vaapi), ("x264", _x264)),
    VideoCodec.VP8: (("libvpx", _libvpx),),
}
"""By codec: what to try, best first. The last runs everywhere."""
_absent: set[str] = set()
"""Encoders that did not open once: this machine does not have them, so they are not tried again."""


class EncoderChain:
    """The first encoder that opens; when it dies, the next, from a keyframe on. Each step is said in the log.

    Raises (constructor and ``encode``):
        av.FFmpegError: the last one failed, too.
    """

    def __init__(
        self, makers: Sequence[tuple[str, Maker]], width: int, height: int, fps: int, bps: int
    ) -> None:
        self._makers = [(name, maker) for name, maker in makers if name not in _absent]
        self._shape = (width, height, fps, bps)
        self._encoder = self._open()

    def encode(self, frame: VideoFrame, pts: int, *, keyframe: bool) -> EncodedFrame | None:
        """As in ``VideoEncoder``."""
        try:
            return self._encoder.encode(frame, pts, keyframe=keyframe)
        except av.FFmpegError as problem:
            if not self._makers:
                raise
            _log.warning("the encoder %s died: %s; going on with the next", self.name, problem)
            self._encoder = self._open()
            return self.encode(frame, pts, keyframe=True)

    def _open(self) -> VideoEncoder:
        while True:
            self.name, maker = self._makers.pop(0)
            try:
                encoder = maker(*self._shape)
            except (av.FFmpegError, ValueError) as problem:
                if not self._makers:
                    raise
                _absent.add(self.name)
                _log.info("no %s here (%s): trying %s", self.name, problem, self._makers[0][0])
            else:
                _log.debug("encoding with %s", self.name)
                return encoder


def make_encoder(
    codec: VideoCodec, width: int, height: int, fps: int, bitrate_bps: int | None = None
) -> VideoEncoder:
    """A fresh encoder; its first picture is a keyframe. ``bitrate_bps`` limits it, by default by its size."""
    highest = bitrate_bps or highest_bitrate_bps(width, height, fps)
    return EncoderChain(MAKERS[codec], width, height, fps, highest)
