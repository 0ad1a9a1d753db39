"""Rooms: make, find, open, change, delete."""

import logging
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import redis
from sqlalchemy.exc import IntegrityError

from app.domain import texts
from app.domain.permissions import Action, Role, can
from app.errors import Forbidden, InvalidInput, NotFound
from app.persistence.rooms import Room
from app.persistence.unit_of_work import Database, UnitOfWork
from app.realtime import rate
from app.realtime.bus import RedisBus
from app.realtime.rate import RateLimits
from app.realtime.room_store import RoomStore
from app.services.browsers import Browsers
from app.services.clock import utc_now
from vb.protocol.limits import CloseCode

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class RoomView:
    """A room as one person sees it. ``people`` is None where presence is not known."""

    id: str
    slug: str
    name: str
    start_url: str
    role: Role
    live: bool = False
    people: int | None = None

    @property
    def is_owner(self) -> bool:
        return self.role is Role.OWNER


class Rooms:
    """Raises NotFound, Forbidden, InvalidInput (with the field) or TooOften."""

    def __init__(
        self,
        database: Database,
        bus: RedisBus,
        store: RoomStore,
        limits: RateLimits,
        browsers: Browsers,
        *,
        default_url: str,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self._database = database
        self._bus = bus
        self._store = store
        self._limits = limits
        self._browsers = browsers
        self._default_url = default_url
        self._now = now

    def create(self, user_id: str, name: str, start_url: str = "") -> RoomView:
        """A new room, owned by ``user_id``; an empty ``start_url`` is the default page."""
        clean, url = self._checked(name, start_url)
        self._limits.hit(rate.ROOMS_PER_USER, "rooms", user_id)
        room = Room(slug=secrets.token_urlsafe(9), name=clean, start_url=url, created_at=self._now())
        with self._database.work() as work:
            work.rooms.add(room, user_id)
        log.info("room %s created by %s", room.id, user_id)
        return _view(room, Role.OWNER)

    def name_of(self, slug: str) -> str | None:
        """The name behind an invitation's link, for somebody who has not signed in yet."""
        with self._database.read() as work:
            room = work.rooms.by_slug(slug)
            return room.name if room else None

    def open(self, slug: str, user_id: str) -> RoomView:
        """Enter by link: whoever has it becomes a member."""
        with self._database.read() as work:
            room = _existing(work.rooms.by_slug(slug))
            role = work.rooms.role_of(room.id, user_id)
        if role is not None:
            return _view(room, role)
        try:
            with self._database.work() as work:
                work.rooms.join(room.id, user_id, self._now())
        except IntegrityError:  # joined in another tab, or deleted, at this very moment
            return self.look(slug, user_id)
        return _view(room, Role.MEMBER)

    def find(self, slug: str) -> tuple[str, str]:
        """Id and name of the room, for its browser's agent."""
        with self._database.read() as work:
            room = _existing(work.rooms.by_slug(slug))
            return room.id, room.name

    def look(self, slug: str, user_id: str) -> RoomView:
        """The room as a member sees it; NotFound for a stranger."""
        with self._database.read() as work:
            return _view(*_mine(work, slug, user_id))

    def mine(self, user_id: str, search: str = "") -> list[RoomView]:
        """The person's rooms, newest first, with what goes on in them."""
        with self._database.read() as work:
            found = work.rooms.of_user(user_id, search=texts.search(search))
            ids = [room.id for room, _ in found]
            live = work.browsers.alive_rooms(ids)
        people = self._people(ids)
        return [_view(room, role, room.id in live, people.get(room.id)) for room, role in found]

    def edit(self, slug: str, user_id: str, name: str, start_url: str) -> RoomView:
        """Change the name and the page that the next browser opens."""
        clean, url = self._checked(name, start_url)
        with self._database.work() as work:
            room, role = _mine(work, slug, user_id)
            _allow(role, Action.ROOM_EDIT, "change this room")
            room.name, room.start_url = clean, url
        return _view(room, role)

    def delete(self, slug: str, user_id: str) -> None:
        """Remove the room with its chat; its browser is stopped and everybody is sent out."""
        with self._database.read() as work:
            room, role = _mine(work, slug, user_id)
        _allow(role, Action.ROOM_DELETE, "delete this room")
        self._remove(room.id)
        log.info("room %s deleted by %s", room.id, user_id)

    def delete_owned_by(self, user_id: str) -> None:
        """Remove every room of a person whose account is about to go."""
        with self._database.read() as work:
            rooms = work.rooms.owned_by(user_id)
        for room in rooms:
            self._remove(room.id)

    def _remove(self, room_id: str) -> None:
        with self._database.work() as work:
            self._browsers.end_with_room(work, room_id)
            work.rooms.remove(room_id)
        try:
            self._bus.close(room_id, None, CloseCode.NO_SUCH_ROOM, "The room was deleted.")
            self._store.forget_room(room_id)
        except redis.RedisError as error:
            log.warning("room %s is deleted, but its people could not be told: %s", room_id, error)

    def _people(self, ids: list[str]) -> dict[str, int]:
        try:
            return self._store.people_count(ids) if ids else {}
        except redis.RedisError as error:
            log.warning("presence is not known: %s", error)
            return {}

    def _checked(self, name: str, start_url: str) -> tuple[str, str]:
        problems: dict[str, str] = {}
        clean = url = ""
        try:
            clean = texts.room_name(name)
        except texts.TextRefused as error:
            problems["name"] = str(error)
        try:
            url = texts.start_url(start_url) if start_url.strip() else self._default_url
        except texts.TextRefused as error:
            problems["start_url"] = str(error)
        if problems:
            raise InvalidInput(**problems)
        return clean, url


def _existing(room: Room | None) -> Room:
    if room is None:
        raise NotFound("room")
    return room


def _mine(work: UnitOfWork, slug: str, user_id: str) -> tuple[Room, Role]:
    room = _existing(work.rooms.by_slug(slug))
    role = work.rooms.role_of(room.id, user_id)
    if role is None:
        raise NotFound("room")
    return room, role


def _allow(role: Role, action: Action, words: str) -> None:
    if not can(role, action):
        raise Forbidden(words)


def _view(room: Room, role: Role, live: bool = False, people: int | None = None) -> RoomView:
    return RoomView(room.id, room.slug, room.name, room.start_url, role, live, people)
