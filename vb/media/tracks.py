"""aiortc tracks that hand ready frames to a sender. See ``aiortc_hooks`` for what makes it take them."""

import asyncio
from typing import Any

from aiortc.mediastreams import MediaStreamError, MediaStreamTrack

from vb.media.fanout import Ended, Subscription
from vb.media.frames import EncodedFrame


class ReadyTrack(MediaStreamTrack):
    """A track whose ``recv`` gives ``EncodedFrame``s from a subscription that is bound to it later.

    The offer is made before the codec is known, so a track exists before its subscription.
    """

    def __init__(self, kind: str) -> None:
        self.kind = kind
        super().__init__()
        self._subscription: asyncio.Future[Subscription] = asyncio.get_running_loop().create_future()

    def bind(self, subscription: Subscription) -> None:
        """From now on frames come from ``subscription``, which the track closes when it stops."""
        if self.readyState == "ended":
            subscription.close()
        else:
            self._subscription.set_result(subscription)

    async def recv(self) -> Any:
        """The next ``EncodedFrame``.

        Raises:
            MediaStreamError: the track has ended.
        """
        if self.readyState == "ended":
            raise MediaStreamError
        subscription = await asyncio.shield(self._subscription)
        try:
            frame: EncodedFrame = await subscription.get()
        except Ended as error:
            raise MediaStreamError from error
        return frame

    def stop(self) -> None:
        """End the track and its subscription. Idempotent."""
        super().stop()
        if self._subscription.done() and not self._subscription.cancelled():
            self._subscription.result().close()
        else:
            self._subscription.cancel()
