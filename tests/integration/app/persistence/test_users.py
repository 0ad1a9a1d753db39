"""app.persistence.users"""

from datetime import UTC, datetime

from app.domain.permissions import Role
from app.persistence.base import make_engine
from app.persistence.messages import Message
from app.persistence.rooms import Room
from app.persistence.unit_of_work import Database
from app.persistence.users import User

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def test_removed_user_leaves_words_and_no_membership(database_url: str) -> None:
    """Foreign keys do what the models promise, on both databases."""
    database = Database(make_engine(database_url))
    with database.work() as work:
        for name in ("ana", "ben"):
            work.users.add(User(id=name, username=name, username_key=name, password_hash="-", created_at=NOW))
        work.rooms.add(Room(id="r", slug="s", name="Room", start_url="turtus:home", created_at=NOW), "ben")
        work.rooms.join("r", "ana", NOW)
        work.messages.add(Message(room_id="r", user_id="ana", client_msg_id="1", text="hi", at=NOW))
        assert work.rooms.role_of("r", "ana") is Role.MEMBER
    with database.work() as work:
        ana = work.users.get("ana")
        assert ana is not None
        work.users.remove(ana)
    with database.read() as work:
        assert work.rooms.role_of("r", "ana") is None
        line = work.messages.latest("r", 5)[0]
        assert (line.username, line.message.user_id, line.message.text) == (None, None, "hi")
        assert [room.id for room in work.rooms.owned_by("ben")] == ["r"]
    with database.work() as work:
        work.rooms.remove("r")
    with database.read() as work:
        assert work.messages.latest("r", 5) == []
    database.engine.dispose()
