"""app.persistence.messages"""

from datetime import UTC, datetime

import pytest
from sqlalchemy.exc import IntegrityError

from app.persistence.base import make_engine
from app.persistence.messages import Message
from app.persistence.rooms import Room
from app.persistence.unit_of_work import Database
from app.persistence.users import User

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def message(client_msg_id: str, room_id: str = "r") -> Message:
    return Message(room_id=room_id, user_id="ana", client_msg_id=client_msg_id, text="hi", at=NOW)


def test_client_id_is_unique_for_a_person_in_a_room(database_url: str) -> None:
    """The database itself refuses a second one; another room is another matter."""
    database = Database(make_engine(database_url))
    with database.work() as work:
        work.users.add(User(id="ana", username="ana", username_key="ana", password_hash="-", created_at=NOW))
        for room_id in ("r", "q"):
            room = Room(id=room_id, slug=room_id, name="Room", start_url="turtus:home", created_at=NOW)
            work.rooms.add(room, "ana")
        work.messages.add(message("1"))
        work.messages.add(message("1", "q"))
    with pytest.raises(IntegrityError), database.work() as work:
        work.messages.add(message("1"))
    with database.read() as work:
        assert work.messages.by_client_id("r", "ana", "1") is not None
        assert work.messages.by_client_id("r", "ben", "1") is None
    database.engine.dispose()
