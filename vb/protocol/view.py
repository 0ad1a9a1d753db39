"""What a viewer's page and the agent say to each other without the server: msgspec structs, JSON text on the
data channel ``view``, tagged by ``type`` as the messages of signaling are (``vb.protocol.messages``).

Only what both must understand is here; input has frames of its own (``vb.protocol.input``).
"""

from typing import Literal

from msgspec import Struct

Quality = Literal["auto", "best", "medium", "low", "sound", "none"]
"""What a viewer wants to see: the best its path carries, a tier by name, sound alone, or nothing (hidden)."""
TierName = Literal["best", "medium", "low", "sound", "none"]


class _Base(Struct, frozen=True, kw_only=True):
    """Values; unknown fields are ignored."""


class SetQuality(_Base, frozen=True, kw_only=True, tag="view.quality"):
    """From a page: what to send it from now on."""

    choice: Quality


class TierNow(_Base, frozen=True, kw_only=True, tag="view.tier"):
    """To a page: what it is sent. Sizes in pixels; ``fps`` and ``kbit_s`` are the most that it takes."""

    tier: TierName
    width: int
    height: int
    fps: int
    kbit_s: int


FROM_PAGE = (SetQuality,)
TO_PAGE = (TierNow,)
FromPage = SetQuality
ToPage = TierNow
