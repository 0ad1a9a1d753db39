"""The tiers of a picture: the screen at full size, at two thirds and at half of it, for three widths of path.

Pure. A tier is encoded once for all its viewers, and only while it has any (``vb.media.picture``).
"""

import math
from dataclasses import dataclass, field

from vb.media.encode import highest_bitrate_bps
from vb.protocol.view import TierName

PICTURES: tuple[TierName, ...] = ("best", "medium", "low")
"""The tiers with a picture, best first."""
MEDIUM_BPS = 1_200_000
LOW_BPS = 380_000
MEDIUM_FPS = 30
LOW_FPS = 25
_MEDIUM_PIXELS = 854 * 480
_LOW_PIXELS = 640 * 360


@dataclass(frozen=True, slots=True)
class Shape:
    """What a tier's pictures are like: pixels (both even), pictures a second and bits a second at most."""

    name: TierName
    width: int
    height: int
    fps: int
    bitrate_bps: int


def ladder(width: int, height: int, fps: int) -> tuple[Shape, ...]:
    """The shapes of a screen's tiers, in the order of ``PICTURES``.

    The lower ones keep the screen's proportions and have at most 2/3 and 1/2 of its width, and at most the
    pixels of 854x480 and 640x360; none takes more than half of what the one above it does.
    """
    best = highest_bitrate_bps(width, height, fps)
    medium_bps = min(MEDIUM_BPS, best // 2)
    low_bps = min(LOW_BPS, medium_bps // 2)
    return (
        Shape("best", width, height, fps, best),
        Shape("medium", *_fit(width, height, 2 / 3, _MEDIUM_PIXELS), min(fps, MEDIUM_FPS), medium_bps),
        Shape("low", *_fit(width, height, 1 / 2, _LOW_PIXELS), min(fps, LOW_FPS), low_bps),
    )


def _fit(width: int, height: int, share: float, pixels: int) -> tuple[int, int]:
    share = min(share, math.sqrt(pixels / (width * height)))
    return _even(width * share), _even(height * share)


def _even(value: float) -> int:
    return max(2, 2 * round(value / 2))


@dataclass(slots=True)
class Thinning:
    """Lets through ``fps`` pictures a second of a stream that has more, evenly."""

    fps: float
    _due: float = field(default=float("-inf"))

    def keep(self, now: float) -> bool:
        """Whether the picture taken at ``now`` (seconds) is one of them."""
        period = 1 / self.fps
        if now < self._due - period / 8:  # a picture that comes a little early is on time
            return False
        self._due = max(self._due + period, now + period / 2)
        return True
