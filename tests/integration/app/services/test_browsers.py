"""app.services.browsers"""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Literal

import pytest

from app.domain.browser import BrowserState, Reason
from app.domain.tokens import hash_token
from app.errors import InvalidInput, NotFound, NothingRunning, TooManyBrowsers, TooOften
from app.persistence.browsers import Browser
from app.realtime import rate
from app.services.browsers import MOST_PER_PERSON
from app.wiring import Parts
from tests.integration.app.conftest import ask_for_browser
from tests.support.fake_driver import RecordingDispatcher
from vb.protocol.messages import AgentStatus
from vb.protocol.reasons import AgentReason

S = BrowserState


@pytest.fixture
def room_id(parts: Parts) -> str:
    ana, _ = (parts.accounts.register(name, "correct horse", "192.0.2.1").id for name in ("ana", "ben"))
    return parts.rooms.create(ana, "Film night", "example.org").id


def taken_up(parts: Parts, room_id: str, state: BrowserState = S.STARTING) -> Browser:
    """A browser that a worker has started."""
    browser = ask_for_browser(parts, room_id)
    with parts.database.work() as work:
        row = work.browsers.move(browser.id, S.CREATING, datetime.now(UTC))
        assert row is not None
        row.host, row.token_hash = "local", hash_token("token")
        if state is not S.CREATING:
            work.browsers.move(browser.id, state, datetime.now(UTC))
    return browser


def latest(parts: Parts, room_id: str) -> Browser:
    browser = parts.desk.browsers.latest(room_id)
    assert browser is not None
    return browser


def test_start_asks_the_workers_once(parts: Parts, dispatcher: RecordingDispatcher, room_id: str) -> None:
    """The room's page, a deadline, one task, however often it is pressed."""
    browser = ask_for_browser(parts, room_id)
    assert (browser.state, browser.url, browser.requested_by) == (S.REQUESTED, "https://example.org", "ana")
    assert browser.start_deadline is not None
    assert ask_for_browser(parts, room_id, "ben", "other.example").id == browser.id
    assert dispatcher.started == [browser.id]


def test_twelve_starts_at_once_are_one_browser(
    parts: Parts, dispatcher: RecordingDispatcher, room_id: str
) -> None:
    """The database lets one in, whatever the timing."""
    with ThreadPoolExecutor(12) as pool:
        ids = list(pool.map(lambda _: ask_for_browser(parts, room_id).id, range(12)))
    assert len(set(ids)) == 1
    assert dispatcher.started == [ids[0]]


def test_start_at_another_page(parts: Parts, room_id: str) -> None:
    """An address of one's own for this time; a wrong one is refused."""
    with pytest.raises(InvalidInput):
        ask_for_browser(parts, room_id, "ana", "file:///etc/passwd")
    assert ask_for_browser(parts, room_id, "ana", "turtus:motion").url == "turtus:motion"


def test_start_after_the_end_is_a_new_browser(parts: Parts, room_id: str) -> None:
    """Used once: Retry makes another one."""
    first = taken_up(parts, room_id)
    parts.desk.browsers.report(first.id, AgentStatus(state="failed", reason="nonsense"))
    assert latest(parts, room_id).reason == Reason.START_FAILED
    assert ask_for_browser(parts, room_id).id != first.id


def test_starts_are_limited(parts: Parts, room_id: str) -> None:
    """A person cannot ask all day; that keeps nobody else from it, and asking for what is there counts nothing."""

    def start_and_end(name: str) -> None:
        for _ in range(30):
            browser = ask_for_browser(parts, room_id, name)
        with parts.database.work() as work:
            work.browsers.move(browser.id, S.STOPPED, datetime.now(UTC))

    for _ in range(rate.STARTS_PER_PERSON.amount):
        start_and_end("ana")
    with pytest.raises(TooOften):
        start_and_end("ana")
    start_and_end("ben")


def test_one_person_cannot_fill_the_house(parts: Parts, room_id: str) -> None:
    """A few living browsers at a time; others go on, and so does this person when one has ended."""
    ana = parts.accounts.authenticate("ana", "correct horse", "192.0.2.1").id
    rooms = [room_id, *(parts.rooms.create(ana, f"Room {n}", "").id for n in range(MOST_PER_PERSON))]
    for each in rooms[:-1]:
        ask_for_browser(parts, each)
    with pytest.raises(TooManyBrowsers):
        ask_for_browser(parts, rooms[-1])
    assert parts.desk.browsers.latest(rooms[-1]) is None
    ask_for_browser(parts, rooms[-1], "ben")
    with parts.database.work() as work:
        for each in (rooms[0], rooms[-1]):
            work.browsers.move(latest(parts, each).id, S.STOPPED, datetime.now(UTC))
    ask_for_browser(parts, rooms[-1])


def test_one_person_cannot_fill_the_house_all_at_once(parts: Parts, room_id: str) -> None:
    """Starts in many rooms at the same moment are counted as well."""
    ana = parts.accounts.authenticate("ana", "correct horse", "192.0.2.1").id
    rooms = [room_id, *(parts.rooms.create(ana, f"Room {n}", "").id for n in range(8))]

    def start(each: str) -> bool:
        try:
            return bool(ask_for_browser(parts, each))
        except TooManyBrowsers:
            return False

    with ThreadPoolExecutor(len(rooms)) as pool:
        assert sum(pool.map(start, rooms)) == MOST_PER_PERSON


def test_another_name_is_the_same_person(parts: Parts, room_id: str) -> None:
    """Whoever changes their name keeps their browsers; who takes the old name does not have them."""
    ana = parts.accounts.authenticate("ana", "correct horse", "192.0.2.1").id
    rooms = [room_id, *(parts.rooms.create(ana, f"Room {n}", "").id for n in range(MOST_PER_PERSON))]
    for each in rooms[:-1]:
        ask_for_browser(parts, each)
    parts.accounts.rename(ana, "anna")
    parts.accounts.register("ana", "correct horse", "192.0.2.1")
    with pytest.raises(TooManyBrowsers):
        ask_for_browser(parts, rooms[-1], "anna")
    assert ask_for_browser(parts, rooms[-1], "ana").requested_by == "ana"


def test_browser_outlives_the_account_that_asked_for_it(parts: Parts, room_id: str) -> None:
    """The room goes on, and is told the name that there was."""
    ben = parts.accounts.authenticate("ben", "correct horse", "192.0.2.1").id
    browser = ask_for_browser(parts, room_id, "ben")
    parts.accounts.delete(ben)
    row = latest(parts, room_id)
    assert (row.id, row.user_id, row.requested_by) == (browser.id, None, "ben")


@pytest.mark.parametrize(
    ("state", "label", "ended", "reason"),
    [
        ("failed", AgentReason.PROCESS_FAILED, S.FAILED, Reason.PROCESS_FAILED),
        ("failed", AgentReason.START_FAILED, S.FAILED, Reason.START_FAILED),
        ("failed", AgentReason.CRASHED, S.FAILED, Reason.CRASHED),
        ("failed", "a newer label", S.FAILED, Reason.PROCESS_FAILED),
        ("stopping", AgentReason.KILLED, S.FAILED, Reason.KILLED),
        ("stopping", AgentReason.STOPPED, S.STOPPING, Reason.STOPPED_BY),
        ("stopping", AgentReason.IDLE, S.STOPPING, Reason.IDLE),
    ],
)
def test_agents_reason_is_what_people_are_told(
    parts: Parts, room_id: str, state: Literal["failed", "stopping"], label: str, ended: S, reason: Reason
) -> None:
    """One vocabulary; a failure keeps the agent's own sentence."""
    browser = taken_up(parts, room_id, S.READY)
    status = AgentStatus(state=state, reason=label, message="Firefox keeps failing.")
    parts.desk.browsers.report(browser.id, status)
    row = latest(parts, room_id)
    assert (row.state, row.reason) == (ended, reason)
    assert (row.message == "Firefox keeps failing.") == (ended is S.FAILED)


@pytest.mark.parametrize("state", ["failed", "stopping"])
def test_stopping_browser_that_is_killed_was_meant_to_end(
    parts: Parts, room_id: str, state: Literal["failed", "stopping"]
) -> None:
    """Its container is stopped with a signal: that is no failure."""
    browser = taken_up(parts, room_id, S.READY)
    parts.desk.browsers.stop(room_id, "Ana")
    parts.desk.browsers.report(browser.id, AgentStatus(state=state, reason=AgentReason.KILLED))
    assert (latest(parts, room_id).state, latest(parts, room_id).reason) == (S.STOPPING, Reason.STOPPED_BY)


def test_ready_sets_the_clocks(parts: Parts, room_id: str) -> None:
    """READY starts the idle and session clocks; the first viewer stops the idle one, the last starts it."""
    browser = taken_up(parts, room_id)
    parts.desk.browsers.report(browser.id, AgentStatus(state="starting"))
    assert latest(parts, room_id).state == S.STARTING
    parts.desk.browsers.report(browser.id, AgentStatus(state="ready"))
    row = latest(parts, room_id)
    assert row.state == S.READY
    assert row.start_deadline is None
    assert row.end_deadline is not None
    assert row.idle_deadline is not None
    parts.desk.browsers.viewers(browser.id, 2)
    assert latest(parts, room_id).idle_deadline is None
    parts.desk.browsers.viewers(browser.id, 0)
    assert latest(parts, room_id).idle_deadline is not None
    parts.desk.browsers.report(browser.id, AgentStatus(state="ready"))
    assert len([step for step, _ in latest(parts, room_id).steps if step == "READY"]) == 1


def test_stop_names_who_and_is_handed_to_its_host(
    parts: Parts, dispatcher: RecordingDispatcher, room_id: str
) -> None:
    """STOPPING with the person's name; pressing it twice is one stop; then nothing is left to stop."""
    browser = taken_up(parts, room_id, S.READY)
    parts.desk.browsers.stop(room_id, "Ben")
    parts.desk.browsers.stop(room_id, "Ana")
    row = latest(parts, room_id)
    assert (row.state, row.message) == (S.STOPPING, "Ben stopped the browser.")
    assert dispatcher.stopped == [(browser.id, "local")]
    with parts.database.work() as work:
        work.browsers.move(browser.id, S.STOPPED, datetime.now(UTC))
    with pytest.raises(NothingRunning):
        parts.desk.browsers.stop(room_id, "Ana")


def test_agent_that_says_goodbye_is_stopped_with_its_reason(
    parts: Parts, dispatcher: RecordingDispatcher, room_id: str
) -> None:
    """Idle, for one."""
    browser = taken_up(parts, room_id, S.READY)
    parts.desk.browsers.report(browser.id, AgentStatus(state="stopping", reason="idle"))
    assert (latest(parts, room_id).state, latest(parts, room_id).reason) == (S.STOPPING, Reason.IDLE)
    assert dispatcher.stopped == [(browser.id, "local")]


def test_notice_changes_no_state(parts: Parts, room_id: str) -> None:
    """Something was restarted: people are told, the browser goes on; an unknown browser is nobody's."""
    browser = taken_up(parts, room_id, S.READY)
    parts.desk.browsers.report(browser.id, AgentStatus(state="notice", message="Firefox was restarted."))
    parts.desk.browsers.report("unknown", AgentStatus(state="notice"))
    assert latest(parts, room_id).state == S.READY


def test_lost_socket_is_looked_into(parts: Parts, dispatcher: RecordingDispatcher, room_id: str) -> None:
    """Only while the browser is alive and some host has it."""
    browser = taken_up(parts, room_id, S.READY)
    parts.desk.browsers.agent_gone(browser.id)
    parts.desk.browsers.agent_gone("unknown")
    assert dispatcher.checked == [browser.id]


def test_token_opens_its_own_room_while_the_browser_lives(parts: Parts, room_id: str) -> None:
    """Not before it is made, not with another token, not after the end."""
    with pytest.raises(NotFound):
        parts.desk.browsers.admit(room_id, "token")
    browser = taken_up(parts, room_id)
    assert parts.desk.browsers.admit(room_id, "token").id == browser.id
    with pytest.raises(NotFound):
        parts.desk.browsers.admit(room_id, "tokem")
    parts.desk.browsers.report(browser.id, AgentStatus(state="failed"))
    with pytest.raises(NotFound):
        parts.desk.browsers.admit(room_id, "token")


def test_reports_about_what_is_over_change_nothing(parts: Parts, room_id: str) -> None:
    """A late message of an agent."""
    browser = taken_up(parts, room_id)
    parts.desk.browsers.report(browser.id, AgentStatus(state="failed"))
    for state in ("ready", "failed", "stopping"):
        parts.desk.browsers.report(browser.id, AgentStatus(state=state))
    parts.desk.browsers.viewers(browser.id, 1)
    assert latest(parts, room_id).state == S.FAILED
