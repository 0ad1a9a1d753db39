"""The files channel of one page: reads what it says, keeps its transfers, and tells it things."""

import asyncio
import logging
import time
from collections import Counter
from collections.abc import Callable

from aiortc import RTCDataChannel

from vb.bucket import Bucket
from vb.files import limits
from vb.files.incoming import Incoming, Overrun
from vb.files.outgoing import QUEUE_BYTES, Changed, Outgoing
from vb.protocol import codec, files
from vb.protocol.codec import ProtocolError

MESSAGES_PER_S = 100.0
MESSAGES_AT_ONCE = 400.0
FLOOD = 2000
"""Dropped frames after which the channel is closed: no page in order comes near."""
STALLED_S = 30.0
MAX_UNSENT_BYTES = 1024 * 1024
_log = logging.getLogger("vb.files")


class Line:
    """One page's channel. ``on_message`` gets what asks for something and cancels (not acks and pieces, which
    are done here), ``on_open`` is called when the page can be told something, ``on_stored`` when an upload
    is whole."""

    def __init__(
        self,
        peer_id: str,
        channel: RTCDataChannel,
        *,
        on_message: Callable[["Line", files.FromPage], None],
        on_open: Callable[["Line"], None],
        on_stored: Callable[[], None],
    ) -> None:
        self.peer_id = peer_id
        self.told: files.State | None = None
        self.dropped: Counter[str] = Counter()
        self._channel = channel
        self._on_message = on_message
        self._on_stored = on_stored
        self._bucket = Bucket(MESSAGES_PER_S, MESSAGES_AT_ONCE)
        self._incoming: dict[int, Incoming] = {}
        self._outgoing: dict[int, Outgoing] = {}
        self._tasks: dict[int, asyncio.Task[None]] = {}
        channel.bufferedAmountLowThreshold = QUEUE_BYTES // 2
        channel.on("message", self.heard)
        channel.on("bufferedamountlow", self._wake)
        channel.on("open", lambda: on_open(self))
        channel.on("close", lambda: self.stop_all(""))

    def tell(self, message: files.ToPage) -> bool:
        """Say something; False when it cannot be said now, or the page does not read."""
        if self._channel.readyState != "open" or self._channel.bufferedAmount > MAX_UNSENT_BYTES:
            return False
        self._channel.send(codec.encode(message))
        return True

    def heard(self, data: str | bytes) -> None:
        """A frame came. Whatever it is, nothing is raised: what is wrong or too much is dropped and
        counted."""
        if sum(self.dropped.values()) > FLOOD:
            return
        if isinstance(data, bytes):
            self._piece(data)
            return
        if not self._bucket.take(time.monotonic()):
            self._drop("too_often")
            return
        try:
            message = codec.decode_files(data)
        except ProtocolError:
            self._drop("garbage")
            return
        match message:
            case files.Ack(id=transfer, got=got):
                outgoing = self._outgoing.get(transfer)
                if outgoing is None or not outgoing.ack(got):
                    self._drop("ack")
            case files.Cancel(id=transfer):
                self.stop(transfer, "")
                self._on_message(self, message)
            case _:
                self._on_message(self, message)

    # transfers

    def why_not(self, transfer: int) -> str:
        """A sentence if no transfer with this number may begin now; else empty."""
        if transfer in self._incoming or transfer in self._outgoing:
            return limits.IN_USE
        if len(self._incoming) + len(self._outgoing) >= files.MAX_TRANSFERS:
            return limits.TOO_MANY
        return ""

    def expected(self) -> int:
        """Bytes of running uploads that are still to come."""
        return sum(incoming.left for incoming in self._incoming.values())

    @property
    def receiving(self) -> int:
        """How many uploads are running."""
        return len(self._incoming)

    def receive(self, transfer: int, incoming: Incoming) -> None:
        """Begin an upload."""
        self._incoming[transfer] = incoming
        self.tell(files.Go(id=transfer, name=incoming.name, size=incoming.size))
        self._finish_if_whole(transfer, incoming)

    def send(self, transfer: int, name: str, make: Callable[[RTCDataChannel], Outgoing]) -> None:
        """Begin a download."""
        outgoing = self._outgoing[transfer] = make(self._channel)
        self.tell(files.Go(id=transfer, name=name, size=outgoing.size))
        self._tasks[transfer] = asyncio.create_task(
            self._sending(transfer, outgoing), name=f"file {self.peer_id}"
        )

    def stop(self, transfer: int, sentence: str) -> None:
        """End a transfer early; the page is told ``sentence`` unless it is empty. Nothing is left of an
        upload."""
        incoming = self._incoming.pop(transfer, None)
        if incoming is not None:
            incoming.drop()
        outgoing = self._outgoing.pop(transfer, None)
        task = self._tasks.pop(transfer, None)
        if task is not None:
            task.cancel()
        if sentence and (incoming or outgoing):
            self.tell(files.Stopped(id=transfer, message=sentence))

    def stop_all(self, sentence: str) -> None:
        """End all transfers early."""
        for transfer in (*self._incoming, *self._outgoing):
            self.stop(transfer, sentence)

    def tick(self, now: float) -> None:
        """End what has not moved for long. ``now`` in monotonic seconds."""
        moved = {transfer: each.moved_at for transfer, each in self._incoming.items()}
        moved |= {transfer: each.moved_at for transfer, each in self._outgoing.items()}
        for transfer, at in moved.items():
            if now - at > STALLED_S:
                self.stop(transfer, limits.STALLED)

    def _piece(self, data: bytes) -> None:
        try:
            transfer, body = files.read_piece(data)
        except files.PieceError:
            self._drop("piece")
            return
        incoming = self._incoming.get(transfer)
        if incoming is None:
            self._drop("stray")  # of a transfer that was stopped, for one
            return
        try:
            tell = incoming.take(body, time.monotonic())
        except Overrun:
            self.stop(transfer, limits.BROKEN)
        except OSError as error:
            _log.warning("an upload could not be stored: %s", error)
            self.stop(transfer, limits.NO_DISK)
        else:
            if tell:
                self.tell(files.Ack(id=transfer, got=incoming.got))
            self._finish_if_whole(transfer, incoming)

    def _finish_if_whole(self, transfer: int, incoming: Incoming) -> None:
        if incoming.left:
            return
        try:
            name = incoming.keep()
        except OSError as error:
            _log.warning("an upload could not be named: %s", error)
            self.stop(transfer, limits.NO_DISK)
            return
        del self._incoming[transfer]
        self.tell(files.Done(id=transfer, name=name))
        self._on_stored()

    async def _sending(self, transfer: int, outgoing: Outgoing) -> None:
        try:
            await outgoing.run()
        except (Changed, ConnectionError, OSError) as error:
            _log.info("a download was not sent whole: %s", error)
            self._tasks.pop(transfer, None)
            self.stop(transfer, limits.BROKEN)
        else:
            self._tasks.pop(transfer, None)
            self._outgoing.pop(transfer, None)

    def _wake(self) -> None:
        for outgoing in self._outgoing.values():
            outgoing.wake()

    def _drop(self, why: str) -> None:
        self.dropped[why] += 1
        if sum(self.dropped.values()) > FLOOD:
            _log.warning("files: %s floods (%s): its channel is closed", self.peer_id, dict(self.dropped))
            self.stop_all("")
            self._channel.close()
