"""Where we reach into aiortc, which is pinned: every private name that the media path leans on is here.

``take_ready_frames`` makes an ``RTCRtpSender`` send payloads that were cut once for all viewers, and
tells us what its viewer asks for (a keyframe; a bitrate), which aiortc would tell to an encoder that
it does not use. ``offer_playout_delay`` adds the RTP header extension that asks for no jitter buffer.
The contract tests in ``tests/unit/vb/media/test_aiortc_hooks.py`` fail when aiortc changes any of it.
"""

from collections.abc import Callable
from typing import Any

from aiortc import RTCRtpSender
from aiortc.codecs import HEADER_EXTENSIONS
from aiortc.rtcrtpparameters import RTCRtpHeaderExtensionParameters
from aiortc.rtp import HeaderExtensions, HeaderExtensionsMap, pack_header_extensions

from vb.media.frames import EncodedFrame

PLAYOUT_DELAY_URI = "http://www.webrtc.org/experiments/rtp-hdrext/playout-delay"
PLAYOUT_DELAY_ID = 4
_NO_DELAY = bytes(3)  # 12 bits least and 12 bits most delay, in 10 ms: show at once
_MID_URI = "urn:ietf:params:rtp-hdrext:sdes:mid"
_ABS_SEND_TIME_URI = "http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time"


class ReadyMadeEncoder:
    """Stands where the sender's encoder would: passes payloads on, and the viewer's bitrate wishes out."""

    def __init__(self, on_bitrate: Callable[[int], None]) -> None:
        self._on_bitrate = on_bitrate

    def pack(self, frame: EncodedFrame) -> tuple[list[bytes], int]:
        """As ``aiortc.codecs.base.Encoder.pack``, but the work has been done."""
        return frame.payloads, frame.timestamp

    @property
    def target_bitrate(self) -> int:
        """Written by the sender for each REMB, in bits per second; reading it makes no sense."""
        return 0

    @target_bitrate.setter
    def target_bitrate(self, bitrate_bps: int) -> None:
        self._on_bitrate(bitrate_bps)


class PromptExtensions(HeaderExtensionsMap):
    """Writes mid, send time and "no playout delay" to each packet, where they were negotiated."""

    def __init__(self) -> None:
        super().__init__()
        self._ids: dict[str, int] = {}

    def configure(self, parameters: Any) -> None:
        """Learn the negotiated ids."""
        super().configure(parameters)
        self._ids = {extension.uri: extension.id for extension in parameters.headerExtensions}

    def set(self, values: HeaderExtensions) -> tuple[int, bytes]:
        """The extension block of one packet."""
        extensions: list[tuple[int, bytes]] = []
        if (number := self._ids.get(_MID_URI)) and values.mid is not None:
            extensions.append((number, values.mid.encode()))
        if (number := self._ids.get(_ABS_SEND_TIME_URI)) and values.abs_send_time is not None:
            extensions.append((number, values.abs_send_time.to_bytes(3, "big")))
        if number := self._ids.get(PLAYOUT_DELAY_URI):
            extensions.append((number, _NO_DELAY))
        return pack_header_extensions(extensions)


def offer_playout_delay() -> None:
    """Have offers name the playout-delay extension for video. For the whole process; idempotent."""
    known = HEADER_EXTENSIONS["video"]
    if all(extension.uri != PLAYOUT_DELAY_URI for extension in known):
        known.append(RTCRtpHeaderExtensionParameters(id=PLAYOUT_DELAY_ID, uri=PLAYOUT_DELAY_URI))


def take_ready_frames(
    sender: RTCRtpSender, on_keyframe: Callable[[], None], on_bitrate: Callable[[int], None]
) -> None:
    """Before negotiation: make ``sender`` take ``EncodedFrame``s from its track.

    ``on_keyframe`` is called for each PLI or FIR, ``on_bitrate`` (bits per second) for each REMB.
    """
    hooked: Any = sender
    hooked._RTCRtpSender__encoder = ReadyMadeEncoder(on_bitrate)
    hooked._RTCRtpSender__rtp_header_extensions_map = PromptExtensions()
    hooked._send_keyframe = on_keyframe
