"""app.services.rooms"""

import threading

import pytest

from app.domain.permissions import Role
from app.errors import Forbidden, InvalidInput, NotFound
from app.wiring import Parts
from tests.integration.app.conftest import ask_for_browser
from tests.support.fake_driver import RecordingDispatcher


def person(parts: Parts, name: str) -> str:
    return parts.accounts.register(name, "correct horse", "192.0.2.1").id


def test_whoever_has_the_link_becomes_a_member(parts: Parts) -> None:
    """The maker owns it; a stranger does not see it until they open it."""
    ana, ben = person(parts, "ana"), person(parts, "ben")
    room = parts.rooms.create(ana, " Film  night ")
    assert (room.name, room.role, room.start_url) == ("Film night", Role.OWNER, "turtus:home")
    with pytest.raises(NotFound):
        parts.rooms.look(room.slug, ben)
    assert parts.rooms.open(room.slug, ben).role is Role.MEMBER
    assert parts.rooms.open(room.slug, ben).role is Role.MEMBER
    assert parts.rooms.look(room.slug, ben).name == "Film night"
    assert parts.rooms.name_of(room.slug) == "Film night"
    assert parts.rooms.name_of("nothing") is None
    assert parts.rooms.find(room.slug) == (room.id, "Film night")


def test_mine_are_listed_and_searched(parts: Parts) -> None:
    """By name, without case, and a percent sign is a percent sign."""
    ana = person(parts, "ana")
    for name in ("Film night", "Cooking", "100% Jazz"):
        parts.rooms.create(ana, name)
    assert {room.name for room in parts.rooms.mine(ana)} == {"Film night", "Cooking", "100% Jazz"}
    assert [room.name for room in parts.rooms.mine(ana, "NIGHT")] == ["Film night"]
    assert [room.name for room in parts.rooms.mine(ana, "%")] == ["100% Jazz"]


@pytest.mark.parametrize("query", ["Été", "été", "ÉTÉ", "e\u0301te\u0301"])
def test_search_knows_every_alphabet(parts: Parts, query: str) -> None:
    """Capitals with accents, and accents typed as marks of their own, on both databases."""
    ana = person(parts, "ana")
    for name in ("Été à Paris", "Ete"):
        parts.rooms.create(ana, name)
    assert [room.name for room in parts.rooms.mine(ana, query)] == ["Été à Paris"]


def test_nul_finds_nothing(parts: Parts) -> None:
    """A character that PostgreSQL cannot hold is no reason to fail."""
    ana = person(parts, "ana")
    room = parts.rooms.create(ana, "R")
    for slug in ("a\0b", f"{room.slug}\0"):
        with pytest.raises(NotFound):
            parts.rooms.open(slug, ana)
    assert parts.rooms.name_of("\0") is None
    assert parts.rooms.mine(ana, "a\0b") == []
    with pytest.raises(InvalidInput):
        parts.accounts.authenticate("an\0a", "correct horse", "192.0.2.1")
    line = parts.desk.chat.say(room.id, ana, "ana", "hi", "a\0")
    assert line is not None
    assert parts.desk.chat.latest(room.id, 1)[0].text == "hi"


def test_link_opened_in_many_tabs_at_once_makes_one_member(parts: Parts) -> None:
    """None of them fails, whoever comes first."""
    ana, ben = person(parts, "ana"), person(parts, "ben")
    for n in range(5):
        slug = parts.rooms.create(ana, f"Room {n}").slug
        gate, roles = threading.Barrier(3), list[Role]()

        def enter(slug: str = slug, gate: threading.Barrier = gate, roles: list[Role] = roles) -> None:
            gate.wait()
            roles.append(parts.rooms.open(slug, ben).role)

        threads = [threading.Thread(target=enter) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert roles == [Role.MEMBER] * 3


def test_live_rooms_are_marked(parts: Parts) -> None:
    """A room with a browser that is alive."""
    ana = person(parts, "ana")
    quiet, live = parts.rooms.create(ana, "Quiet"), parts.rooms.create(ana, "Live")
    ask_for_browser(parts, live.id)
    assert {room.slug: room.live for room in parts.rooms.mine(ana)} == {quiet.slug: False, live.slug: True}


def test_only_the_owner_edits_and_deletes(parts: Parts) -> None:
    """A member is refused, a stranger sees nothing."""
    ana, ben, eve = (person(parts, name) for name in ("ana", "ben", "eve"))
    room = parts.rooms.create(ana, "Film night")
    parts.rooms.open(room.slug, ben)
    with pytest.raises(Forbidden):
        parts.rooms.edit(room.slug, ben, "Mine", "")
    with pytest.raises(NotFound):
        parts.rooms.edit(room.slug, eve, "Mine", "")
    with pytest.raises(Forbidden):
        parts.rooms.delete(room.slug, ben)
    assert parts.rooms.edit(room.slug, ana, "Jazz", "example.org").start_url == "https://example.org"
    assert parts.rooms.look(room.slug, ben).name == "Jazz"


def test_deleted_room_takes_its_browser_along(parts: Parts, dispatcher: RecordingDispatcher) -> None:
    """The container is stopped, chat and memberships are gone."""
    ana = person(parts, "ana")
    room = parts.rooms.create(ana, "Film night")
    browser = ask_for_browser(parts, room.id)
    parts.desk.chat.say(room.id, ana, "ana", "hello", "1")
    parts.rooms.delete(room.slug, ana)
    assert dispatcher.stopped == [(browser.id, None)]
    assert parts.rooms.mine(ana) == []
    assert parts.desk.chat.latest(room.id, 10) == []


def test_rooms_of_a_leaving_person_go_with_them(parts: Parts) -> None:
    """Theirs, not those that they only visited; what they said elsewhere stays without a name."""
    ana, ben = person(parts, "ana"), person(parts, "ben")
    theirs, visited = parts.rooms.create(ana, "Hers"), parts.rooms.create(ben, "His")
    parts.rooms.open(visited.slug, ana)
    parts.desk.chat.say(visited.id, ana, "ana", "hello", "1")
    parts.rooms.delete_owned_by(ana)
    parts.accounts.delete(ana)
    assert parts.rooms.name_of(theirs.slug) is None
    assert parts.rooms.name_of(visited.slug) == "His"
    line = parts.desk.chat.latest(visited.id, 10)[0]
    assert (line.name, line.user_id, line.text) == ("deleted user", None, "hello")


@pytest.mark.parametrize(
    ("name", "url", "fields"),
    [(" ", "", {"name"}), ("Jazz", "file:///", {"start_url"}), ("", "x y", {"name", "start_url"})],
)
def test_wrong_fields_are_all_named(parts: Parts, name: str, url: str, fields: set[str]) -> None:
    """Both sentences at once."""
    ana = person(parts, "ana")
    with pytest.raises(InvalidInput) as refused:
        parts.rooms.create(ana, name, url)
    assert set(refused.value.fields) == fields
