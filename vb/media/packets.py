"""The RTP packets of one stream to one viewer: numbered, remembered for a while, repeated. Pure.

RFC 3550 (header), RFC 8285 (extensions, one-byte form), RFC 4588 (retransmission).
"""

import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from vb.media.frames import EncodedFrame

HISTORY = 2048
"""Packets remembered: a second and more of the widest tier, at any round trip that is fit to watch."""
REPEAT_S = 0.05
"""A packet is not repeated sooner than this after the last time."""
_HEADER = struct.Struct("!BBHII")
_NUMBER = struct.Struct("!H")


@dataclass(slots=True)
class _Kept:
    number: int
    timestamp: int
    marker: int
    payload: bytes
    asked_at: float | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """What was negotiated: who sends, as what. ``rtx_type`` is None where they are repeated as they were."""

    ssrc: int
    payload_type: int
    rtx_ssrc: int = 0
    rtx_type: int | None = None


class PacketStream:
    """``extensions()`` gives the extension block of the packets that are made now, header included."""

    def __init__(
        self, line: Line, number: int, timestamp: int, rtx_number: int, extensions: Callable[[], bytes]
    ) -> None:
        self._line = line
        self._number = number
        self._origin = timestamp
        self._rtx_number = rtx_number
        self._extensions = extensions
        self._kept: dict[int, _Kept] = {}
        self._pad_from = 0
        self.timestamp = timestamp
        """Of the newest packet."""

    def cut(self, frame: EncodedFrame, counts: list[int]) -> Iterator[list[bytes]]:
        """The packets of ``frame`` in groups of ``counts``, each group made when it is asked for.

        What came before a keyframe is of no use after it and is not repeated any more.
        """
        if frame.keyframe and frame.payloads:
            self._kept.clear()
        self.timestamp = timestamp = (self._origin + frame.timestamp) & 0xFFFFFFFF
        payloads, at = frame.payloads, 0
        for count in counts:
            extensions = self._extensions()
            first = 0x90 if extensions else 0x80
            packets = []
            for payload in payloads[at : at + count]:
                at += 1
                marker = 0x80 if at == len(payloads) else 0
                number = self._number
                self._number = (number + 1) & 0xFFFF
                self._kept[number] = _Kept(number, timestamp, marker, payload)
                header = _HEADER.pack(
                    first, marker | self._line.payload_type, number, timestamp, self._line.ssrc
                )
                packets.append(header + extensions + payload)
            yield packets
        while len(self._kept) > HISTORY:
            del self._kept[next(iter(self._kept))]

    def lost(self, number: int, now: float) -> tuple[bytes | None, bool]:
        """The packet again that a viewer misses, and whether it is missed for the first time.

        None when it is not remembered, or was sent again a moment ago.
        """
        kept = self._kept.get(number)
        if kept is None:
            return None, False
        if kept.asked_at is not None and now - kept.asked_at < REPEAT_S:
            return None, False
        first, kept.asked_at = kept.asked_at is None, now
        return self._again(kept), first

    def again(self, number: int) -> bytes | None:
        """A remembered packet once more, whenever it was sent last."""
        kept = self._kept.get(number)
        return None if kept is None else self._again(kept)

    def padding(self) -> bytes | None:
        """A packet that tells the viewer nothing new, to try what its path carries. None: there is none."""
        if self._line.rtx_type is None or not self._kept:
            return None
        numbers = list(self._kept)[-32:]
        self._pad_from += 1
        return self._again(self._kept[numbers[self._pad_from % len(numbers)]])

    def _again(self, kept: _Kept) -> bytes:
        extensions, line = self._extensions(), self._line
        first = 0x90 if extensions else 0x80
        if line.rtx_type is None:
            header = _HEADER.pack(
                first, kept.marker | line.payload_type, kept.number, kept.timestamp, line.ssrc
            )
            return header + extensions + kept.payload
        header = _HEADER.pack(
            first, kept.marker | line.rtx_type, self._rtx_number, kept.timestamp, line.rtx_ssrc
        )
        self._rtx_number = (self._rtx_number + 1) & 0xFFFF
        return header + extensions + _NUMBER.pack(kept.number) + kept.payload
