"""The room page as a measuring viewer uses it: start, wait for the picture, look, listen, count."""

import base64
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Error, Page

from launcher.errors import LauncherError

PROBE = (Path(__file__).parent / "probe.js").read_text()
INSIDE_TIMEOUT_MS = 15_000.0
STOP_TIMEOUT_MS = 30_000.0


@dataclass(frozen=True, slots=True)
class Counters:
    """What a viewer has received so far; ``at_ms`` is the page's clock."""

    at_ms: float
    width: int
    height: int
    frames: int
    dropped: int
    freezes: int
    bytes: int
    video_codec: str | None
    audio_codec: str | None


@dataclass(frozen=True, slots=True)
class Sound:
    """Interleaved little-endian 16 bit samples of two channels."""

    rate_hz: int
    pcm: bytes


@dataclass(frozen=True, slots=True)
class Picture:
    """A frame as PNG; ``colours``: how many a coarse look finds (1 for a blank screen)."""

    png: bytes
    colours: int


class RoomPage:
    """A page that is open at a room."""

    def __init__(self, page: Page) -> None:
        self._page = page

    def wait_inside(self) -> None:
        """Wait for the first snapshot: the page knows who is there."""
        self._page.wait_for_function("() => window.turtus?.state?.me", timeout=INSIDE_TIMEOUT_MS)
        self._page.evaluate(PROBE)

    def start_browser(self, url: str) -> None:
        """Press the button that starts one: with the address typed, or the same again after one has ended."""
        button = self._page.locator("#start-browser:visible, #restart-browser:visible").first
        button.wait_for()
        if self._page.locator("#start-url").is_visible():
            self._page.fill("#start-url", url)
        button.click()

    def click_to_frame_s(self) -> float:
        """Seconds from the last press on Start to the first decoded frame."""
        clicked = self.event_ms("start-clicked")
        shown = self.event_ms("first-frame")
        if clicked is None or shown is None:
            raise LauncherError("The page did not note when Start was pressed.")
        return (shown - clicked) / 1000

    def wait_first_frame(self, timeout_s: float) -> None:
        """Wait for a decoded picture.

        Raises:
            LauncherError: the browser failed, or no picture came in time; says how far it got.
        """
        script = """() => window.turtus.events.some(([name]) => name === 'first-frame')
            || ['FAILED', 'LOST'].includes(window.turtus.state.browser?.state)"""
        try:
            self._page.wait_for_function(script, timeout=timeout_s * 1000, polling=20)
        except Error as error:
            raise LauncherError(
                f"No picture within {timeout_s:.0f} s; the browser is {self.browser_state()}.",
                "`./turtus doctor`, and the logs in var/log",
            ) from error
        if self.event_ms("first-frame") is None:
            browser = self._page.evaluate("() => window.turtus.state.browser")
            raise LauncherError(
                f"The browser is {browser['state']}: {browser['message'] or browser['reason']}",
                "`./turtus doctor`, and the logs in var/log",
            )

    def choose_best(self) -> None:
        """Ask for the full picture, whatever this machine and the path to it are busy with."""
        self._page.select_option("#quality", "best")

    def event_ms(self, name: str) -> float | None:
        """When something first happened on the page's clock; None if it did not."""
        found: list[list[Any]] = self._page.evaluate("() => window.turtus.events")
        return next((float(at) for event, at in found if event == name), None)

    def browser_state(self) -> str:
        """State of the room's browser, ``none`` without one."""
        return str(self._page.evaluate("() => window.turtus.state.browser?.state ?? 'none'"))

    def steps(self) -> list[tuple[str, int]]:
        """The states that the browser went through, with server times in ms since 1970."""
        found = self._page.evaluate("() => window.turtus.state.browser?.steps ?? []")
        return [(step["state"], step["at_ms"]) for step in found]

    def counters(self) -> Counters:
        """What has arrived so far."""
        return Counters(**self._page.evaluate("() => window.turtusProbe.counters()"))

    def picture(self) -> Picture:
        """The frame that is shown now."""
        found = self._page.evaluate("() => window.turtusProbe.picture()")
        return Picture(base64.b64decode(found["png"]), int(found["colours"]))

    def sound(self, seconds: float) -> Sound:
        """Listen for ``seconds``."""
        found = self._page.evaluate("(seconds) => window.turtusProbe.sound(seconds)", seconds)
        return Sound(int(found["rate_hz"]), base64.b64decode(found["pcm"]))

    def wait(self, seconds: float) -> None:
        """Let time pass while the page goes on."""
        self._page.wait_for_timeout(seconds * 1000)

    def stop_browser(self) -> None:
        """Stop the room's browser, if one runs, and wait until it is gone."""
        over = """() => !window.turtus.state.browser
            || ['STOPPED', 'FAILED', 'LOST'].includes(window.turtus.state.browser.state)"""
        if self._page.evaluate(over):
            return
        self._page.evaluate("() => window.turtus.signal.send({ type: 'browser.stop' })")
        self._page.wait_for_function(over, timeout=STOP_TIMEOUT_MS)

    def leave(self) -> None:
        """Close the room, but not the profile."""
        self._page.goto("about:blank")
