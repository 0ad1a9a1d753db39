"""A browser's life as the worker sees it: claim, create, start, check, stop. Every verb can be repeated."""

import logging
import random
import secrets
from collections.abc import Callable, Collection, Iterable
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy.exc import IntegrityError

from app.domain.browser import ALIVE, PENDING, TERMINAL, BrowserState, Reason, agent_peer_id, sentence
from app.domain.tokens import hash_token
from app.persistence.browsers import Browser
from app.persistence.unit_of_work import Database
from app.realtime.announce import agent_left, free_control, tell_browser
from app.realtime.bus import RedisBus
from app.realtime.room_store import RoomStore
from app.settings import Settings
from vb.logs import SUCCESS
from vb.protocol.exits import AgentExit
from workers.capacity import capacity
from workers.drivers.base import (
    Driver,
    DriverError,
    EngineDown,
    Exited,
    Gone,
    ImageMissing,
    NoResources,
    PortTaken,
    Running,
    Spec,
    Unreachable,
)

log = logging.getLogger(__name__)

STOP_WITHIN_S = 4
PORT_TRIES = 5

_WHY_NOT: dict[type[DriverError], Reason] = {
    EngineDown: Reason.ENGINE_DOWN,
    ImageMissing: Reason.IMAGE_MISSING,
    NoResources: Reason.NO_RESOURCES,
    PortTaken: Reason.NO_PORT,
}
_EXITS: dict[int, tuple[BrowserState, Reason]] = {
    AgentExit.STOPPED: (BrowserState.FAILED, Reason.KILLED),
    AgentExit.USAGE: (BrowserState.FAILED, Reason.START_FAILED),
    AgentExit.IDLE: (BrowserState.STOPPED, Reason.IDLE),
    AgentExit.SIGNAL_LOST: (BrowserState.STOPPED, Reason.SIGNAL_LOST),
    AgentExit.REFUSED: (BrowserState.FAILED, Reason.REFUSED),
    AgentExit.START_FAILED: (BrowserState.FAILED, Reason.START_FAILED),
    AgentExit.PROCESS_FAILED: (BrowserState.FAILED, Reason.PROCESS_FAILED),
    AgentExit.CRASHED: (BrowserState.FAILED, Reason.CRASHED),
}
_KILLED_BY_SIGNAL = 128


class Full(Exception):
    """This host takes no further browser; ``reason`` is what it has run out of."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason

    def __str__(self) -> str:
        return f"this host is full: {self.reason}"


def utc_now() -> datetime:
    """The present, aware, UTC."""
    return datetime.now(UTC)


def outcome(state: BrowserState, exited: Exited) -> tuple[BrowserState, Reason]:
    """What an exit in ``state`` that nobody had asked for means."""
    if exited.out_of_memory:
        return BrowserState.FAILED, Reason.OUT_OF_MEMORY
    if exited.code > _KILLED_BY_SIGNAL:
        return BrowserState.FAILED, Reason.KILLED
    if exited.code == AgentExit.SIGNAL_LOST and state in PENDING:
        return BrowserState.FAILED, Reason.SITE_UNREACHABLE
    return _EXITS.get(exited.code, (BrowserState.FAILED, Reason.CRASHED))


class Lifecycle:
    """Moves rows and containers together on one host."""

    def __init__(
        self,
        database: Database,
        bus: RedisBus,
        store: RoomStore,
        driver: Driver,
        settings: Settings,
        *,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self._database = database
        self._bus = bus
        self._store = store
        self._driver = driver
        self._settings = settings
        self._capacity = capacity(settings.vb)
        self._now = now

    def start(self, browser_id: str) -> None:
        """Take up a browser that was asked for and start its container; nothing if somebody else did."""
        token = secrets.token_urlsafe(32)
        try:
            browser = self._claim(browser_id, token)
        except Full as full:
            self.end(browser_id, BrowserState.FAILED, full.reason, only_from={BrowserState.REQUESTED})
            return
        if browser is None:
            return
        try:
            container_id = self._run(browser, token)
        except DriverError as error:
            log.error("browser %s could not be started: %s", browser_id, error)
            reason = _WHY_NOT.get(type(error), Reason.CREATE_FAILED)
            if self.end(browser_id, BrowserState.FAILED, reason, only_from=ALIVE - {BrowserState.STOPPING}):
                self._remove_quietly(browser_id)
            else:  # stopped while it was being made: no wonder then
                self.stop(browser_id)
            return
        with self._database.work() as work:
            moved = work.browsers.move(browser_id, BrowserState.STARTING, self._now())
            row = work.browsers.get(browser_id)
            if row is not None:
                row.container_id = container_id
            if moved is not None:
                work.after_commit(lambda: tell_browser(self._bus, moved.room_id, moved))
        if row is None or BrowserState(row.state) not in ALIVE - {BrowserState.STOPPING}:
            self.stop(browser_id)
            return
        log.info("browser %s starts in container %s", browser_id, container_id[:12], extra=SUCCESS)

    def stop(self, browser_id: str) -> None:
        """Stop and remove the container, whatever its state; a stopping browser is stopped after it."""
        try:
            self._driver.stop(browser_id, STOP_WITHIN_S)
            self._driver.remove(browser_id)
        except DriverError as error:
            log.warning("browser %s could not be stopped yet: %s", browser_id, error)
            return
        with self._database.read() as work:
            browser = work.browsers.get(browser_id)
        if browser is None:
            return
        if BrowserState(browser.state) in TERMINAL:
            self._leave(browser)
        else:
            self.end(browser_id, BrowserState.STOPPED, Reason.STOPPED_BY)

    def check(self, browser_id: str) -> None:
        """Compare the row with its container and follow what happened to it.

        The row is read first: what is not there then was there when the row said so. A row that has
        moved on since is left to the next look.
        """
        with self._database.read() as work:
            browser = work.browsers.get(browser_id)
        if browser is None or BrowserState(browser.state) in TERMINAL:
            return
        state = BrowserState(browser.state)
        match self._driver.poll(browser_id):
            case Running():
                return
            case Unreachable(reason):
                log.warning("nothing is known of browser %s: %s", browser_id, reason)
                return
            case Gone() if state in {BrowserState.REQUESTED, BrowserState.CREATING}:
                return  # not made yet; its start deadline watches over it
            case _ if state is BrowserState.STOPPING:
                to, reason = BrowserState.STOPPED, Reason.STOPPED_BY
            case Gone():
                to, reason = BrowserState.LOST, Reason.GONE
            case Exited() as exited:
                to, reason = outcome(state, exited)
        if self.end(browser_id, to, reason, only_from={state}):
            self._remove_quietly(browser_id)

    def end(
        self,
        browser_id: str,
        to: BrowserState,
        reason: Reason,
        *,
        only_from: Iterable[BrowserState] | None = None,
    ) -> bool:
        """Move the row to a terminal state and tell the room; a reason that it already has stays.

        Returns whether it was moved: from a living state, of ``only_from`` if that is not None.
        """
        with self._database.work() as work:
            browser = work.browsers.move(
                browser_id, to, self._now(), only_from=only_from, reason=reason, message=sentence(reason)
            )
            if browser is not None:
                work.after_commit(lambda: tell_browser(self._bus, browser.room_id, browser))
        if browser is None:
            return False
        self._leave(browser)
        log.info("browser %s is %s: %s", browser_id, to, browser.reason)
        return True

    def lose(self, browser: Browser) -> None:
        """Its host is silent: LOST, unless its agent is in the room, so that only the worker is down.

        Raises: redis.RedisError.
        """
        if self._store.place(browser.room_id, agent_peer_id(browser.id)) is None:
            self.end(browser.id, BrowserState.LOST, Reason.HOST_SILENT)

    def _leave(self, browser: Browser) -> None:
        """A browser that is over has no place in its room, and no driver unless a newer one has."""
        agent_left(self._bus, self._store, browser.room_id, browser.id)
        with self._database.read() as work:
            latest = work.browsers.latest_of(browser.room_id)
        if latest is None or latest.id == browser.id:
            free_control(self._bus, self._store, browser.room_id)

    def _claim(self, browser_id: str, token: str, tries: int = PORT_TRIES) -> Browser | None:
        vb = self._settings.vb
        try:
            with self._database.work() as work:
                browser = work.browsers.move(
                    browser_id,
                    BrowserState.CREATING,
                    self._now(),
                    only_from={BrowserState.REQUESTED},
                )
                if browser is None:
                    return None
                # Two starts at once may both find the last room: a browser's memory is a limit
                # and not set aside, so one too many does no harm.
                if len(work.browsers.alive(host=vb.host_name)) >= self._capacity:
                    raise Full(Reason.NO_RESOURCES)
                browser.udp_port = self._free_port(work.browsers.ports_in_use(vb.host_name))
                browser.host = vb.host_name
                browser.token_hash = hash_token(token)
                work.after_commit(lambda: tell_browser(self._bus, browser.room_id, browser))
        except IntegrityError:
            # Another start on this host took the same port between our look and our commit.
            return self._claim(browser_id, token, tries - 1) if tries > 1 else None
        return browser

    def _run(self, browser: Browser, token: str) -> str:
        for attempt in range(PORT_TRIES):
            try:
                container_id = self._driver.create(self._spec(browser, token))
                self._driver.start(browser.id)
            except PortTaken:
                # Something that is not ours has the port: leave it and take another.
                if attempt == PORT_TRIES - 1:
                    raise
                self._driver.remove(browser.id)
                browser = self._another_port(browser)
            else:
                return container_id
        raise AssertionError("unreachable")

    def _another_port(self, browser: Browser) -> Browser:
        for _ in range(PORT_TRIES):
            try:
                with self._database.work() as work:
                    row = work.browsers.get(browser.id)
                    if row is None:
                        raise PortTaken("the browser's room was deleted")
                    row.udp_port = self._free_port(work.browsers.ports_in_use(self._settings.vb.host_name))
            except IntegrityError:
                continue  # another start was given the same one meanwhile
            except Full as full:
                raise PortTaken(str(full)) from full
            return row
        raise PortTaken("other starts were given every port that was tried")

    def _free_port(self, taken: Collection[int]) -> int:
        """Any port of the range but ``taken``. Raises: Full."""
        vb = self._settings.vb
        free = sorted(set(range(vb.port_first, vb.port_last + 1)) - set(taken))
        if not free:
            raise Full(Reason.NO_PORT)
        return random.choice(free)  # noqa: S311 - spreads, hides nothing

    def _spec(self, browser: Browser, token: str) -> Spec:
        vb = self._settings.vb
        if browser.kind not in vb.images:
            raise ImageMissing(f"this host has no {browser.kind}")
        with self._database.read() as work:
            room = work.rooms.get(browser.room_id)
        slug = room.slug if room else ""
        return Spec(
            browser_id=browser.id,
            room_id=browser.room_id,
            image=vb.images[browser.kind],
            network=vb.network,
            args=(
                "--signal-server",
                f"{vb.signal_server}/signal/{slug}",
                "--timeout",
                str(vb.idle_timeout_ms),
                "--width",
                str(browser.width_px),
                "--height",
                str(browser.height_px),
                "--fps",
                str(browser.fps),
                "--url",
                browser.url,
            ),
            env={
                "TURTUS_VB_TOKEN": token,
                "TURTUS_VB_UDP_PORT": str(browser.udp_port),
                "TURTUS_VB_ANNOUNCED_ADDRESS": vb.announced_address,
                "TURTUS_VB_SIGNAL_CA": _pem(vb.signal_ca),
                "TURTUS_VB_UPLOAD_MB": str(vb.upload_mb),
                "TURTUS_VB_DOWNLOAD_MB": str(vb.download_mb),
                "TURTUS_VB_DOWNLOAD_KEEP_MIN": str(vb.download_keep_min),
                "TURTUS_LOG_FORMAT": self._settings.log_format,
                "TURTUS_LOG_EMOJI": "1" if self._settings.log_emoji else "0",
            },
            udp_port=browser.udp_port or 0,
            memory=vb.memory,
            cpus=vb.cpus,
            pids=vb.pids,
            uploads_mb=2 * vb.upload_mb,
            downloads_mb=vb.download_mb,
        )

    def _remove_quietly(self, browser_id: str) -> None:
        try:
            self._driver.remove(browser_id)
        except DriverError as error:
            log.warning("container of browser %s could not be removed yet: %s", browser_id, error)


def _pem(path: Path | None) -> str:
    return path.read_text() if path is not None and path.is_file() else ""
