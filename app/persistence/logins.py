"""Who is signed in where."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ForeignKey, String, delete, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.persistence.base import Base, UtcDateTime, new_id
from app.persistence.users import User


class Login(Base):
    """A browser in which a person has signed in, until they sign out there.

    The cookies name ``id`` and ``epoch`` and are signed, so neither is a secret. ``epoch`` grows when
    the cookies that are out must not be let in any more, though this browser stays signed in.
    """

    __tablename__ = "logins"

    id: Mapped[str] = mapped_column(String(16), primary_key=True, default=new_id)
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    epoch: Mapped[int] = mapped_column(default=0)
    used_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class Logins:
    """Keep, find and end them."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, login: Login) -> None:
        self._session.add(login)
        self._session.flush()

    def get(self, login_id: str) -> Login | None:
        return self._session.get(Login, login_id)

    def locked(self, login_id: str) -> Login | None:
        """The same, which nobody else ends before this transaction does."""
        return self._session.get(Login, login_id, with_for_update=True)

    def use(self, login_id: str, now: datetime) -> None:
        """Nothing if it has ended."""
        self._session.execute(update(Login).where(Login.id == login_id).values(used_at=now))

    def with_user(self, login_id: str) -> tuple[Login, User] | None:
        """The login and whose it is."""
        query = select(Login, User).join(User, User.id == Login.user_id).where(Login.id == login_id)
        found = self._session.execute(query).one_or_none()
        return (found[0], found[1]) if found else None

    def living(self, login_ids: Collection[str], used_after: datetime) -> set[str]:
        """Which of these have not ended, and were used since."""
        query = select(Login.id).where(Login.id.in_(login_ids), Login.used_at > used_after)
        return set(self._session.scalars(query))

    def remove(self, login_id: str) -> None:
        self._session.execute(delete(Login).where(Login.id == login_id))

    def remove_of(self, user_id: str, *, but: str = "") -> list[str]:
        """End all of a person's logins except ``but``; the ids of those that were ended."""
        query = delete(Login).where(Login.user_id == user_id, Login.id != but).returning(Login.id)
        return list(self._session.scalars(query))

    def remove_unused(self, since: datetime) -> None:
        """Forget whoever was not here since then."""
        self._session.execute(delete(Login).where(Login.used_at <= since))
