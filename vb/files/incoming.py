"""One file on its way from a page into Uploads."""

from vb.files.folder import NewFile
from vb.protocol.files import ACK_EVERY_BYTES


class Overrun(Exception):
    """More bytes came than were announced."""

    def __str__(self) -> str:
        return "more came than was announced"


class Incoming:
    """``size`` bytes are to come for ``name``. ``moved_at`` is when the last did, monotonic seconds."""

    def __init__(self, file: NewFile, name: str, size: int, now: float) -> None:
        self._file = file
        self.name = name
        self.size = size
        self.moved_at = now
        self._told = 0

    @property
    def got(self) -> int:
        """Bytes so far."""
        return self._file.written

    @property
    def left(self) -> int:
        """Bytes that are still to come."""
        return self.size - self._file.written

    def take(self, data: bytes, now: float) -> bool:
        """Store a piece. True when the page should be told how far it is.

        Raises:
            Overrun: it is more than was announced.
            OSError: the folder is full.
        """
        if len(data) > self.left:
            raise Overrun
        self._file.write(data)  # into memory: takes microseconds
        self.moved_at = now
        if self.got - self._told < ACK_EVERY_BYTES and self.left:
            return False
        self._told = self.got
        return True

    def keep(self) -> str:
        """All has come: the name that the file got. Raises: OSError."""
        return self._file.keep(self.name)

    def drop(self) -> None:
        """Leave nothing behind. Idempotent."""
        self._file.drop()
