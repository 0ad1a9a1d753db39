"""One folder and the files right in it. Nothing else can be reached: names are opened below the folder's own
descriptor, links are not followed, and only regular files count (openat(2), ``O_NOFOLLOW``)."""

import contextlib
import os
import secrets
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from vb.files.names import numbered

UNFINISHED = (".part", ".crdownload")
"""How Firefox and Chromium call what is not whole yet."""
_MAX_LISTED = 500
_TRIES = 3


@dataclass(frozen=True, slots=True)
class Found:
    """A file as it lies there: ``size`` in bytes, ``changed_ns`` since 1970; ``key`` tells it from a
    successor."""

    name: str
    size: int
    changed_ns: int
    key: tuple[int, int]


class NoSuchFile(Exception):
    """The file is gone, or is another one by now."""

    def __str__(self) -> str:
        return "This file is no longer there."


class Folder:
    """``path``, made if it is not there, private to this user.

    Raises:
        OSError: it is no folder of ours.
    """

    def __init__(self, path: Path) -> None:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._fd = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)

    def close(self) -> None:
        """Let go of it. Open files stay open."""
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1

    def capacity(self) -> int:
        """Bytes that its file system holds in all."""
        there = os.fstatvfs(self._fd)
        return there.f_blocks * there.f_frsize

    def free(self) -> int:
        """Bytes that its file system still takes."""
        there = os.fstatvfs(self._fd)
        return there.f_bavail * there.f_frsize

    def files(self) -> list[Found]:
        """Regular files, in the order of their names; unfinished ones too, hidden ones not; at most 500."""
        return sorted(self._scan(), key=lambda found: found.name)[:_MAX_LISTED]

    def _scan(self) -> Iterator[Found]:
        with os.scandir(self._fd) as entries:
            for entry in entries:
                if entry.name.startswith("."):
                    continue
                try:
                    info = entry.stat(follow_symlinks=False)
                except FileNotFoundError:
                    continue
                if stat.S_ISREG(info.st_mode):
                    yield Found(entry.name, info.st_size, info.st_mtime_ns, (info.st_dev, info.st_ino))

    def open(self, found: Found) -> BinaryIO:
        """Read this very file.

        Raises:
            NoSuchFile: it is not there any more, or something else has its name.
        """
        flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
        try:
            fd = os.open(found.name, flags, dir_fd=self._fd)
        except OSError as error:
            raise NoSuchFile from error
        info = os.fstat(fd)
        if not stat.S_ISREG(info.st_mode) or (info.st_dev, info.st_ino) != found.key:
            os.close(fd)
            raise NoSuchFile
        return os.fdopen(fd, "rb")

    def remove(self, found: Found) -> None:
        """Delete this file if it is still there."""
        for now in self._scan():
            if now.name == found.name and now.key == found.key:
                with contextlib.suppress(FileNotFoundError):  # the browser was quicker
                    os.unlink(found.name, dir_fd=self._fd)

    def new(self) -> "NewFile":
        """A file without a name, which vanishes unless it is given one. Raises: OSError."""
        fd = os.open(".", os.O_WRONLY | os.O_TMPFILE | os.O_CLOEXEC, 0o600, dir_fd=self._fd)
        return NewFile(fd, self._fd)


class NewFile:
    """See ``Folder.new``."""

    def __init__(self, fd: int, folder: int) -> None:
        self._fd = fd
        self._folder = folder
        self.written = 0

    def write(self, data: bytes) -> None:
        """Append. Raises: OSError (ENOSPC when the folder is full)."""
        left = memoryview(data)
        while left:
            count = os.write(self._fd, left)
            self.written += count
            left = left[count:]

    def keep(self, name: str) -> str:
        """Give it ``name``, or the next one that is free, and close it; the name that it got.

        Raises:
            OSError: it cannot be named; the file is gone then.
        """
        try:
            for _ in range(_TRIES):
                with contextlib.suppress(FileExistsError):  # the browser was quicker
                    return self._link(self._free(name))
            return self._link(f"{secrets.token_hex(4)} {name}")
        finally:
            self.drop()

    def _free(self, name: str) -> str:
        """``name`` with the first number that nothing there has: one look instead of a try for each."""
        taken = set(os.listdir(self._folder))
        return next(free for n in range(1, len(taken) + 2) if (free := numbered(name, n)) not in taken)

    def _link(self, name: str) -> str:
        os.link(f"/proc/self/fd/{self._fd}", name, dst_dir_fd=self._folder, follow_symlinks=True)
        return name

    def drop(self) -> None:
        """Close it; without a name it is gone. Idempotent."""
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1
