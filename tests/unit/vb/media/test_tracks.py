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
