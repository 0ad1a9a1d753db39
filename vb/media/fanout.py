"""One encoder's output to many viewers. Each has a short queue; a slow one loses pictures, alone.

Runs on one event loop and is not thread-safe. A viewer that has just come, or that was dropped,
waits for the next keyframe, which it asks for.
"""

import asyncio
import time
from collections import deque
from collections.abc import Callable

from vb.media.frames import EncodedFrame
from vb.media.rates import Rate
from vb.media.timing import StillPatience


class Ended(Exception):
    """The subscription was closed: nothing more will come."""

    def __str__(self) -> str:
        return "the subscription has ended"


class Subscription:
    """One viewer's end of a fan-out. Made by ``Fanout.subscribe``."""

    def __init__(self, fanout: "Fanout", limit: int, supersede: bool) -> None:
        self._supersede = supersede
        self._patience = StillPatience()
        self._fanout = fanout
        self._limit = limit
        self._queue: deque[EncodedFrame] = deque()
        self._waiter: asyncio.Future[None] | None = None
        self._closed = False
        self.on_news: Callable[[], None] = lambda: None
        """Called when there is a frame to ``take``, and when the subscription was closed."""
        self.in_lobby = True
        self.delivered = 0
        self.dropped = 0

    async def get(self) -> EncodedFrame:
        """The next frame, in order. One reader only.

        Raises:
            Ended: the subscription was closed.
        """
        while not self._queue:
            if self._closed:
                raise Ended
            self._waiter = asyncio.get_running_loop().create_future()
            try:
                await self._waiter
            finally:
                self._waiter = None
        return self.take()

    @property
    def ready(self) -> bool:
        """Whether there is a frame to ``take``."""
        return bool(self._queue)

    def take(self) -> EncodedFrame:
        """The next frame, if ``ready``."""
        self.delivered += 1
        self._patience.sent(time.monotonic())
        return self._queue.popleft()

    def need_keyframe(self) -> None:
        """The viewer asks for a keyframe. Passed over when it only wonders why nothing moves."""
        if not self._patience.needless(time.monotonic()):
            self._fanout.keyframe_wanted(newcomer=False)

    def close(self) -> None:
        """Leave. Idempotent; wakes the reader."""
        if not self._closed:
            self._closed = True
            self._queue.clear()
            self._fanout.left(self)
            self._wake()

    def offer(self, frame: EncodedFrame) -> None:
        """Take a frame if it is of use to this viewer. Called by the fan-out."""
        if self._closed:
            return
        if self.in_lobby:
            if not frame.keyframe:
                return
            self.in_lobby = False
        if frame.keyframe and self._supersede:
            self.dropped += len(self._queue)
            self._queue.clear()
        if len(self._queue) >= self._limit:
            self.dropped += len(self._queue)
            self._queue.clear()
            if not frame.keyframe:
                self.dropped += 1
                self.in_lobby = True
                self._fanout.keyframe_wanted(newcomer=False)
                return
        self._queue.append(frame)
        self._wake()

    def _wake(self) -> None:
        self.on_news()
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)


class Fanout:
    """Copies each frame to every subscription.

    ``on_first`` is called when the first viewer comes, ``on_last`` when the last has left,
    ``on_keyframe(newcomer)`` when one needs a keyframe. With ``supersede``, a keyframe takes the place of
    whatever has not been fetched yet.
    """

    def __init__(
        self,
        *,
        on_first: Callable[[], None] = lambda: None,
        on_last: Callable[[], None] = lambda: None,
        on_keyframe: Callable[[bool], None] = lambda newcomer: None,
        limit: int = 30,
        supersede: bool = False,
    ) -> None:
        self._on_first = on_first
        self._on_last = on_last
        self._on_keyframe = on_keyframe
        self._limit = limit
        self._supersede = supersede
        self._subscriptions: list[Subscription] = []
        self._rate = Rate(2.0)

    def __len__(self) -> int:
        return len(self._subscriptions)

    def subscribe(self) -> Subscription:
        """A new viewer; its first frame is a keyframe."""
        subscription = Subscription(self, self._limit, self._supersede)
        self._subscriptions.append(subscription)
        if len(self._subscriptions) == 1:
            self._on_first()
        self._on_keyframe(True)
        return subscription

    def publish(self, frame: EncodedFrame) -> None:
        """Hand ``frame`` to everyone; never waits."""
        self._rate.add(time.monotonic(), frame.size_bytes)
        for subscription in tuple(self._subscriptions):  # one that takes a frame may give another back
            subscription.offer(frame)

    def rate_bps(self) -> float:
        """What its stream took in the last two seconds, in bits per second."""
        return 8 * self._rate.per_s(time.monotonic())

    def keyframe_wanted(self, *, newcomer: bool) -> None:
        """Somebody needs a keyframe."""
        self._on_keyframe(newcomer)

    def left(self, subscription: Subscription) -> None:
        """A subscription was closed. Called by it."""
        if subscription in self._subscriptions:
            self._subscriptions.remove(subscription)
            if not self._subscriptions:
                self._on_last()
