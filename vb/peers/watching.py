"""What one viewer is sent of the picture: the tier that it chose, or the best that its path carries.

A change takes effect at the new tier's keyframe, without negotiation: timestamps and sequence numbers go on.
"""

import time
from collections.abc import Callable, Mapping
from typing import Protocol

from vb.bucket import Bucket
from vb.media.fanout import Subscription
from vb.media.frames import VideoCodec
from vb.media.pacing import Pace
from vb.media.tiers import PICTURES, Shape
from vb.media.tracks import ReadyTrack
from vb.peers.fitting import Fit, Report, carried_bps, padding_bps, step, watchful
from vb.protocol.view import Quality, TierName, TierNow

CHOICES_PER_S = 1.0
CHOICES_AT_ONCE = 6.0
"""How many choices are followed: each may cost the others of a tier a keyframe, or begin an encoder."""


class Pictures(Protocol):
    """Where tiers come from: ``vb.media.picture.Picture``."""

    @property
    def shapes(self) -> Mapping[TierName, Shape]:
        """What each tier is like at present."""
        ...

    def subscribe(self, codec: VideoCodec, tier: TierName) -> Subscription:
        """A viewer's own copy of a tier."""
        ...

    def rate_bps(self, codec: VideoCodec, tier: TierName) -> float:
        """What a tier takes at present, in bits per second."""
        ...


class Watching:
    """Keeps ``track`` bound to the right tier; ``tell`` is called with each change."""

    def __init__(self, track: ReadyTrack, pictures: Pictures, tell: Callable[[TierNow], object]) -> None:
        self._track = track
        self._pictures = pictures
        self._tell = tell
        self._codec: VideoCodec | None = None
        self._fit = Fit()
        self._choices = Bucket(CHOICES_PER_S, CHOICES_AT_ONCE)
        self._wish: Quality = "auto"
        self.choice: Quality = "auto"
        self.tier: TierName = "none"

    def begin(self, codec: VideoCodec) -> None:
        """The viewer can receive: send it its tier."""
        self._codec = codec
        self._settle()

    def choose(self, choice: Quality) -> None:
        """By hand. What comes too fast is followed a little later (``heard``), and only the last of it."""
        self._wish = choice
        self._grant()

    def heard(self, report: Report) -> float:
        """How the viewer's path stands, which matters while the choice is ``auto``.

        Returns what to add to the stream from now on to find out whether it carries more, in bits per second.
        """
        self._grant()
        if self._codec is None or self.choice != "auto":
            return 0.0
        rates = [self._pictures.rate_bps(self._codec, name) for name in PICTURES]
        self._fit = step(self._fit, report, rates)
        if report.now < self._fit.clear_at:
            self._track.rest()
            self.tier = "none"
        else:
            self._settle()
        return padding_bps(self._fit, rates, report.now)

    def watchful(self, report: Report) -> bool:
        """Whether the path's round trip is worth asking for now."""
        return self.choice == "auto" and watchful(self._fit, report)

    @property
    def least_rtt_s(self) -> float | None:
        """The path's round trip without a queue, in seconds, if known."""
        return self._fit.least_rtt_s

    def pace(self) -> Pace | None:
        """For the frames of its tier."""
        shape = self._pictures.shapes.get(self.tier)
        if shape is None:
            return None
        carried = carried_bps(self._fit, time.monotonic())
        return Pace(shape.bitrate_bps, shape.fps, self._fit.estimate_bps, carried)

    def now(self) -> TierNow:
        """For the page."""
        shape = self._pictures.shapes.get(self.tier)
        if shape is None:
            return TierNow(tier=self.tier, width=0, height=0, fps=0, kbit_s=0)
        return TierNow(
            tier=self.tier,
            width=shape.width,
            height=shape.height,
            fps=shape.fps,
            kbit_s=round(shape.bitrate_bps / 1000),
        )

    def resized(self) -> None:
        """The shapes have changed: tell the page."""
        self._tell(self.now())

    def _grant(self) -> None:
        if self._wish != self.choice and self._choices.take(time.monotonic()):
            self.choice = self._wish
            self._settle()

    def _settle(self) -> None:
        wanted: TierName = PICTURES[self._fit.tier] if self.choice == "auto" else self.choice
        if self._codec is None or wanted == self.tier:
            return
        self.tier = wanted
        if wanted in PICTURES:
            self._track.bind(self._pictures.subscribe(self._codec, wanted))
        else:
            self._track.rest()
        self._tell(self.now())
