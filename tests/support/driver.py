"""Somebody who drives in a real page, and what the agent gets of it."""

from playwright.sync_api import CDPSession, Page

from tests.support.fake_signal import FakeSignal
from tests.support.fake_vb import FakeVb
from vb.protocol import messages
from vb.protocol.input import InputFrame, Key

EPOCH = 1_767_265_200_123  # as large as real ones: milliseconds
SHIFT, CONTROL, ALT = 0xFFE1, 0xFFE3, 0xFFE9
ESCAPE = 0xFF1B
STILL_HERE = Key(EPOCH, 0xFFFFFF, False)
"""Comes twice a second while something is held."""


class Driver:
    """Drives ``page``; ``vb`` is what it is connected to."""

    def __init__(self, page: Page, vb: FakeVb, signal: FakeSignal) -> None:
        self.page = page
        self.signal = signal
        self.vb = vb
        self._session: CDPSession | None = None

    def at(self, x: int, y: int) -> tuple[float, float]:
        """The point of the page under which pixel (x, y) of the 1280x720 screen lies."""
        box = self.page.locator("#stage-video").bounding_box()
        assert box is not None
        scale = min(box["width"] / 1280, box["height"] / 720)
        left = box["x"] + (box["width"] - 1280 * scale) / 2
        top = box["y"] + (box["height"] - 720 * scale) / 2
        return left + (x + 0.5) * scale, top + (y + 0.5) * scale

    def key(self, kind: str, key: str, **fields: object) -> None:
        """A key event as some keyboard would make it: ``code``, ``location``, ``repeat``, modifiers, ..."""
        script = """([kind, init]) => document.querySelector('#stage-keys')
            .dispatchEvent(new KeyboardEvent(kind, { bubbles: true, cancelable: true, ...init }))"""
        self.page.evaluate(script, [kind, {"key": key, **fields}])

    def frames(self) -> list[InputFrame]:
        """What arrived since the last time, once nothing more comes."""
        found: list[InputFrame] = []
        quiet = 0
        while quiet < 2:
            self.page.wait_for_timeout(80)
            news = [frame for frame in self.vb.frames() if frame != STILL_HERE]
            found += news
            quiet = 0 if news else quiet + 1
        return found

    def touch(self, kind: str, *points: tuple[float, float]) -> None:
        """Fingers, as the browser's own input has them: touchStart, touchMove, touchEnd; each at its place."""
        if self._session is None:
            self._session = self.page.context.new_cdp_session(self.page)
        where = [{"x": x, "y": y, "id": index} for index, (x, y) in enumerate(points)]
        self._session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": where})

    def typed(self) -> list[tuple[int, bool]]:
        return [(frame.keysym, frame.down) for frame in self.frames() if isinstance(frame, Key)]


def hold(signal: FakeSignal, holder: str | None, epoch: int = EPOCH) -> None:
    state = "HELD" if holder else "FREE"
    status = messages.ControlStatus(state=state, epoch=epoch, holder=holder)  # type: ignore[arg-type]
    signal.event(messages.ControlChanged(control=status))
