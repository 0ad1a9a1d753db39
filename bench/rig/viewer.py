"""One viewer: a page in headless Chromium that watches the agent's stream, bare or another system's own."""

import base64
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

from playwright.sync_api import Browser, Error

from bench.rig.room import Room
from launcher.errors import LauncherError
from vb.protocol import messages

_HERE = Path(__file__).parent
_ADDRESS = "https://viewer.bench/"
SIZE = {"width": 1280, "height": 720}


class Viewer:
    """A page of its own, as wide and high as the picture, so that pixels map one to one."""

    def __init__(self, browser: Browser, peer_id: str = "p-1") -> None:
        self.peer_id = peer_id
        self.context = browser.new_context(viewport={"width": 1280, "height": 720}, ignore_https_errors=True)
        self.page = self.context.new_page()
        self.context.add_init_script(path=_HERE / "viewer.js")

    def join(self, room: Room, through: Callable[[str], str] | None = None) -> None:
        """Ask for the stream and answer the offer.

        ``through`` puts another address into the offer; the agent is then not told the viewer's own.
        """
        page = self.page
        page.route(_ADDRESS, lambda route: route.fulfill(path=_HERE / "bare.html", content_type="text/html"))
        page.goto(_ADDRESS)
        sender = messages.Peer(
            id=self.peer_id, name=self.peer_id, role="member", client_type="person", user_id=self.peer_id
        )
        room.send(messages.RequestStream(to="p-vb", sender=sender))
        offer = room.expect(messages.Offer, self.peer_id)
        answer = str(page.evaluate("sdp => peer.answer(sdp)", through(offer.sdp) if through else offer.sdp))
        if through:
            answer = "".join(f"{line}\r\n" for line in answer.splitlines() if "a=candidate" not in line)
        room.send(messages.Answer(to="p-vb", sender=sender, session=offer.session, sdp=answer))
        for line in [] if through else page.evaluate("peer.candidates"):
            room.send(
                messages.Candidate(
                    to="p-vb", sender=sender, session=offer.session, candidate=line["candidate"],
                    sdp_mid=line["sdpMid"], sdp_m_line_index=line["sdpMLineIndex"],
                )
            )  # fmt: skip

    def visit(self, url: str) -> None:
        """Open another system's page."""
        self.page.goto(url)

    def wait_for_picture(self, timeout_s: float = 20.0) -> None:
        """Until the video has a decoded picture.

        Raises:
            LauncherError: it has none in time.
        """
        self.until("rig.video()?.videoWidth > 0 && rig.video().readyState >= 2", timeout_s)
        self.page.evaluate("rig.watch()")

    def until(self, condition: str, timeout_s: float) -> None:
        """Until the expression is true in the page.

        Raises:
            LauncherError: it is not in time.
        """
        deadline = time.monotonic() + timeout_s
        while not self.page.evaluate(f"() => Boolean({condition})"):
            if time.monotonic() > deadline:
                raise LauncherError(f"The viewer waited {timeout_s:g} s for: {condition}")
            self.wait(0.02)

    def wait(self, seconds: float) -> None:
        """Let the page live for a while."""
        self.page.wait_for_timeout(seconds * 1000)

    def drive(self, room: Room) -> None:
        """Take control, and be able to send input."""
        self.until("peer.input?.readyState === 'open'", 20)
        self.page.evaluate("epoch => { peer.epoch = epoch; }", room.give_control(self.peer_id))

    def stats(self) -> dict[str, Any]:
        """``video`` and ``audio`` (inbound-rtp), ``pair``, ``transport``, ``codecs``."""
        return cast(dict[str, Any], self.page.evaluate("rig.stats()"))

    def frames(self) -> list[list[float]]:
        """Frames presented since the last call: callback, presentation, RTP timestamp, receive time."""
        return cast(list[list[float]], self.page.evaluate("rig.frames.splice(0)"))

    def press(self, x: int, y: int) -> dict[str, float] | None:
        """A real mouse press at a point of the picture; ms until it has changed there, None if it has not."""
        self.page.evaluate("([x, y]) => rig.arm(x, y)", [x, y])
        self.page.mouse.down()
        found = self.page.evaluate("rig.result")
        self.page.mouse.up()
        return cast("dict[str, float] | None", found)

    def listen(self, x: int, y: int) -> None:
        """Begin to note when sound begins, and when a point of the picture turns bright."""
        self.page.evaluate("([x, y]) => rig.listen(x, y)", [x, y])

    def noted(self, what: str) -> list[float]:
        """Moments in ms since the last call: ``heard``, ``seen`` or ``presses``."""
        return cast(list[float], self.page.evaluate("name => rig[name].splice(0)", what))

    def picture(self) -> tuple[int, int, bytes]:
        """Width, height and RGBA bytes of what is shown."""
        found = self.page.evaluate("rig.picture()")
        return int(found["width"]), int(found["height"]), base64.b64decode(found["rgba"])

    def close(self) -> None:
        """As a closed tab."""
        try:
            self.context.close()
        except Error as error:
            raise LauncherError(f"The viewer could not be closed: {error}") from error


def received_bytes(stats: dict[str, Any]) -> int:
    """All that came on the connection: media, reports, and whatever else the transport carried. Pure."""
    counted = stats.get("transport") or stats.get("pair") or {}
    return int(counted.get("bytesReceived", 0))
