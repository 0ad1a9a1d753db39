"""Which face the stage shows."""

import pytest

from tests.unit.static.conftest import Js


@pytest.mark.parametrize(
    ("state", "phase", "face"),
    [
        (None, "none", "idle"),
        ("REQUESTED", "none", "starting"),
        ("CREATING", "none", "starting"),
        ("STARTING", "live", "starting"),
        ("READY", "none", "starting"),
        ("READY", "connecting", "starting"),
        ("READY", "live", "live"),
        ("READY", "sound", "sound"),
        ("READY", "paused", "paused"),
        ("READY", "lost", "lost"),
        ("READY", "blocked", "blocked"),
        ("STOPPING", "live", "stopping"),
        ("STOPPED", "live", "ended"),
        ("FAILED", "none", "failed"),
        ("LOST", "live", "failed"),
    ],
)
def test_face(js: Js, state: str | None, phase: str, face: str) -> None:
    """The browser's state counts first, then the picture's."""
    what = {"closed": False, "known": True, "browser": state and {"state": state}, "phase": phase}
    assert js("m.faceOf(a)", what) == face


def test_face_of_a_room_that_is_not_known(js: Js) -> None:
    """Before the first snapshot nothing is claimed; after the end of the connection, its reason."""
    nothing = {"closed": False, "known": False, "browser": None, "phase": "none"}
    assert js("m.faceOf(a)", nothing) == "loading"
    assert js("m.faceOf({...a, closed: true})", nothing) == "closed"


def test_ticks_count_seconds(js: Js) -> None:
    """Steps that are over keep how long they took; the present one counts on; the next ones wait."""
    steps = [{"state": "REQUESTED", "at_ms": 1000}, {"state": "CREATING", "at_ms": 1300}]
    found = js("m.ticks(a, 2100)", {"state": "CREATING", "steps": steps})
    assert [(tick["status"], tick["seconds"]) for tick in found] == [
        ("done", 0.3),
        ("now", 0.8),
        ("waiting", None),
    ]


def test_ticks_of_a_ready_browser(js: Js) -> None:
    """All three are done; one that was never told of has no seconds."""
    steps = [{"state": "REQUESTED", "at_ms": 1000}, {"state": "READY", "at_ms": 2500}]
    found = js("m.ticks(a, 9999)", {"state": "READY", "steps": steps})
    assert [(tick["status"], tick["seconds"]) for tick in found] == [
        ("done", 1.5),
        ("done", None),
        ("done", None),
    ]


def test_clock_of_another_machine(js: Js) -> None:
    """A clock that runs ahead never shows negative seconds."""
    steps = [{"state": "REQUESTED", "at_ms": 5000}]
    assert js("m.ticks(a, 1000)[0].seconds", {"state": "REQUESTED", "steps": steps}) == 0


def test_ready_at(js: Js) -> None:
    """The last time it got ready; null before."""
    assert js("m.readyAtMs(null)") is None
    assert js("m.readyAtMs({steps: [{state: 'READY', at_ms: 7}]})") == 7
