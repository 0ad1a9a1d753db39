"""Browsers: what was asked for, where it runs, and how it ended."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Index, String, func, or_, select, text, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.domain.browser import ALIVE, PENDING, TERMINAL, BrowserState, Reason, sources_of
from app.domain.culling import BrowserClock
from app.persistence.base import Base, UtcDateTime, new_id

_ALIVE_SQL = "state IN ({})".format(", ".join(f"'{state}'" for state in sorted(ALIVE)))


class Browser(Base):
    """One browser, used once. The unique index lets a room have one that is alive, whoever asks.

    ``user_id`` is who asked for it, ``requested_by`` what they were called then: the account may be gone.
    ``kind`` is the program: firefox or chromium. ``width_px`` and ``height_px`` are the screen's at present.
    ``container_id`` is for operators, who read it beside ``docker ps``; no program does.
    """

    __tablename__ = "browsers"
    __table_args__ = (
        Index(
            "uq_browsers_room_alive",
            "room_id",
            unique=True,
            sqlite_where=text(_ALIVE_SQL),
            postgresql_where=text(_ALIVE_SQL),
        ),
        Index(
            "uq_browsers_host_port_alive",
            "host",
            "udp_port",
            unique=True,
            sqlite_where=text(_ALIVE_SQL),
            postgresql_where=text(_ALIVE_SQL),
        ),
        Index("ix_browsers_state", "state"),
    )

    id: Mapped[str] = mapped_column(String(16), primary_key=True, default=new_id)
    room_id: Mapped[str] = mapped_column(ForeignKey("rooms.id", ondelete="CASCADE"), index=True)
    state: Mapped[str] = mapped_column(String(16), default=BrowserState.REQUESTED)
    reason: Mapped[str | None] = mapped_column(String(32))
    message: Mapped[str | None] = mapped_column(String(300))
    user_id: Mapped[str | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    requested_by: Mapped[str | None] = mapped_column(String(32))
    kind: Mapped[str] = mapped_column(String(16), default="firefox", server_default="firefox")
    url: Mapped[str] = mapped_column(String(2048))
    width_px: Mapped[int]
    height_px: Mapped[int]
    fps: Mapped[int]
    steps: Mapped[list[list[str | int]]] = mapped_column(JSON, default=list)
    token_hash: Mapped[str | None] = mapped_column(String(64))
    host: Mapped[str | None] = mapped_column(String(64))
    udp_port: Mapped[int | None]
    container_id: Mapped[str | None] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    start_deadline: Mapped[datetime | None] = mapped_column(UtcDateTime)
    end_deadline: Mapped[datetime | None] = mapped_column(UtcDateTime)
    idle_deadline: Mapped[datetime | None] = mapped_column(UtcDateTime)
    stop_deadline: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    @property
    def clock(self) -> BrowserClock:
        """Its deadlines, for ``app.domain.culling``."""
        return BrowserClock(
            BrowserState(self.state),
            self.start_deadline,
            self.end_deadline,
            self.idle_deadline,
            self.stop_deadline,
        )


class Browsers:
    """Find browsers and move them along. Every move is a compare-and-set on the state."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, browser: Browser) -> None:
        """Store a new one; IntegrityError at the flush if the room has one that is alive."""
        self._session.add(browser)
        self._session.flush()

    def get(self, browser_id: str) -> Browser | None:
        return self._session.get(Browser, browser_id)

    def locked(self, browser_id: str) -> Browser | None:
        """As it is now; nobody else changes it before this work ends."""
        return self._session.get(Browser, browser_id, with_for_update=True, populate_existing=True)

    def latest_of(self, room_id: str) -> Browser | None:
        """The room's newest browser, whatever became of it."""
        return self._session.scalar(
            select(Browser)
            .where(Browser.room_id == room_id)
            .order_by(Browser.created_at.desc(), Browser.id.desc())
            .limit(1)
        )

    def alive_in(self, room_id: str) -> Browser | None:
        return self._session.scalar(
            select(Browser).where(Browser.room_id == room_id, Browser.state.in_(ALIVE))
        )

    def alive_rooms(self, room_ids: Iterable[str]) -> set[str]:
        """Which of these rooms have a browser that is alive."""
        return set(
            self._session.scalars(
                select(Browser.room_id).where(Browser.room_id.in_(list(room_ids)), Browser.state.in_(ALIVE))
            )
        )

    def alive(self, *, host: str | None = None) -> list[Browser]:
        """All that are alive, on one host or (None) anywhere."""
        query = select(Browser).where(Browser.state.in_(ALIVE))
        if host is not None:
            query = query.where(Browser.host == host)
        return list(self._session.scalars(query))

    def count_asked_by(self, user_id: str) -> int:
        """How many that are alive this person has asked for, in whatever room, under whatever name."""
        asked = select(func.count()).where(Browser.user_id == user_id, Browser.state.in_(ALIVE))
        return self._session.scalar(asked) or 0

    def ports_in_use(self, host: str) -> set[int]:
        """UDP ports given to browsers of ``host`` that are alive."""
        return {browser.udp_port for browser in self.alive(host=host) if browser.udp_port}

    def due(self, now: datetime) -> list[Browser]:
        """Alive, with any deadline behind ``now``."""
        passed = or_(
            Browser.start_deadline <= now,
            Browser.end_deadline <= now,
            Browser.idle_deadline <= now,
            Browser.stop_deadline <= now,
        )
        return list(self._session.scalars(select(Browser).where(Browser.state.in_(ALIVE), passed)))

    def unstarted(self, before: datetime) -> list[Browser]:
        """Asked for before ``before`` and taken up by no worker: the task was lost with the broker."""
        return list(
            self._session.scalars(
                select(Browser).where(Browser.state == BrowserState.REQUESTED, Browser.created_at < before)
            )
        )

    def move(
        self,
        browser_id: str,
        to: BrowserState,
        now: datetime,
        *,
        only_from: Iterable[BrowserState] | None = None,
        reason: Reason | None = None,
        message: str | None = None,
    ) -> Browser | None:
        """Move to ``to`` if the table (and ``only_from``) allows it from the present state.

        Returns the browser as it is afterwards, or None if nothing was moved: somebody else was
        first, or it is not there. A first reason stays: later ones do not replace it.
        """
        allowed = sources_of(to) if only_from is None else sources_of(to) & frozenset(only_from)
        browser = self.locked(browser_id)
        if browser is None or BrowserState(browser.state) not in allowed:
            return None
        changed = self._session.execute(
            update(Browser)
            .where(Browser.id == browser_id, Browser.state == browser.state)
            .values(state=to)
            .execution_options(synchronize_session=False)
        )
        if changed.rowcount != 1:  # type: ignore[attr-defined]
            return None
        self._session.refresh(browser)
        browser.steps = [*browser.steps, [str(to), int(now.timestamp() * 1000)]]
        if reason is not None and browser.reason is None:
            browser.reason, browser.message = reason, message
        if to not in PENDING:
            browser.start_deadline = None
        if to in TERMINAL:
            browser.ended_at = now
            browser.idle_deadline = browser.end_deadline = browser.stop_deadline = None
            browser.token_hash = None
        self._session.flush()
        return browser
