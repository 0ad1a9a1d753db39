"""app.services.screen (who may is in tests/unit/app/domain/test_permissions.py)"""

from datetime import UTC, datetime

import pytest

from app.domain.browser import BrowserState, agent_peer_id
from app.domain.permissions import Role
from app.errors import Forbidden, NothingRunning, TooOften
from app.persistence.browsers import Browser
from app.realtime import bus
from app.wiring import Parts
from tests.integration.app.conftest import ask_for_browser
from vb.protocol.messages import AgentStatus, Resize
from vb.protocol.screens import SCREENS


@pytest.fixture
def room_id(parts: Parts) -> str:
    ana = parts.accounts.register("ana", "correct horse", "192.0.2.1").id
    return parts.rooms.create(ana, "Film night", "example.org").id


@pytest.fixture
def asked(parts: Parts, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str, object]]:
    """What goes to single peers: (room, peer, message)."""
    sent: list[tuple[str, str, object]] = []
    monkeypatch.setattr(bus.RedisBus, "send", lambda self, *what: sent.append(what))
    return sent


def ready_browser(parts: Parts, room_id: str) -> str:
    browser_id = ask_for_browser(parts, room_id).id
    with parts.database.work() as work:
        work.browsers.move(browser_id, BrowserState.CREATING, datetime.now(UTC))
    parts.desk.browsers.report(browser_id, AgentStatus(state="ready"))
    return browser_id


def row(parts: Parts, room_id: str) -> Browser:
    browser = parts.desk.browsers.latest(room_id)
    assert browser is not None
    return browser


def test_the_owner_and_whoever_drives_ask_the_agent(
    parts: Parts, room_id: str, asked: list[tuple[str, str, object]]
) -> None:
    """A member without the wheel does not, nor once it was let go; nothing is changed before the agent says so."""
    browser_id = ready_browser(parts, room_id)
    screen, control = parts.desk.screen, parts.desk.control
    with pytest.raises(Forbidden):
        screen.resize(room_id, "ben", Role.MEMBER, "480p")
    control.take(room_id, "ben", Role.MEMBER)
    screen.resize(room_id, "ben", Role.MEMBER, "480p")
    screen.resize(room_id, "ana", Role.OWNER, "portrait")
    control.release(room_id, "ben", Role.MEMBER)
    with pytest.raises(Forbidden):
        screen.resize(room_id, "ben", Role.MEMBER, "720p")
    agent = agent_peer_id(browser_id)
    assert asked == [(room_id, agent, Resize(size="480p")), (room_id, agent, Resize(size="portrait"))]
    assert (row(parts, room_id).width_px, row(parts, room_id).height_px) == SCREENS["720p"]


def test_there_must_be_a_browser_that_is_ready(
    parts: Parts, room_id: str, asked: list[tuple[str, str, object]]
) -> None:
    """None, or one that starts, has no screen yet."""
    for _ in range(2):
        with pytest.raises(NothingRunning):
            parts.desk.screen.resize(room_id, "ana", Role.OWNER, "480p")
        ask_for_browser(parts, room_id)
    assert asked == []


def test_a_screen_is_not_changed_without_end(
    parts: Parts, room_id: str, asked: list[tuple[str, str, object]]
) -> None:
    """Each change costs every viewer a keyframe: thirty in a minute are enough."""
    ready_browser(parts, room_id)
    with pytest.raises(TooOften):
        for _ in range(40):
            parts.desk.screen.resize(room_id, "ana", Role.OWNER, "480p")
    assert len(asked) == 30


def test_what_the_agent_reports_is_kept_and_told(
    parts: Parts, room_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the row, for the next snapshot, and to everybody; the same size again is no news."""
    browser_id = ready_browser(parts, room_id)
    told: list[tuple[int, int]] = []
    monkeypatch.setattr(
        bus.RedisBus,
        "publish",
        lambda self, room, event: told.append((event.browser.width, event.browser.height)),
    )
    for _ in range(2):
        parts.desk.screen.report(browser_id, *SCREENS["portrait"])
    parts.desk.screen.report("gone", *SCREENS["portrait"])
    assert told == [SCREENS["portrait"]]
    assert (row(parts, room_id).width_px, row(parts, room_id).height_px) == SCREENS["portrait"]
