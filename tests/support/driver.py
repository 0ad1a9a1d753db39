"""Somebody who drives in a real page, and what the agent gets of it."""

import time

from playwright.sync_api import CDPSession, Page

from tests.support.chromium import POLL_MS
from tests.support.fake_signal import FakeSignal
from tests.support.fake_vb import FakeVb
from tests.support.picture import at
from vb.protocol import messages
from vb.protocol.input import InputFrame, Key

EPOCH = 1_767_265_200_123  # as large as real ones: milliseconds
SHIFT, CONTROL, ALT = 0xFFE1, 0xFFE3, 0xFFE9
ESCAPE = 0xFF1B
STILL_HERE = Key(EPOCH, 0xFFFFFF, False)
"""Comes twice a second while something is held."""
MARKING = """
  const take = RTCPeerConnection.prototype.setRemoteDescription;
  RTCPeerConnection.prototype.setRemoteDescription = function (...rest) {
    this.addEventListener('datachannel', ({ channel }) => channel.label === 'input' && (window.inputChannel = channel));
    return take.apply(this, rest);
  };
"""
"""Script for the page to be driven, before it is loaded: lets ``Driver.frames`` mark how far it has read."""
_MARK = """async () => {
  const frame = () => new Promise(requestAnimationFrame);
  await frame();
  await frame(); // moves wait for one
  inputChannel.send('mark');
  await new Promise((done) => setTimeout(done, 30)); // what is too much at once waits for less
  inputChannel.send('mark');
}"""


class Driver:
    """Drives ``page``; ``vb`` is what it is connected to."""

    def __init__(self, page: Page, vb: FakeVb, signal: FakeSignal) -> None:
        self.page = page
        self.signal = signal
        self.vb = vb
        self._session: CDPSession | None = None

    def at(self, x: int, y: int) -> tuple[float, float]:
        """The point of the page under which pixel (x, y) of the 1280x720 screen lies."""
        return at(self.page, x, y)

    def key(self, kind: str, key: str, **fields: object) -> None:
        """A key event as some keyboard would make it: ``code``, ``location``, ``repeat``, modifiers, ..."""
        script = """([kind, init]) => document.querySelector('#stage-keys')
            .dispatchEvent(new KeyboardEvent(kind, { bubbles: true, cancelable: true, ...init }))"""
        self.page.evaluate(script, [kind, {"key": key, **fields}])

    def frames(self) -> list[InputFrame]:
        """What arrived since the last time, once nothing more comes."""
        found: list[InputFrame] = []
        late = True
        while late:
            self.page.evaluate(_MARK)
            soon, later = self._until_mark(), self._until_mark()
            found += soon + later
            late = bool(later)
        return found

    def _until_mark(self) -> list[InputFrame]:
        deadline = time.monotonic() + 10
        while (news := self.vb.frames_until_mark()) is None:
            assert time.monotonic() < deadline, "the mark did not arrive"
            self.page.wait_for_timeout(POLL_MS)
        return [frame for frame in news if frame != STILL_HERE]

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
