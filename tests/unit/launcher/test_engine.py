"""launcher.engine: reading the engine's answer, and the ways to start it."""

import pytest

from launcher.engine import Answer, judge, ways_to_start


@pytest.mark.parametrize(
    ("status", "errors", "answer"),
    [
        (0, "", Answer.RUNNING),
        (127, "docker is not installed", Answer.NO_CLIENT),
        (1, "Got permission denied while trying to connect", Answer.DENIED),
        (1, "Cannot connect to the Docker daemon. Is the docker daemon running?", Answer.DOWN),
        (124, "no answer within 15 s", Answer.DOWN),
    ],
)
def test_judge(status: int, errors: str, answer: Answer) -> None:
    """Status and words of `docker version` tell how the engine is."""
    assert judge(status, errors) is answer


def test_ways_to_start_prefers_systemd() -> None:
    """The machine's own way comes first, dockerd itself last."""
    ways = ways_to_start(systemd=True, service=True, dockerd=True)
    assert ways == [["systemctl", "start", "docker"], ["service", "docker", "start"], ["dockerd"]]


def test_ways_to_start_without_an_init_system() -> None:
    """In a bare container or chroot only dockerd is left."""
    assert ways_to_start(systemd=False, service=False, dockerd=True) == [["dockerd"]]
