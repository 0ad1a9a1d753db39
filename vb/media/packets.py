"""The RTP packets of one stream to one viewer: numbered, remembered for a while, repeated. Pure.

RFC 3550 (header), RFC 8285 (extensions, one-byte form), RFC 4588 (retransmission).
"""

import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice

from vb.media.frames import EncodedFrame

HISTORY = 2048
"""Packets remembered: a second and more of the widest tier, at any round trip that is fit to watch."""
REPEAT_S = 0.05
"""A packet is not repeated sooner than this after the last time."""
_FRONT = struct.Struct("!BBH")
_REST = struct.Struct("!II")
_NUMBER = struct.Struct("!H")
_MARKER = 0x80


@dataclass(frozen=True, slots=True)
class _Sent:
    """A frame that went out from packet ``number`` on: one for all its packets, which are many."""

    number: int
    timestamp: int
    payloads: list[bytes]


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
        self._kept: dict[int, _Sent] = {}
        self._asked_at: dict[int, float] = {}
        self._pad_from = 0
        self.timestamp = timestamp
        """Of the newest packet."""

    def cut(self, frame: EncodedFrame, counts: list[int]) -> Iterator[list[bytes]]:
        """The packets of ``frame`` in groups of ``counts``, each group made when it is asked for.

        What came before a keyframe is of no use after it and is not repeated any more.
        """
        if frame.keyframe and frame.payloads:
            self._kept.clear()
            self._asked_at.clear()
        self.timestamp = timestamp = (self._origin + frame.timestamp) & 0xFFFFFFFF
        sent, at = _Sent(self._number, timestamp, frame.payloads), 0
        for count in counts:
            number, kind = self._number, self._line.payload_type
            first, rest = self._start(timestamp, self._line.ssrc)
            packets = []
            for payload in sent.payloads[at : at + count]:
                at += 1
                if at == len(sent.payloads):
                    kind |= _MARKER
                packets.append(_FRONT.pack(first, kind, number) + rest + payload)
                self._kept[number] = sent
                number = (number + 1) & 0xFFFF
            self._number = number
            yield packets
        while len(self._kept) > HISTORY:
            oldest = next(iter(self._kept))
            del self._kept[oldest]
            self._asked_at.pop(oldest, None)

    def lost(self, number: int, now: float) -> tuple[bytes | None, bool]:
        """The packet again that a viewer misses, and whether it is missed for the first time.

        None when it is not remembered, or was sent again a moment ago.
        """
        sent = self._kept.get(number)
        if sent is None:
            return None, False
        asked_at = self._asked_at.get(number)
        if asked_at is not None and now - asked_at < REPEAT_S:
            return None, False
        self._asked_at[number] = now
        return self._again(number, sent), asked_at is None

    def again(self, number: int) -> bytes | None:
        """A remembered packet once more, whenever it was sent last."""
        sent = self._kept.get(number)
        return None if sent is None else self._again(number, sent)

    def padding(self) -> bytes | None:
        """A packet that tells the viewer nothing new, to try what its path carries. None: there is none."""
        if self._line.rtx_type is None or not self._kept:
            return None
        numbers = list(islice(reversed(self._kept), 32))
        self._pad_from += 1
        number = numbers[self._pad_from % len(numbers)]
        return self._again(number, self._kept[number])

    def _start(self, timestamp: int, ssrc: int) -> tuple[int, bytes]:
        """The first byte of a packet that goes out now, and what follows its number."""
        extensions = self._extensions()
        return 0x90 if extensions else 0x80, _REST.pack(timestamp, ssrc) + extensions

    def _again(self, number: int, sent: _Sent) -> bytes:
        line, at = self._line, (number - sent.number) & 0xFFFF
        marker = _MARKER if at == len(sent.payloads) - 1 else 0
        if line.rtx_type is None:
            first, rest = self._start(sent.timestamp, line.ssrc)
            return _FRONT.pack(first, marker | line.payload_type, number) + rest + sent.payloads[at]
        first, rest = self._start(sent.timestamp, line.rtx_ssrc)
        front = _FRONT.pack(first, marker | line.rtx_type, self._rtx_number)
        self._rtx_number = (self._rtx_number + 1) & 0xFFFF
        return front + rest + _NUMBER.pack(number) + sent.payloads[at]
