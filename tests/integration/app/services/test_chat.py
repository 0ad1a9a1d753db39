"""app.services.chat"""

from concurrent.futures import ThreadPoolExecutor

import pytest

from app.errors import InvalidInput
from app.wiring import Parts


@pytest.fixture
def place(parts: Parts) -> tuple[str, str]:
    ana = parts.accounts.register("ana", "correct horse", "192.0.2.1").id
    return parts.rooms.create(ana, "Film night").id, ana


def test_messages_are_kept_in_order(parts: Parts, place: tuple[str, str]) -> None:
    """latest gives the last ones, oldest first, under the author's present name."""
    room, ana = place
    for n in range(5):
        parts.desk.chat.say(room, ana, "ana", f" line {n} ", f"m{n}")
    parts.accounts.rename(ana, "anna")
    lines = parts.desk.chat.latest(room, 3)
    assert [line.text for line in lines] == ["line 2", "line 3", "line 4"]
    assert {line.name for line in lines} == {"anna"}
    assert [line.id for line in lines] == sorted(line.id for line in lines)


def test_sent_twice_is_stored_once(parts: Parts, place: tuple[str, str]) -> None:
    """Also by eight threads at once."""
    room, ana = place
    with ThreadPoolExecutor(8) as pool:
        ids = set(pool.map(lambda _: parts.desk.chat.say(room, ana, "ana", "hi", "m1").id, range(8)))
    assert len(ids) == 1
    assert len(parts.desk.chat.latest(room, 10)) == 1


def test_nothing_cannot_be_said(parts: Parts, place: tuple[str, str]) -> None:
    """An empty message is refused at its field."""
    room, ana = place
    with pytest.raises(InvalidInput) as refused:
        parts.desk.chat.say(room, ana, "ana", " \n ", "m1")
    assert list(refused.value.fields) == ["text"]
