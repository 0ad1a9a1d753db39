"""Where we reach into aiortc, which is pinned: every private name that the media path leans on is here.

``take_ready_frames`` makes an ``RTCRtpSender`` send payloads that were cut once for all viewers, by a loop of
ours (``vb.media.sending``), and tells us what its viewer asks for (a keyframe; a bitrate; lost packets) and
reports, which aiortc would tell to an encoder that it does not use. ``offer_playout_delay`` adds the RTP
header extension that asks for no jitter buffer.
The contract tests in ``tests/unit/vb/media/test_aiortc_hooks.py`` fail when aiortc changes any of it.
"""

import logging
import struct
import time
from collections.abc import Callable
from typing import Any

from aiortc import RTCRtpSender
from aiortc.codecs import HEADER_EXTENSIONS
from aiortc.rtcdtlstransport import State as DtlsState
from aiortc.rtcrtpparameters import RTCRtpCodecParameters, RTCRtpHeaderExtensionParameters
from aiortc.rtcrtpsender import random_sequence_number
from aiortc.rtp import (
    AnyRtcpPacket,
    HeaderExtensions,
    HeaderExtensionsMap,
    RtcpReceiverInfo,
    RtcpRrPacket,
    RtcpSrPacket,
    pack_header_extensions,
)
from aiortc.utils import random32

from vb.media.frames import EncodedFrame
from vb.media.pacing import Pace
from vb.media.packets import Line, PacketStream
from vb.media.sending import ENDS, Meter, Sending
from vb.media.tracks import ReadyTrack

PLAYOUT_DELAY_URI = "http://www.webrtc.org/experiments/rtp-hdrext/playout-delay"
PLAYOUT_DELAY_ID = 4
_NO_DELAY = bytes(3)  # 12 bits least and 12 bits most delay, in 10 ms: show at once
_MID_URI = "urn:ietf:params:rtp-hdrext:sdes:mid"
_ABS_SEND_TIME_URI = "http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time"
_NTP_EPOCH_S = 2_208_988_800  # from 1900 to 1970
_log = logging.getLogger("vb.media")


class BitrateEar:
    """Stands where the sender's encoder would: hears the viewer's bitrate wishes."""

    def __init__(self, on_bitrate: Callable[[int], None]) -> None:
        self._on_bitrate = on_bitrate

    @property
    def target_bitrate(self) -> int:
        """Written by the sender for each REMB, in bits per second; reading it makes no sense."""
        return 0

    @target_bitrate.setter
    def target_bitrate(self, bitrate_bps: int) -> None:
        self._on_bitrate(bitrate_bps)


class PromptExtensions(HeaderExtensionsMap):
    """Writes mid, send time and the playout delay to each packet, where they were negotiated.

    The delay is none, unless ``keep`` says another.
    """

    def __init__(self) -> None:
        super().__init__()
        self._ids: dict[str, int] = {}
        self._ready: tuple[str, bytes, bytes | None] | None = None
        self._delay = _NO_DELAY

    def keep(self, least_s: float, most_s: float) -> None:
        """From now on ask the receiver to show a picture so long after it came, in seconds; 0, 0: at once."""
        least, most = (max(0, min(4095, round(100 * each))) for each in (least_s, most_s))
        self._delay = (least << 12 | most).to_bytes(3, "big")
        self._ready = None

    def configure(self, parameters: Any) -> None:
        """Learn the negotiated ids."""
        super().configure(parameters)
        self._ids = {extension.uri: extension.id for extension in parameters.headerExtensions}

    def block(self, mid: str, now_s: float) -> bytes:
        """As ``set``, header included, for packets that go out at ``now_s`` (seconds since 1970)."""
        if self._ready is None or self._ready[0] != mid:
            profile, value = self.set(HeaderExtensions(mid=mid, abs_send_time=0))
            head = struct.pack("!HH", profile, len(value) // 4) + value if value else b""
            number = self._ids.get(_ABS_SEND_TIME_URI)
            at = head.find(bytes([number << 4 | 2, 0, 0, 0])) + 1 if number else 0
            self._ready = (mid, head[:at] if at else head, head[at + 3 :] if at else None)
        _, before, after = self._ready
        if after is None:
            return before
        ticks = int((now_s + _NTP_EPOCH_S) * 2**18) & 0xFFFFFF
        return before + ticks.to_bytes(3, "big") + after

    def set(self, values: HeaderExtensions) -> tuple[int, bytes]:
        """The extension block of one packet."""
        extensions: list[tuple[int, bytes]] = []
        if (number := self._ids.get(_MID_URI)) and values.mid is not None:
            extensions.append((number, values.mid.encode()))
        if (number := self._ids.get(_ABS_SEND_TIME_URI)) and values.abs_send_time is not None:
            extensions.append((number, values.abs_send_time.to_bytes(3, "big")))
        if number := self._ids.get(PLAYOUT_DELAY_URI):
            extensions.append((number, self._delay))
        return pack_header_extensions(extensions)


def offer_playout_delay() -> None:
    """Have offers name the playout-delay extension for video. For the whole process; idempotent."""
    known = HEADER_EXTENSIONS["video"]
    if all(extension.uri != PLAYOUT_DELAY_URI for extension in known):
        known.append(RTCRtpHeaderExtensionParameters(id=PLAYOUT_DELAY_ID, uri=PLAYOUT_DELAY_URI))


def take_ready_frames(
    sender: RTCRtpSender,
    on_keyframe: Callable[[], None],
    on_bitrate: Callable[[int], None],
    meter: Meter,
    pace: Callable[[], Pace | None] = lambda: None,
) -> "ReadySender":
    """Before negotiation: make ``sender`` send the ``EncodedFrame``s of its track.

    ``on_keyframe`` is called for each PLI or FIR, ``on_bitrate`` (bits per second) for each REMB; ``meter``
    hears of the path, ``pace`` is asked before each frame.
    """
    return ReadySender(sender, on_keyframe, on_bitrate, meter, pace)


class ReadySender:
    """Our hands in an ``RTCRtpSender``: its loop, its repeating, its ears."""

    def __init__(
        self,
        sender: Any,
        on_keyframe: Callable[[], None],
        on_bitrate: Callable[[int], None],
        meter: Meter,
        pace: Callable[[], Pace | None],
    ) -> None:
        self._sender = sender
        self._meter = meter
        self._pace = pace
        self.sending: Sending | None = None
        """Once negotiated."""
        self._heed = self._sender._handle_rtcp_packet
        self._sender._RTCRtpSender__encoder = BitrateEar(on_bitrate)
        self._sender._RTCRtpSender__rtp_header_extensions_map = PromptExtensions()
        self._sender._send_keyframe = on_keyframe
        self._sender._run_rtp = self._run
        self._sender._retransmit = self._repeat
        self._sender._handle_rtcp_packet = self._heard

    def keep(self, least_s: float, most_s: float) -> None:
        """How long the viewer's browser shall keep pictures before it shows them, in seconds."""
        self._sender._RTCRtpSender__rtp_header_extensions_map.keep(least_s, most_s)

    def send(self, packets: list[bytes]) -> None:
        """As ``vb.media.sending.Wire``: through the DTLS transport's SRTP session and ICE's chosen pair."""
        dtls = self._sender.transport
        pair = dtls.transport._connection._nominated.get(1)
        if dtls._state is not DtlsState.CONNECTED or pair is None:  # ``state`` makes a text each time
            raise ConnectionError("not connected")
        protect, transport, address = dtls._tx_srtp.protect, pair.protocol.transport, pair.remote_addr
        sealed = [protect(packet) for packet in packets]
        if hasattr(transport, "send_all"):  # the shared port's
            transport.send_all(sealed, address)
            return
        for packet in sealed:
            transport.sendto(packet, address)

    def count(self, stream: PacketStream, packets: int, payload_bytes: int) -> None:
        """As ``vb.media.sending.Wire``: what aiortc's sender reports and statistics are made of."""
        sender = self._sender
        sender._RTCRtpSender__ntp_timestamp = int((time.time() + _NTP_EPOCH_S) * 2**32)
        sender._RTCRtpSender__rtp_timestamp = stream.timestamp
        sender._RTCRtpSender__octet_count += payload_bytes
        sender._RTCRtpSender__packet_count += packets

    async def _run(self, codec: RTCRtpCodecParameters) -> None:
        sender, track = self._sender, self._sender.track
        self.sending = sending = Sending(self, self._stream(codec), self._meter, self._pace)
        sender._RTCRtpSender__rtp_started.set()
        if isinstance(track, ReadyTrack):
            track.at_once = self._at_once
        try:
            while True:
                await sending.send(await track.recv())
        except ENDS:
            pass
        except Exception:  # noqa: BLE001 - the sender's stop waits for the event below, whatever happens
            _log.exception("a stream ended")
        track.stop()
        sender._RTCRtpSender__track = None
        sender._RTCRtpSender__rtp_exited.set()

    def _at_once(self, frame: EncodedFrame) -> bool:
        try:
            return self.sending is not None and self.sending.at_once(frame)
        except Exception:  # noqa: BLE001 - of one viewer: ``_run`` meets it again, and ends the stream
            return False

    def _stream(self, codec: RTCRtpCodecParameters) -> PacketStream:
        sender = self._sender
        extensions, mid = sender._RTCRtpSender__rtp_header_extensions_map, sender._RTCRtpSender__mid
        line = Line(
            sender._ssrc, codec.payloadType or 0, sender._rtx_ssrc, sender._RTCRtpSender__rtx_payload_type
        )
        number, rtx_number = random_sequence_number(), random_sequence_number()
        return PacketStream(line, number, random32(), rtx_number, lambda: extensions.block(mid, time.time()))

    async def _repeat(self, sequence_number: int) -> None:
        if self.sending is not None:
            self.sending.repeat(sequence_number)

    async def _heard(self, packet: AnyRtcpPacket) -> None:
        if isinstance(packet, RtcpRrPacket | RtcpSrPacket):
            for report in packet.reports:
                if report.ssrc == self._sender._ssrc:
                    now, rtt_s = time.monotonic(), self._round_trip_s(report)
                    self._meter.reported(now, report.fraction_lost / 256, report.highest_sequence)
                    if rtt_s is not None:
                        self._meter.round_trip(now, rtt_s)
        await self._heed(packet)

    def _round_trip_s(self, report: RtcpReceiverInfo) -> float | None:
        """RFC 3550 section 6.4.1, of our newest sender report."""
        sender = self._sender
        if not report.dlsr or sender._RTCRtpSender__lsr != report.lsr:
            return None
        return max(0.0, time.time() - float(sender._RTCRtpSender__lsr_time) - report.dlsr / 65536)
