"""A viewer's page played by aiortc: answers an agent's offer inside the test's own loop."""

import json
from typing import Any

from aiortc import RTCDataChannel, RTCPeerConnection, RTCRtpReceiver, RTCSessionDescription
from aiortc.mediastreams import MediaStreamTrack

from tests.support.aio import until
from vb.protocol.limits import INPUT_CHANNEL, VIEW_CHANNEL


class RtcPage:
    """Takes picture and sound; ``codecs`` limits the video codecs that it knows (MIME types)."""

    def __init__(self, codecs: list[str] | None = None) -> None:
        self.connection = RTCPeerConnection()
        self.tracks: dict[str, MediaStreamTrack] = {}
        self.channel: RTCDataChannel | None = None
        self.view: RTCDataChannel | None = None
        self.told: list[dict[str, Any]] = []
        self.connection.on("track", self._track)
        self.connection.on("datachannel", self._data_channel)
        if codecs is not None:
            capabilities = RTCRtpReceiver.getCapabilities("video")
            assert capabilities is not None
            video = self.connection.addTransceiver("video", direction="recvonly")
            video.setCodecPreferences([codec for codec in capabilities.codecs if codec.mimeType in codecs])

    async def answer(self, sdp: str) -> str:
        """The answer to an offer, candidates included."""
        await self.connection.setRemoteDescription(RTCSessionDescription(sdp, "offer"))
        await self.connection.setLocalDescription(await self.connection.createAnswer())
        return str(self.connection.localDescription.sdp)

    async def settled(self) -> None:
        """Until its side is connected too and input can be sent: only then does hanging up say goodbye."""
        await until(
            lambda: all(each is not None and each.readyState == "open" for each in (self.channel, self.view))
        )

    async def frame(self, kind: str) -> Any:
        """The next decoded frame."""
        return await self.tracks[kind].recv()

    async def close(self) -> None:
        """Hang up."""
        await self.connection.close()

    def _track(self, track: MediaStreamTrack) -> None:
        self.tracks[track.kind] = track

    def _data_channel(self, channel: RTCDataChannel) -> None:
        if channel.label == VIEW_CHANNEL:
            self.view = channel
            channel.on("message", lambda data: self.told.append(json.loads(data)))
        elif channel.label == INPUT_CHANNEL:
            self.channel = channel
