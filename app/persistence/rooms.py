"""Rooms and who belongs to them."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, delete, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.domain.permissions import Role
from app.persistence.base import Base, UtcDateTime, new_id


class Room(Base):
    """``slug`` is the room's address; it is random and does not change with the name."""

    __tablename__ = "rooms"

    id: Mapped[str] = mapped_column(String(16), primary_key=True, default=new_id)
    slug: Mapped[str] = mapped_column(String(32), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    start_url: Mapped[str] = mapped_column(String(2048))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Membership(Base):
    """What a person is in a room."""

    __tablename__ = "memberships"

    room_id: Mapped[str] = mapped_column(ForeignKey("rooms.id", ondelete="CASCADE"), primary_key=True)
    user_id: Mapped[str] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    role: Mapped[str] = mapped_column(String(16))
    joined_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Rooms:
    """Find and keep rooms and memberships."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, room: Room, owner_id: str) -> None:
        self._session.add(room)
        self._session.flush()
        self._session.add(
            Membership(room_id=room.id, user_id=owner_id, role=Role.OWNER, joined_at=room.created_at)
        )

    def get(self, room_id: str) -> Room | None:
        return self._session.get(Room, room_id)

    def by_slug(self, slug: str) -> Room | None:
        return self._session.scalar(select(Room).where(Room.slug == slug))

    def role_of(self, room_id: str, user_id: str) -> Role | None:
        """What the person is in the room; None for a stranger."""
        membership = self._session.get(Membership, (room_id, user_id))
        return Role(membership.role) if membership else None

    def join(self, room_id: str, user_id: str, now: datetime) -> None:
        """Make the person a member; nothing changes for one who is.

        IntegrityError at the commit if another transaction did so meanwhile, or removed the room.
        """
        if self._session.get(Membership, (room_id, user_id)) is None:
            self._session.add(Membership(room_id=room_id, user_id=user_id, role=Role.MEMBER, joined_at=now))

    def of_user(self, user_id: str, *, search: str = "", limit: int = 100) -> list[tuple[Room, Role]]:
        """The person's rooms, newest membership first; ``search`` looks into their names, without case."""
        query = (
            select(Room, Membership.role)
            .join(Membership, Membership.room_id == Room.id)
            .where(Membership.user_id == user_id)
            .order_by(Membership.joined_at.desc(), Room.id)
            .limit(limit)
        )
        if search:
            query = query.where(Room.name.icontains(search, autoescape=True))
        return [(room, Role(role)) for room, role in self._session.execute(query)]

    def owned_by(self, user_id: str) -> list[Room]:
        query = (
            select(Room)
            .join(Membership, Membership.room_id == Room.id)
            .where(Membership.user_id == user_id, Membership.role == Role.OWNER)
        )
        return list(self._session.scalars(query))

    def count(self) -> int:
        """How many rooms there are."""
        return self._session.scalar(select(func.count()).select_from(Room)) or 0

    def remove(self, room_id: str) -> None:
        """Delete the room with its memberships, messages and browser rows."""
        self._session.execute(delete(Room).where(Room.id == room_id))
