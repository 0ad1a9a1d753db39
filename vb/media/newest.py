"""A place for one thing between two threads: the newest wins, nothing queues."""

import threading
from typing import Generic, TypeVar

T = TypeVar("T")


class Newest(Generic[T]):
    """Thread-safe. ``put`` replaces what has not been taken yet; ``close`` wakes the taker for good."""

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self._value: T | None = None
        self._closed = False

    def put(self, value: T) -> None:
        """Leave ``value``; ignored once closed."""
        with self._condition:
            if not self._closed:
                self._value = value
                self._condition.notify()

    def take(self) -> T | None:
        """Wait for a value and take it away; None once closed."""
        with self._condition:
            while self._value is None and not self._closed:
                self._condition.wait()
            value, self._value = self._value, None
            return None if self._closed else value

    def close(self) -> None:
        """No more values. Idempotent."""
        with self._condition:
            self._closed = True
            self._value = None
            self._condition.notify_all()
