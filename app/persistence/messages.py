"""What was said in rooms."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.persistence.base import Base, UtcDateTime
from app.persistence.users import User


class Message(Base):
    """One line of chat. ``id`` gives the order; ``user_id`` is None once the account is gone."""

    __tablename__ = "messages"
    __table_args__ = (
        UniqueConstraint("room_id", "user_id", "client_msg_id"),
        Index("ix_messages_room_id_id", "room_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    room_id: Mapped[str] = mapped_column(ForeignKey("rooms.id", ondelete="CASCADE"))
    user_id: Mapped[str | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    client_msg_id: Mapped[str] = mapped_column(String(64))
    text: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


@dataclass(frozen=True, slots=True)
class Line:
    """A message with its author's present name (None for a deleted account)."""

    message: Message
    username: str | None


class Messages:
    """Keep and read chat, in order."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, message: Message) -> None:
        self._session.add(message)
        self._session.flush()

    def by_client_id(self, room_id: str, user_id: str, client_msg_id: str) -> Message | None:
        """The message that this person already sent under this id."""
        return self._session.scalar(
            select(Message).where(
                Message.room_id == room_id,
                Message.user_id == user_id,
                Message.client_msg_id == client_msg_id,
            )
        )

    def latest(self, room_id: str, limit: int) -> list[Line]:
        """The last ``limit`` messages, oldest first."""
        rows = self._session.execute(
            select(Message, User.username)
            .outerjoin(User, User.id == Message.user_id)
            .where(Message.room_id == room_id)
            .order_by(Message.id.desc())
            .limit(limit)
        )
        return [Line(message, name) for message, name in reversed(rows.all())]
