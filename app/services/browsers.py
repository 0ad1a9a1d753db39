"""A room's browser: asked for, reported on by its agent, stopped."""

import hmac
import logging
from collections.abc import Callable
from datetime import datetime, timedelta

import redis
from sqlalchemy.exc import IntegrityError

from app.dispatch import Dispatcher
from app.domain import texts
from app.domain.browser import ALIVE, BrowserState, Reason, agent_peer_id, sentence
from app.domain.tokens import hash_token
from app.errors import InvalidInput, NotFound, NothingRunning, TooManyBrowsers
from app.persistence.browsers import Browser
from app.persistence.unit_of_work import Database, UnitOfWork
from app.realtime import rate
from app.realtime.announce import tell_browser
from app.realtime.bus import RedisBus
from app.realtime.rate import RateLimits
from app.services.clock import utc_now
from app.settings import VbSettings
from vb.logs import SUCCESS
from vb.protocol.messages import AgentStatus, BrowserKind, BrowserNotice, Shutdown
from vb.protocol.reasons import AgentReason

log = logging.getLogger(__name__)

STOP_WITHIN = timedelta(seconds=20)
"""How long an agent may take to end before the sweep finishes it off."""
IDLE_MARGIN = timedelta(seconds=15)
"""The agent ends an idle browser itself; the sweep does so this much later, if it did not."""
CHECK_AFTER_S = 1.0
MOST_PER_PERSON = 5
"""Living browsers that one person may have asked for, over all rooms."""
_REASONS: dict[str, Reason] = {
    AgentReason.KILLED: Reason.KILLED,
    AgentReason.SIGNAL_LOST: Reason.SIGNAL_LOST,
    AgentReason.REFUSED: Reason.REFUSED,
    AgentReason.START_FAILED: Reason.START_FAILED,
    AgentReason.PROCESS_FAILED: Reason.PROCESS_FAILED,
    AgentReason.CRASHED: Reason.CRASHED,
}
"""What an agent's failure is to people."""


class Browsers:
    """Raises NothingRunning, InvalidInput, TooManyBrowsers or TooOften."""

    def __init__(
        self,
        database: Database,
        bus: RedisBus,
        dispatcher: Dispatcher,
        limits: RateLimits,
        settings: VbSettings,
        *,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self._database = database
        self._bus = bus
        self._dispatcher = dispatcher
        self._limits = limits
        self._settings = settings
        self._now = now

    # --- people -------------------------------------------------------------------------------

    def start(
        self, room_id: str, user_id: str, username: str, url: str | None, kind: BrowserKind = "firefox"
    ) -> Browser:
        """Ask for a browser; returns the one that is alive if there is one. ``url`` None is the room's.

        ``username`` is shown to the room; what a person may have is counted by ``user_id``, which stays.
        """
        if kind not in self._settings.images:
            raise InvalidInput(kind=f"This site has no {kind.capitalize()}.")
        try:
            chosen = texts.start_url(url) if url and url.strip() else None
        except texts.TextRefused as error:
            raise InvalidInput(url=str(error)) from error
        with self._database.read() as work:
            alive = work.browsers.alive_in(room_id)
        if alive is not None:  # asking for what is there costs nobody anything
            return alive
        self._limits.hit(rate.STARTS_PER_PERSON, "start", user_id)
        try:
            with self._database.work() as work:
                alive = work.browsers.alive_in(room_id)
                if alive is not None:
                    return alive
                work.users.locked(user_id)  # their starts in other rooms wait until this one counts
                if work.browsers.count_asked_by(user_id) >= MOST_PER_PERSON:
                    raise TooManyBrowsers(MOST_PER_PERSON)
                browser = self._new(work, room_id, chosen, kind)
                browser.user_id, browser.requested_by = user_id, username
                work.browsers.add(browser)
                work.after_commit(lambda: self._dispatcher.start(browser.id))
                work.after_commit(lambda: self._tell(browser))
        except IntegrityError:
            with self._database.read() as work:
                alive = work.browsers.alive_in(room_id)
            if alive is None:
                raise NothingRunning from None
            return alive
        log.info("browser %s asked for in room %s", browser.id, room_id)
        return browser

    def stop(self, room_id: str, username: str) -> None:
        """Shut the room's browser down, on behalf of a person."""
        with self._database.read() as work:
            alive = work.browsers.alive_in(room_id)
        if alive is None:
            raise NothingRunning
        if BrowserState(alive.state) is BrowserState.STOPPING:
            return
        self._end(alive.id, Reason.STOPPED_BY, who=username)

    def end_with_room(self, work: UnitOfWork, room_id: str) -> None:
        """The room is deleted in ``work``: have its container removed afterwards, if there is one."""
        alive = work.browsers.alive_in(room_id)
        if alive is not None:
            browser_id, host = alive.id, alive.host
            work.after_commit(lambda: self._dispatcher.stop(browser_id, host))

    def latest(self, room_id: str) -> Browser | None:
        """The room's newest browser."""
        with self._database.read() as work:
            return work.browsers.latest_of(room_id)

    # --- the agent ------------------------------------------------------------------------------

    def admit(self, room_id: str, token: str) -> Browser:
        """The browser whose agent presents ``token``; NotFound if it is nobody's or over."""
        with self._database.read() as work:
            alive = work.browsers.alive_in(room_id)
        if alive is None or not alive.token_hash:
            raise NotFound("browser")
        if not hmac.compare_digest(alive.token_hash, hash_token(token)):
            raise NotFound("browser")
        return alive

    def report(self, browser_id: str, status: AgentStatus) -> None:
        """What the agent says of itself."""
        match status.state:
            case "ready":
                self._ready(browser_id)
            case "failed":
                self._failed(browser_id, _REASONS.get(status.reason), status.message)
            case "stopping" if status.reason == AgentReason.IDLE:
                self._end(browser_id, Reason.IDLE)
            case "stopping" if status.reason == AgentReason.STOPPED:
                self._end(browser_id, Reason.STOPPED_BY)
            case "stopping":
                self._failed(browser_id, Reason.KILLED, status.message)
            case "notice":
                with self._database.read() as work:
                    browser = work.browsers.get(browser_id)
                if browser is not None:
                    self._bus.publish(browser.room_id, BrowserNotice(message=status.message))
            case "starting":
                pass

    def viewers(self, browser_id: str, count: int) -> None:
        """How many watch: the idle deadline runs only while nobody does."""
        with self._database.work() as work:
            browser = work.browsers.get(browser_id)
            if browser is not None and BrowserState(browser.state) in ALIVE:
                browser.idle_deadline = None if count else self._idle_deadline()

    def agent_gone(self, browser_id: str) -> None:
        """The agent's socket broke: have its host look whether the container still runs."""
        with self._database.read() as work:
            browser = work.browsers.get(browser_id)
        if browser is not None and browser.host and BrowserState(browser.state) in ALIVE:
            self._dispatcher.check(browser_id, browser.host, in_s=CHECK_AFTER_S)

    # --- steps --------------------------------------------------------------------------------

    def _new(self, work: UnitOfWork, room_id: str, url: str | None, kind: BrowserKind) -> Browser:
        room = work.rooms.get(room_id)
        if room is None:
            raise NotFound("room")
        now = self._now()
        vb = self._settings
        return Browser(
            room_id=room_id,
            state=BrowserState.REQUESTED,
            kind=kind,
            url=url or room.start_url,
            width_px=vb.width_px,
            height_px=vb.height_px,
            fps=vb.fps,
            steps=[[BrowserState.REQUESTED, int(now.timestamp() * 1000)]],
            created_at=now,
            start_deadline=now + timedelta(seconds=vb.start_timeout_s),
        )

    def _ready(self, browser_id: str) -> None:
        now = self._now()
        with self._database.work() as work:
            browser = work.browsers.move(browser_id, BrowserState.READY, now)
            if browser is None:
                return
            browser.end_deadline = now + timedelta(seconds=self._settings.max_session_s)
            browser.idle_deadline = self._idle_deadline()
            work.after_commit(lambda: self._tell(browser))
        log.info("browser %s is ready", browser_id, extra=SUCCESS)

    def _failed(self, browser_id: str, reason: Reason | None, message: str) -> None:
        """It ended unasked: what is stopping was meant to. ``reason`` None: by how far it had come."""
        with self._database.work() as work:
            row = work.browsers.locked(browser_id)
            if row is None:
                return
            if reason is None:
                ready = BrowserState(row.state) is BrowserState.READY
                reason = Reason.PROCESS_FAILED if ready else Reason.START_FAILED
            browser = work.browsers.move(
                browser_id,
                BrowserState.FAILED,
                self._now(),
                only_from=ALIVE - {BrowserState.STOPPING},
                reason=reason,
                message=message or sentence(reason),
            )
            if browser is None:
                return
            host = browser.host
            work.after_commit(lambda: self._tell(browser))
            work.after_commit(lambda: self._dispatcher.stop(browser_id, host))
        log.error("browser %s failed: %s (%s)", browser_id, reason, message)

    def _end(self, browser_id: str, reason: Reason, who: str = "") -> None:
        now = self._now()
        with self._database.work() as work:
            browser = work.browsers.move(
                browser_id, BrowserState.STOPPING, now, reason=reason, message=sentence(reason, who=who)
            )
            if browser is None:
                return
            browser.stop_deadline = now + STOP_WITHIN
            host, room_id = browser.host, browser.room_id
            work.after_commit(lambda: self._tell(browser))
            work.after_commit(lambda: self._shutdown(room_id, browser_id, reason))
            work.after_commit(lambda: self._dispatcher.stop(browser_id, host))
        log.info("browser %s is stopping: %s", browser_id, reason)

    def _shutdown(self, room_id: str, browser_id: str, reason: Reason) -> None:
        try:
            self._bus.send(room_id, agent_peer_id(browser_id), Shutdown(reason=reason))
        except redis.RedisError as error:
            log.warning("browser %s could not be asked to end: %s", browser_id, error)

    def _tell(self, browser: Browser) -> None:
        tell_browser(self._bus, browser.room_id, browser)

    def _idle_deadline(self) -> datetime:
        return self._now() + timedelta(milliseconds=self._settings.idle_timeout_ms) + IDLE_MARGIN
