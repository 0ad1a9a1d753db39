"""app.persistence.rooms"""

from datetime import UTC, datetime, timedelta

from app.domain.permissions import Role
from app.persistence.base import make_engine
from app.persistence.rooms import Room
from app.persistence.unit_of_work import Database
from app.persistence.users import User

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def test_rooms_of_a_person_newest_first(database_url: str) -> None:
    """Owned and joined ones, with the role in each."""
    database = Database(make_engine(database_url))
    with database.work() as work:
        for name in ("ana", "ben"):
            work.users.add(User(id=name, username=name, username_key=name, password_hash="-", created_at=NOW))
        for n, owner in enumerate(("ana", "ben")):
            at = NOW + timedelta(seconds=n)
            room = Room(id=f"r{n}", slug=f"s{n}", name=f"Room {n}", start_url="turtus:home", created_at=at)
            work.rooms.add(room, owner)
        work.rooms.join("r1", "ana", NOW + timedelta(seconds=9))
        work.rooms.join("r1", "ben", NOW)
    with database.read() as work:
        found = [(room.id, role) for room, role in work.rooms.of_user("ana")]
        assert found == [("r1", Role.MEMBER), ("r0", Role.OWNER)]
        assert work.rooms.role_of("r1", "ben") is Role.OWNER
        assert [room.id for room, _ in work.rooms.of_user("ana", limit=1)] == ["r1"]
        found_room = work.rooms.by_slug("s1")
        assert found_room is not None
        assert work.rooms.get(found_room.id) is found_room
    database.engine.dispose()
