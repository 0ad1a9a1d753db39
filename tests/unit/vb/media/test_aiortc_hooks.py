"""Contracts with aiortc: these fail when a new version changes what the media path leans on."""

import asyncio
import time
from collections.abc import Callable
from typing import Any

from aiortc import RTCPeerConnection, RTCRtpSender, RTCSessionDescription, clock
from aiortc.codecs import HEADER_EXTENSIONS
from aiortc.mediastreams import MediaStreamTrack
from aiortc.rtcrtpparameters import RTCRtpHeaderExtensionParameters, RTCRtpSendParameters
from aiortc.rtp import (
    RTCP_PSFB_APP,
    RTCP_PSFB_FIR,
    RTCP_PSFB_PLI,
    HeaderExtensions,
    RtcpPsfbPacket,
    RtpPacket,
    pack_remb_fci,
    unpack_header_extensions,
)

from tests.support.aio import on_loop, until
from vb.media.aiortc_hooks import (
    PLAYOUT_DELAY_ID,
    PLAYOUT_DELAY_URI,
    PromptExtensions,
    offer_playout_delay,
    take_ready_frames,
)
from vb.media.fanout import Fanout
from vb.media.frames import EncodedFrame
from vb.media.tracks import ReadyTrack
from vb.peers.path import PathMeter


def hooked_sender(pc: RTCPeerConnection, track: MediaStreamTrack | str) -> tuple[RTCRtpSender, list[Any]]:
    told: list[Any] = []
    sender = pc.addTransceiver(track, direction="sendonly").sender
    take_ready_frames(sender, lambda: told.append("keyframe"), told.append, PathMeter())
    return sender, told


@on_loop
async def test_keyframe_requests_come_out() -> None:
    """PLI and FIR both."""
    pc = RTCPeerConnection()
    sender, told = hooked_sender(pc, "video")
    for kind in (RTCP_PSFB_PLI, RTCP_PSFB_FIR):
        await sender._handle_rtcp_packet(RtcpPsfbPacket(fmt=kind, ssrc=1, media_ssrc=sender._ssrc))
    assert told == ["keyframe", "keyframe"]
    await pc.close()


@on_loop
async def test_bitrate_wishes_come_out() -> None:
    """REMB for our stream; one for another is none of our business."""
    pc = RTCPeerConnection()
    sender, told = hooked_sender(pc, "video")
    for ssrc in (sender._ssrc, sender._ssrc ^ 1):
        fci = pack_remb_fci(1_500_000, [ssrc])
        await sender._handle_rtcp_packet(RtcpPsfbPacket(fmt=RTCP_PSFB_APP, ssrc=1, media_ssrc=0, fci=fci))
    assert told == [1_500_000]
    await pc.close()


def test_every_packet_says_show_me_at_once() -> None:
    """Where the extension was negotiated, under the id that was negotiated; otherwise not."""
    uris = {
        1: "urn:ietf:params:rtp-hdrext:sdes:mid",
        3: "http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time",
        9: PLAYOUT_DELAY_URI,
    }
    negotiated = [RTCRtpHeaderExtensionParameters(id=number, uri=uri) for number, uri in uris.items()]
    extensions = PromptExtensions()
    extensions.configure(RTCRtpSendParameters(headerExtensions=negotiated))
    packet = RtpPacket(payload_type=96, payload=b"x")
    packet.extensions = HeaderExtensions(mid="0", abs_send_time=0x123456)
    profile, value = extensions.set(packet.extensions)
    assert dict(unpack_header_extensions(profile, value)) == {1: b"0", 3: b"\x12\x34\x56", 9: b"\0\0\0"}
    assert extensions.get(profile, value).mid == "0"
    for now_s in (0.0, 1.75, 1e9 + 0.125):
        block = extensions.block("0", now_s)
        said = extensions.get(0xBEDE, block[4:])
        assert said.mid == "0"
        assert said.abs_send_time == int((now_s + 2_208_988_800) * 2**18) % 2**24
        assert len(block) % 4 == 0
    extensions.keep(0.13, 0.26)
    profile, value = extensions.set(packet.extensions)
    assert dict(unpack_header_extensions(profile, value))[9] == (13 << 12 | 26).to_bytes(3, "big")
    assert (13 << 12 | 26).to_bytes(3, "big") in extensions.block("0", 1.0)
    plain = PromptExtensions()
    plain.configure(RTCRtpSendParameters())
    assert plain.set(packet.extensions)[1] == b""
    assert plain.block("0", 1.0) == b""


@on_loop
async def test_the_offer_names_the_extension_once() -> None:
    """Calling it twice changes nothing; its id clashes with none of aiortc's."""
    offer_playout_delay()
    offer_playout_delay()
    ids = [extension.id for extension in HEADER_EXTENSIONS["video"] + HEADER_EXTENSIONS["audio"]]
    assert ids.count(PLAYOUT_DELAY_ID) == 1
    pc = RTCPeerConnection()
    pc.addTransceiver("video")
    assert (await pc.createOffer()).sdp.count(PLAYOUT_DELAY_URI) == 1
    await pc.close()


class Pair:
    """Two connected peers of aiortc: one with a hooked sender, one plain, whose RTP packets a test may lose."""

    def __init__(self) -> None:
        self.one, self.two = RTCPeerConnection(), RTCPeerConnection()
        self.fanout, self.track = Fanout(), ReadyTrack("video")
        self.told: list[Any] = []
        self.meter = PathMeter()
        self.sender = self.one.addTransceiver(self.track, direction="sendonly").sender
        self.hand = take_ready_frames(
            self.sender, lambda: self.told.append("keyframe"), self.told.append, self.meter
        )
        self.got: list[RtpPacket] = []
        self.lose: Callable[[RtpPacket], bool] = lambda packet: False

    async def connect(self) -> None:
        await self.one.setLocalDescription(await self.one.createOffer())
        await self.two.setRemoteDescription(RTCSessionDescription(self.one.localDescription.sdp, "offer"))
        await self.two.setLocalDescription(await self.two.createAnswer())
        await self.one.setRemoteDescription(RTCSessionDescription(self.two.localDescription.sdp, "answer"))
        await until(lambda: self.one.connectionState == self.two.connectionState == "connected")
        receiver: Any = self.two.getReceivers()[0]
        await until(lambda: receiver._track is not None)
        handle = receiver._handle_rtp_packet

        async def received(packet: RtpPacket, arrival_time_ms: int) -> None:
            if not self.lose(packet):
                self.got.append(packet)
                await handle(packet, arrival_time_ms=arrival_time_ms)

        receiver._handle_rtp_packet = received
        self.track.bind(self.fanout.subscribe())

    def publish(self, number: int, payloads: int = 1) -> None:
        cut = [b"\x10\x00" + bytes([number, part]) for part in range(payloads)]
        self.fanout.publish(EncodedFrame(cut, number * 3000, keyframe=number == 0))

    async def close(self) -> None:
        await asyncio.gather(self.one.close(), self.two.close())


@on_loop
async def test_a_whole_connection_carries_ready_frames() -> None:
    """Two peers of aiortc: the payloads arrive as they are, numbered on, and are counted; PLI comes back."""
    pair = Pair()
    await pair.connect()
    for number in range(5):
        pair.publish(number, payloads=3)
    await until(lambda: len(pair.got) == 15)
    first = pair.got[0]
    assert [packet.sequence_number - first.sequence_number for packet in pair.got] == list(range(15))
    assert [packet.marker for packet in pair.got] == [0, 0, 1] * 5
    assert [packet.timestamp - first.timestamp for packet in pair.got[::3]] == [0, 3000, 6000, 9000, 12000]
    assert pair.got[4].payload == b"\x10\x00\x01\x01"
    assert pair.got[0].extensions.mid == "0"
    assert pair.got[0].extensions.abs_send_time is not None
    await pair.two.getReceivers()[0]._send_rtcp_pli(pair.sender._ssrc)
    await until(lambda: "keyframe" in pair.told)
    said_s = (clock.current_ntp_time() - pair.hand._sender._RTCRtpSender__ntp_timestamp) / 2**32
    assert 0 <= said_s < 5
    stats = await pair.one.getStats()
    assert any(getattr(entry, "packetsSent", 0) == 15 for entry in stats.values())
    await pair.close()
    hooked: Any = pair.sender
    assert hooked._RTCRtpSender__rtp_exited.is_set()


@on_loop
async def test_lost_packets_are_sent_again() -> None:
    """The receiver asks (NACK), the sender repeats by retransmission, the meter hears of the loss."""
    pair = Pair()
    await pair.connect()
    lost: list[int] = []

    def lose(packet: RtpPacket) -> bool:
        if packet.payload[2] == 20 and not lost:
            lost.append(packet.sequence_number)
            return True
        return False

    pair.lose = lose
    for number in range(40):
        pair.publish(number)
        await asyncio.sleep(0.005)
    await until(lambda: len(pair.got) == 40)
    [again] = [packet for packet in pair.got if packet.payload.endswith(b"\x10\x00\x14\x00")]
    assert again.ssrc == pair.sender._rtx_ssrc
    assert int.from_bytes(again.payload[:2], "big") == lost[0]
    assert 0 < pair.meter.report(time.monotonic()).loss < 0.1
    await pair.close()


@on_loop
async def test_receiver_reports_tell_loss_and_round_trip() -> None:
    """A second after the first packets at the latest two."""
    pair = Pair()
    await pair.connect()
    for number in range(600):
        pair.publish(number)
        await asyncio.sleep(0.01)
        if (rtt := pair.meter.report(time.monotonic()).rtt_s) is not None:
            break
    assert rtt is not None
    assert 0 <= rtt < 0.5
    await pair.close()
