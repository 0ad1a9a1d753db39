"""Text chat: stored first, then told to the room."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy.exc import IntegrityError

from app.domain import texts
from app.errors import InvalidInput
from app.persistence.messages import Line, Message
from app.persistence.unit_of_work import Database
from app.realtime.announce import chat_line
from app.realtime.bus import RedisBus
from app.services.clock import utc_now
from vb.protocol.messages import Chat, ChatLine


class ChatService:
    """Raises InvalidInput for what cannot be said."""

    def __init__(self, database: Database, bus: RedisBus, *, now: Callable[[], datetime] = utc_now) -> None:
        self._database = database
        self._bus = bus
        self._now = now

    def say(self, room_id: str, user_id: str, name: str, text: str, client_msg_id: str) -> ChatLine:
        """Store a message and tell everybody. Sent again under the same id, it is told again but not stored.

        Raises redis.RedisError where the room cannot be told; the message is stored all the same.
        """
        try:
            clean = texts.chat(text)
        except texts.TextRefused as error:
            raise InvalidInput(text=str(error)) from error
        message = self._store(room_id, user_id, clean, client_msg_id)
        line = _line(Line(message, name))
        self._bus.publish(room_id, Chat(line=line))
        return line

    def latest(self, room_id: str, limit: int) -> list[ChatLine]:
        """The last ``limit`` messages, oldest first."""
        with self._database.read() as work:
            return [_line(line) for line in work.messages.latest(room_id, limit)]

    def _store(self, room_id: str, user_id: str, text: str, client_msg_id: str) -> Message:
        message = Message(
            room_id=room_id, user_id=user_id, text=text, at=self._now(), client_msg_id=client_msg_id
        )
        try:
            with self._database.work() as work:
                known = work.messages.by_client_id(room_id, user_id, client_msg_id)
                if known is not None:
                    return known
                work.messages.add(message)
        except IntegrityError:
            with self._database.read() as work:
                known = work.messages.by_client_id(room_id, user_id, client_msg_id)
            if known is None:
                raise
            return known
        return message


def _line(line: Line) -> ChatLine:
    message = line.message
    return chat_line(
        id=message.id,
        user_id=message.user_id,
        name=line.username,
        text=message.text,
        at=message.at,
        client_msg_id=message.client_msg_id,
    )
