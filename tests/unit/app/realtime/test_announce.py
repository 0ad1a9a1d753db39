"""app.realtime.announce"""

from datetime import UTC, datetime
from typing import cast

import pytest
import redis

from app.domain.control import Control
from app.persistence.browsers import Browser
from app.realtime.announce import agent_left, browser_status, chat_line, control_status, tell_browser
from app.realtime.bus import RedisBus
from app.realtime.room_store import RoomStore
from tests.support.fake_driver import FakeRooms, RecordingBus
from vb.protocol.messages import PeerLeft

ROW = Browser(
    id="b1", room_id="r1", state="READY", url="turtus:home", width_px=1280, height_px=720, fps=30,
    steps=[["REQUESTED", 1], ["READY", 2]], requested_by="Ana",
)  # fmt: skip


def test_browser_is_shown_with_its_steps() -> None:
    """All that the page draws."""
    status = browser_status(ROW)
    assert [(step.state, step.at_ms) for step in status.steps] == [("REQUESTED", 1), ("READY", 2)]
    assert (status.width, status.height, status.by, status.reason) == (1280, 720, "Ana", None)


def test_room_is_told_or_not() -> None:
    """Without Redis it is left to the next snapshot."""
    bus = RecordingBus()
    tell_browser(cast(RedisBus, bus), "r1", ROW)
    assert bus.states() == ["READY"]

    class Down(RecordingBus):
        def publish(self, room_id: str, event: object) -> int:
            raise redis.ConnectionError

    tell_browser(cast(RedisBus, Down()), "r1", ROW)


def test_agents_place_goes_with_its_browser(caplog: pytest.LogCaptureFixture) -> None:
    """The room is told if there was one; without Redis it runs out by itself."""
    bus, rooms = RecordingBus(), FakeRooms()
    rooms.places = {"vb-b1"}
    agent_left(cast(RedisBus, bus), cast(RoomStore, rooms), "r1", "b1")
    agent_left(cast(RedisBus, bus), cast(RoomStore, rooms), "r1", "b1")
    assert bus.events == [("r1", PeerLeft(id="vb-b1"))]

    class Down(FakeRooms):
        def drop(self, room_id: str, peer_id: str) -> bool:
            raise redis.ConnectionError

    agent_left(cast(RedisBus, bus), cast(RoomStore, Down()), "r1", "b1")
    assert "could not be given up" in caplog.text


def test_control_is_shown() -> None:
    """State, holder, epoch and who asks."""
    status = control_status(Control(epoch=7, holder="a", requests=("b",)))
    assert (status.state, status.epoch, status.holder, status.requests) == ("REQUESTED", 7, "a", ["b"])


def test_message_of_a_deleted_account_keeps_its_words() -> None:
    """Only the name is gone."""
    at = datetime(2026, 1, 1, tzinfo=UTC)
    line = chat_line(id=1, user_id=None, name=None, text="hi", at=at, client_msg_id="x")
    assert (line.name, line.text, line.at_ms) == ("deleted user", "hi", 1767225600000)
