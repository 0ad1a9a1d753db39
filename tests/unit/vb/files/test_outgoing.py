"""A file on its way out, with faults that no test can make at a real channel."""

import asyncio
import io

import pytest

from tests.support.aio import on_loop, until
from vb.files.outgoing import QUEUE_BYTES, Changed, Outgoing
from vb.protocol.files import PIECE_BYTES, WINDOW_BYTES


class FakeChannel:
    """Takes notes; ``bufferedAmount`` and ``readyState`` are what the test says."""

    def __init__(self) -> None:
        self.bufferedAmount = 0
        self.readyState = "open"
        self.sent: list[bytes] = []

    def send(self, data: bytes) -> None:
        self.sent.append(data)


def outgoing(channel: FakeChannel, data: bytes, size: int | None = None) -> Outgoing:
    return Outgoing(channel, 1, io.BytesIO(data), len(data) if size is None else size)  # type: ignore[arg-type]


@on_loop
async def test_no_further_than_the_window() -> None:
    """Goes on when the page has said how far it is, and ends with the last of it."""
    channel = FakeChannel()
    one = outgoing(channel, bytes(WINDOW_BYTES + 100))
    task = asyncio.create_task(one.run())
    await until(lambda: one.sent >= WINDOW_BYTES)
    assert one.ack(PIECE_BYTES)
    await until(lambda: one.sent == one.size)
    assert not one.ack(one.size + 1)
    assert not one.ack(PIECE_BYTES - 1)
    assert one.ack(one.size)
    await task
    assert sum(len(frame) - 4 for frame in channel.sent) == one.size


@on_loop
async def test_waits_for_the_queue() -> None:
    """What waits in the connection holds it back."""
    channel = FakeChannel()
    channel.bufferedAmount = QUEUE_BYTES
    one = outgoing(channel, b"abc")
    task = asyncio.create_task(one.run())
    await asyncio.sleep(0.05)
    assert channel.sent == []
    channel.bufferedAmount = 0
    one.wake()
    await until(lambda: one.sent == 3)
    one.ack(3)
    await task


@on_loop
async def test_the_channel_closes() -> None:
    """It ends."""
    channel = FakeChannel()
    one = outgoing(channel, b"abc")
    task = asyncio.create_task(one.run())
    await until(lambda: one.sent == 3)
    channel.readyState = "closed"
    one.wake()
    with pytest.raises(ConnectionError):
        await task


@on_loop
async def test_the_file_became_shorter() -> None:
    """It ends, in words."""
    with pytest.raises(Changed, match="the file has changed"):
        await outgoing(FakeChannel(), b"abc", size=5).run()


@on_loop
async def test_an_empty_file_is_sent_at_once() -> None:
    """There is nothing to wait for."""
    await outgoing(FakeChannel(), b"").run()
