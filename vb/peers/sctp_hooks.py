"""Where we reach into aiortc's SCTP (RFC 9260), which is pinned: what a viewer's data may cost is bounded.

aiortc walks all that it holds for each chunk that comes, and holds what a peer likes: a message without an
end, an acknowledgement of what was never sent or a parameter without a length stopped everybody's picture.
Here a chunk is put into its place in a few steps, and a viewer who sends what no browser does is reported,
once, and heard no more. Packets that cost more than a viewer may are left out, as if they had been lost.
Contract tests in ``tests/unit/vb/peers/test_sctp_hooks.py`` fail when aiortc changes any of it.
"""

import logging
import struct
import time
from bisect import bisect_left
from collections import deque
from collections.abc import Callable, Iterator
from enum import Enum
from typing import Any

from aiortc.rtcsctptransport import (
    DATA_CHANNEL_ACK,
    LOCAL_MAX_MESSAGE_SIZE,
    SCTP_DATA_FIRST_FRAG,
    SCTP_DATA_LAST_FRAG,
    SCTP_DATA_UNORDERED,
    WEBRTC_DCEP,
    Chunk,
    DataChunk,
    ForwardTsnChunk,
    InboundStream,
    SackChunk,
    tsn_plus_one,
)
from aiortc.utils import uint16_add, uint32_gte

from vb.peers.work import Share

MOST_HELD = 8192
"""Chunks that wait for one that was lost, some 4 MB. A page has at most 512 KiB of a file under way: 450
chunks. One that sends thousands of moves at once, and loses the first, is not thrown out but heard later."""
WINDOW_SLACK = 64 * 1024
"""Bytes by which a sender may overdraw the window that it was told of."""
MOST_UNACKED = 1024
"""Chunks that wait to be acknowledged, more than a megabyte: 6 MB/s at 200 ms. What more is to be said waits.
Chunks that came behind a lost one count too: aiortc would send without an end to who never has that one."""
_CHUNK_WORK = 20
_ANSWER_WORK = 200
_GAPS_WORK = 2
"""In quarters of a microsecond: as long as each chunk that waits takes. An answer is encrypted and sent. An
acknowledgement takes an eighth for each chunk that is not acknowledged, one with gaps ``_GAPS_WORK``."""
_WHOLE = SCTP_DATA_FIRST_FRAG | SCTP_DATA_LAST_FRAG
_OPENED = bytes([DATA_CHANNEL_ACK])
"""All that a page has to say of channels (RFC 8832, section 5.2)."""
_HALF = 2**31
_DATA, _SACK = DataChunk.type, SackChunk.type
_WITH_PARAMS = {1: 16, 2: 16, 4: 0, 5: 0, 6: 0, 9: 0, 130: 0}
"""Chunks that end with parameters, and what is before those: INIT, HEARTBEAT, ABORT, ERROR, RE-CONFIG."""
_log = logging.getLogger("vb.peers")


class Wrong(Enum):
    """What a viewer did; the value is for the log."""

    FLOOD = "sends without an end"
    FOREIGN = "opens channels"
    GARBLED = "sends broken packets"


class _Stop(Exception):
    def __init__(self, wrong: Wrong) -> None:
        super().__init__(wrong)
        self.wrong = wrong


def work_of(packet: bytes, unacked: int = 0) -> int | None:
    """What the chunks of an SCTP packet cost at least, in quarters of a microsecond, while ``unacked`` chunks
    of ours wait to be acknowledged. Pure.

    None: a length makes no sense. aiortc would read a parameter of length 0 for ever.
    """
    work, pos = 0, 12
    while pos + 4 <= len(packet):
        kind, _, length = struct.unpack_from("!BBH", packet, pos)
        if length < 4 or pos + length > len(packet):
            return None
        work += _CHUNK_WORK if kind in (_DATA, _SACK) else _ANSWER_WORK
        if kind == _SACK:
            gaps = any(packet[pos + 12 : pos + min(length, 14)])
            work += unacked * _GAPS_WORK if gaps else unacked // 8
        if (before := _WITH_PARAMS.get(kind)) is not None:
            params = _count_params(packet[pos + 4 + before : pos + length])
            if params is None:
                return None
            work += _ANSWER_WORK * params
        pos += length + -length % 4
    return work


def _count_params(body: bytes) -> int | None:
    count, pos = 0, 0
    while pos + 4 <= len(body):
        length = int.from_bytes(body[pos + 2 : pos + 4], "big")
        if length < 4:
            return None
        count += 1
        pos += length + -length % 4
    return count


class OrderedStream(InboundStream):
    """As aiortc's for ordered messages, which ours all are; it does not look twice at what it has seen.

    ``_whole`` fragments of the first message are there without a gap, of ``unfinished`` bytes.
    """

    def __init__(self) -> None:
        super().__init__()
        self._whole = 0
        self.unfinished = 0

    def add_chunk(self, chunk: DataChunk) -> None:
        """Put it into its place."""
        held = self.reassembly
        if not held:
            held.append(chunk)
            return
        first = held[0].tsn

        def rank(each: DataChunk) -> int:
            return int(each.tsn - first + _HALF) % (2 * _HALF)

        at = len(held)
        if rank(held[-1]) > rank(chunk):
            at = bisect_left(held, rank(chunk), key=rank)
        held.insert(at, chunk)
        if at < self._whole or at == 0:
            self._whole = self.unfinished = 0

    def pop_messages(self) -> Iterator[tuple[int, int, bytes]]:
        """The messages that are whole, in order: stream, protocol, data."""
        while self._whole < len(self.reassembly):
            chunk = self.reassembly[self._whole]
            if self._whole == 0:
                if not chunk.flags & SCTP_DATA_FIRST_FRAG or chunk.stream_seq != self.sequence_number:
                    return
            elif chunk.tsn != tsn_plus_one(self.reassembly[self._whole - 1].tsn):
                return
            elif chunk.flags & SCTP_DATA_FIRST_FRAG:
                raise _Stop(Wrong.GARBLED)  # inside another message
            self._whole += 1
            self.unfinished += len(chunk.user_data)
            if chunk.flags & SCTP_DATA_LAST_FRAG:
                data = b"".join(each.user_data for each in self.reassembly[: self._whole])
                del self.reassembly[: self._whole]
                self._whole = self.unfinished = 0
                self.sequence_number = uint16_add(self.sequence_number, 1)
                yield chunk.stream_id, chunk.protocol, data


class _Waiting(deque[Any]):
    """aiortc's messages to be sent: none, it seems, while ``MOST_UNACKED`` chunks are not acknowledged."""

    def __init__(self, sctp: Any) -> None:
        super().__init__(sctp._data_channel_queue)
        self._sctp = sctp

    def __bool__(self) -> bool:
        return len(self) > 0 and len(self._sctp._sent_queue) < MOST_UNACKED


def bound(sctp: Any, share: Share, on_wrong: Callable[[Wrong], None]) -> "BoundSctp":
    """Before it starts: let ``sctp``, an ``RTCSctpTransport``, take ordered messages on channels of this side
    and nothing else, for no more work than ``share`` has. ``on_wrong`` is called at most once."""
    return BoundSctp(sctp, share, on_wrong)


class BoundSctp:
    """Our hands in an ``RTCSctpTransport``: all that it hears passes here."""

    def __init__(self, sctp: Any, share: Share, on_wrong: Callable[[Wrong], None]) -> None:
        self._sctp = sctp
        self._on_wrong = on_wrong
        self._over = False
        self._share = share
        self._ours: set[int] = set()
        self.left_out = 0
        self._take_packet, self._take_chunk = sctp._handle_data, sctp._receive_chunk
        sctp._handle_data = self._packet
        sctp._receive_chunk = self._chunk
        sctp._mark_received = self._mark
        sctp._get_inbound_stream = self._stream
        sctp._data_channel_queue = _Waiting(sctp)

    async def _packet(self, data: bytes) -> None:
        if self._over:
            return
        work = work_of(data, len(self._sctp._sent_queue) + len(self._sctp._data_channel_queue))
        if work is None:
            self._end(Wrong.GARBLED)
            return
        if not self._share.take(time.monotonic(), work + len(self._sctp._sack_misordered)):
            self.left_out += 1
            return
        try:
            await self._take_packet(data)
        except ConnectionError:
            raise  # nothing can be sent any more: the transport ends by itself
        except _Stop as stop:
            self._end(stop.wrong)
        except Exception as error:  # noqa: BLE001 - aiortc reads without checking: anything may come of it
            _log.warning("a packet could not be taken: %r", error)
            self._end(Wrong.GARBLED)

    async def _chunk(self, chunk: Chunk) -> None:
        sctp = self._sctp
        if isinstance(chunk, DataChunk):
            self._check_data(chunk)
        elif isinstance(chunk, SackChunk):
            self._check_sack(chunk)
        elif isinstance(chunk, ForwardTsnChunk):
            raise _Stop(Wrong.GARBLED)  # all is reliable: there is nothing to skip
        await self._take_chunk(chunk)
        held = sum(len(stream.reassembly) for stream in sctp._inbound_streams.values())
        unfinished = max((stream.unfinished for stream in sctp._inbound_streams.values()), default=0)
        if (
            held > MOST_HELD
            or len(sctp._sack_misordered) > MOST_HELD
            or len(sctp._sent_queue) > MOST_HELD
            or unfinished > LOCAL_MAX_MESSAGE_SIZE
            or sctp._advertised_rwnd < -WINDOW_SLACK
        ):
            raise _Stop(Wrong.FLOOD)

    def _check_data(self, chunk: DataChunk) -> None:
        if chunk.stream_id not in self._ours:
            self._ours |= self._sctp._data_channels.keys()  # grows: a channel that has closed was ours too
            if chunk.stream_id not in self._ours:
                raise _Stop(Wrong.FOREIGN)
        if chunk.flags & SCTP_DATA_UNORDERED or not chunk.user_data:
            raise _Stop(Wrong.GARBLED)
        if chunk.protocol == WEBRTC_DCEP and (chunk.user_data, chunk.flags & _WHOLE) != (_OPENED, _WHOLE):
            raise _Stop(Wrong.FOREIGN)  # perhaps on a stream of ours that it has reset

    def _check_sack(self, chunk: SackChunk) -> None:
        """It can only be about what was sent; the blocks of one that was may count 65,535 each."""
        outstanding = (self._sctp._local_tsn - 1 - chunk.cumulative_tsn) % (2 * _HALF)
        told = sum(last - first + 1 for first, last in chunk.gaps)
        if outstanding >= _HALF or told > outstanding or any(last < first for first, last in chunk.gaps):
            raise _Stop(Wrong.GARBLED)

    def _mark(self, tsn: int) -> bool:
        """As aiortc's ``_mark_received``, without sorting all that waits: whether it had come before."""
        sctp = self._sctp
        waiting: set[int] = sctp._sack_misordered
        if uint32_gte(sctp._last_received_tsn, tsn) or tsn in waiting:
            sctp._sack_duplicates.append(tsn)
            return True
        waiting.add(tsn)
        after = tsn_plus_one(sctp._last_received_tsn)
        while after in waiting:
            waiting.discard(after)
            sctp._last_received_tsn, after = after, tsn_plus_one(after)
        return False

    def _stream(self, stream_id: int) -> InboundStream:
        streams: dict[int, InboundStream] = self._sctp._inbound_streams
        if stream_id not in streams:
            streams[stream_id] = OrderedStream()
        return streams[stream_id]

    def _end(self, wrong: Wrong) -> None:
        self._over = True
        self._on_wrong(wrong)
