"""Which tier a viewer is sent."""

import asyncio
import time

import pytest

from tests.support.aio import on_loop
from tests.support.tiers import Tiers
from vb.media.frames import VideoCodec
from vb.media.pacing import Pace
from vb.media.tracks import ReadyTrack
from vb.peers.fitting import Report
from vb.peers.watching import CHOICES_AT_ONCE, CHOICES_PER_S, Watching
from vb.protocol.view import Quality, TierNow


class Seat:
    """A viewer's track, its tiers, and what it was told."""

    def __init__(self) -> None:
        self.keyframes = 0
        self.tiers = Tiers(self._keyframe)
        self.told: list[TierNow] = []
        self.watching = Watching(ReadyTrack("video"), self.tiers, self.told.append)

    def _keyframe(self, newcomer: bool) -> None:
        self.keyframes += 1

    @property
    def taken(self) -> list[str]:
        return [name for (_, name), fanout in self.tiers.fanouts.items() if len(fanout)]


@on_loop
async def test_nothing_is_taken_before_the_viewer_can_receive() -> None:
    """What it chose before counts from then on."""
    seat = Seat()
    seat.watching.choose("medium")
    assert (seat.taken, seat.told) == ([], [])
    assert seat.watching.now() == TierNow(tier="none", width=0, height=0, fps=0, kbit_s=0)
    seat.watching.begin(VideoCodec.H264)
    assert seat.taken == ["medium"]
    assert seat.told == [TierNow(tier="medium", width=854, height=480, fps=30, kbit_s=1200)]


@on_loop
async def test_the_path_decides_only_while_the_choice_is_auto() -> None:
    """A choice by hand stays; back in auto, what the path carried counts again."""
    seat = Seat()
    assert seat.watching.heard(bad(0.0)) == 0.0
    seat.watching.begin(VideoCodec.H264)
    seat.watching.heard(bad(1.0))
    seat.watching.heard(bad(1.5))
    seat.watching.choose("best")
    assert seat.watching.heard(bad(9.0)) == 0.0
    assert seat.watching.tier == "best"
    seat.watching.choose("auto")
    seat.watching.choose("auto")
    assert [told.tier for told in seat.told] == ["best", "low", "best", "low"]
    assert seat.taken == ["low"]


@on_loop
async def test_choosing_without_end_costs_the_others_little() -> None:
    """No keyframe for each of a page's choices; the last one counts, once there was a pause."""
    seat = Seat()
    seat.watching.begin(VideoCodec.H264)
    choices: tuple[Quality, ...] = ("low", "best")
    for number in range(101):
        seat.watching.choose(choices[number % 2])
    assert seat.keyframes <= 1 + CHOICES_AT_ONCE
    deadline = time.monotonic() + 3 / CHOICES_PER_S
    while seat.watching.tier != "low" and time.monotonic() < deadline:
        seat.watching.heard(good(time.monotonic()))
        await asyncio.sleep(0.05)
    assert (seat.watching.tier, seat.taken) == ("low", ["low"])


@on_loop
async def test_a_path_that_is_full_is_sent_no_picture_until_it_is_empty() -> None:
    """Then the tier that it carries, as slowly as it carries it; by hand there is no wait."""
    seat = Seat()
    seat.watching.begin(VideoCodec.H264)
    seat.watching.heard(bad(time.monotonic()))
    assert [seat.watching.tier, *seat.taken] == ["none"]
    assert seat.watching.watchful(good(time.monotonic()))
    seat.watching.heard(bad(time.monotonic() + 0.5))
    assert [seat.watching.tier, *seat.taken] == ["low", "low"]
    pace = seat.watching.pace()
    assert pace is not None
    assert pace.carried_bps == pytest.approx(400_000)
    seat.watching.choose("best")
    seat.watching.choose("auto")
    assert seat.taken == ["low"]
    assert [told.tier for told in seat.told] == ["best", "low", "best", "low"]


@on_loop
async def test_a_calm_path_is_probed_and_the_viewer_moves_up() -> None:
    """It is told what to add to the stream meanwhile."""
    seat = Seat()
    seat.watching.begin(VideoCodec.H264)
    seat.watching.heard(bad(1.0))
    padded = [seat.watching.heard(good(1.0 + 0.2 * number)) for number in range(1, 60)]
    assert max(padded) > 400_000
    assert seat.watching.least_rtt_s == 0.02
    assert [told.tier for told in seat.told] == ["best", "low", "medium", "best"]


@on_loop
async def test_frames_are_paced_by_the_tier() -> None:
    """Not at all while there is none."""
    seat = Seat()
    assert seat.watching.pace() is None
    seat.watching.choose("low")
    seat.watching.begin(VideoCodec.H264)
    assert seat.watching.pace() == Pace(380_000, 25)


def bad(now: float) -> Report:
    return Report(now, 2_000_000, 0.8)


def good(now: float) -> Report:
    return Report(now, 400_000, 0.0, 0.02)


@on_loop
async def test_a_page_is_told_when_the_shapes_change() -> None:
    """Though its tier does not."""
    seat = Seat()
    seat.watching.begin(VideoCodec.H264)
    seat.watching.resized()
    assert [told.tier for told in seat.told] == ["best", "best"]
