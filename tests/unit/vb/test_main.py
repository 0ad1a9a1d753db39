"""The entry point."""

import sys

import pytest

from vb import __main__ as entry
from vb import agent
from vb.protocol.exits import AgentExit
from vb.settings import Settings


def test_it_reads_its_settings_and_returns_the_agents_status(monkeypatch: pytest.MonkeyPatch) -> None:
    """The status is for the worker, see ``vb.protocol.exits``."""
    seen: list[Settings] = []

    def run(settings: Settings) -> AgentExit:
        seen.append(settings)
        return AgentExit.IDLE

    monkeypatch.setattr(agent, "run", run)
    monkeypatch.setattr("vb.logs.configure", lambda *args, **kwargs: None)
    monkeypatch.setattr(sys, "argv", ["vb", "-s", "ws://x/signal/y", "-t", "500"])
    assert entry.main() == 20
    assert seen[0].timeout_s == 0.5
