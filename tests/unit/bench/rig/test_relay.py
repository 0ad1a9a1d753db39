"""bench.rig.relay: a path that can be made bad."""

import socket
import time
from collections.abc import Iterator

import pytest

from bench.rig.relay import Relay


class Ends:
    """An agent's socket, and a viewer's that knows only the relay."""

    def __init__(self, relay: Relay) -> None:
        self.agent = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.agent.bind(("127.0.0.1", 0))
        self.viewer = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        port = self.agent.getsockname()[1]
        offer = f"v=0\r\na=mid:0\r\na=candidate:x 1 udp 5 127.0.0.1 {port} typ host\r\n"
        led = relay.lead(offer)
        assert str(port) not in led
        host, here = led.split("candidate:")[1].split()[4:6]
        self.viewer.connect((host, int(here)))
        for end in (self.agent, self.viewer):
            end.settimeout(2)
        self.viewer.send(b"hello")
        heard, self.relay = self.agent.recvfrom(100)
        assert heard == b"hello"

    def close(self) -> None:
        self.agent.close()
        self.viewer.close()


@pytest.fixture
def relay() -> Iterator[Relay]:
    with Relay() as made:
        yield made


@pytest.fixture
def ends(relay: Relay) -> Iterator[Ends]:
    made = Ends(relay)
    yield made
    made.close()


def test_both_ways_with_delay(relay: Relay, ends: Ends) -> None:
    """What the agent sends reaches the viewer, later."""
    relay.delay_s = 0.05
    began = time.monotonic()
    ends.agent.sendto(b"picture", ends.relay)
    assert ends.viewer.recv(100) == b"picture"
    assert time.monotonic() - began >= 0.05


def test_loss(relay: Relay, ends: Ends) -> None:
    """All of it, when all is to be lost."""
    relay.loss = 1.0
    ends.viewer.settimeout(0.1)
    ends.agent.sendto(b"picture", ends.relay)
    with pytest.raises(TimeoutError):
        ends.viewer.recv(100)


def test_a_narrow_path_queues_a_while_and_drops_the_rest(relay: Relay, ends: Ends) -> None:
    """At 800 kbit/s a packet of 972 bytes and its headers takes 10 ms; the queue holds 200 ms."""
    relay.rate_bps = 800_000
    for _ in range(100):
        ends.agent.sendto(bytes(972), ends.relay)
    ends.viewer.settimeout(0.5)
    began, got = time.monotonic(), 0
    try:
        while ends.viewer.recv(2000):
            got += 1
            last = time.monotonic()
    except TimeoutError:
        pass
    assert 15 <= got <= 40
    assert 0.1 <= last - began <= 0.6
