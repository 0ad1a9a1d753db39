"""The size of a room's shared screen: people ask for it, the agent changes it, the browser's row keeps it."""

import logging

from app.domain.browser import BrowserState, agent_peer_id
from app.domain.permissions import Action, Role, can
from app.errors import Forbidden, NothingRunning
from app.persistence.unit_of_work import Database
from app.realtime import rate
from app.realtime.announce import tell_browser
from app.realtime.bus import RedisBus
from app.realtime.rate import RateLimits
from app.realtime.room_store import RoomStore
from vb.protocol.messages import Resize
from vb.protocol.screens import ScreenName

log = logging.getLogger(__name__)


class ScreenService:
    """Raises redis.RedisError where Redis does not answer."""

    def __init__(self, database: Database, bus: RedisBus, store: RoomStore, limits: RateLimits) -> None:
        self._database = database
        self._bus = bus
        self._store = store
        self._limits = limits

    def resize(self, room_id: str, peer_id: str, role: Role, size: ScreenName) -> None:
        """Have the agent change the screen, for the owner or whoever drives; it reports when it is done.

        Raises:
            Forbidden: neither the owner nor the driver.
            NothingRunning: the room has no browser that is ready.
            TooOften
        """
        driving = self._store.control(room_id).holder == peer_id
        if not can(role, Action.BROWSER_RESIZE, driving=driving):
            raise Forbidden("change the screen's size without the wheel")
        self._limits.hit(rate.RESIZES_PER_ROOM, "resize", room_id)
        with self._database.read() as work:
            browser = work.browsers.alive_in(room_id)
        if browser is None or BrowserState(browser.state) is not BrowserState.READY:
            raise NothingRunning
        self._bus.send(room_id, agent_peer_id(browser.id), Resize(size=size))

    def report(self, browser_id: str, width_px: int, height_px: int) -> None:
        """The agent says how large its screen is; the room is told when that is news."""
        with self._database.work() as work:
            browser = work.browsers.locked(browser_id)
            if browser is None or (browser.width_px, browser.height_px) == (width_px, height_px):
                return
            browser.width_px, browser.height_px = width_px, height_px
            work.after_commit(lambda: tell_browser(self._bus, browser.room_id, browser))
        log.info("the screen of browser %s is %d x %d", browser_id, width_px, height_px)
