"""The sizes that people may give the shared screen, in one place: names on the wire, pixels behind them."""

from typing import Literal

ScreenName = Literal["1080p", "720p", "480p", "portrait"]

SCREENS: dict[ScreenName, tuple[int, int]] = {
    "1080p": (1920, 1080),
    "720p": (1280, 720),
    "480p": (854, 480),
    "portrait": (720, 1280),
}
"""Width and height in pixels; both even, because a picture's colours are stored for two by two pixels."""


def largest(width: int, height: int) -> tuple[int, int]:
    """What holds a screen of this size and each of ``SCREENS``: memory is set aside for so much."""
    widths, heights = zip(*SCREENS.values(), strict=True)
    return max(width, *widths), max(height, *heights)
