"""bench.rig.wire: a real path through the kernel. Who may not have one is told so, and a relay does its work."""

import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from bench.rig import wire
from bench.rig.path import Path
from bench.rig.wire import Wire
from launcher.errors import LauncherError

pytestmark = pytest.mark.alone  # it measures
PACKETS = 300
VIEWER = """
import socket, sys, time
end = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
end.connect((sys.argv[1], int(sys.argv[2])))
moments, left, last = [], int(sys.argv[3]), time.monotonic()
while time.monotonic() - last < 0.5:
    if left:
        end.send(b"hello")
        left -= 1
    end.settimeout(0.001 if left else 0.1)
    try:
        end.recv(2000)
        moments.append(time.monotonic())
        last = moments[-1]
    except TimeoutError:
        last = time.monotonic() if left else last
print(len(moments), moments[-1] - moments[0] if moments else 0.0)
"""


@contextmanager
def laid() -> Iterator[Wire]:
    """A path; where there cannot be one, what was refused."""
    path = Wire()
    if wire.possible():
        with path:
            yield path
    else:
        with pytest.raises(LauncherError):
            path.__enter__()
        with pytest.raises(LauncherError, match="There is no path yet"):
            path.program(sys.executable)
        yield path


def relay_takes_over() -> None:
    """Where the kernel may not be told to lose and to narrow, the relay is."""
    path = Path(0.01)
    path.lose(0.5)
    path.narrow(800_000)
    assert (path.program, path._relay.loss, path._relay.rate_bps) == (None, 0.5, 800_000)
    path.lose(0.0)
    path.narrow(None)
    assert (path._relay.loss, path._relay.rate_bps) == (0.0, 0.0)


def exchange(path: Wire, packets: int = PACKETS) -> tuple[int, int, float]:
    """The viewer says hello so many times and each is answered with a thousand bytes: how many came here, how
    many of the answers there, and the seconds between the first of these and the last."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as here:
        here.bind((path.host, 0))
        here.settimeout(20)  # until the viewer's program has been started
        name = [path.host, str(here.getsockname()[1]), str(packets)]
        command = [path.program(sys.executable), "-c", VIEWER, *name]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as viewer:
            heard = 0
            try:
                while True:
                    _, there = here.recvfrom(100)
                    heard += 1
                    here.settimeout(1)
                    here.sendto(bytes(1000), there)
            except TimeoutError:
                pass
            came, seconds = viewer.communicate(timeout=10)[0].split()
    return heard, int(came), float(seconds)


def test_a_wire_carries_all_until_it_is_told_to_lose() -> None:
    """Half of each direction, then all again."""
    with laid() as path:
        if not wire.possible():
            relay_takes_over()
            return
        assert exchange(path)[:2] == (PACKETS, PACKETS)
        path.lose(0.5)
        heard, came, _ = exchange(path)
        assert 0.3 * PACKETS < heard < 0.7 * PACKETS
        assert 0.3 * heard < came < 0.7 * heard
        path.lose(0.0)
        assert exchange(path)[:2] == (PACKETS, PACKETS)


def test_a_narrow_wire_queues_a_while_and_drops_the_rest() -> None:
    """At 800 kbit/s a packet takes some 10 ms: the queue holds about 20; twice narrowed is as good as once."""
    with laid() as path:
        if not wire.possible():
            relay_takes_over()
            return
        path.narrow(400_000)
        path.narrow(800_000)
        heard, came, seconds = exchange(path, 150)
        assert heard == 150
        assert came < 100
        assert came * 1042 * 8 / 800_000 * 0.5 < seconds < came * 1042 * 8 / 800_000 * 1.5
        path.narrow(None)
        path.narrow(None)
        assert exchange(path, 150)[:2] == (150, 150)


def test_nothing_is_left_behind() -> None:
    """No namespace, no device, no route, also where it was refused; two at a time do not meet."""
    with laid() as path, laid() as other:
        for each in (path, other) if wire.possible() else ():
            assert exchange(each, 20)[:2] == (20, 20)
        names = {*path.names, *other.names}
        assert len(names) == 8
    left = "".join(
        subprocess.run(["ip", *what], capture_output=True, text=True, check=True).stdout
        for what in (["netns"], ["link"], ["route"])
    )
    assert not [name for name in names if name in left]


def test_a_path_uses_the_kernel_where_it_can() -> None:
    """And says who makes it."""
    assert Path(0.01).kernel is wire.possible()
    assert "relay" in Path(0.01, kernel=False).made_by
    assert "tc" in Path(0.01, kernel=True).made_by
