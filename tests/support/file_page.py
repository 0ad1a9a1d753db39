"""A page that moves files, played by aiortc: two real connections in one process, and a desk at the other end."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TypeVar

import msgspec
from aiortc import RTCDataChannel, RTCPeerConnection

from tests.support.aio import until
from vb.files.desk import FileDesk
from vb.files.limits import MIB, FileLimits
from vb.protocol import codec, files
from vb.protocol.limits import FILES_CHANNEL

M = TypeVar("M", bound=msgspec.Struct)
LIMITS = FileLimits(upload=2 * MIB, uploads=3 * MIB, downloads=4 * MIB, keep_s=600.0)
_decoder = msgspec.json.Decoder(files.ToPage)


class FilePage:
    """One person's page; ``heard`` keeps what the agent said, ``got`` the bytes of each transfer."""

    def __init__(self, peer_id: str) -> None:
        self.peer_id = peer_id
        self.heard: list[files.ToPage] = []
        self.got: dict[int, bytearray] = {}
        self.acks = True
        """Whether it tells how far it is."""
        self.channel: RTCDataChannel | None = None
        self._here = RTCPeerConnection()
        self._there = RTCPeerConnection()

    async def connect(self, desk: FileDesk) -> None:
        """Open the channel at ``desk``, as an agent does for a viewer."""
        desk.join(id(self), self.peer_id, self._there.createDataChannel(FILES_CHANNEL))
        self._here.on("datachannel", self._take)
        await self._there.setLocalDescription(await self._there.createOffer())
        await self._here.setRemoteDescription(self._there.localDescription)
        await self._here.setLocalDescription(await self._here.createAnswer())
        await self._there.setRemoteDescription(self._here.localDescription)
        await until(lambda: self.channel is not None and self.channel.readyState == "open")

    async def close(self) -> None:
        """Hang up."""
        await self._there.close()
        await self._here.close()

    def say(self, message: files.FromPage) -> None:
        """A control message."""
        self.put(codec.encode(message))

    def put(self, frame: str | bytes) -> None:
        """Any frame."""
        assert self.channel is not None
        self.channel.send(frame)

    def push(self, transfer: int, data: bytes) -> None:
        """All pieces of a file at once."""
        for at in range(0, len(data), files.PIECE_BYTES):
            self.put(files.piece(transfer, data[at : at + files.PIECE_BYTES]))

    async def hears(self, kind: type[M], limit_s: float = 5.0, **fields: object) -> M:
        """The first message of this class with these fields that has come or comes."""
        found: list[M] = []

        def there() -> bool:
            found[:] = [
                message
                for message in self.heard
                if isinstance(message, kind) and all(getattr(message, k) == v for k, v in fields.items())
            ]
            return bool(found)

        try:
            await until(there, limit_s)
        except TimeoutError:
            raise AssertionError(f"no {kind.__name__} {fields}; heard {self.heard}") from None
        return found[0]

    @property
    def state(self) -> files.State:
        """What the page was told last."""
        return next(message for message in reversed(self.heard) if isinstance(message, files.State))

    def _take(self, channel: RTCDataChannel) -> None:
        self.channel = channel
        channel.on("message", self._hear)

    def _hear(self, data: str | bytes) -> None:
        if isinstance(data, str):
            self.heard.append(_decoder.decode(data))
            return
        transfer, body = files.read_piece(data)
        self.got.setdefault(transfer, bytearray()).extend(body)
        if self.acks:
            self.say(files.Ack(id=transfer, got=len(self.got[transfer])))


class Office:
    """A desk over ``home`` and the pages that have come to it."""

    def __init__(self, home: Path, limits: FileLimits) -> None:
        self.home = home
        self.desk = FileDesk(home, limits)
        self.pages: list[FilePage] = []

    @property
    def uploads(self) -> Path:
        return self.home / "Uploads"

    @property
    def downloads(self) -> Path:
        return self.home / "Downloads"

    async def page(self, peer_id: str) -> FilePage:
        """Somebody comes."""
        page = FilePage(peer_id)
        self.pages.append(page)
        await page.connect(self.desk)
        return page


@asynccontextmanager
async def office(home: Path, limits: FileLimits = LIMITS) -> AsyncIterator[Office]:
    """A desk for the time of the block."""
    made = Office(home, limits)
    try:
        yield made
    finally:
        await made.desk.close()
        for page in made.pages:
            await page.close()
