"""What one viewer is sent of the picture: the tier that it chose, or the best that its path carries.

A change takes effect at the new tier's keyframe, without negotiation: timestamps and sequence numbers go on.
"""

from collections.abc import Callable, Mapping
from typing import Protocol

from vb.media.fanout import Subscription
from vb.media.frames import VideoCodec
from vb.media.tiers import PICTURES, Shape
from vb.media.tracks import ReadyTrack
from vb.protocol.view import Quality, TierName, TierNow


class Pictures(Protocol):
    """Where tiers come from: ``vb.media.picture.Picture``."""

    @property
    def shapes(self) -> Mapping[TierName, Shape]:
        """What each tier is like at present."""
        ...

    def subscribe(self, codec: VideoCodec, tier: TierName) -> Subscription:
        """A viewer's own copy of a tier."""
        ...


class Watching:
    """Keeps ``track`` bound to the right tier; ``tell`` is called with each change."""

    def __init__(self, track: ReadyTrack, pictures: Pictures, tell: Callable[[TierNow], object]) -> None:
        self._track = track
        self._pictures = pictures
        self._tell = tell
        self._codec: VideoCodec | None = None
        self._fitting: TierName = "best"
        self.choice: Quality = "auto"
        self.tier: TierName = "none"

    def begin(self, codec: VideoCodec) -> None:
        """The viewer can receive: send it its tier."""
        self._codec = codec
        self._settle()

    def choose(self, choice: Quality) -> None:
        """By hand."""
        self.choice = choice
        self._settle()

    def fits(self, tier: TierName) -> None:
        """The best tier that the viewer's path carries; matters while the choice is ``auto``."""
        self._fitting = tier
        self._settle()

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

    def _settle(self) -> None:
        wanted: TierName = self._fitting if self.choice == "auto" else self.choice
        if self._codec is None or wanted == self.tier:
            return
        self.tier = wanted
        if wanted in PICTURES:
            self._track.bind(self._pictures.subscribe(self._codec, wanted))
        else:
            self._track.rest()
        self._tell(self.now())
