"""Logins: a person signs in with a browser, stays signed in while it is used, and signs out for good.

They are rows, so that a cookie that was copied is worth nothing once its login has ended. Open sockets
end with their login: at once by way of Redis, or within a tick should it be away (``ended``).
"""

import logging
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

import redis

from app.errors import InvalidInput
from app.persistence.logins import Login
from app.persistence.unit_of_work import Database, UnitOfWork
from app.realtime.bus import RedisBus
from app.services.clock import utc_now
from vb.protocol.limits import CloseCode

log = logging.getLogger(__name__)

NOTED_EVERY = timedelta(hours=1)
"""How exactly it is known when a login was last used: not every request writes."""
SIGNED_OUT = "You have signed out."
CHANGED = "Your password was changed at this moment. Sign in with the new one."


@dataclass(frozen=True, slots=True)
class Visitor:
    """A signed-in person. ``key`` is what their cookies say; ``due``: it is time for ``Logins.use``."""

    user_id: str
    username: str
    login_id: str
    key: str
    due: bool = False


class Logins:
    """``days`` is how long one lasts without being used."""

    def __init__(
        self,
        database: Database,
        bus: RedisBus,
        *,
        days: int,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self._database = database
        self._bus = bus
        self._life = timedelta(days=days)
        self._now = now

    def begin(self, user_id: str, *, password_hash: str | None = None) -> Visitor:
        """The person has shown who they are, in a browser.

        Raises InvalidInput if the password is no longer the one of ``password_hash``, which theirs was
        compared with: whoever changed it meanwhile has ended all logins, and this would be one more.
        """
        now = self._now()
        login = Login(user_id=user_id, epoch=0, used_at=now)
        with self._database.work() as work:
            user = work.users.locked(user_id)
            if user is None or password_hash not in (None, user.password_hash):
                raise InvalidInput(password=CHANGED)
            work.logins.remove_unused(now - self._life)
            work.logins.add(login)
        return Visitor(user.id, user.username, login.id, _key(login))

    def find(self, key: str) -> Visitor | None:
        """Who is signed in with this key; None if they have signed out, or were not here for too long."""
        login_id = key.rpartition(":")[2]
        with self._database.read() as work:
            found = work.logins.with_user(login_id)
        if found is None:
            return None
        login, user = found
        unused = self._now() - login.used_at
        if _key(login) != key or unused >= self._life:
            return None
        return Visitor(user.id, user.username, login.id, key, due=unused >= NOTED_EVERY)

    def use(self, login_id: str) -> None:
        """It is used: its time begins anew."""
        with self._database.work() as work:
            work.logins.use(login_id, self._now())

    def end(self, login_id: str) -> None:
        """The person signs out in this browser."""
        with self._database.work() as work:
            work.logins.remove(login_id)
            work.after_commit(lambda: self._close_sockets([login_id], SIGNED_OUT))

    def end_of(self, work: UnitOfWork, user_id: str, why: str, *, but: str = "") -> str | None:
        """In ``work``: every login of a person ends, but not ``but``, whose new key is returned.

        Its old one lets nobody in any more: who knows whether the cookie was copied.
        """
        ended = work.logins.remove_of(user_id, but=but)
        work.after_commit(lambda: self._close_sockets(ended, why))
        kept = work.logins.locked(but)
        if kept is None:
            return None
        kept.epoch += 1
        return _key(kept)

    def ended(self, login_ids: Collection[str]) -> set[str]:
        """Which of these have ended, in whatever way."""
        if not login_ids:
            return set()
        with self._database.read() as work:
            return set(login_ids) - work.logins.living(login_ids, self._now() - self._life)

    def _close_sockets(self, login_ids: Collection[str], why: str) -> None:
        try:
            self._bus.close_logins(login_ids, CloseCode.NO_SESSION, why)
        except redis.RedisError as error:
            log.warning("the sockets of %d logins are closed a little later: %s", len(login_ids), error)


def _key(login: Login) -> str:
    return f"{login.epoch}:{login.id}"
