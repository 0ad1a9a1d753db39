"""Tiers without a screen: a fan-out for each, which a test fills."""

from collections.abc import Callable

from vb.media.fanout import Fanout, Subscription
from vb.media.frames import VideoCodec
from vb.media.tiers import ladder
from vb.protocol.view import TierName


class Tiers:
    """``asked(newcomer)`` is called for each keyframe that one of them needs."""

    def __init__(self, asked: Callable[[bool], None]) -> None:
        self.shapes = {shape.name: shape for shape in ladder(1280, 720, 30)}
        self.fanouts = {
            (codec, name): Fanout(on_keyframe=asked) for codec in VideoCodec for name in self.shapes
        }

    def subscribe(self, codec: VideoCodec, tier: TierName) -> Subscription:
        """As a picture does."""
        return self.fanouts[codec, tier].subscribe()

    def rate_bps(self, codec: VideoCodec, tier: TierName) -> float:
        """Half of the most."""
        return 0.5 * self.shapes[tier].bitrate_bps
