"""bench.rig.cpu: what the kernel has counted."""

import os
import time

import pytest

from bench.rig import cpu


def test_a_line_of_the_kernel_is_read_whatever_the_name() -> None:
    """Names may hold spaces and brackets; user and system time are added."""
    rest = "S 1 2 3 4 5 6 7 8 9 10 150 50 0 0"
    assert cpu.used_s(f"42 (odd) name) {rest}") == 200 / os.sysconf("SC_CLK_TCK")


def test_shares_tell_the_agent_from_the_rest() -> None:
    """A process that came in between counts from nothing."""
    before = cpu.Reading(10.0, {"agent": 1.0, "Xvfb": 2.0})
    after = cpu.Reading(20.0, {"agent": 2.0, "Xvfb": 2.5, "parec": 0.1})
    found = cpu.shares(before, after, "agent")
    assert found.agent == pytest.approx(10.0)
    assert found.whole == pytest.approx(16.0)


def test_work_of_a_real_process_is_counted() -> None:
    """This one: busy for a while; one that is not there is left out."""
    me = os.getpid()
    before = cpu.read({me: "agent", 2**22 + 1: "nobody"})
    until = time.process_time() + 0.1
    while time.process_time() < until:
        pass
    assert cpu.read({me: "agent"}).used_s["agent"] - before.used_s["agent"] >= 0.05
    assert "nobody" not in before.used_s
    assert me in cpu.children(me)
