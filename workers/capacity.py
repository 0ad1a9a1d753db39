"""How many browsers one host runs at a time."""

import os

from app.settings import VbSettings, size_bytes


def capacity(settings: VbSettings, memory_bytes: int | None = None) -> int:
    """TURTUS_VB_MAX_BROWSERS, or else as many as ``memory_bytes`` (None: this host's) hold; at least 1."""
    if settings.max_browsers:
        return settings.max_browsers
    if memory_bytes is None:
        memory_bytes = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return max(1, memory_bytes // size_bytes(settings.memory))
