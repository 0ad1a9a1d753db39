"""Input frames of the ``input`` data channel: fixed binary structs, big-endian.

Every frame starts with its kind (1 byte) and the control epoch that its sender was granted (8 bytes)::

    MOVE    x:u16 y:u16                    screen pixels from the top left
    BUTTON  x:u16 y:u16 button:u8 down:u8  X button number (1 left, 2 middle, 3 right, 8 back, 9 forward)
    WHEEL   x:u16 y:u16 dx:i16 dy:i16      120 is one notch; positive is right / down
    KEY     keysym:u32 down:u8             X keysym (X.Org keysymdef; Unicode is 0x01000000 + code point)
    RELEASE                                let go of every key and button
"""

import struct
from dataclasses import dataclass
from enum import IntEnum


class Kind(IntEnum):
    MOVE = 1
    BUTTON = 2
    WHEEL = 3
    KEY = 4
    RELEASE = 5


@dataclass(frozen=True, slots=True)
class Move:
    epoch: int
    x: int
    y: int


@dataclass(frozen=True, slots=True)
class Button:
    epoch: int
    x: int
    y: int
    button: int
    down: bool


@dataclass(frozen=True, slots=True)
class Wheel:
    epoch: int
    x: int
    y: int
    dx: int
    dy: int


@dataclass(frozen=True, slots=True)
class Key:
    epoch: int
    keysym: int
    down: bool


@dataclass(frozen=True, slots=True)
class Release:
    epoch: int


InputFrame = Move | Button | Wheel | Key | Release

LAYOUTS: dict[Kind, str] = {
    Kind.MOVE: "!BQHH",
    Kind.BUTTON: "!BQHHBB",
    Kind.WHEEL: "!BQHHhh",
    Kind.KEY: "!BQIB",
    Kind.RELEASE: "!BQ",
}
_structs = {kind: struct.Struct(layout) for kind, layout in LAYOUTS.items()}
_kinds: dict[type[InputFrame], Kind] = {
    Move: Kind.MOVE,
    Button: Kind.BUTTON,
    Wheel: Kind.WHEEL,
    Key: Kind.KEY,
    Release: Kind.RELEASE,
}
MAX_BUTTON = 9
_LAST_KEYSYM = 0x1FFFFFFF


class InputError(Exception):
    """A frame that is not one of the five, or whose values are out of range."""

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail

    def __str__(self) -> str:
        return f"input frame refused: {self.detail}"


def decode(data: bytes) -> InputFrame:
    """Read one frame.

    Raises:
        InputError: unknown kind, wrong length, or a button, flag or keysym out of range.
    """
    if not data:
        raise InputError("empty")
    try:
        kind = Kind(data[0])
        fields = _structs[kind].unpack(data)[1:]
    except (ValueError, struct.error) as error:
        raise InputError(str(error)) from error
    match kind:
        case Kind.MOVE:
            return Move(*fields)
        case Kind.BUTTON:
            epoch, x, y, button, down = fields
            if not 1 <= button <= MAX_BUTTON or down > 1:
                raise InputError(f"button {button}, down {down}")
            return Button(epoch, x, y, button, bool(down))
        case Kind.WHEEL:
            return Wheel(*fields)
        case Kind.KEY:
            epoch, keysym, down = fields
            if not 0 < keysym <= _LAST_KEYSYM or down > 1:
                raise InputError(f"keysym {keysym:#x}, down {down}")
            return Key(epoch, keysym, bool(down))
        case Kind.RELEASE:
            return Release(*fields)


def encode(frame: InputFrame) -> bytes:
    """One frame as bytes, as the page sends it.

    Raises:
        InputError: a value does not fit its field.
    """
    kind = _kinds[type(frame)]
    values = [getattr(frame, name) for name in frame.__slots__]
    try:
        return _structs[kind].pack(kind, *values)
    except struct.error as error:
        raise InputError(str(error)) from error
