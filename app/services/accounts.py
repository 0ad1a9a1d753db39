"""Accounts: register, sign in, change, delete."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.exc import IntegrityError

from app.domain import texts
from app.errors import Forbidden, InvalidInput, NotFound
from app.persistence.unit_of_work import Database
from app.persistence.users import User
from app.realtime import rate
from app.realtime.known import KnownNetworks
from app.realtime.rate import RateLimits
from app.services.clock import utc_now
from app.services.hashing import Hashing
from app.services.logins import Logins, Visitor

log = logging.getLogger(__name__)

WRONG = "The user name or the password is wrong."
TAKEN = "This name is taken. Choose another one."


@dataclass(frozen=True, slots=True)
class Account:
    """A person; ``password_hash`` is what their password was compared with, for ``Logins.begin``."""

    id: str
    username: str
    password_hash: str = field(repr=False, compare=False)


class Accounts:
    """Raises InvalidInput with the field at fault, TooOften, Forbidden or NotFound."""

    def __init__(
        self,
        database: Database,
        limits: RateLimits,
        logins: Logins,
        known: KnownNetworks,
        *,
        registration_open: bool,
        hashing: Hashing | None = None,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self._database = database
        self._limits = limits
        self._logins = logins
        self._known = known
        self.registration_open = registration_open
        self._hashing = hashing or Hashing()
        self._now = now

    def register(self, username: str, password: str, address: str) -> Account:
        """Make an account; ``address`` is where the request came from."""
        if not self.registration_open:
            raise Forbidden("create an account")
        name = _checked("username", texts.username, username)
        secret = _checked("password", texts.password, password)
        self._limits.hit(rate.REGISTER_PER_ADDRESS, "register", address)
        user = User(
            username=name,
            username_key=texts.username_key(name),
            password_hash=self._hashing.hash(secret),
            created_at=self._now(),
        )
        try:
            with self._database.work() as work:
                work.users.add(user)
        except IntegrityError as error:
            raise InvalidInput(username=TAKEN) from error
        log.info("account %s registered", user.id)
        self._known.add(user.username_key, address)
        return _account(user)

    def authenticate(self, username: str, password: str, address: str) -> Account:
        """Whose account this is. A wrong name gets the same answer, as late, as a wrong password.

        Every try counts before it is looked at, so that many at once are no way around the limit. Those from
        elsewhere do not count against ``address`` once somebody has signed in from there.
        """
        key = texts.username_key(username.strip())[: texts.MAX_USERNAME_KEY_CHARS]
        self._limits.hit(rate.LOGIN_PER_ADDRESS, "login-from", address)
        self._limits.hit(rate.LOGIN_PER_ACCOUNT, "login", key, address)
        if not self._known.has(key, address):
            self._limits.hit(rate.LOGIN_FROM_ANYWHERE, "login-anywhere", key)
        with self._database.read() as work:
            user = work.users.by_key(key)
        if not self._hashing.matches(user.password_hash if user else None, password) or user is None:
            raise InvalidInput(password=WRONG)
        self._limits.forget(rate.LOGIN_PER_ACCOUNT, "login", key, address)
        self._known.add(key, address)
        return _account(user)

    def rename(self, user_id: str, username: str) -> Account:
        """Change the user name."""
        name = _checked("username", texts.username, username)
        try:
            with self._database.work() as work:
                user = _existing(work.users.get(user_id))
                user.username, user.username_key = name, texts.username_key(name)
        except IntegrityError as error:
            raise InvalidInput(username=TAKEN) from error
        return _account(user)

    def change_password(self, user_id: str, current: str, new: str, *, login: str = "") -> Visitor | None:
        """Change the password; wherever else this person is signed in, they are no longer.

        Returns the login in which it was done, with the key that it has from now on.
        """
        secret = _checked("new", texts.password, new)
        self._confirm(user_id, current, "current")
        hashed = self._hashing.hash(secret)
        with self._database.work() as work:
            user = _existing(work.users.locked(user_id))
            user.password_hash = hashed
            why = "Your password was changed. Sign in again."
            key = self._logins.end_of(work, user_id, why, but=login)
        log.info("account %s has a new password", user_id)
        return Visitor(user.id, user.username, login, key) if key else None

    def confirm(self, user_id: str, password: str) -> None:
        """Raises InvalidInput at ``password`` unless it is this account's."""
        self._confirm(user_id, password, "password")

    def delete(self, user_id: str) -> None:
        """Remove the account for good. What it said stays, under no name."""
        with self._database.work() as work:
            user = _existing(work.users.locked(user_id))
            self._logins.end_of(work, user_id, "Your account was deleted.")
            work.users.remove(user)
        log.info("account %s deleted", user_id)

    def _confirm(self, user_id: str, password: str, field: str) -> None:
        self._limits.hit(rate.LOGIN_PER_ACCOUNT, "confirm", user_id)
        with self._database.read() as work:
            hashed = _existing(work.users.get(user_id)).password_hash
        if not self._hashing.matches(hashed, password):
            raise InvalidInput(**{field: "This is not your password."})
        self._limits.forget(rate.LOGIN_PER_ACCOUNT, "confirm", user_id)


def _checked(field: str, check: Callable[[str], str], raw: str) -> str:
    try:
        return check(raw)
    except texts.TextRefused as error:
        raise InvalidInput(**{field: str(error)}) from error


def _existing(user: User | None) -> User:
    if user is None:
        raise NotFound("account")
    return user


def _account(user: User) -> Account:
    return Account(user.id, user.username, user.password_hash)
