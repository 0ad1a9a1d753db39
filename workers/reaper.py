"""The passes that keep rows, containers and time in step. Each can run at any moment, twice too."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Protocol

from app.domain.browser import BrowserState, Reason, sentence
from app.domain.culling import verdict
from app.persistence.browsers import Browser
from app.persistence.unit_of_work import Database
from app.realtime.announce import tell_browser
from app.realtime.bus import RedisBus
from workers.drivers.base import Driver, DriverError
from workers.lifecycle import Lifecycle, utc_now

log = logging.getLogger(__name__)

TAKE_UP_AFTER = timedelta(seconds=4)
"""A browser that no worker has taken up by then is handed out again: the broker may have lost it."""
STOP_AGAIN_AFTER = timedelta(seconds=20)


class Dispatch(Protocol):
    """The part of ``app.dispatch`` that the passes need."""

    def start(self, browser_id: str) -> None: ...
    def stop(self, browser_id: str, host: str | None) -> None: ...


class Reaper:
    """``reconcile`` belongs to one host; ``cull`` to all of them."""

    def __init__(
        self,
        database: Database,
        bus: RedisBus,
        driver: Driver,
        lifecycle: Lifecycle,
        dispatcher: Dispatch,
        host: str,
        *,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self._database = database
        self._bus = bus
        self._driver = driver
        self._lifecycle = lifecycle
        self._dispatcher = dispatcher
        self._host = host
        self._now = now

    def reconcile(self) -> None:
        """Containers without a living row are removed; rows without a running container are followed up."""
        with self._database.read() as work:
            # Read before the containers are listed: what starts in between is in neither list
            # of ours, rather than a container that nobody seems to want.
            before = {browser.id for browser in work.browsers.alive()}
        try:
            owned = self._driver.list_owned()
        except DriverError as error:
            log.warning("containers of host %s cannot be listed: %s", self._host, error)
            return
        with self._database.read() as work:
            wanted = {browser.id for browser in work.browsers.alive()} | before
            mine = [browser.id for browser in work.browsers.alive(host=self._host)]
        for container in owned:
            if container.browser_id not in wanted:
                log.info("container of browser %s has no purpose, removing it", container.browser_id)
                self._remove(container.browser_id)
        running = {container.browser_id for container in owned if container.running}
        for browser_id in mine:
            if browser_id not in running:
                self._lifecycle.check(browser_id)

    def cull(self) -> None:
        """End what is over time, and hand out again what the broker has lost."""
        now = self._now()
        with self._database.read() as work:
            due = work.browsers.due(now)
            forgotten = work.browsers.unstarted(now - TAKE_UP_AFTER)
        for browser in due:
            reason = verdict(browser.clock, now)
            if reason is not None:
                self._end(browser, reason, now)
        for browser in forgotten:
            self._dispatcher.start(browser.id)

    def _end(self, browser: Browser, reason: Reason, now: datetime) -> None:
        if reason is Reason.START_TIMEOUT:
            self._lifecycle.end(browser.id, BrowserState.FAILED, reason)
        elif BrowserState(browser.state) is BrowserState.STOPPING:
            with self._database.work() as work:
                row = work.browsers.get(browser.id)
                if row is not None:
                    row.stop_deadline = now + STOP_AGAIN_AFTER
        else:
            with self._database.work() as work:
                row = work.browsers.move(
                    browser.id, BrowserState.STOPPING, now, reason=reason, message=sentence(reason)
                )
                if row is None:
                    return
                row.stop_deadline = now + STOP_AGAIN_AFTER
                moved = row
                work.after_commit(lambda: tell_browser(self._bus, moved.room_id, moved))
        self._dispatcher.stop(browser.id, browser.host)

    def _remove(self, browser_id: str) -> None:
        try:
            self._driver.remove(browser_id)
        except DriverError as error:
            log.warning("container of browser %s could not be removed yet: %s", browser_id, error)
