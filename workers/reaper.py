"""The passes that keep rows, containers and time in step. Each can run at any moment, twice too."""

import logging
from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from typing import Protocol

import redis

from app.domain.browser import PENDING, BrowserState, sentence
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


class Hosts(Protocol):
    """The part of ``app.realtime.hosts`` that the passes need."""

    def silent(self, hosts: Collection[str]) -> set[str]: ...


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
        hosts: Hosts,
        *,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self._database = database
        self._bus = bus
        self._driver = driver
        self._lifecycle = lifecycle
        self._dispatcher = dispatcher
        self._host = host
        self._hosts = hosts
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
        """End what is over time or on a host that is silent; hand out again what the broker has lost."""
        now = self._now()
        with self._database.read() as work:
            due = work.browsers.due(now)
            forgotten = work.browsers.unstarted(now - TAKE_UP_AFTER)
            placed = [browser for browser in work.browsers.alive() if browser.host]
        for browser in due:
            if self._end(browser.id, now):
                self._dispatcher.stop(browser.id, browser.host)
        for browser in forgotten:
            self._dispatcher.start(browser.id)
        self._lose(placed)

    def _end(self, browser_id: str, now: datetime) -> bool:
        """Have the browser ended if its time is still up: the row may have changed since the look."""
        with self._database.work() as work:
            row = work.browsers.locked(browser_id)
            reason = verdict(row.clock, now) if row is not None else None
            if row is None or reason is None:
                return False
            state = BrowserState(row.state)
            if state not in PENDING:
                row.stop_deadline = now + STOP_AGAIN_AFTER
            if state is BrowserState.READY:
                moved = work.browsers.move(
                    browser_id, BrowserState.STOPPING, now, reason=reason, message=sentence(reason)
                )
                if moved is not None:
                    work.after_commit(lambda: tell_browser(self._bus, moved.room_id, moved))
        if state in PENDING:
            return self._lifecycle.end(browser_id, BrowserState.FAILED, reason, only_from=PENDING)
        return True

    def _lose(self, browsers: list[Browser]) -> None:
        """Those on a host that is silent are lost; should it come back, it removes their containers."""
        hosts = {browser.host for browser in browsers if browser.host}
        if not hosts - {self._host}:
            return
        try:
            silent = self._hosts.silent(hosts - {self._host})
            for browser in browsers:
                if browser.host in silent:
                    self._lifecycle.lose(browser)
        except redis.RedisError as error:
            log.warning("which hosts are silent is not known: %s", error)

    def _remove(self, browser_id: str) -> None:
        try:
            self._driver.remove(browser_id)
        except DriverError as error:
            log.warning("container of browser %s could not be removed yet: %s", browser_id, error)
