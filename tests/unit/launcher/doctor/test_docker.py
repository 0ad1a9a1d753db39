"""launcher.doctor.docker: judging an engine."""

import pytest

from launcher.doctor.docker import judge_engine, read_version
from launcher.doctor.finding import Verdict

GOOD: dict[str, object] = {
    "ServerVersion": "20.10.24+dfsg1",
    "SecurityOptions": ["name=seccomp,profile=default"],
    "MemoryLimit": True,
    "CpuCfsQuota": True,
    "PidsLimit": True,
    "CgroupVersion": "2",
}


@pytest.mark.parametrize(
    ("text", "version"),
    [("20.10.24+dfsg1", (20, 10, 24)), ("26.1.5-rc1", (26, 1, 5)), ("28.0", (28, 0)), ("dev", ())],
)
def test_read_version(text: str, version: tuple[int, ...]) -> None:
    """Debian's suffixes do not count."""
    assert read_version(text) == version


def _verdicts(**changes: object) -> dict[str, Verdict]:
    return {one.name: one.verdict for one in judge_engine({**GOOD, **changes})}


def test_good_engine() -> None:
    """Everything is fine on a stock Debian."""
    assert set(_verdicts().values()) == {Verdict.OK}


def test_old_engine() -> None:
    """One that does not know host-gateway cannot be used."""
    assert _verdicts(ServerVersion="19.03.15")["docker"] is Verdict.FAIL


def test_engine_without_seccomp() -> None:
    """Without seccomp Firefox' sandbox cannot be let through safely."""
    assert _verdicts(SecurityOptions=[])["seccomp"] is Verdict.FAIL


def test_kernel_that_cannot_limit() -> None:
    """A browser without a limit still runs, with a warning."""
    assert _verdicts(MemoryLimit=False)["cgroup"] is Verdict.WARN
