"""One file on its way from Downloads to a page, no faster than the page takes it."""

import asyncio
import time
from typing import BinaryIO

from aiortc import RTCDataChannel

from vb.protocol.files import PIECE_BYTES, WINDOW_BYTES, piece

QUEUE_BYTES = 64 * 1024
"""What may wait in the connection's own queue: what else is told to the page waits behind it."""


class Changed(Exception):
    """The file became shorter while it was read."""

    def __str__(self) -> str:
        return "the file has changed"


class Outgoing:
    """Sends ``size`` bytes of ``file`` as ``transfer`` by ``run``. ``moved_at``: when the page last took
    some."""

    def __init__(self, channel: RTCDataChannel, transfer: int, file: BinaryIO, size: int) -> None:
        self._channel = channel
        self._transfer = transfer
        self._file = file
        self.size = size
        self.sent = 0
        self.acked = 0
        self.moved_at = time.monotonic()
        self._go = asyncio.Event()

    async def run(self) -> None:
        """Until the page has all of it.

        Raises:
            Changed: there was less than ``size``.
            ConnectionError: the channel has closed.
        """
        try:
            while self.acked < self.size:
                self._go.clear()
                while self._may_send():
                    data = self._file.read(min(PIECE_BYTES, self.size - self.sent))
                    if not data:
                        raise Changed
                    self.sent += len(data)
                    self._channel.send(piece(self._transfer, data))
                    await asyncio.sleep(0)
                if self._channel.readyState != "open":
                    raise ConnectionError
                if self.acked < self.size:
                    await self._go.wait()
        finally:
            self._file.close()

    def wake(self) -> None:
        """The channel takes more, or has closed."""
        self._go.set()

    def ack(self, got: int) -> bool:
        """The page has ``got`` bytes; False when that cannot be."""
        if not self.acked <= got <= self.sent:
            return False
        self.acked = got
        self.moved_at = time.monotonic()
        self._go.set()
        return True

    def _may_send(self) -> bool:
        return (
            self.sent < self.size
            and self.sent - self.acked < WINDOW_BYTES
            and self._channel.readyState == "open"
            and self._channel.bufferedAmount < QUEUE_BYTES
        )
