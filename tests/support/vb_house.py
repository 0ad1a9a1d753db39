"""One browser for many tests: its room, its container, and the site whose pages it is sent to."""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tests.support.vb_container import IMAGE, ROOT, Container, browser
from tests.support.vb_room import FakeRoom
from tests.support.vb_site import TellingSite
from vb.protocol.messages import AgentStatus

UPLOAD_MB = 20
DOWNLOAD_MB = 30
"""Small, so that a test can fill them."""
_LONG_MS = 3_600_000
"""It does not end between two tests because nobody watches."""
_START_S = 90.0


class House:
    """A browser that is ready. Each test module has it ``show`` a page of its own."""

    def __init__(self, room: FakeRoom, container: Container, site: TellingSite) -> None:
        self.room = room
        self.container = container
        self.site = site
        self._epoch = int(time.time() * 1000)

    def show(self, page: bytes, files: Mapping[str, bytes] | None = None) -> None:
        """Nobody drives, what was said is forgotten, and the browser shows that page."""
        self.hand_to(None)
        self.room.forget()
        self.site.show(page + _LOADED, files)
        self.site.expect(30.0, shown=True)

    def hand_to(self, peer_id: str | None) -> int:
        """Give control; the epoch, once the agent knows it."""
        self._epoch += 1
        self.room.give_control(peer_id, self._epoch)
        self.room.settle()
        return self._epoch


_LOADED = b"""<script>addEventListener("load", () => fetch("/said", { method: "POST", body: '{"shown": true}' }))</script>"""


def bundled(name: str) -> bytes:
    """A page that the image has."""
    return (Path(ROOT) / "vb" / "pages" / f"{name}.html").read_bytes()


@contextmanager
def open_house(image: str = IMAGE) -> Iterator[House]:
    """A browser of that image, ready and on a page of its site."""
    env = [f"TURTUS_VB_UPLOAD_MB={UPLOAD_MB}", f"TURTUS_VB_DOWNLOAD_MB={DOWNLOAD_MB}"]
    with (
        TellingSite() as site,
        FakeRoom() as room,
        browser(
            room.port, "--url", site.url, "-t", str(_LONG_MS), env=env, image=image, downloads_mb=DOWNLOAD_MB
        ) as container,
    ):
        room.expect(AgentStatus, _START_S, state="ready")
        site.expect(_START_S, loaded=True)
        yield House(room, container, site)
