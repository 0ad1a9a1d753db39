"""aiortc tracks that hand ready frames to a sender. See ``aiortc_hooks`` for what makes it take them."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from aiortc.mediastreams import MediaStreamError, MediaStreamTrack

from vb.media.fanout import Subscription
from vb.media.frames import EncodedFrame


class ReadyTrack(MediaStreamTrack):
    """A track whose ``recv`` gives ``EncodedFrame``s from the subscription that is bound to it.

    The offer is made before the codec is known, so a track exists before its subscription. Another one may
    follow: the viewer then goes on with the first until the second has its keyframe, and notices nothing.
    """

    def __init__(self, kind: str) -> None:
        self.kind = kind
        super().__init__()
        self._present: Subscription | None = None
        self._coming: Subscription | None = None
        self._waiter: asyncio.Future[EncodedFrame | None] | None = None
        self._last = -1
        self.at_once: Callable[[EncodedFrame], bool] = lambda frame: False
        """Offered each frame that ``recv`` waits for; where it says True the frame is done with. It saves a
        turn of the event loop for each frame and viewer."""

    def bind(self, subscription: Subscription) -> None:
        """Frames come from ``subscription`` from its first one on; the track closes it when it is done."""
        if self.readyState == "ended":
            subscription.close()
            return
        if self._coming is not None:
            self._coming.close()
        self._coming = subscription
        subscription.on_news = self._wake
        self._wake()

    def rest(self) -> None:
        """Give no more frames until something is bound again."""
        given_back = (self._present, self._coming)
        self._present = self._coming = None
        for subscription in given_back:
            if subscription is not None:
                subscription.close()

    def need_keyframe(self) -> None:
        """The viewer asks for a keyframe; of the tier that it moves to, when it does."""
        subscription = self._coming or self._present
        if subscription is not None:
            subscription.need_keyframe()

    async def recv(self) -> Any:
        """The next ``EncodedFrame``. One reader only. Timestamps grow, whatever they come from.

        Raises:
            MediaStreamError: the track has ended.
        """
        while self.readyState != "ended":
            frame = self._next()
            if frame is not None:
                return frame
            self._waiter = asyncio.get_running_loop().create_future()
            try:
                frame = await self._waiter
            finally:
                self._waiter = None
            if frame is not None:
                return frame
        raise MediaStreamError

    def stop(self) -> None:
        """End the track and its subscriptions. Idempotent."""
        super().stop()
        self.rest()
        self._wake()

    def _next(self) -> EncodedFrame | None:
        if self._coming is not None and self._coming.ready:
            left, self._present, self._coming = self._present, self._coming, None
            if left is not None:
                left.on_news = lambda: None  # it would wake us in the midst of this
                left.close()
        if self._present is None or not self._present.ready:
            return None
        frame = self._present.take()
        if frame.timestamp <= self._last:  # the same moment was already shown in the other tier
            frame = replace(frame, timestamp=self._last + 1)
        self._last = frame.timestamp
        return frame

    def _wake(self) -> None:
        if self._waiter is None or self._waiter.done():
            return
        if self.readyState == "ended":
            self._waiter.set_result(None)
            return
        while (frame := self._next()) is not None:
            if not self.at_once(frame):
                self._waiter.set_result(frame)
                return
