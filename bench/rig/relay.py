"""A path between one viewer and the agent that can be made long, lossy and narrow, packet by packet.

In user space, so that it needs no rights and leaves nothing behind: each datagram is delayed, lost at random
(as iptables' ``statistic`` does), and queued behind a rate (as tc's ``tbf`` does) that drops what finds its
queue full.
"""

import asyncio
import random
import re
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Any

_CANDIDATE = re.compile(r"^a=candidate:\S+ 1 udp \d+ (\S+) (\d+) typ host.*$", re.MULTILINE)


class Line(asyncio.DatagramProtocol):
    """One side's socket; what it hears goes out on the other side, after the path's doings."""

    def __init__(self, relay: "Relay", *, down: bool) -> None:
        self._relay = relay
        self._down = down
        self._free_at = 0.0
        self._peer: Any = None
        self.out: Callable[[bytes], None] = lambda data: None
        self.transport: Any = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The socket is open."""
        self.transport = transport

    def datagram_received(self, data: bytes, addr: Any) -> None:
        """Lose it, or pass it on later."""
        self._peer = addr
        relay, loop = self._relay, asyncio.get_running_loop()
        if random.random() < relay.loss:
            return
        at = loop.time()
        if self._down and relay.rate_bps:
            start = max(at, self._free_at)
            if start - at > relay.queue_s:
                return
            at = self._free_at = start + (len(data) + 28) * 8 / relay.rate_bps
        loop.call_at(at + relay.delay_s, self.out, data)

    def pass_up(self, data: bytes) -> None:
        """To the agent."""
        if not self.transport.is_closing():
            self.transport.sendto(data)

    def pass_down(self, data: bytes) -> None:
        """To the viewer, once it has been heard."""
        if self._peer is not None and not self.transport.is_closing():
            self.transport.sendto(data, self._peer)

    def error_received(self, exc: Exception) -> None:
        """Somebody has gone."""


class Relay:
    """Listens on a port of its own while entered. ``delay_s`` and ``loss`` are of each direction; the rate of
    what goes to the viewer."""

    def __init__(self, delay_s: float = 0.0) -> None:
        self.delay_s = delay_s
        self.loss = 0.0
        self.rate_bps = 0.0
        self.queue_s = 0.2
        self.port = 0
        self._lines: list[Line] = []

    def __enter__(self) -> "Relay":
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="relay", daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        def end() -> None:
            for line in self._lines:
                line.transport.close()
            self._loop.call_soon(self._loop.stop)

        self._loop.call_soon_threadsafe(end)
        self._thread.join(5)
        self._loop.close()

    def lead(self, sdp: str) -> str:
        """An agent's offer with a new port of this relay in the place of the agent's addresses."""
        found = [(host, int(port)) for host, port in _CANDIDATE.findall(sdp)]
        agent = next((each for each in found if not each[0].startswith("127.")), found[0])
        here = asyncio.run_coroutine_threadsafe(self._open(agent), self._loop).result(5)
        lines = []
        for line in sdp.splitlines():
            if not line.startswith("a=candidate"):
                lines.append(line)
            if line.startswith("a=mid:"):
                lines.append(f"a=candidate:1 1 udp 2130706431 {here[0]} {here[1]} typ host")
        return "".join(f"{line}\r\n" for line in lines)

    async def _open(self, agent: tuple[str, int]) -> tuple[str, int]:
        """Both sockets; where the viewer's is."""
        loop = asyncio.get_running_loop()
        _, down = await loop.create_datagram_endpoint(lambda: Line(self, down=True), remote_addr=agent)
        here = down.transport.get_extra_info("sockname")[0]
        _, up = await loop.create_datagram_endpoint(lambda: Line(self, down=False), local_addr=(here, 0))
        up.out, down.out = down.pass_up, lambda data: up.pass_down(data)
        self._lines += [up, down]
        name: tuple[str, int] = up.transport.get_extra_info("sockname")
        return name
