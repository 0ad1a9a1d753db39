"""Tracks of ready frames."""

import asyncio

import pytest
from aiortc.mediastreams import MediaStreamError

from tests.support.aio import on_loop
from vb.media.fanout import Fanout
from vb.media.frames import EncodedFrame
from vb.media.tracks import ReadyTrack

FRAME = EncodedFrame([b"x"], 1, keyframe=True)


@on_loop
async def test_frames_flow_once_the_track_is_bound() -> None:
    """A reader that came earlier waits for the subscription, then for the frame."""
    fanout, track = Fanout(), ReadyTrack("video")
    reader = asyncio.create_task(track.recv())
    await asyncio.sleep(0)
    track.bind(fanout.subscribe())
    fanout.publish(FRAME)
    assert await reader is FRAME


@on_loop
async def test_stopping_gives_the_subscription_back() -> None:
    """The fan-out is left, and the reader told."""
    fanout, track = Fanout(), ReadyTrack("audio")
    track.bind(fanout.subscribe())
    reader = asyncio.create_task(track.recv())
    await asyncio.sleep(0)
    track.stop()
    track.stop()
    assert len(fanout) == 0
    with pytest.raises(MediaStreamError):
        await reader
    with pytest.raises(MediaStreamError):
        await track.recv()


@on_loop
async def test_a_track_that_ended_early_takes_no_subscription() -> None:
    """What is bound too late is given back at once."""
    fanout, track = Fanout(), ReadyTrack("video")
    track.stop()
    track.bind(fanout.subscribe())
    assert len(fanout) == 0


@on_loop
async def test_a_viewer_moves_on_at_a_keyframe_of_the_other_tier() -> None:
    """The first goes on until then; the same moment is not shown under the same timestamp."""
    one, two, track = Fanout(), Fanout(), ReadyTrack("video")
    track.bind(one.subscribe())
    one.publish(EncodedFrame([b"a"], 10, keyframe=True))
    assert (await track.recv()).payloads == [b"a"]
    track.bind(two.subscribe())
    two.publish(EncodedFrame([b"x"], 20, keyframe=False))
    one.publish(EncodedFrame([b"b"], 20, keyframe=False))
    assert (await track.recv()).payloads == [b"b"]
    two.publish(EncodedFrame([b"c"], 20, keyframe=True))
    moved = await track.recv()
    assert (moved.payloads, moved.timestamp) == ([b"c"], 21)
    assert (len(one), len(two)) == (0, 1)


@on_loop
async def test_the_last_of_several_moves_counts() -> None:
    """What was to come in between is given back; so is everything when the track rests."""
    fanouts, track = [Fanout() for _ in range(3)], ReadyTrack("video")
    for fanout in fanouts:
        track.bind(fanout.subscribe())
    assert [len(fanout) for fanout in fanouts] == [0, 0, 1]
    fanouts[2].publish(FRAME)
    assert await track.recv() is FRAME
    track.rest()
    assert len(fanouts[2]) == 0


@on_loop
async def test_keyframes_are_asked_of_the_tier_that_comes() -> None:
    """Nothing asks while nothing is bound."""
    asked: list[str] = []
    one = Fanout(on_keyframe=lambda newcomer: asked.append("one"))
    two = Fanout(on_keyframe=lambda newcomer: asked.append("two"))
    track = ReadyTrack("video")
    track.need_keyframe()
    track.bind(one.subscribe())
    track.bind(two.subscribe())
    asked.clear()
    track.need_keyframe()
    assert asked == ["two"]


@on_loop
async def test_what_can_be_done_at_once_does_not_wake_the_reader() -> None:
    """The first that cannot goes to the reader, in order; what nobody waits for is kept for it."""
    fanout, track = Fanout(), ReadyTrack("video")
    track.bind(fanout.subscribe())
    done: list[int] = []

    def at_once(frame: EncodedFrame) -> bool:
        if frame.timestamp != 3:
            done.append(frame.timestamp)
        return frame.timestamp != 3

    track.at_once = at_once
    frames = [EncodedFrame([b"x"], number, keyframe=True) for number in range(6)]
    fanout.publish(frames[0])
    assert await track.recv() is frames[0]
    reader = asyncio.create_task(track.recv())
    await asyncio.sleep(0)
    for frame in frames[1:5]:
        fanout.publish(frame)
    assert done == [1, 2]
    assert await reader is frames[3]
    assert await track.recv() is frames[4]
    reader = asyncio.create_task(track.recv())
    await asyncio.sleep(0)
    fanout.publish(frames[5])
    assert done == [1, 2, 5]
    track.stop()
    with pytest.raises(MediaStreamError):
        await reader


@on_loop
async def test_a_viewer_moves_on_without_its_reader_too() -> None:
    """Nothing of the other tier is lost where frames are dealt with at once."""
    one, two, track = Fanout(), Fanout(), ReadyTrack("video")
    done: list[int] = []

    def at_once(frame: EncodedFrame) -> bool:
        done.append(frame.timestamp)
        return True

    track.at_once = at_once
    track.bind(one.subscribe())
    reader = asyncio.create_task(track.recv())
    await asyncio.sleep(0)
    one.publish(EncodedFrame([b"a"], 1, keyframe=True))
    track.bind(two.subscribe())
    for number in range(2, 5):
        two.publish(EncodedFrame([b"b"], number, keyframe=number == 2))
    assert done == [1, 2, 3, 4]
    assert (len(one), len(two)) == (0, 1)
    track.stop()
    with pytest.raises(MediaStreamError):
        await reader


@on_loop
async def test_what_came_before_the_move_is_given_in_order() -> None:
    """One frame to the reader that waits, the other to the next: giving the old tier back wakes nobody."""
    one, two, track = Fanout(), Fanout(), ReadyTrack("video")
    track.bind(one.subscribe())
    one.publish(EncodedFrame([b"a"], 1, keyframe=True))
    assert (await track.recv()).timestamp == 1
    reader = asyncio.create_task(track.recv())
    await asyncio.sleep(0)
    coming = two.subscribe()
    for number in (2, 3):
        two.publish(EncodedFrame([b"b"], number, keyframe=number == 2))
    track.bind(coming)
    assert (await reader).timestamp == 2
    assert (await track.recv()).timestamp == 3
    assert (len(one), len(two)) == (0, 1)
