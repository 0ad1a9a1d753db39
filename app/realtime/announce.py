"""Rows as the messages that people see. Takes plain attributes, so that it needs no database."""

import logging
from datetime import datetime
from typing import Protocol

import redis

from app.domain import control as rules
from app.domain.browser import agent_peer_id
from app.domain.control import Control
from app.realtime.bus import RedisBus
from app.realtime.room_store import RoomStore, now_ms
from vb.protocol.messages import (
    BrowserChanged,
    BrowserStatus,
    BrowserStep,
    ChatLine,
    ControlChanged,
    ControlStatus,
    PeerLeft,
)

log = logging.getLogger(__name__)

DELETED_USER = "deleted user"


class BrowserRow(Protocol):
    """What ``browser_status`` reads of a row."""

    @property
    def id(self) -> str: ...
    @property
    def state(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def url(self) -> str: ...
    @property
    def width_px(self) -> int: ...
    @property
    def height_px(self) -> int: ...
    @property
    def steps(self) -> list[list[str | int]]: ...
    @property
    def reason(self) -> str | None: ...
    @property
    def message(self) -> str | None: ...
    @property
    def requested_by(self) -> str | None: ...


def browser_status(row: BrowserRow) -> BrowserStatus:
    """A browser as the room sees it."""
    return BrowserStatus(
        id=row.id,
        state=row.state,  # type: ignore[arg-type]  # the column holds a BrowserState
        url=row.url,
        width=row.width_px,
        height=row.height_px,
        kind=row.kind,  # type: ignore[arg-type]  # the column holds a BrowserKind
        steps=[
            BrowserStep(state=str(state), at_ms=int(at_ms))  # type: ignore[arg-type]
            for state, at_ms in row.steps
        ],
        reason=row.reason,
        message=row.message,
        by=row.requested_by,
    )


def tell_browser(bus: RedisBus, room_id: str, row: BrowserRow) -> None:
    """Tell the room how its browser stands. Without Redis the next snapshot does."""
    try:
        bus.publish(room_id, BrowserChanged(browser=browser_status(row)))
    except redis.RedisError as error:
        log.warning("room %s could not be told of its browser: %s", room_id, error)


def agent_left(bus: RedisBus, store: RoomStore, room_id: str, browser_id: str) -> None:
    """The browser is over: its agent's place goes with it. Without Redis the place runs out by itself."""
    peer_id = agent_peer_id(browser_id)
    try:
        if store.drop(room_id, peer_id):
            bus.publish(room_id, PeerLeft(id=peer_id))
    except redis.RedisError as error:
        log.warning("the place of %s in room %s could not be given up: %s", peer_id, room_id, error)


def free_control(bus: RedisBus, store: RoomStore, room_id: str) -> None:
    """There is nothing to drive any more: whoever drove is told. Without Redis nobody drives either."""
    try:
        old, new = store.change_control(
            room_id, lambda control: rules.reset(control, now_ms()) if control.holder else control
        )
        if new != old:
            bus.publish(room_id, ControlChanged(control=control_status(new)))
    except redis.RedisError as error:
        log.warning("control of room %s could not be freed: %s", room_id, error)


def control_status(control: Control) -> ControlStatus:
    """Who drives, as the room sees it."""
    return ControlStatus(
        state=control.state.value,
        epoch=control.epoch,
        holder=control.holder,
        requests=list(control.requests),
    )


def chat_line(
    *, id: int, user_id: str | None, name: str | None, text: str, at: datetime, client_msg_id: str | None
) -> ChatLine:
    """A stored message as the room sees it; ``name`` None is a deleted account."""
    return ChatLine(
        id=id,
        user_id=user_id,
        name=name or DELETED_USER,
        text=text,
        at_ms=int(at.timestamp() * 1000),
        client_msg_id=client_msg_id,
    )
