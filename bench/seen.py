"""What a viewer saw, from the moments at which pictures were presented. Pure: ms in, s out."""

from collections.abc import Sequence
from itertools import pairwise

STEADY_S = 0.1
STEADY_FRAMES = 10


def fps(moments_ms: Sequence[float]) -> float:
    """Pictures a second between the first and the last; 0 if there are not two."""
    if len(moments_ms) < 2:
        return 0.0
    return (len(moments_ms) - 1) * 1000 / (moments_ms[-1] - moments_ms[0])


def longest_freeze_s(moments_ms: Sequence[float]) -> float:
    """The longest time between two pictures."""
    return max((after - before for before, after in pairwise(moments_ms)), default=float("inf")) / 1000


def steady_after_s(moments_ms: Sequence[float], start_ms: float) -> float:
    """How long after ``start_ms`` ten pictures in a row begin that come without a pause; infinite: never."""
    run: list[float] = []
    for moment in (each for each in moments_ms if each >= start_ms):
        if run and moment - run[-1] > STEADY_S * 1000:
            run = []
        run.append(moment)
        if len(run) == STEADY_FRAMES:
            return (run[0] - start_ms) / 1000
    return float("inf")
