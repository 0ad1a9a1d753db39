"""launcher.status: the report."""

import io
import json

from launcher.browsers import Container
from launcher.console import Console
from launcher.status import ProcessStatus, Status, as_json, show

UP = Status(
    running=True,
    healthy=False,
    problem="not running: beat",
    addresses=["https://localhost:8443"],
    up_s=120.0,
    processes=[ProcessStatus("web", 17, 0), ProcessStatus("beat", None, 3)],
    containers=[Container("abc", "turtus-1", "Up 2 minutes")],
    service={"browsers": [{"room": "Film night", "state": "READY", "reason": None}], "hosts": ["local"]},
)


def test_show_says_what_is_wrong() -> None:
    """What does not run, how often it was started again, and what people watch."""
    out = io.StringIO()
    show(UP, Console(out))
    text = out.getvalue()
    assert "NOT well: not running: beat" in text
    assert "web      pid 17" in text
    assert "NOT running, started again 3 times" in text
    assert "room: Film night  state: READY" in text
    assert "turtus-1" in text


def test_show_when_nothing_runs() -> None:
    """The next command is named."""
    out = io.StringIO()
    show(Status(running=False, healthy=False, problem="Turtus is not running"), Console(out))
    assert out.getvalue().startswith("Turtus is not running. `./turtus up` starts it.")


def test_as_json_has_all_of_it() -> None:
    """For machines, nothing is left out."""
    found = json.loads(as_json(UP))
    assert found["processes"][1] == {"name": "beat", "pid": None, "restarts": 3}
    assert found["service"]["hosts"] == ["local"]
