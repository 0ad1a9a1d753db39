"""What a viewer's page and the agent say to each other without the server: msgspec structs, JSON text on the
data channel ``view``, tagged by ``type`` as the messages of signaling are (``vb.protocol.messages``).

Only what both must understand is here; input has frames of its own (``vb.protocol.input``).
"""

from typing import Annotated, Literal

from msgspec import Meta, Struct

Quality = Literal["auto", "best", "medium", "low", "sound", "none"]
"""What a viewer wants to see: the best its path carries, a tier by name, sound alone, or nothing (hidden)."""
TierName = Literal["best", "medium", "low", "sound", "none"]

ScreenPixel = Annotated[int, Meta(ge=0, le=65535)]


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


class CursorShape(_Base, frozen=True, kw_only=True, tag="view.cursor"):
    """To a page: what the pointer of the shared screen looks like.

    ``png`` in base64, empty when it is hidden; size and hot spot in screen pixels.
    """

    png: str
    width: int
    height: int
    hot_x: int
    hot_y: int


class PointerAt(_Base, frozen=True, kw_only=True, tag="view.pointer"):
    """To a page: the screen pixel where the pointer is; to the driver's only when it has come to rest."""

    x: int
    y: int


class PointAt(_Base, frozen=True, kw_only=True, tag="view.point"):
    """From a page: its person points at a screen pixel, or (not ``shown``) no longer at anything."""

    x: ScreenPixel
    y: ScreenPixel
    shown: bool = True


class PeerPointsAt(_Base, frozen=True, kw_only=True, tag="view.pointed"):
    """To a page: another member points at a screen pixel, or no longer at anything."""

    peer: str
    x: int
    y: int
    shown: bool


class SetClipboard(_Base, frozen=True, kw_only=True, tag="view.clipboard_set"):
    """From the driver's page: a part of a text for the shared clipboard, the last one without ``more``.

    ``number`` is the page's own for the whole text.
    """

    epoch: int
    number: int
    text: str
    more: bool = False


class ClipboardSet(_Base, frozen=True, kw_only=True, tag="view.clipboard_done"):
    """To the page that set it: the text is there and can be pasted, or (not ``ok``) was refused."""

    number: int
    ok: bool


class ClipboardText(_Base, frozen=True, kw_only=True, tag="view.clipboard"):
    """To the driver's page: a part of what was copied in the shared browser, the last one without ``more``.

    ``goes_on``: it follows the part before; without it a text begins, and what had come of another is void.
    ``too_large``: it is longer than ``MAX_CLIPBOARD_BYTES`` and does not come.
    """

    epoch: int
    text: str
    more: bool = False
    goes_on: bool = False
    too_large: bool = False


FROM_PAGE = (SetQuality, PointAt, SetClipboard)
TO_PAGE = (TierNow, CursorShape, PointerAt, PeerPointsAt, ClipboardSet, ClipboardText)
FromPage = SetQuality | PointAt | SetClipboard
ToPage = TierNow | CursorShape | PointerAt | PeerPointsAt | ClipboardSet | ClipboardText
