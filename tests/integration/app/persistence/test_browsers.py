"""app.persistence.browsers"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from app.domain.browser import BrowserState, Reason
from app.persistence.base import make_engine
from app.persistence.browsers import Browser
from app.persistence.rooms import Room
from app.persistence.unit_of_work import Database
from app.persistence.users import User

S = BrowserState
NOW = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    database = Database(make_engine(database_url))
    with database.work() as work:
        work.users.add(User(id="u", username="a", username_key="a", password_hash="-", created_at=NOW))
        for n in range(3):
            room = Room(id=f"r{n}", slug=f"s{n}", name="Room", start_url="turtus:home", created_at=NOW)
            work.rooms.add(room, "u")
    yield database
    database.engine.dispose()


def browser(room_id: str = "r0", **columns: object) -> Browser:
    made = Browser(
        room_id=room_id, state=S.REQUESTED, url="turtus:home", width_px=1280, height_px=720, fps=30,
        steps=[], created_at=NOW,
    )  # fmt: skip
    for name, value in columns.items():
        setattr(made, name, value)
    return made


def add(database: Database, made: Browser) -> str:
    with database.work() as work:
        work.browsers.add(made)
    return made.id


def test_room_has_one_living_browser(database: Database) -> None:
    """A second one is refused by the database; after the end of the first it is not."""
    first = add(database, browser())
    with pytest.raises(IntegrityError):
        add(database, browser())
    with database.work() as work:
        work.browsers.move(first, S.FAILED, NOW)
    second = add(database, browser(created_at=NOW + timedelta(seconds=1)))
    with database.read() as work:
        latest, alive = work.browsers.latest_of("r0"), work.browsers.alive_in("r0")
        assert latest is not None
        assert alive is not None
        assert latest.id == alive.id == second
        assert work.browsers.alive_rooms(["r0", "r1"]) == {"r0"}


def test_port_belongs_to_one_living_browser_of_a_host(database: Database) -> None:
    """On another host the same port is another one."""
    add(database, browser("r0", host="a", udp_port=59000))
    add(database, browser("r1", host="b", udp_port=59000))
    with pytest.raises(IntegrityError):
        add(database, browser("r2", host="a", udp_port=59000))
    with database.read() as work:
        assert work.browsers.ports_in_use("a") == {59000}


def test_move_follows_the_table_and_keeps_the_first_reason(database: Database) -> None:
    """Steps are noted; an illegal move changes nothing."""
    made = add(database, browser(token_hash="x", start_deadline=NOW, idle_deadline=NOW))
    with database.work() as work:
        assert work.browsers.move(made, S.READY, NOW) is None
        assert work.browsers.move("unknown", S.READY, NOW) is None
        assert work.browsers.move(made, S.CREATING, NOW, only_from={S.STARTING}) is None
        work.browsers.move(made, S.CREATING, NOW)
        work.browsers.move(made, S.STOPPING, NOW, reason=Reason.IDLE, message="Idle.")
        work.browsers.move(made, S.STOPPED, NOW, reason=Reason.KILLED, message="Killed.")
    with database.read() as work:
        row = work.browsers.get(made)
    assert row is not None
    assert (row.state, row.reason, row.message) == (S.STOPPED, Reason.IDLE, "Idle.")
    assert [state for state, _ in row.steps] == ["CREATING", "STOPPING", "STOPPED"]
    assert row.ended_at == NOW
    assert (row.token_hash, row.idle_deadline, row.start_deadline) == (None, None, None)


def test_eight_who_move_at_once_are_one_move(database: Database) -> None:
    """Compare-and-set: one wins."""
    made = add(database, browser())

    def move(_: int) -> bool:
        with database.work() as work:
            return work.browsers.move(made, S.CREATING, NOW) is not None

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(move, range(8))) == 1


def test_due_and_forgotten_are_found(database: Database) -> None:
    """By any deadline; and what no worker took up."""
    due = add(database, browser("r0", start_deadline=NOW))
    add(database, browser("r1", start_deadline=NOW + timedelta(seconds=1)))
    taken = add(database, browser("r2", state=S.CREATING, host="a"))
    with database.read() as work:
        assert [row.id for row in work.browsers.due(NOW)] == [due]
        forgotten = {row.id for row in work.browsers.unstarted(NOW + timedelta(seconds=1))}
        assert taken not in forgotten
        assert len(forgotten) == 2
        assert [row.id for row in work.browsers.alive(host="a")] == [taken]
        assert len(work.browsers.alive()) == 3


def test_clock_is_what_the_rules_need(database: Database) -> None:
    """The row's deadlines as the domain takes them."""
    clock = browser(idle_deadline=NOW).clock
    assert (clock.state, clock.idle_deadline, clock.end_deadline) == (S.REQUESTED, NOW, None)
