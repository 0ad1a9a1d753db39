"""One viewer: an RTCPeerConnection that offers picture, sound and the input channel.

``NEW -> OFFERED -> CONNECTED -> CLOSING -> CLOSED``; ``Viewer._move`` is the only writer.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from enum import StrEnum

from aiortc import (
    RTCBundlePolicy,
    RTCConfiguration,
    RTCDataChannel,
    RTCIceServer,
    RTCPeerConnection,
    RTCRtpSender,
    RTCSessionDescription,
)
from aiortc.exceptions import InternalError, InvalidAccessError, InvalidStateError, OperationError
from aiortc.rtcrtpparameters import RTCRtpCodecCapability
from aiortc.sdp import candidate_from_sdp

from vb.bucket import Bucket
from vb.media.aiortc_hooks import ReadySender, take_ready_frames
from vb.media.fanout import Subscription
from vb.media.frames import VideoCodec
from vb.media.tracks import ReadyTrack
from vb.peers.connect_hooks import when_connecting_fails
from vb.peers.cushion import Cushion, repeat_twice
from vb.peers.fitting import Report
from vb.peers.ice_hooks import connection_of, gather_on, relayed, round_trip_s
from vb.peers.path import PathMeter
from vb.peers.sctp_hooks import Wrong, bound
from vb.peers.sdp import has_fingerprint, usable_candidate, usable_description
from vb.peers.udp_mux import MuxTransport, UdpMux
from vb.peers.watching import Pictures, Watching
from vb.peers.work import Share
from vb.protocol import codec as wire
from vb.protocol.codec import ProtocolError
from vb.protocol.limits import FILES_CHANNEL, INPUT_CHANNEL, VIEW_CHANNEL
from vb.protocol.view import FromPage, Quality, ToPage

CONNECT_S = 15.0
"""How long a viewer may take from the offer until it is connected."""
SILENCE_S = 8.0
"""A connected viewer sends reports every second; after this long without a word it is gone."""
_WATCH_S = 1.0
MESSAGES_PER_S = 50.0
MESSAGES_AT_ONCE = 200.0
MAX_UNSENT_BYTES = 1024 * 1024
"""A page that does not read what it is told is told no more."""
KEYFRAMES_PER_S = 1.0
KEYFRAMES_AT_ONCE = 4.0
"""How many keyframes one viewer may cost the others of its tier."""
ASKING_PER_S = 10.0
ASKING_AT_ONCE = 60.0
FIT_S = 0.2
ASK_S = 0.1
"""How often the round trip is asked for at most."""
CUSHION_SLACK = 2.0
"""How much longer than asked for a browser may keep pictures of a lossy path, if it sees need."""
PROBE_STEP_S = 0.02
ASKS_TOO_MUCH = "Your browser asked for a new picture too often, so its connection was ended."
OPENS_CHANNELS = "Your browser opened a channel that nobody asked for, so its connection was ended."
WRONG = {
    Wrong.FOREIGN: OPENS_CHANNELS,
    Wrong.FLOOD: "Your browser sent data without an end, so its connection was ended.",
    Wrong.GARBLED: "Your browser sent what could not be read, so its connection was ended.",
}
FELL_SILENT = "Nothing has been heard from your browser for a while."
NO_CODEC = "Your browser can decode neither H.264 nor VP8, so it cannot show the picture."
NOT_READ = "Your browser's answer could not be understood."
_log = logging.getLogger("vb.peers")


class ViewerState(StrEnum):
    """Where a connection is."""

    NEW = "NEW"
    OFFERED = "OFFERED"
    CONNECTED = "CONNECTED"
    CLOSING = "CLOSING"
    CLOSED = "CLOSED"


ENDING = frozenset({ViewerState.CLOSING, ViewerState.CLOSED})


class AnswerRefused(Exception):
    """The viewer's answer cannot be used; ``sentence`` is for people."""

    def __init__(self, sentence: str, detail: str) -> None:
        super().__init__(sentence, detail)
        self.sentence = sentence
        self.detail = detail

    def __str__(self) -> str:
        return f"answer refused: {self.detail}"


@dataclass(frozen=True, slots=True)
class Sources:
    """Where a viewer's media comes from, and where its input and its fate go.

    ``on_input(peer_id, data)`` for each frame of the input channel; ``on_page(viewer, message)`` for each
    message of the view channel, ``on_open(viewer)`` when that can be told something; ``on_change(viewer)``
    for each new state; ``on_files(viewer, channel)`` takes the channel for files before it opens.
    """

    pictures: Pictures
    sound: Callable[[], Subscription]
    on_input: Callable[[str, bytes], None]
    on_page: Callable[["Viewer", FromPage], None]
    on_open: Callable[["Viewer"], None]
    on_change: Callable[["Viewer"], None]
    on_files: Callable[["Viewer", RTCDataChannel], None] = lambda viewer, channel: None


class Viewer:
    """A connection to the peer ``peer_id``; ``session`` names it in signaling, ``share`` is for its data.

    ``sentence`` tells people why the agent has ended it by itself; empty otherwise.
    """

    def __init__(
        self,
        peer_id: str,
        session: str,
        sources: Sources,
        ice_servers: Sequence[RTCIceServer],
        share: Share,
    ) -> None:
        self.peer_id = peer_id
        self.session = session
        self.state = ViewerState.NEW
        self.codec: VideoCodec | None = None
        self.path = PathMeter()
        self._hand: ReadySender | None = None
        self._cushion = Cushion()
        self._kept_s = 0.0
        self._asked_at = float("-inf")
        self._keyframes = Bucket(KEYFRAMES_PER_S, KEYFRAMES_AT_ONCE)
        self._patience = Bucket(ASKING_PER_S, ASKING_AT_ONCE)
        self.reason = ""
        self.sentence = ""
        self._sources = sources
        self._share = share
        self._connection = RTCPeerConnection(
            RTCConfiguration(iceServers=list(ice_servers), bundlePolicy=RTCBundlePolicy.MAX_BUNDLE)
        )
        self._connection.on("connectionstatechange", self._connection_changed)
        when_connecting_fails(self._connection, self._cannot_connect)
        self._video = ReadyTrack("video")
        self._audio = ReadyTrack("audio")
        self.watching = Watching(self._video, sources.pictures, self.tell)
        self._view: RTCDataChannel | None = None
        self._bucket = Bucket(MESSAGES_PER_S, MESSAGES_AT_ONCE)
        self.refused = 0
        self.unusable = 0
        """Candidates: names and TCP, which pages in order send, and garbage."""
        self._on_port: MuxTransport | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def offer(self, mux: UdpMux, announced: Sequence[str], own: str) -> str:
        """The SDP offer. Legal when NEW."""
        video = self._connection.addTransceiver(self._video, direction="sendonly")
        video.setCodecPreferences(video_preferences())
        audio = self._connection.addTransceiver(self._audio, direction="sendonly")
        audio.setCodecPreferences(
            [codec for codec in RTCRtpSender.getCapabilities("audio").codecs if codec.name == "opus"]
        )
        self._hand = take_ready_frames(
            video.sender, self._keyframe_wanted, self._bitrate_wanted, self.path, self.watching.pace
        )
        take_ready_frames(audio.sender, lambda: None, lambda bitrate_bps: None, PathMeter())
        self._open_channels()
        bound(self._connection.sctp, self._share, self._misbehaved)
        self._on_port = gather_on(mux, connection_of(video.sender.transport.transport), announced, own)
        await self._connection.setLocalDescription(await self._connection.createOffer())
        self._move(ViewerState.OFFERED)
        self._spawn(self._watch(), "watch")
        return str(self._connection.localDescription.sdp)

    async def answer(self, sdp: str) -> None:
        """Take the viewer's answer. A second one is ignored.

        Raises:
            AnswerRefused: no common codec, or it cannot be read.
        """
        if self.state is not ViewerState.OFFERED or self._connection.signalingState != "have-local-offer":
            return
        try:
            await self._connection.setRemoteDescription(
                RTCSessionDescription(sdp=usable_description(sdp), type="answer")
            )
        except OperationError as error:
            raise AnswerRefused(NO_CODEC, str(error)) from error
        except (
            ValueError,
            KeyError,
            IndexError,
            AttributeError,
            AssertionError,
            TypeError,
            InvalidStateError,
            InvalidAccessError,
            InternalError,
        ) as error:  # fmt: skip - aiortc parses without checking: anything may come of a broken text
            raise AnswerRefused(NOT_READ, repr(error)) from error
        if not has_fingerprint(sdp):
            raise AnswerRefused(NOT_READ, "no fingerprint")
        self._begin()

    async def candidate(self, line: str, mid: str | None, index: int | None) -> None:
        """Take a trickled candidate; one that cannot be used is dropped and counted."""
        text = usable_candidate(line)
        if self.state in ENDING:
            return
        if text is None:
            self.unusable += 1
            return
        parsed = candidate_from_sdp(text)
        parsed.sdpMid = mid
        parsed.sdpMLineIndex = index
        if mid is None and index is None:
            parsed.sdpMLineIndex = 0
        await self._connection.addIceCandidate(parsed)

    async def close(self, reason: str = "") -> None:
        """End it. Idempotent."""
        if self.state in ENDING:
            return
        self.reason = reason
        self._move(ViewerState.CLOSING)
        self._video.stop()
        self._audio.stop()
        for task in self._tasks - {asyncio.current_task()}:
            task.cancel()
        await self._connection.close()
        self._move(ViewerState.CLOSED)

    def _begin(self) -> None:
        """The answer has settled the codec: take the stream of it."""
        video = self._connection.getTransceivers()[0]
        codec = video._codecs[0].name
        try:
            self.codec = VideoCodec(codec)
        except ValueError as error:
            raise AnswerRefused(NO_CODEC, f"codec {codec}") from error
        if video.currentDirection not in ("sendonly", "sendrecv"):
            raise AnswerRefused(NO_CODEC, "the video section was refused")

    def _connected(self) -> None:
        """Take the streams only now: what was sent before would be lost, the first keyframe above all."""
        self._move(ViewerState.CONNECTED)
        self.watching.begin(self.codec or VideoCodec.H264)
        self._audio.bind(self._sources.sound())
        self._spawn(self._fit(), "fit")

    def choose(self, choice: Quality) -> None:
        """What the viewer's page wants to be sent."""
        if self.state not in ENDING:
            self.watching.choose(choice)

    def _connection_changed(self) -> None:
        state = self._connection.connectionState
        if state == "connected" and self.state is ViewerState.OFFERED:
            self._connected()
        elif state in ("failed", "closed") and self.state not in ENDING:
            self._spawn(self.close(f"connection {state}"), "close")

    def tell(self, message: ToPage) -> bool:
        """Say something to the page; False when it cannot be told now, or has not read what it was told."""
        view = self._view
        if view is None or view.readyState != "open" or view.bufferedAmount > MAX_UNSENT_BYTES:
            return False
        view.send(wire.encode(message))
        return True

    def _open_channels(self) -> None:
        def pressed(data: str | bytes) -> None:
            if self.state not in ENDING:
                self._sources.on_input(self.peer_id, data if isinstance(data, bytes) else b"")

        self._channel(INPUT_CHANNEL).on("message", pressed)
        self._view = self._channel(VIEW_CHANNEL)
        self._view.on("message", self._said)
        self._view.on("open", self._view_open)
        self._sources.on_files(self, self._channel(FILES_CHANNEL))

    def _channel(self, label: str) -> RTCDataChannel:
        """What a handler of it raises is a fault of ours, not of who sent the message."""
        channel = self._connection.createDataChannel(label)
        channel.on("error", lambda fault: _log.error("channel %s: %r", label, fault, exc_info=fault))
        return channel

    def _misbehaved(self, wrong: Wrong) -> None:
        """It is heard no more from here on. All channels are made by us, and bounded."""
        if self.state not in ENDING:
            self.sentence = WRONG[wrong]
            self._spawn(self.close(wrong.value), "close")

    def _cannot_connect(self, error: Exception) -> None:
        if self.state not in ENDING:
            hung_up = isinstance(error, ConnectionError)  # between DTLS and SCTP
            self.sentence = "" if hung_up else NOT_READ
            self._spawn(self.close(f"cannot connect: {error!r}"), "close")

    def _view_open(self) -> None:
        if self.state is ViewerState.CONNECTED:
            self.tell(self.watching.now())
        self._sources.on_open(self)

    def _said(self, data: str | bytes) -> None:
        """The page said something; what is too much or makes no sense is dropped and counted."""
        if self.state in ENDING:
            return
        if not self._bucket.take(time.monotonic()):
            self.refused += 1
            return
        try:
            message = wire.decode_page(data)
        except ProtocolError:
            self.refused += 1
            return
        self._sources.on_page(self, message)

    async def _watch(self) -> None:
        """Close a viewer that does not connect in time, or that has fallen silent."""
        offered_at = time.monotonic()
        while self.state not in ENDING:
            await asyncio.sleep(_WATCH_S)
            now = time.monotonic()
            if self.state is ViewerState.OFFERED and now - offered_at > CONNECT_S:
                await self.close("not connected in time")
            elif self.state is ViewerState.CONNECTED and now - self._heard_at(now) > SILENCE_S:
                self.sentence = FELL_SILENT
                await self.close("silent")

    def _heard_at(self, now: float) -> float:
        """When it was last heard. Through a TURN server the port hears nothing: ICE's own checks must do."""
        if self._on_port is None or relayed(self._on_port.connection):
            return now
        return self._on_port.heard_at

    def _keyframe_wanted(self) -> None:
        """It is given some; who asks without end is shown the door, and the others notice nothing."""
        now = time.monotonic()
        if self._keyframes.take(now):
            self._video.need_keyframe()
        if not self._patience.take(now) and self.state not in ENDING:
            self.sentence = ASKS_TOO_MUCH
            self._spawn(self.close("asks for keyframes without end"), "close")

    def _bitrate_wanted(self, bitrate_bps: int) -> None:
        self.path.estimate_bps = bitrate_bps

    def _keep(self, delay_s: float) -> None:
        if delay_s != self._kept_s and self._hand is not None:
            self._kept_s = delay_s
            self._hand.keep(delay_s, CUSHION_SLACK * delay_s)

    async def _fit(self) -> None:
        """Keep the viewer on the tier that its path carries."""
        while self.state is ViewerState.CONNECTED:
            report = self.path.report(time.monotonic())
            padding_bps = self.watching.heard(report)
            self._mend(report)
            if self.watching.watchful(report) and report.now - self._asked_at >= ASK_S:
                self._asked_at = report.now
                self._spawn(self._measure(), "round trip")
            pause_s = PROBE_STEP_S if padding_bps else FIT_S
            if padding_bps and self._hand is not None and self._hand.sending is not None:
                self._hand.sending.pad(padding_bps * pause_s / 8)
            await asyncio.sleep(pause_s)

    def _mend(self, report: Report) -> None:
        """Help a path that loses packets."""
        least_rtt_s = self.watching.least_rtt_s
        self._keep(self._cushion.delay_s(report.now, report.loss, least_rtt_s))
        if self._hand is not None and self._hand.sending is not None:
            self._hand.sending.twice = repeat_twice(report.loss, report.rtt_s, least_rtt_s)

    async def _measure(self) -> None:
        if self._on_port is not None and (rtt_s := await round_trip_s(self._on_port.connection)) is not None:
            self.path.round_trip(time.monotonic(), rtt_s)

    def _spawn(self, work: Coroutine[None, None, None], name: str) -> None:
        task = asyncio.create_task(work, name=f"{name} {self.peer_id}")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _move(self, after: ViewerState) -> None:
        _log.info(
            "viewer %s: %s -> %s%s",
            self.peer_id,
            self.state,
            after,
            f" ({self.reason})" if self.reason else "",
        )
        self.state = after
        self._sources.on_change(self)


def video_preferences() -> list[RTCRtpCodecCapability]:
    """H.264 constrained baseline, then baseline, then VP8, then retransmission for each."""
    offered = RTCRtpSender.getCapabilities("video").codecs
    h264 = [codec for codec in offered if codec.name == "H264"]
    h264.sort(key=lambda codec: codec.parameters["profile-level-id"] != "42e01f")
    vp8 = [codec for codec in offered if codec.name == "VP8"]
    rtx = [codec for codec in offered if codec.name == "rtx"]
    return [*h264, *vp8, *rtx]
