"""launcher.doctor.machine: judging disk, memory and kernel."""

from pathlib import Path

import pytest

from launcher.doctor import machine
from launcher.doctor.finding import Verdict
from launcher.doctor.machine import GIB


@pytest.mark.parametrize(
    ("free_bytes", "verdict"),
    [(20 * GIB, Verdict.OK), (3 * GIB, Verdict.WARN), (GIB // 2, Verdict.FAIL)],
)
def test_judge_disk(free_bytes: int, verdict: Verdict) -> None:
    """Room for the images, room to go on, or none."""
    found = machine.judge_disk(Path("/"), free_bytes)
    assert found.verdict is verdict
    assert (found.mend is None) == (verdict is Verdict.OK)


def test_judge_memory() -> None:
    """A browser may take two GiB."""
    assert machine.judge_memory(8 * GIB).verdict is Verdict.OK
    assert machine.judge_memory(1 * GIB).verdict is Verdict.WARN


def test_judge_shm() -> None:
    """None at all is a warning, too."""
    assert machine.judge_shm(GIB).verdict is Verdict.OK
    assert machine.judge_shm(0).verdict is Verdict.WARN


@pytest.mark.parametrize(
    ("limit", "clone", "restricted", "verdict"),
    [
        (15000, None, None, Verdict.OK),
        (15000, 1, 0, Verdict.OK),
        (None, None, None, Verdict.OK),
        (0, 1, None, Verdict.FAIL),
        (15000, 0, None, Verdict.FAIL),
        (15000, 1, 1, Verdict.WARN),
    ],
)
def test_judge_namespaces(
    limit: int | None, clone: int | None, restricted: int | None, verdict: Verdict
) -> None:
    """Every switch that keeps Firefox from its sandbox is seen."""
    assert machine.judge_namespaces(limit, clone, restricted).verdict is verdict
