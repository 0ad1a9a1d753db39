"""Sends a track's ready frames over an aiortc connection, in place of the loop of its ``RTCRtpSender``.

That loop builds an object for each packet and awaits through four layers for each; with a hundred viewers
this is what an agent does most. What it needs of aiortc's private names is in ``aiortc_hooks`` alone.
"""

import asyncio
import time
from collections.abc import Callable
from typing import Protocol

from aiortc.mediastreams import MediaStreamError

from vb.media.frames import EncodedFrame
from vb.media.pacing import Pace
from vb.media.packets import PacketStream

REPEATS_SHARE = 0.15
REPEATS_AT_ONCE = 24.0
"""So much of what was sent may be sent again: more would fill a narrow path with repeats and lose them.
A keyframe, with which a viewer begins anew, earns all at once: nothing is seen before all of it has come."""


class Wire(Protocol):
    """Where packets go, and who is told."""

    def send(self, packets: list[bytes]) -> None:
        """Encrypt and send at once.

        Raises:
            ConnectionError: there is no connection.
        """
        ...

    def count(self, stream: PacketStream, packets: int, payload_bytes: int) -> None:
        """For the sender reports."""
        ...


class Meter(Protocol):
    """Learns what the path does (``vb.peers.path.PathMeter``)."""

    def sent(self, now: float, packets: int, size_bytes: int) -> None:
        """Packets of the stream went out."""
        ...

    def missed(self, now: float) -> None:
        """One is missed, for the first time."""
        ...

    def reported(self, now: float, loss: float, highest: int) -> None:
        """A receiver report: the share lost since the last one; the highest sequence number, 32 bits."""
        ...

    def round_trip(self, now: float, rtt_s: float) -> None:
        """One was measured, in seconds."""
        ...


class Sending:
    """One stream to one viewer."""

    def __init__(
        self, wire: Wire, stream: PacketStream, meter: Meter, pace: Callable[[], Pace | None]
    ) -> None:
        self._wire = wire
        self._stream = stream
        self._meter = meter
        self._pace = pace
        self._repeats = REPEATS_AT_ONCE
        self.twice = False
        """Whether to send each repeat two times, and twice as many: where many are lost, so are repeats."""

    async def send(self, frame: EncodedFrame) -> None:
        """All packets of a frame; returns when the last is out, soon."""
        sizes = [len(payload) for payload in frame.payloads]
        pace = self._pace()
        counts = [len(sizes)] if pace is None else pace.counts(sizes)
        for number, packets in enumerate(self._stream.cut(frame, counts)):
            if number and pace is not None:
                await asyncio.sleep(pace.step_s)
            self._wire.send(packets)
        self._sent(frame, sizes)

    def at_once(self, frame: EncodedFrame) -> bool:
        """Send a frame that need not be spread over time; False: it does, and is left to ``send``."""
        sizes = [len(payload) for payload in frame.payloads]
        pace = self._pace()
        if pace is not None and len(pace.counts(sizes)) > 1:
            return False
        for packets in self._stream.cut(frame, [len(sizes)]):
            self._wire.send(packets)
        self._sent(frame, sizes)
        return True

    def _sent(self, frame: EncodedFrame, sizes: list[int]) -> None:
        size = sum(sizes)
        share = 2 * REPEATS_SHARE if self.twice else REPEATS_SHARE
        earned = REPEATS_AT_ONCE if frame.keyframe else share * len(sizes)
        self._repeats = min(REPEATS_AT_ONCE, self._repeats + earned)
        self._meter.sent(time.monotonic(), len(sizes), size)
        self._wire.count(self._stream, len(sizes), size)

    def repeat(self, number: int) -> None:
        """The viewer misses a packet."""
        now = time.monotonic()
        packet, first = self._stream.lost(number, now)
        if first:
            self._meter.missed(now)
        if packet is not None and self._repeats >= 1:
            self._repeats -= 1
            self._send_quietly(packet)
            if self.twice and self._repeats >= REPEATS_AT_ONCE / 2:
                self._repeats -= 1
                self._send_quietly(self._stream.again(number) or packet)

    def pad(self, size_bytes: float) -> None:
        """Send about so much that says nothing new."""
        while size_bytes > 0 and (packet := self._stream.padding()) is not None:
            size_bytes -= len(packet)
            self._send_quietly(packet)

    def _send_quietly(self, packet: bytes) -> None:
        try:
            self._wire.send([packet])
        except ConnectionError:
            return


ENDS = (asyncio.CancelledError, ConnectionError, MediaStreamError)
"""What ends a stream in the ordinary way."""
