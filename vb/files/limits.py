"""What files may be and how long they stay, and the sentences in which people are told."""

from dataclasses import dataclass

from vb.settings import Settings

MIB = 1024 * 1024
NOT_DRIVING = "Only the person who drives can move files. Take control first."
UPLOADS_OFF = "Uploads are switched off on this site."
DOWNLOADS_OFF = "Saving downloads is switched off on this site."
HANDED_OVER = "Stopped: somebody else drives now."
MOST_UPLOADS = 100
"""Files in Uploads: each is told to the page whenever one changes."""
TOO_MANY = "Too many files at once. Wait until one is through."
IN_USE = "This transfer has begun already."
BROKEN = "Stopped: what arrived was not what was announced."
STALLED = "Stopped: nothing has moved for a while."
NO_DISK = "Stopped: the shared browser could not store the file."


@dataclass(frozen=True, slots=True)
class FileLimits:
    """Sizes in bytes, times in seconds; 0 bytes switch a direction off.

    ``upload`` is the most of one file, ``uploads`` of all of them together; ``downloads`` is what the
    folder of downloads holds, ``keep_s`` how long a download is offered.
    """

    upload: int
    uploads: int
    downloads: int
    keep_s: float


def limits_of(settings: Settings) -> FileLimits:
    """As the agent was told. Uploads together may be twice as large as one."""
    upload = settings.upload_mb * MIB
    return FileLimits(upload, 2 * upload, settings.download_mb * MIB, settings.download_keep_min * 60.0)


def too_large(limit: int) -> str:
    """One file is over the limit."""
    return f"This file is too large: one may have {limit // MIB} MB."


def no_room(room: int) -> str:
    """All files together are."""
    return f"Uploads has room for {room // MIB} MB more. Remove a file there first."


def too_many_kept() -> str:
    """Uploads is full of files, however small."""
    return f"Uploads holds {MOST_UPLOADS} files already. Remove one there first."


def not_whole(limit: int) -> str:
    """A download that was broken off near the limit."""
    return f"A download ended before it was whole. All downloads together may have {limit // MIB} MB."


def expired(name: str) -> str:
    """A download is gone."""
    return f"{name[:100]} was deleted: its time was over."
