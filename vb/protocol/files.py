"""Files between a viewer's page and the agent, on the data channel ``files`` (ordered, reliable), without
the server.

Text frames are control messages: msgspec structs as JSON, tagged by ``type``. Binary frames are pieces of
a file, at most ``MAX_FRAME_BYTES`` long, big-endian::

    id:u32  bytes...

``id`` is the number that the page gave the transfer (``files.upload`` or ``files.fetch``). Whoever sends a
file keeps at most ``WINDOW_BYTES`` of it under way: what was sent and not yet acknowledged
(``files.ack``). Only the person who drives is served; what changes anything carries the control epoch, as
input does (``vb.protocol.input``).
"""

import struct
from typing import Annotated

from msgspec import Meta, Struct

from vb.protocol.limits import MAX_REASON_CHARS

MAX_FRAME_BYTES = 16 * 1024
"""Largest binary frame. RFC 8831, section 6.6: larger messages block the other channels of the connection."""
HEADER_BYTES = 4
PIECE_BYTES = MAX_FRAME_BYTES - HEADER_BYTES
"""Most bytes of a file in one frame."""
WINDOW_BYTES = 512 * 1024
"""Bytes of one file that may be under way."""
ACK_EVERY_BYTES = 64 * 1024
"""Whoever receives a file tells how far it is at least this often."""
MAX_CONTROL_BYTES = 4096
"""Largest text frame of a page."""
MAX_NAME_CHARS = 1024
"""Of a file's name as a page sends it; it is made safe, and shorter, before it is used."""
MAX_TRANSFERS = 4
"""Transfers of one page that run at the same time, each way together."""

_header = struct.Struct("!I")
TransferId = Annotated[int, Meta(ge=0, le=0xFFFFFFFF)]
FileId = Annotated[str, Meta(min_length=1, max_length=32)]
Bytes = Annotated[int, Meta(ge=0, le=1 << 50)]
Epoch = Annotated[int, Meta(ge=0, le=(1 << 63) - 1)]
Sentence = Annotated[str, Meta(max_length=MAX_REASON_CHARS)]


class _Base(Struct, frozen=True, kw_only=True):
    """Values; unknown fields are ignored."""


class FileEntry(_Base, frozen=True, kw_only=True):
    """A file in the browser. ``expires_in_s``: when it is deleted, in seconds; null: with the browser."""

    id: str
    name: str
    size: int
    expires_in_s: int | None = None


class Upload(_Base, frozen=True, kw_only=True, tag="files.upload"):
    """From a page: take a file of ``size`` bytes, whose pieces follow once ``files.go`` has come."""

    epoch: Epoch
    id: TransferId
    name: Annotated[str, Meta(max_length=MAX_NAME_CHARS)]
    size: Bytes


class Fetch(_Base, frozen=True, kw_only=True, tag="files.fetch"):
    """From a page: send the download ``file``, as transfer ``id``."""

    epoch: Epoch
    id: TransferId
    file: FileId


class Remove(_Base, frozen=True, kw_only=True, tag="files.remove"):
    """From a page: delete a file, uploaded or downloaded."""

    epoch: Epoch
    file: FileId


class Ack(_Base, frozen=True, kw_only=True, tag="files.ack"):
    """Either way, from who receives a file: ``got`` bytes of it have come so far."""

    id: TransferId
    got: Bytes


class Cancel(_Base, frozen=True, kw_only=True, tag="files.cancel"):
    """From a page: no more of this transfer, either way."""

    id: TransferId


class State(_Base, frozen=True, kw_only=True, tag="files.state"):
    """To a page: what there is. To people who do not drive, nothing is (``drives`` is false).

    ``upload_max`` and ``download_max`` are the most bytes of one file (0: switched off), ``upload_room``
    what is left for uploads, ``arriving`` how much of unfinished downloads has come.
    """

    drives: bool
    upload_max: int = 0
    upload_room: int = 0
    download_max: int = 0
    arriving: int = 0
    uploads: list[FileEntry] = []
    downloads: list[FileEntry] = []


class Go(_Base, frozen=True, kw_only=True, tag="files.go"):
    """To a page: the transfer ``id`` runs. ``name`` is what the file is called, ``size`` its bytes."""

    id: TransferId
    name: str
    size: int


class Done(_Base, frozen=True, kw_only=True, tag="files.done"):
    """To a page: the upload ``id`` is whole and lies in Uploads as ``name``."""

    id: TransferId
    name: str


class Stopped(_Base, frozen=True, kw_only=True, tag="files.stopped"):
    """To a page: the transfer ``id`` is refused or over before its end; ``message`` is a sentence for
    people."""

    id: TransferId
    message: Sentence


class Notice(_Base, frozen=True, kw_only=True, tag="files.notice"):
    """To the driver's page: something that is worth a sentence."""

    message: Sentence


FROM_PAGE = (Upload, Fetch, Remove, Ack, Cancel)
TO_PAGE = (State, Go, Done, Stopped, Notice)
FromPage = Upload | Fetch | Remove | Ack | Cancel
ToPage = State | Go | Done | Stopped | Notice | Ack


class PieceError(Exception):
    """A binary frame that is no piece of a file: without a whole header, empty, or too long."""

    def __init__(self, size_bytes: int) -> None:
        super().__init__(size_bytes)
        self.size_bytes = size_bytes

    def __str__(self) -> str:
        return f"{self.size_bytes} bytes are no piece of a file"


def piece(transfer: int, data: bytes) -> bytes:
    """One binary frame. ``data`` has at most ``PIECE_BYTES`` bytes."""
    return _header.pack(transfer) + data


def read_piece(frame: bytes) -> tuple[int, bytes]:
    """The transfer's number and the bytes of a binary frame.

    Raises:
        PieceError: it is none.
    """
    if not HEADER_BYTES < len(frame) <= MAX_FRAME_BYTES:
        raise PieceError(len(frame))
    return _header.unpack_from(frame)[0], frame[HEADER_BYTES:]
