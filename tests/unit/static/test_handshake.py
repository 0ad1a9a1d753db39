"""The page's part of the seven steps, and the healing of lost events."""

import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.support.chromium import until
from tests.support.fake_signal import BEN, ME, VB, FakeSignal, browser_status
from vb.protocol import messages
from vb.protocol.limits import RATE_MESSAGES_PER_S

Enter = Callable[[], Page]


def until_said(page: Page, signal: FakeSignal, kind: str, timeout_s: float = 4.0) -> dict[str, object]:
    for _ in range(int(timeout_s * 20)):
        if signal.heard(kind):
            return signal.heard(kind)[-1]
        page.wait_for_timeout(50)
    pytest.fail(f"no {kind}")


def test_newcomer_is_asked_for_its_type(enter: Enter, signal: FakeSignal) -> None:
    """Step 5, by those who were there."""
    page = enter()
    signal.event(messages.PeerJoined(peer=BEN))
    assert until_said(page, signal, "request.client_type")["to"] == BEN.id


def test_question_is_answered(enter: Enter, signal: FakeSignal) -> None:
    """A newcomer says that it is a person."""
    page = enter()
    signal.send(messages.RequestClientType(to=ME.id, sender=BEN))
    answer = until_said(page, signal, "client_type")
    assert (answer["to"], answer["client_type"]) == (BEN.id, "person")


def test_a_full_room_is_answered_in_turn(enter: Enter, signal: FakeSignal) -> None:
    """All of them, at half of what the site takes of one page: more would have it closed for good."""
    page = enter()
    began = time.monotonic()
    for _ in range(40):
        signal.send(messages.RequestClientType(to=ME.id, sender=BEN))
    while len(signal.heard("client_type")) < 40:
        assert time.monotonic() < began + 10
        page.wait_for_timeout(50)
    assert time.monotonic() - began > 39 / (0.5 * RATE_MESSAGES_PER_S) * 0.9


def test_vb_is_asked_for_its_stream(enter: Enter, signal: FakeSignal) -> None:
    """Step 6; a person who answers is not asked for anything."""
    page = enter()
    signal.send(messages.ClientTypeIs(to=ME.id, sender=BEN, client_type="person"))
    signal.send(messages.ClientTypeIs(to=ME.id, sender=VB, client_type="vb"))
    assert until_said(page, signal, "request.stream")["to"] == VB.id
    assert len(signal.heard("request.stream")) == 1


@pytest.mark.parametrize("resumed", [False, True])
def test_vb_that_is_there_is_asked_at_once(enter: Enter, signal: FakeSignal, resumed: bool) -> None:
    """New or come back: the page does not wait to be asked what it is; one offer is enough."""
    signal.resumed = resumed
    signal.peers = [ME, VB]
    signal.browser = browser_status("READY")
    page = enter()
    until_said(page, signal, "request.stream", timeout_s=1.0)
    signal.send(signal.snapshot())
    page.wait_for_timeout(300)
    assert len(signal.heard("request.stream")) == 1


def test_lost_event_asks_for_a_snapshot_once(enter: Enter, signal: FakeSignal) -> None:
    """However many events came after the gap."""
    page = enter()
    signal.peers = [ME, BEN]
    signal.seq += 3
    signal.event(messages.PeerJoined(peer=VB))
    until(page, "turtus.state.peers.length === 2")
    assert len(signal.heard("sync")) == 1
