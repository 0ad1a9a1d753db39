"""Accounts."""

from datetime import datetime

from sqlalchemy import String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.persistence.base import Base, UtcDateTime, new_id


class User(Base):
    """A person's account."""

    __tablename__ = "users"

    id: Mapped[str] = mapped_column(String(16), primary_key=True, default=new_id)
    username: Mapped[str] = mapped_column(String(32))
    username_key: Mapped[str] = mapped_column(String(128), unique=True)
    password_hash: Mapped[str] = mapped_column(String(255))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Users:
    """Find and keep accounts."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, user: User) -> None:
        """Store a new account; IntegrityError at the flush if the name is taken."""
        self._session.add(user)
        self._session.flush()

    def get(self, user_id: str) -> User | None:
        return self._session.get(User, user_id)

    def locked(self, user_id: str) -> User | None:
        """The same, which nobody else changes before this transaction is over."""
        return self._session.get(User, user_id, with_for_update=True)

    def by_key(self, username_key: str) -> User | None:
        return self._session.scalar(select(User).where(User.username_key == username_key))

    def remove(self, user: User) -> None:
        self._session.delete(user)
