"""Somebody who drives a real browser through the agent."""

from tests.support.vb_house import House
from tests.support.vb_viewer import TestViewer
from vb.protocol.input import Button, InputFrame, Key, encode

PLACE = (640, 400)
"""Where it clicks: in the middle of the screen."""


def keysym(sign: str) -> int:
    """As the page sends it."""
    return ord(sign) if ord(sign) < 0x100 else 0x01000000 + ord(sign)


class Driver:
    """Drives as ``who``, once it took control."""

    def __init__(self, house: House, who: TestViewer) -> None:
        self.house = house
        self.room = house.room
        self.site = house.site
        self.who = who
        self.epoch = 0

    def take_control(self, who: TestViewer | None = None) -> None:
        """The agent knows when this returns, and has let go of what was held."""
        self.who = who or self.who
        self.epoch = self.house.hand_to(self.who.peer.id)

    def send(self, *frames: InputFrame, together: int = 1, gap_ms: float = 0.0) -> float:
        """As ``TestViewer.send``."""
        return self.who.send(*map(encode, frames), together=together, gap_ms=gap_ms)

    def key(self, symbol: int, *, down: bool | None = None) -> None:
        """Pressed and released, or one of both."""
        steps = (True, False) if down is None else (down,)
        self.send(*(Key(self.epoch, symbol, step) for step in steps))

    def press(self, *symbols: int) -> None:
        """Together: down in this order, up in the other."""
        downs = [Key(self.epoch, each, True) for each in symbols]
        self.send(*downs, *(Key(self.epoch, each, False) for each in reversed(symbols)))

    def type(self, text: str) -> None:
        """One key after the other, at once."""
        self.send(*(Key(self.epoch, keysym(sign), down) for sign in text for down in (True, False)))

    def click(self, button: int = 1, *, down: bool | None = None, at: tuple[int, int] = PLACE) -> None:
        """Pressed and released, or one of both."""
        steps = (True, False) if down is None else (down,)
        self.send(*(Button(self.epoch, *at, button, step) for step in steps))
