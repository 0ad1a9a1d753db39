"""What lies in a folder for people to take: each file with an id, the unfinished apart, the old ones
deleted."""

import secrets
from dataclasses import dataclass, field

from vb.files.folder import UNFINISHED, Folder, Found
from vb.protocol.files import FileEntry

FULL_BYTES = 64 * 1024
"""With less than this left, an unfinished file that has stopped growing cannot be finished."""


@dataclass(slots=True)
class _Item:
    found: Found
    id: str = field(default_factory=lambda: secrets.token_hex(8))
    ready_at: float | None = None


@dataclass(frozen=True, slots=True)
class News:
    """What a look has found: names of files that are new, and of those whose time was over; whether an
    unfinished file is gone without having become a whole one, and how large it was."""

    ready: tuple[str, ...] = ()
    expired: tuple[str, ...] = ()
    broken_off: int = 0


class Shelf:
    """``watched``: others write into ``folder``, so that a file counts when it has not changed between two
    looks.

    ``keep_s``: seconds that a file stays, None for ever. Times are monotonic seconds.
    """

    def __init__(self, folder: Folder, *, watched: bool, keep_s: float | None = None) -> None:
        self.folder = folder
        self.arriving = 0
        self._watched = watched
        self._stuck = 0
        self._keep_s = keep_s
        self._items: dict[tuple[str, tuple[int, int]], _Item] = {}

    def look(self, now: float) -> News:
        """See what has changed since the last look."""
        there = self.folder.files()
        partial = [found for found in there if self._watched and found.name.endswith(UNFINISHED)]
        before, self.arriving = self.arriving, sum(found.size for found in partial)
        if self._cannot_grow(before):
            return self._give_up(there, partial)
        items = {
            (found.name, found.key): self._seen(found, now, alone=not partial)
            for found in there
            if found not in partial
        }
        ready = [item for item in items.values() if item.ready_at == now]
        came = bool(items.keys() - self._items.keys()) or bool(ready)
        self._items = items
        expired = [item for item in items.values() if self._is_over(item, now)]
        for item in expired:
            self.remove(item.id)
        broken_off = before if before and not self.arriving and not came else 0
        return News(tuple(i.found.name for i in ready), tuple(i.found.name for i in expired), broken_off)

    def entries(self, now: float) -> list[FileEntry]:
        """The files that can be taken, oldest first."""
        ready = [(item.ready_at, item) for item in self._items.values() if item.ready_at is not None]
        return [
            FileEntry(
                id=item.id,
                name=item.found.name,
                size=item.found.size,
                expires_in_s=None if self._keep_s is None else max(0, round(at + self._keep_s - now)),
            )
            for at, item in sorted(ready, key=lambda pair: pair[0])
        ]

    def get(self, file_id: str) -> Found | None:
        """The file with this id if it can be taken."""
        for item in self._items.values():
            if item.id == file_id and item.ready_at is not None:
                return item.found
        return None

    def remove(self, file_id: str) -> bool:
        """Delete the file with this id; False if there is none."""
        found = self.get(file_id)
        if found is None:
            return False
        self.folder.remove(found)
        del self._items[found.name, found.key]
        return True

    def used(self) -> int:
        """Bytes of all files, as of the last look."""
        return self.arriving + sum(item.found.size for item in self._items.values())

    def _seen(self, found: Found, now: float, *, alone: bool) -> _Item:
        known = self._items.get((found.name, found.key))
        if known is None or known.found != found:
            return _Item(found, ready_at=None if self._watched else now)
        # An empty file beside an unfinished one only keeps the name for it.
        if known.ready_at is None and (found.size or alone):
            known.ready_at = now
        return known

    def _cannot_grow(self, before: int) -> bool:
        """Whether the folder is full and what is unfinished has stood still for three looks: Firefox gave
        up."""
        still = 0 < self.arriving == before and self.folder.free() < FULL_BYTES
        self._stuck = self._stuck + 1 if still else 0
        return self._stuck >= 2

    def _give_up(self, there: list[Found], partial: list[Found]) -> News:
        """Make room: take away what is unfinished, and the empty files that keep its name."""
        for found in there:
            if found in partial or not found.size:
                self.folder.remove(found)
        self._stuck, lost, self.arriving = 0, self.arriving, 0
        return News(broken_off=lost)

    def _is_over(self, item: _Item, now: float) -> bool:
        return self._keep_s is not None and item.ready_at is not None and now - item.ready_at >= self._keep_s
