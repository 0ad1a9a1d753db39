"""One encoder, many viewers: lobby, bounded queues, first and last."""

import asyncio

import pytest

from tests.support.aio import on_loop
from vb.media.fanout import Ended, Fanout
from vb.media.frames import EncodedFrame


def picture(number: int, *, key: bool = False) -> EncodedFrame:
    return EncodedFrame([bytes([number])], number, keyframe=key)


class Notes:
    """A fan-out and what it asked for."""

    def __init__(self, limit: int = 30) -> None:
        self.asked: list[str] = []
        self.fanout = Fanout(
            on_first=lambda: self.asked.append("first"),
            on_last=lambda: self.asked.append("last"),
            on_keyframe=lambda newcomer: self.asked.append("newcomer" if newcomer else "keyframe"),
            limit=limit,
        )


@on_loop
async def test_everyone_gets_every_frame_in_order() -> None:
    """Two viewers, the same frames."""
    fanout = Notes().fanout
    viewers = [fanout.subscribe(), fanout.subscribe()]
    frames = [picture(0, key=True), picture(1), picture(2)]
    for frame in frames:
        fanout.publish(frame)
    for viewer in viewers:
        assert [await viewer.get() for _ in frames] == frames
        assert viewer.delivered == 3


@on_loop
async def test_a_newcomer_waits_in_the_lobby_for_a_keyframe() -> None:
    """It asks for one, and gets nothing that it could not decode."""
    notes = Notes()
    viewer = notes.fanout.subscribe()
    assert notes.asked == ["first", "newcomer"]
    notes.fanout.publish(picture(1))
    assert viewer.in_lobby
    notes.fanout.publish(picture(2, key=True))
    assert (await viewer.get()).timestamp == 2
    assert not viewer.in_lobby


@on_loop
async def test_the_reader_waits_for_a_frame() -> None:
    """``get`` returns as soon as one is published."""
    fanout = Fanout()
    viewer = fanout.subscribe()
    reader = asyncio.create_task(viewer.get())
    await asyncio.sleep(0)
    fanout.publish(picture(5, key=True))
    assert (await reader).timestamp == 5


@on_loop
async def test_a_slow_viewer_loses_frames_alone() -> None:
    """Its queue is dropped up to the next keyframe, which it asks for; the others lose nothing."""
    notes = Notes(limit=2)
    slow, quick = notes.fanout.subscribe(), notes.fanout.subscribe()
    notes.asked.clear()
    for frame in (picture(0, key=True), picture(1), picture(2), picture(3)):
        notes.fanout.publish(frame)
        assert await quick.get() is frame
    assert notes.asked == ["keyframe"]
    assert slow.dropped == 3
    notes.fanout.publish(picture(4, key=True))
    assert (await slow.get()).timestamp == 4
    assert quick.dropped == 0


@on_loop
async def test_a_keyframe_that_comes_when_the_queue_is_full_starts_it_anew() -> None:
    """No need to ask for another."""
    notes = Notes(limit=1)
    viewer = notes.fanout.subscribe()
    notes.asked.clear()
    notes.fanout.publish(picture(0, key=True))
    notes.fanout.publish(picture(1, key=True))
    assert (await viewer.get()).timestamp == 1
    assert viewer.dropped == 1
    assert notes.asked == []


@on_loop
async def test_the_source_runs_from_the_first_viewer_to_the_last() -> None:
    """Told once each, again after everyone had left."""
    notes = Notes()
    one, two = notes.fanout.subscribe(), notes.fanout.subscribe()
    assert len(notes.fanout) == 2
    one.close()
    one.close()
    assert "last" not in notes.asked
    two.close()
    notes.fanout.subscribe()
    assert [word for word in notes.asked if word in ("first", "last")] == ["first", "last", "first"]


@on_loop
async def test_closing_ends_the_reader() -> None:
    """A waiting ``get`` raises, and so do later ones."""
    fanout = Fanout()
    viewer = fanout.subscribe()
    reader = asyncio.create_task(viewer.get())
    await asyncio.sleep(0)
    viewer.close()
    with pytest.raises(Ended, match="has ended"):
        await reader
    with pytest.raises(Ended):
        await viewer.get()


@on_loop
async def test_a_cancelled_reader_leaves_the_queue_whole() -> None:
    """The next ``get`` continues."""
    fanout = Fanout()
    viewer = fanout.subscribe()
    reader = asyncio.create_task(viewer.get())
    await asyncio.sleep(0)
    reader.cancel()
    await asyncio.gather(reader, return_exceptions=True)
    fanout.publish(picture(1, key=True))
    assert (await viewer.get()).timestamp == 1


@on_loop
async def test_a_viewer_may_ask_for_a_keyframe() -> None:
    """As after loss; it is not a newcomer."""
    notes = Notes()
    viewer = notes.fanout.subscribe()
    notes.fanout.publish(picture(0, key=True))
    await viewer.get()
    notes.asked.clear()
    viewer.need_keyframe()
    assert notes.asked == ["keyframe"]


@on_loop
async def test_a_viewer_that_only_wonders_makes_no_keyframe(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing has moved for a while, so nothing was sent."""
    now = 100.0
    monkeypatch.setattr("vb.media.fanout.time.monotonic", lambda: now)
    notes = Notes()
    viewer = notes.fanout.subscribe()
    notes.fanout.publish(picture(0, key=True))
    await viewer.get()
    notes.asked.clear()
    now = 103.0
    viewer.need_keyframe()
    assert notes.asked == []
    viewer.need_keyframe()
    assert notes.asked == ["keyframe"]


@on_loop
async def test_a_keyframe_takes_the_place_of_what_waits() -> None:
    """Where that is asked for: newest wins."""
    fanout, news = Fanout(supersede=True), []
    viewer = fanout.subscribe()
    viewer.on_news = lambda: news.append(viewer.ready)
    for frame in (picture(0, key=True), picture(1), picture(2, key=True), picture(3)):
        fanout.publish(frame)
    assert [(await viewer.get()).timestamp for _ in range(2)] == [2, 3]
    assert viewer.dropped == 2
    viewer.close()
    assert news == [True, True, True, True, False]


@on_loop
async def test_a_viewer_may_give_back_its_old_subscription_as_it_takes_a_frame() -> None:
    """Of the same fan-out, even: the others miss nothing, and what was given back takes nothing more."""
    fanout = Fanout()
    old, new, other = (fanout.subscribe() for _ in range(3))
    last = fanout.subscribe()

    def give_back() -> None:
        old.close()
        other.close()

    new.on_news = give_back
    fanout.publish(picture(0, key=True))
    assert (old.ready, new.ready, other.ready, last.ready) == (False, True, False, True)
    assert len(fanout) == 2
