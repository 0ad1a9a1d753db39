"""Who is here and who drives, and handing over."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.support.fake_signal import BEN, ME, VB, FakeSignal
from tests.unit.static.conftest import Js
from vb.protocol import messages

Enter = Callable[[], Page]
NAMES = "#people-list b"


def control(holder: str | None, epoch: int, requests: list[str] | None = None) -> messages.ControlChanged:
    state = "FREE" if holder is None else "REQUESTED" if requests else "HELD"
    return messages.ControlChanged(
        control=messages.ControlStatus(state=state, epoch=epoch, holder=holder, requests=requests or [])  # type: ignore[arg-type]
    )


def test_people_are_listed(enter: Enter, signal: FakeSignal) -> None:
    """People, not the browser; whoever comes and goes comes and goes."""
    signal.peers = [BEN, VB, ME]
    page = enter()
    page.locator("#people-count").click()
    expect(page.locator(NAMES)).to_have_text(["Ana (you)", "Ben"])
    expect(page.locator("#people-count")).to_have_attribute("aria-label", "2 people in the room")
    signal.event(messages.PeerLeft(id=BEN.id))
    expect(page.locator(NAMES)).to_have_text(["Ana (you)"])
    expect(page.locator("#people-alone")).to_be_visible()


def test_one_person_on_two_devices(enter: Enter, signal: FakeSignal) -> None:
    """Is one person, who is handed control where they asked for it."""
    phone = messages.Peer(id="p-ben-2", name="Ben", role="member", client_type="person", user_id=BEN.user_id)
    signal.peers = [BEN, phone, ME]
    page = enter()
    page.locator("#people-count").click()
    expect(page.locator(NAMES)).to_have_text(["Ana (you)", "Ben"])
    expect(page.locator("#people-list")).to_contain_text("on 2 devices")
    expect(page.locator("#people-number")).to_have_text("2")
    signal.event(control(ME.id, 5, [phone.id]))
    page.get_by_role("button", name="Let Ben drive").click()
    page.wait_for_timeout(100)
    assert [message["to"] for message in signal.heard("control.give")] == [phone.id]


def test_driver_is_first_and_told(enter: Enter, signal: FakeSignal) -> None:
    """In the list, in the bar, in the chat and to those who listen."""
    signal.peers = [ME, BEN]
    page = enter()
    page.locator("#tab-people").click()
    signal.event(control(BEN.id, 5))
    expect(page.locator(NAMES)).to_have_text(["Ben", "Ana (you)"])
    expect(page.locator("#driver")).to_have_text("Ben drives")
    expect(page.locator("#announcer")).to_have_text("Ben drives.")
    page.locator("#tab-chat").click()
    expect(page.locator("#chat-log .note")).to_have_text("Ben has the wheel")


def test_driver_hands_over(live: Page, signal: FakeSignal) -> None:
    """To whoever asked, from the stage, or to anybody, from the list."""
    page = live
    signal.event(control(ME.id, 5, [BEN.id]))
    expect(page.locator("#asking")).to_contain_text("Ben would like to drive")
    page.get_by_role("button", name="Hand over").click()
    page.locator("#tab-people").click()
    page.get_by_role("button", name="Let Ben drive").click()
    page.wait_for_timeout(100)
    assert [message["to"] for message in signal.heard("control.give")] == [BEN.id, BEN.id]


def test_asking_and_taking_it_back(enter: Enter, signal: FakeSignal) -> None:
    """A member asks a driver; asking can be stopped."""
    guest = messages.Peer(id="p-ana", name="Ana", role="member", client_type="person", user_id="u1")
    signal.me = guest
    signal.peers = [guest, BEN]
    page = enter()
    signal.event(control(BEN.id, 5))
    take = page.locator("#take-control")
    page.evaluate("document.querySelector('#take-control').hidden = false")
    expect(take).to_have_text("Ask to drive")
    take.click()
    signal.event(control(BEN.id, 5, [guest.id]))
    page.evaluate("document.querySelector('#take-control').hidden = false")
    expect(take).to_have_text("Stop asking")
    take.click()
    page.wait_for_timeout(100)
    kinds = [message["type"] for message in signal.said]
    assert kinds == ["control.take", "control.release"]


def test_same_name_same_colour(js: Js) -> None:
    """A person keeps the colour, in whatever order people come."""
    assert js("m.hueOf('Ana') === m.hueOf('Ana')")
    assert js("['Ana', 'Ben', '', '🐢'].every((name) => [0, 1, 2, 3, 4, 5].includes(m.hueOf(name)))")
