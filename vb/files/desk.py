"""Who may move files, and which: serves the pages' files channels for the one who drives."""

import asyncio
import contextlib
import logging
import time
from collections.abc import Hashable, Iterator
from pathlib import Path

import msgspec
from aiortc import RTCDataChannel

from vb.early import Early
from vb.files import limits
from vb.files.folder import Folder, Found, NoSuchFile
from vb.files.incoming import Incoming
from vb.files.limits import FileLimits
from vb.files.line import Line
from vb.files.names import safe_name
from vb.files.outgoing import Outgoing
from vb.files.shelf import Shelf
from vb.protocol import files

LOOK_S = 0.5
"""A look at the folders costs some ten microseconds. States of them are told no more often."""
EARLY_REQUESTS = 32
"""Requests of a control epoch to come that are kept of one page."""
_Request = files.Upload | files.Fetch | files.Remove
_log = logging.getLogger("vb.files")


class FileDesk:
    """``home`` holds Uploads and Downloads. Make it on a running event loop; it looks at them until
    ``close``."""

    def __init__(self, home: Path, limits: FileLimits) -> None:
        self._limits = limits
        self._uploads = Shelf(Folder(home / "Uploads"), watched=False)
        self._downloads = Shelf(Folder(home / "Downloads"), watched=True, keep_s=limits.keep_s)
        self._lines: dict[Hashable, Line] = {}
        self._holder: str | None = None
        self._epoch = -1
        self._told_at = float("-inf")
        self._early: Early[tuple[Line, _Request]] = Early(EARLY_REQUESTS)
        self._looking = asyncio.create_task(self._look_for_ever(), name="files")

    async def close(self) -> None:
        """Stop all transfers and let go of the folders."""
        self._looking.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._looking
        for line in self._lines.values():
            line.stop_all("")
        self._lines.clear()
        self._uploads.folder.close()
        self._downloads.folder.close()

    def join(self, key: Hashable, peer_id: str, channel: RTCDataChannel) -> None:
        """Serve a page's channel; ``key`` names it for ``leave``."""
        self._lines[key] = Line(
            peer_id, channel, on_message=self._asked, on_open=self._told, on_stored=self._changed
        )

    def leave(self, key: Hashable) -> None:
        """The page is gone: so are its transfers."""
        line = self._lines.pop(key, None)
        if line is None:
            return
        line.stop_all("")
        if line.dropped:
            _log.info("files: %s of %s were dropped", dict(line.dropped), line.peer_id)

    def control(self, holder: str | None, epoch: int) -> None:
        """Learn who drives. Transfers of whoever drove before are stopped."""
        before, self._holder, self._epoch = self._holder, holder, epoch
        if before != holder:
            for line in self._lines.values():
                if line.peer_id != holder:
                    line.stop_all(limits.HANDED_OVER)
        right, wrong = self._early.settle(holder, epoch, time.monotonic())
        self._do_all([*right, *wrong])
        with _reading():
            self._tell_states()

    # what pages ask for

    def _asked(self, line: Line, message: files.FromPage) -> None:
        if isinstance(message, files.Cancel):
            taken_back = message.id
            self._early.forget(
                line.peer_id, lambda kept: kept[0] is line and _transfer(kept[1]) == taken_back
            )
        if not isinstance(message, _Request):
            return
        kept = message.epoch > self._epoch and self._early.keep(
            line.peer_id, message.epoch, (line, message), time.monotonic()
        )
        if not kept:
            self._do(line, message)

    def _do_all(self, kept: list[tuple[Line, _Request]]) -> None:
        for line, message in kept:
            if line in self._lines.values():
                self._do(line, message)

    def _do(self, line: Line, message: _Request) -> None:
        match message:
            case files.Upload():
                self._begin(
                    line, message.id, self._drives(line, message.epoch) or self._upload(line, message)
                )
            case files.Fetch():
                self._begin(line, message.id, self._drives(line, message.epoch) or self._fetch(line, message))
            case files.Remove(epoch=epoch, file=file):
                if not self._drives(line, epoch):
                    with _reading():
                        _ = self._downloads.remove(file) or self._uploads.remove(file)
                    self._changed()

    def _begin(self, line: Line, transfer: int, refused: str) -> None:
        if refused:
            line.tell(files.Stopped(id=transfer, message=refused))

    def _drives(self, line: Line, epoch: int) -> str:
        """Empty if the page may move files now."""
        return "" if line.peer_id == self._holder and epoch == self._epoch else limits.NOT_DRIVING

    def _upload(self, line: Line, message: files.Upload) -> str:
        """Begin it; or the sentence why not."""
        if not self._limits.upload:
            return limits.UPLOADS_OFF
        if message.size > self._limits.upload:
            return limits.too_large(self._limits.upload)
        if refused := line.why_not(message.id):
            return refused
        try:
            there = self._uploads.folder.files()
            if message.size > (room := self._room(there)):
                return limits.no_room(room)
            if len(there) + sum(line.receiving for line in self._lines.values()) >= limits.MOST_UPLOADS:
                return limits.too_many_kept()
            file = self._uploads.folder.new()
        except OSError as error:
            _log.warning("no upload can be stored: %s", error)
            return limits.NO_DISK
        name = safe_name(message.name)
        line.receive(message.id, Incoming(file, name, message.size, time.monotonic()))
        return ""

    def _fetch(self, line: Line, message: files.Fetch) -> str:
        """Begin it; or the sentence why not."""
        if not self._limits.downloads:
            return limits.DOWNLOADS_OFF
        if refused := line.why_not(message.id):
            return refused
        found = self._downloads.get(message.file)
        if found is None:
            return str(NoSuchFile())
        try:
            return self._send(line, message.id, found)
        except NoSuchFile as gone:
            return str(gone)

    def _send(self, line: Line, transfer: int, found: Found) -> str:
        file = self._downloads.folder.open(found)
        line.send(
            transfer, safe_name(found.name), lambda channel: Outgoing(channel, transfer, file, found.size)
        )
        return ""

    def _room(self, there: list[Found]) -> int:
        """Bytes that uploads may still take beside those ``there``, running ones counted as whole."""
        expected = sum(line.expected() for line in self._lines.values())
        used = sum(found.size for found in there)
        return max(0, min(self._limits.uploads - used, self._uploads.folder.free()) - expected)

    # what pages are told

    async def _look_for_ever(self) -> None:
        while True:
            with _reading():
                self._look(time.monotonic())
            await asyncio.sleep(LOOK_S)
            if (early_s := self._told_at + LOOK_S - time.monotonic()) > 0:
                await asyncio.sleep(early_s)

    def _look(self, now: float) -> None:
        for line in self._lines.values():
            line.tick(now)
        self._do_all(self._early.late(now))
        self._uploads.look(now)
        news = self._downloads.look(now)
        if self._limits.downloads:
            for name in news.expired:
                self._notify(limits.expired(safe_name(name)))
            if news.broken_off * 2 > self._limits.downloads:
                self._notify(limits.not_whole(self._limits.downloads))
        self._tell_states()

    def _changed(self) -> None:
        """Something is in a folder, or no longer: told now, or soon, with all that follows till then."""
        now = time.monotonic()
        if now - self._told_at >= LOOK_S:
            self._told_at = now
            with _reading():
                self._uploads.look(now)
                self._tell_states()

    def _told(self, line: Line) -> None:
        with _reading():
            self._tell_states()

    def _notify(self, sentence: str) -> None:
        for line in self._lines.values():
            if line.peer_id == self._holder:
                line.tell(files.Notice(message=sentence))

    def _tell_states(self) -> None:
        full: files.State | None = None
        for line in self._lines.values():
            if line.peer_id == self._holder:
                state = full = full or self._state()
            else:
                state = files.State(drives=False)
            if _timeless(state) != line.told and line.tell(state):
                line.told = _timeless(state)
                self._told_at = time.monotonic()

    def _state(self) -> files.State:
        now = time.monotonic()
        on = self._limits.downloads > 0
        return files.State(
            drives=True,
            upload_max=self._limits.upload,
            upload_room=self._room(self._uploads.folder.files()),
            download_max=self._limits.downloads,
            arriving=self._downloads.arriving if on else 0,
            uploads=[_shown(entry) for entry in self._uploads.entries(now)],
            downloads=[_shown(entry) for entry in self._downloads.entries(now)] if on else [],
        )


@contextlib.contextmanager
def _reading() -> Iterator[None]:
    """A fault of the disk is for the log: what is told can be told at the next look."""
    try:
        yield
    except OSError as error:
        _log.warning("the folders of files cannot be read: %s", error)


def _transfer(message: _Request) -> int | None:
    """The number of the transfer that it asks for."""
    return None if isinstance(message, files.Remove) else message.id


def _shown(entry: files.FileEntry) -> files.FileEntry:
    """Its name as it may be shown: Firefox, too, only writes down what a site said."""
    return msgspec.structs.replace(entry, name=safe_name(entry.name))


def _timeless(state: files.State) -> files.State:
    """Without what changes by itself: the page counts seconds on its own."""
    plain = [msgspec.structs.replace(entry, expires_in_s=None) for entry in state.downloads]
    return msgspec.structs.replace(state, downloads=plain)
