"""What the page knows follows from the messages."""

from typing import Any

import msgspec
import pytest

from tests.support.fake_signal import BEN, ME, VB
from tests.unit.static.conftest import Js
from vb.protocol import codec, messages

FOLD = """(() => {
  const store = new m.Store();
  let gaps = 0;
  store.on('gap', () => (gaps += 1));
  for (const raw of a) store.apply(JSON.parse(raw));
  const { state, driving, isOwner, myId } = store;
  const names = store.people.map((peer) => peer.name);
  return { ...state, gaps, driving, isOwner, myId, vb: store.vb?.id ?? null, names, someone: store.nameOf('x') };
})()"""


def line(number: int, text: str = "") -> messages.ChatLine:
    return messages.ChatLine(id=number, user_id="u2", name="Ben", text=text or str(number), at_ms=number)


def snapshot(seq: int = 10, **fields: Any) -> messages.Snapshot:
    room = messages.RoomInfo(slug="film", name="Film")
    free = messages.ControlStatus(state="FREE", epoch=1)
    return messages.Snapshot(
        **{"seq": seq, "room": room, "peers": [ME, BEN], "control": free, "messages": [], **fields}
    )


IDENTITY = messages.Identity(
    protocol=1,
    id=ME.id,
    name=ME.name,
    role=ME.role,
    client_type="person",
    ice_servers=[],
    resumed=False,
    heartbeat_s=10.0,
    grace_s=30.0,
    server_time_ms=0,
)


def fold(js: Js, *said: msgspec.Struct) -> dict[str, Any]:
    """The state after these messages."""
    found: dict[str, Any] = js(FOLD, [codec.encode(message) for message in said])
    return found


def test_snapshot_is_the_room(js: Js) -> None:
    """Peers, control and who I am."""
    state = fold(js, IDENTITY, snapshot())
    assert state["names"] == ["Ana", "Ben"]
    assert (state["myId"], state["isOwner"], state["driving"], state["seq"]) == (ME.id, True, False, 10)


def test_people_come_and_go(js: Js) -> None:
    """The agent is not one of the people; whoever joins twice is there once."""
    joined = messages.PeerJoined(peer=VB, seq=11)
    again = messages.PeerJoined(peer=BEN, seq=12)
    state = fold(js, snapshot(), joined, again)
    assert state["vb"] == VB.id
    assert state["names"] == ["Ana", "Ben"]
    assert fold(js, snapshot(), joined, messages.PeerLeft(id=VB.id, seq=12))["vb"] is None


def test_lost_event_is_noticed(js: Js) -> None:
    """A gap asks for a snapshot and takes nothing; the snapshot heals it."""
    late = messages.Chat(line=line(2), seq=13)
    state = fold(js, snapshot(), late)
    assert (state["gaps"], state["messages"], state["seq"]) == (1, [], 10)
    healed = fold(js, snapshot(), late, snapshot(13, messages=[line(1), line(2)]))
    assert [each["id"] for each in healed["messages"]] == [1, 2]


def test_event_before_the_first_snapshot_is_a_gap(js: Js) -> None:
    """Nothing can be made of it."""
    assert fold(js, messages.Chat(line=line(1), seq=4))["gaps"] == 1


def test_old_event_changes_nothing(js: Js) -> None:
    """What the snapshot had already is not taken again."""
    state = fold(js, snapshot(), messages.PeerLeft(id=BEN.id, seq=10))
    assert state["names"] == ["Ana", "Ben"]
    assert state["gaps"] == 0


def test_chat_is_in_order_and_once(js: Js) -> None:
    """By id, whatever way and however often a line came."""
    state = fold(
        js,
        snapshot(messages=[line(3), line(1)]),
        messages.Chat(line=line(2), seq=11),
        snapshot(11, messages=[line(2), line(3)]),
    )
    assert [each["id"] for each in state["messages"]] == [1, 2, 3]


def test_only_so_many_lines_are_kept(js: Js) -> None:
    """The oldest go first."""
    kept = js("m.mergeLines(Array.from({length: 1200}, (_, id) => ({id})), []).map(({id}) => id)")
    assert (kept[0], kept[-1], len(kept)) == (200, 1199, 1000)


@pytest.mark.parametrize(("epoch", "holder"), [(2, ME.id), (0, None)])
def test_control_never_goes_back(js: Js, epoch: int, holder: str | None) -> None:
    """A grant with an older epoch is old news, but counts as heard."""
    given = messages.ControlStatus(state="HELD", epoch=epoch, holder=ME.id)
    state = fold(js, IDENTITY, snapshot(), messages.ControlChanged(control=given, seq=11))
    assert state["control"].get("holder") == holder
    assert (state["driving"], state["seq"]) == (holder == ME.id, 11)


def test_browser_and_notices(js: Js) -> None:
    """A browser's state replaces the last one; a notice only counts."""
    browser = messages.BrowserStatus(id="b", state="READY", url="x", width=1, height=1, steps=[])
    notice = messages.BrowserNotice(message="restarted", seq=12)
    state = fold(js, snapshot(), messages.BrowserChanged(browser=browser, seq=11), notice)
    assert (state["browser"]["state"], state["seq"], state["someone"]) == ("READY", 12, "Someone")


def test_messages_of_others_change_nothing(js: Js) -> None:
    """What is not about the room is for other modules."""
    assert js("m.reduce(a, {type: 'pong'}, 0) === a", {"seq": 1}) is True
