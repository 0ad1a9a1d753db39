"""What a viewer's data may cost: an aiortc page that breaks the rules of SCTP, and contracts with aiortc."""

import asyncio
import random
import struct
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiortc import RTCDataChannel, RTCPeerConnection, rtcsctptransport
from aiortc.rtcsctptransport import (
    SCTP_DATA_FIRST_FRAG,
    SCTP_DATA_LAST_FRAG,
    SCTP_DATA_UNORDERED,
    WEBRTC_BINARY,
    WEBRTC_DCEP,
    Chunk,
    DataChunk,
    ForwardTsnChunk,
    HeartbeatChunk,
    InboundStream,
    SackChunk,
    serialize_packet,
    tsn_plus_one,
)
from google_crc32c import value as crc32c
from hypothesis import given
from hypothesis import strategies as st

from tests.support.aio import on_loop, until
from vb.peers import sctp_hooks as module
from vb.peers import work as budget
from vb.peers.sctp_hooks import BoundSctp, OrderedStream, Wrong, bound, work_of
from vb.peers.work import Shares

FIRST, LAST = SCTP_DATA_FIRST_FRAG, SCTP_DATA_LAST_FRAG


def data(tsn: int, flags: int, seq: int = 0, body: bytes = b"x", stream: int | None = 1) -> DataChunk:
    chunk = DataChunk(flags)
    chunk.tsn, chunk.stream_id, chunk.stream_seq = tsn % 2**32, stream or 0, seq
    chunk.protocol, chunk.user_data = WEBRTC_BINARY, body
    return chunk


class Pair:
    """Our bounded side with two channels, and a page's that may send what it likes."""

    def __init__(self) -> None:
        self.ours, self.theirs = RTCPeerConnection(), RTCPeerConnection()
        self.wrong: list[Wrong] = []
        self.got: list[bytes] = []
        self.channels: dict[str, RTCDataChannel] = {}
        self.bound: BoundSctp
        self.channel: RTCDataChannel

    async def connect(self) -> None:
        self.channel = self.ours.createDataChannel("input")
        self.channel.on("message", self.got.append)
        self.bound = bound(self.ours.sctp, Shares().of("ana"), self.wrong.append)
        self.theirs.on("datachannel", lambda channel: self.channels.update({channel.label: channel}))
        await self.ours.setLocalDescription(await self.ours.createOffer())
        await self.theirs.setRemoteDescription(self.ours.localDescription)
        await self.theirs.setLocalDescription(await self.theirs.createAnswer())
        await self.ours.setRemoteDescription(self.theirs.localDescription)
        await until(lambda: "input" in self.channels and self.channels["input"].readyState == "open")
        await until(lambda: self.channel.readyState == "open")

    @property
    def sctp(self) -> Any:
        return self.theirs.sctp

    async def fragment(self, flags: int, body: bytes = b"x" * 1100, stream: int | None = None) -> None:
        """The next chunk of the page's, as it is."""
        tsn = self.sctp._local_tsn
        self.sctp._local_tsn = tsn_plus_one(tsn)
        seq = self.sctp._outbound_stream_seq.get(self.channel.id, 0)
        await self.sctp._send_chunk(
            data(tsn, flags, seq, body, self.channel.id if stream is None else stream)
        )

    async def close(self) -> None:
        await self.ours.close()
        await self.theirs.close()


@asynccontextmanager
async def pair() -> AsyncIterator[Pair]:
    made = Pair()
    try:
        await made.connect()
        yield made
    finally:
        await made.close()


@on_loop
async def test_messages_arrive_as_before() -> None:
    """Small and large, both ways, in order; nothing is wrong with them, and nothing of them stays."""
    async with pair() as here:
        sent = [bytes([n]) * size for n, size in enumerate((1, 5000, 1, 65_536, 262_144, 3))]
        for each in sent:
            here.channels["input"].send(each)
        heard: list[bytes] = []
        here.channels["input"].on("message", heard.append)
        here.channel.send(b"y" * 100_000)
        await until(lambda: here.got == sent and heard == [b"y" * 100_000])
        assert here.wrong == []
        assert here.bound.left_out == 0
        assert here.ours.sctp is not None
        assert here.ours.sctp._advertised_rwnd == 1024 * 1024


@on_loop
async def test_lost_packets_are_made_up_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """A fifth is lost at random, in both directions: everything arrives in order all the same."""
    monkeypatch.setattr(rtcsctptransport, "SCTP_RTO_MIN", 0.05)
    async with pair() as here:
        chance = random.Random(7)
        for sctp in (here.ours.sctp, here.theirs.sctp):
            assert sctp is not None
            transport: Any = sctp.transport
            send: Callable[[bytes], Any] = transport._send_data

            async def lossy(packet: bytes, send: Callable[[bytes], Any] = send) -> None:
                if chance.random() > 0.2:
                    await send(packet)

            transport._send_data = lossy
        sent = [random.Random(n).randbytes(3000) for n in range(40)]
        for each in sent:
            here.channels["input"].send(each)
        await until(lambda: here.got == sent, 18)
        assert here.wrong == []


@pytest.mark.parametrize("size", [1, 1100])
def test_a_message_without_an_end_is_cheap_and_ends_soon(size: int) -> None:
    """12,000 fragments, never the last: reported when it is longer than a message may be, or of too many pieces;
    the rest is not looked at. It took a minute of the processor before."""

    @on_loop
    async def check() -> None:
        async with pair() as here:
            ours: Any = here.ours.sctp
            took = 0.0
            for number in range(12_000):
                chunk = data(here.sctp._local_tsn + number, FIRST if number == 0 else 0, body=b"x" * size)
                packet = serialize_packet(5000, 5000, ours._local_verification_tag, chunk)
                began = time.thread_time()
                await ours._handle_data(packet)  # as if it had come: none is lost on the way
                took += time.thread_time() - began
                if here.wrong:
                    break
            assert here.wrong == [Wrong.FLOOD]
            assert took < 1.0
            (stream,) = ours._inbound_streams.values()
            assert len(stream.reassembly) <= module.MOST_HELD + 1
            await here.fragment(FIRST | LAST)
            await asyncio.sleep(0.05)
            assert here.wrong == [Wrong.FLOOD]  # once
            assert here.got == []

    check()


@on_loop
async def test_what_waits_for_a_chunk_that_never_comes_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whole messages behind a gap: too many are reported."""
    monkeypatch.setattr(module, "MOST_HELD", 1000)
    async with pair() as here:
        here.sctp._local_tsn = tsn_plus_one(here.sctp._local_tsn)
        for number in range(module.MOST_HELD + 2):
            await here.fragment(FIRST | LAST, b"x")
            if number % 10 == 0:
                await asyncio.sleep(0.002)
        await until(lambda: here.wrong == [Wrong.FLOOD])


@on_loop
async def test_the_work_of_a_viewer_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is too much is left out as if it were lost, and comes again later: nothing is wrong with it."""
    monkeypatch.setattr(budget, "WORK_AT_ONCE", 1000.0)
    monkeypatch.setattr(budget, "WORK_PER_S", 10_000.0)
    monkeypatch.setattr(budget, "SURE_AT_ONCE", 0.0)
    async with pair() as here:
        sent = [bytes([n]) * 1000 for n in range(60)]
        for each in sent:
            here.channels["input"].send(each)
        await until(lambda: here.bound.left_out > 0)
        await until(lambda: here.got == sent, 15)
        assert here.wrong == []


async def gap_acknowledge(here: Pair, first: int, times: int = 1) -> None:
    """A packet comes in which a page says so many times that it has all that was sent after ``first``, but not
    that."""
    sctp: Any = here.ours.sctp
    sack = SackChunk()
    sack.cumulative_tsn, sack.advertised_rwnd = (first - 1) % 2**32, 1_000_000
    sack.gaps = [(2, len(sctp._sent_queue))] if len(sctp._sent_queue) > 1 else []
    head = struct.pack("!HHL", 5000, 5000, sctp._local_verification_tag)
    body = bytes(sack) * times
    await sctp._handle_data(head + struct.pack("<L", crc32c(head + bytes(4) + body)) + body)


@on_loop
async def test_what_is_never_acknowledged_is_bounded_and_cheap() -> None:
    """A page that has all but the first chunk, it says, is sent a megabyte and then no more; a thousand packets full of
    that cost what a viewer may. When it takes the first chunk, too, all goes on, and nothing was lost."""
    async with pair() as here:
        sctp: Any = here.ours.sctp
        await until(lambda: not sctp._sent_queue)
        heard: list[bytes] = []
        here.channels["input"].on("message", heard.append)
        hear, first = here.sctp._handle_data, sctp._local_tsn

        async def nothing(packet: bytes) -> None:
            """The page is deaf for now."""

        here.sctp._handle_data = nothing
        sent = [number.to_bytes(2) * 20 for number in range(3000)]
        for each in sent:
            here.channel.send(each)
        for _ in range(200):
            await gap_acknowledge(here, first)
        assert module.MOST_UNACKED <= len(sctp._sent_queue) < module.MOST_UNACKED + 5
        began, before = time.thread_time(), here.bound.left_out
        for _ in range(1000):
            await gap_acknowledge(here, first, times=55)
        assert time.thread_time() - began < 1.0  # 17 s else
        assert here.bound.left_out > before + 900
        assert here.wrong == []
        here.sctp._handle_data = hear
        await until(lambda: heard == sent, 18)
        assert here.wrong == []


@on_loop
async def test_a_download_over_a_lossy_path_is_not_hit() -> None:
    """A megabyte with 20 ms each way and 2 % lost: whole, nothing left out, nobody blamed."""
    async with pair() as here:
        chance, loop = random.Random(3), asyncio.get_running_loop()
        for sctp in (here.ours.sctp, here.theirs.sctp):
            transport: Any = sctp.transport  # type: ignore[union-attr]

            async def far(packet: bytes, send: Callable[[bytes], Any] = transport._send_data) -> None:
                if chance.random() > 0.02:
                    loop.call_later(0.02, lambda: asyncio.ensure_future(send(packet)))

            transport._send_data = far
        heard: list[bytes] = []
        here.channels["input"].on("message", heard.append)
        sent = [random.Random(n).randbytes(16_000) for n in range(63)]
        for each in sent:
            here.channel.send(each)
        await until(lambda: heard == sent, 18)
        assert (here.wrong, here.bound.left_out) == ([], 0)


def foreign(pair: Pair) -> Chunk:
    return data(pair.sctp._local_tsn, FIRST | LAST, stream=4001)


def unordered(pair: Pair) -> Chunk:
    return data(pair.sctp._local_tsn, FIRST | SCTP_DATA_UNORDERED, stream=pair.channel.id)


def reopening(pair: Pair) -> Chunk:
    chunk = data(pair.sctp._local_tsn, FIRST | LAST, stream=pair.channel.id, body=b"\x03" + bytes(11))
    chunk.protocol = WEBRTC_DCEP
    return chunk


def reopening_in_part(pair: Pair) -> Chunk:
    """The last fragment says what a message is."""
    chunk = data(pair.sctp._local_tsn, LAST, stream=pair.channel.id, body=b"\x02")
    chunk.protocol = WEBRTC_DCEP
    return chunk


def empty(pair: Pair) -> Chunk:
    return data(pair.sctp._local_tsn, FIRST, body=b"", stream=pair.channel.id)


def skipping(pair: Pair) -> Chunk:
    chunk = ForwardTsnChunk()
    chunk.cumulative_tsn, chunk.streams = pair.sctp._local_tsn, [(n, 1) for n in range(200)]
    return chunk


def sack_of(pair: Pair, ahead: int, gaps: list[tuple[int, int]]) -> SackChunk:
    chunk = SackChunk()
    chunk.cumulative_tsn = (pair.ours.sctp._local_tsn - 1 + ahead) % 2**32  # type: ignore[union-attr]
    chunk.advertised_rwnd, chunk.gaps = 1000, gaps
    return chunk


def huge_gaps(pair: Pair) -> Chunk:
    return sack_of(pair, 0, [(1, 65_535)] * 250)


def backward_gaps(pair: Pair) -> Chunk:
    return sack_of(pair, -5, [(9, 2)])


def unsent(pair: Pair) -> Chunk:
    return sack_of(pair, 5, [])


def endless(pair: Pair) -> Chunk:
    return Chunk.__new__(EndlessHeartbeat)


class EndlessHeartbeat(HeartbeatChunk):
    """Its one parameter has the length 0."""

    def __bytes__(self) -> bytes:
        return struct.pack("!BBHHH", self.type, 0, 8, 1, 0)


def broken_text(pair: Pair) -> Chunk:
    chunk = data(pair.sctp._local_tsn, FIRST | LAST, stream=pair.channel.id, body=b"\xff\xff")
    chunk.stream_seq = pair.sctp._outbound_stream_seq.get(pair.channel.id, 0)
    chunk.protocol = 51  # text
    return chunk


def far(pair: Pair) -> Chunk:
    return data(pair.sctp._local_tsn + 100_000, FIRST | LAST, stream=pair.channel.id)


@pytest.mark.parametrize(
    ("make", "wrong"),
    [
        (foreign, Wrong.FOREIGN),
        (reopening, Wrong.FOREIGN),
        (reopening_in_part, Wrong.FOREIGN),
        (unordered, Wrong.GARBLED),
        (empty, Wrong.GARBLED),
        (skipping, Wrong.GARBLED),
        (huge_gaps, Wrong.GARBLED),
        (backward_gaps, Wrong.GARBLED),
        (unsent, Wrong.GARBLED),
        (endless, Wrong.GARBLED),
        (broken_text, Wrong.GARBLED),
        (far, Wrong.GARBLED),
    ],
)
def test_what_no_browser_sends_is_reported_at_once(make: Callable[[Pair], Chunk], wrong: Wrong) -> None:
    """One packet is enough; it costs next to nothing, and the task that reads for this viewer goes on."""

    @on_loop
    async def check() -> None:
        async with pair() as here:
            await asyncio.sleep(0.1)
            began = time.thread_time()
            await here.sctp._send_chunk(make(here))
            await until(lambda: bool(here.wrong))
            assert here.wrong == [wrong]
            assert time.thread_time() - began < 0.5
            assert not here.ours.sctp.transport._task.done()  # type: ignore[union-attr]

    check()


@on_loop
async def test_a_channel_of_the_pages_own_is_foreign() -> None:
    """All that are needed are ours."""
    async with pair() as here:
        here.theirs.createDataChannel("mine")
        await until(lambda: here.wrong == [Wrong.FOREIGN])


@given(
    st.lists(st.integers(1, 4), min_size=1, max_size=8),
    st.randoms(use_true_random=False),
    st.integers(0, 2**32 - 1),
)
def test_a_stream_pops_what_aiortc_s_would(sizes: list[int], chance: random.Random, start: int) -> None:
    """Messages of several fragments, which come in any order, over the wrap of the numbers, too."""
    chunks: list[DataChunk] = []
    for seq, size in enumerate(sizes):
        for at in range(size):
            flags = (FIRST if at == 0 else 0) | (LAST if at == size - 1 else 0)
            chunks.append(data(start + len(chunks), flags, seq, bytes([len(chunks)])))
    chance.shuffle(chunks)
    theirs, ours = InboundStream(), OrderedStream()
    for chunk in chunks:
        popped = []
        for stream in (theirs, ours):
            stream.add_chunk(chunk)
            popped.append(list(stream.pop_messages()))
        assert popped[0] == popped[1]
    assert ours.reassembly == []
    assert ours.unfinished == 0


def test_a_message_that_begins_inside_another_is_refused() -> None:
    """Else each one put before could make all after it be walked again."""
    stream = OrderedStream()
    for chunk in (data(5, FIRST), data(6, FIRST)):
        stream.add_chunk(chunk)
    with pytest.raises(module._Stop):
        list(stream.pop_messages())


@given(st.binary(max_size=300))
def test_no_packet_breaks_the_count(body: bytes) -> None:
    """Any bytes: a number or None, after a few steps."""
    assert (work_of(bytes(12) + body) or 0) >= 0


def test_the_work_of_a_packet() -> None:
    """Data is cheap; what must be answered is not; lengths that make no sense have no number."""
    assert work_of(serialize_packet(1, 2, 3, data(1, FIRST))) == 20
    sack = SackChunk()
    sack.cumulative_tsn = sack.advertised_rwnd = 5
    assert work_of(serialize_packet(1, 2, 3, sack), 800) == 20 + 100
    sack.gaps = [(2, 3)]
    assert work_of(serialize_packet(1, 2, 3, sack), 800) == 20 + 1600
    beat = HeartbeatChunk()
    beat.params.append((1, b"abcd"))
    packet = serialize_packet(1, 2, 3, beat)
    assert work_of(packet) == 400
    assert work_of(packet[:-1]) is None
    assert work_of(bytes(12) + struct.pack("!BBH", 4, 0, 3)) is None
    assert work_of(bytes(12) + struct.pack("!BBHHH", 4, 0, 8, 1, 3)) is None
