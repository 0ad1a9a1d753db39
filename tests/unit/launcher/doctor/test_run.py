"""launcher.doctor.run: the report."""

import io
import json

from launcher.console import Console
from launcher.doctor import run
from launcher.doctor.finding import fail, ok

FOUND = [ok("disk", "plenty"), fail("docker", "is not there", "install it")]


def test_show() -> None:
    """Each with its sign, and how to mend it where there is something to mend."""
    out = io.StringIO()
    run.show(FOUND, Console(out))
    lines = out.getvalue().splitlines()
    assert lines[0].startswith("✓ disk")
    assert lines[1].startswith("✗ docker")
    assert "to mend it: install it" in lines[2]


def test_as_json() -> None:
    """The same for machines."""
    assert json.loads(run.as_json(FOUND))[1] == {
        "name": "docker",
        "verdict": "fail",
        "text": "is not there",
        "mend": "install it",
    }
