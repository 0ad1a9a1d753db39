"""Contracts with aiortc: these fail when a new version changes what the media path leans on."""

import asyncio
from typing import Any

from aiortc import RTCPeerConnection, RTCRtpSender, RTCSessionDescription
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


def hooked_sender(pc: RTCPeerConnection, track: MediaStreamTrack | str) -> tuple[RTCRtpSender, list[Any]]:
    told: list[Any] = []
    sender = pc.addTransceiver(track, direction="sendonly").sender
    take_ready_frames(sender, lambda: told.append("keyframe"), told.append)
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


@on_loop
async def test_the_sender_takes_ready_payloads_as_they_are() -> None:
    """No encoder of aiortc's touches them."""
    pc, fanout, track = RTCPeerConnection(), Fanout(), ReadyTrack("video")
    sender, _ = hooked_sender(pc, track)
    track.bind(fanout.subscribe())
    frame = EncodedFrame([b"one", b"two"], 1234, keyframe=True)
    fanout.publish(frame)
    sent = await sender._next_encoded_frame(None)  # type: ignore[arg-type]
    assert sent is not None
    assert sent.payloads is frame.payloads
    assert sent.timestamp == 1234
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
    plain = PromptExtensions()
    plain.configure(RTCRtpSendParameters())
    assert plain.set(packet.extensions)[1] == b""


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


@on_loop
async def test_a_whole_connection_carries_ready_frames() -> None:
    """Two peers of aiortc, hooked sender, plain receiver: the payloads arrive, the hooks stay in place."""
    one, two = RTCPeerConnection(), RTCPeerConnection()
    fanout, track = Fanout(), ReadyTrack("video")
    sender, told = hooked_sender(one, track)
    got: list[MediaStreamTrack] = []
    two.on("track", got.append)
    await one.setLocalDescription(await one.createOffer())
    await two.setRemoteDescription(RTCSessionDescription(one.localDescription.sdp, "offer"))
    await two.setLocalDescription(await two.createAnswer())
    await one.setRemoteDescription(RTCSessionDescription(two.localDescription.sdp, "answer"))
    await until(lambda: one.connectionState == two.connectionState == "connected")
    track.bind(fanout.subscribe())
    fanout.publish(EncodedFrame([b"\x10\x00"], 0, keyframe=True))
    receiver = two.getReceivers()[0]
    await until(lambda: receiver._track is not None and bool(got))
    await receiver._send_rtcp_pli(sender._ssrc)
    await until(lambda: told == ["keyframe"])
    stats = await one.getStats()
    assert any(getattr(entry, "packetsSent", 0) >= 1 for entry in stats.values())
    await asyncio.gather(one.close(), two.close())
