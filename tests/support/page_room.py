"""The room's real page on a real agent: what it says to its signal server goes to the agent's, and back."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

import msgspec
from playwright.sync_api import Browser, Page

from launcher.viewer.opening import open_page
from tests.support.chromium import SITE
from tests.support.fake_signal import VB, FakeSignal, browser_status
from tests.support.picture import at
from tests.support.vb_room import FakeRoom
from vb.protocol import messages

_TO_AGENT = {"answer": messages.Answer, "candidate": messages.Candidate}


class PersonPage:
    """One person's page. ``wait`` while something shall happen in it."""

    def __init__(self, page: Page, room: FakeRoom, me: messages.Peer, others: list[messages.Peer]) -> None:
        self.page = page
        self.me = me
        self._room = room
        self._read = 0
        self._signal = FakeSignal(page, me=me)
        self._signal.peers = [me, *others, VB]
        self._signal.browser = browser_status("READY")

    def join(self) -> None:
        """Open the room and take the agent's stream."""
        open_page(self.page, f"{SITE}/rooms/film-night")
        self.until("window.turtus && turtus.state.me")
        self._room.send(messages.RequestStream(to="p-vb", sender=self.me, via="127.0.0.1"))
        offer = self._room.expect(messages.Offer, to=self.me.id)
        self._signal.send(msgspec.structs.replace(offer, sender=VB))  # as the site does
        self.until("document.querySelector('#stage').dataset.face === 'live'", 20.0)

    def control(self, status: messages.ControlStatus) -> None:
        """What the server says about who drives."""
        self._signal.event(messages.ControlChanged(control=status))

    def until(self, condition: str, timeout_s: float = 10.0) -> None:
        """Wait until a JavaScript expression holds in the page.

        Raises:
            TimeoutError: it did not.
        """
        deadline = time.monotonic() + timeout_s
        while not self.page.evaluate(condition):
            if time.monotonic() > deadline:
                raise TimeoutError(condition)
            self.wait(50)

    def wait(self, ms: int) -> None:
        """Let time pass, and pass on what the page says."""
        self.page.wait_for_timeout(ms)
        news, self._read = self._signal.said[self._read :], len(self._signal.said)
        for said in news:
            kind = _TO_AGENT.get(said["type"])
            if kind is not None:
                fields = {name: value for name, value in said.items() if name not in ("type", "sender")}
                self._room.send(msgspec.convert({**fields, "sender": msgspec.to_builtins(self.me)}, kind))

    def at(self, x: int, y: int) -> tuple[float, float]:
        """The point of the page under which pixel (x, y) of the 1280x720 screen lies."""
        return at(self.page, x, y)


@contextmanager
def person_page(
    browser: Browser, room: FakeRoom, me: messages.Peer, *others: messages.Peer
) -> Iterator[PersonPage]:
    """A page that can join; ``others`` are in the room too."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    context.grant_permissions(["clipboard-read", "clipboard-write"], origin=SITE)
    try:
        yield PersonPage(context.new_page(), room, me, list(others))
    finally:
        context.close()
