"""``soak``: what an agent has left over after a long evening: memory, threads, tasks, sockets, files.

One real Firefox that plays (``turtus:motion``). A viewer joins every 5 s and stays for 4, 7 or 12 s; a third
close their connection, a third say goodbye in signaling too, a third fall silent. Ten minutes, or an hour
(``TURTUS_BENCH_LONG=1``). The agent itself says what it holds (``vb.census``): before and after, when
nobody watches, for what is left over; every 5 s for the slope of its memory (least squares).
"""

import heapq
import itertools
import json
import os
import re
import time
from collections import Counter
from collections.abc import Sequence
from typing import Any

from bench.fanout import Part, part
from bench.model import Bench, Better, Goal, Result, figure
from bench.rig import options
from bench.rig.agent import ContainerAgent, Job, container, docker
from bench.rig.room import AGENT_ID, Room
from launcher.console import Console
from launcher.errors import LauncherError
from launcher.paths import Layout
from vb.protocol import messages

EVERY_S = 5.0
STAYS_S = (4.0, 7.0, 12.0)
READY_S = 45.0
FORGET_S = 12.0
"""After so long the agent has given up a viewer who fell silent."""
NONE = Goal(0.0, Better.LOWER)
SLOPE = Goal(1.0, Better.LOWER)
KINDS = ("threads", "tasks", "sockets", "files")
_CENSUS = re.compile(r"census (\{.*\})")


def run(console: Console, layout: Layout) -> list[Result]:
    """Warm up, count, let them come and go, count."""
    given = options.read(os.environ)
    seconds = 3600.0 if given.long else given.pick(600, 90)
    with (
        Room() as room,
        container(given, Job(room.port, "turtus:motion", 30)) as agent,
        part("bench.rig.crowd") as crowd,
    ):
        room.wait_ready(READY_S)
        evening = Evening(room, agent, crowd)
        evening.go_on(given.pick(120, 30))
        before = census(agent)
        samples = evening.go_on(seconds)
        after = census(agent)
        packets = crowd.ask(read=True)["packets"]
    if not packets:
        raise LauncherError("No viewer was sent anything.")
    return results(console, before, after, samples, evening.visits)


def results(
    console: Console,
    before: dict[str, Any],
    after: dict[str, Any],
    samples: Sequence[tuple[float, float]],
    visits: int,
) -> list[Result]:
    """Figures of two counts, and of memory (seconds, MB) in between."""
    slope = slope_per_s(samples) * 600
    sizes = [size for _, size in samples]
    console.say(f"  soak: {visits} viewers, memory {sizes[0]:.1f} to {sizes[-1]:.1f} MB")
    found = [
        figure("soak", "memory grows by", [slope], 0.5, "MB in 10 min", SLOPE),
        figure("soak", "memory", sizes, 0.5, "MB"),
        figure("soak", "viewers that came and went", [float(visits)], 0.5, "viewers"),
    ]
    for kind in KINDS:
        more = left_over(before[kind], after[kind])
        if more:
            console.say(f"  soak: {kind} left over: {dict(more)}")
        found.append(figure("soak", f"{kind} left over", [float(more.total())], 0.5, kind, NONE))
    return found


def left_over(before: Any, after: Any) -> "Counter[str]":
    """What there is more of; a plain number counts as one kind. Pure."""
    if isinstance(before, int):
        before, after = {"open": before}, {"open": after}
    return Counter(after) - Counter(before)


def slope_per_s(samples: Sequence[tuple[float, float]]) -> float:
    """Of the straight line nearest to the points. Pure."""
    mean_x = sum(x for x, _ in samples) / len(samples)
    mean_y = sum(y for _, y in samples) / len(samples)
    spread = sum((x - mean_x) ** 2 for x, _ in samples)
    return sum((x - mean_x) * (y - mean_y) for x, y in samples) / spread if spread else 0.0


def census(agent: ContainerAgent) -> dict[str, Any]:
    """What the agent holds now.

    Raises:
        LauncherError: it does not say.
    """
    asked = _newest(agent)
    docker("kill", "--signal", "USR1", agent.id)
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        said = _newest(agent)
        if said.get("at_s") != asked.get("at_s"):
            return said
        time.sleep(0.1)
    raise LauncherError("The agent does not say what it holds.")


def _newest(agent: ContainerAgent) -> dict[str, Any]:
    said = _CENSUS.findall(agent.log(200))
    return dict(json.loads(said[-1])) if said else {}


class Evening:
    """Viewers who come and go."""

    def __init__(self, room: Room, agent: ContainerAgent, crowd: Part) -> None:
        self._room = room
        self._agent = agent
        self._crowd = crowd
        self.visits = 0

    def go_on(self, seconds: float) -> list[tuple[float, float]]:
        """For so long, and until all are gone and forgotten; memory (seconds, MB) after each arrival."""
        began = time.monotonic()
        leaving: list[tuple[float, int, str]] = []
        samples = []
        for number in itertools.count():
            arrival = began + number * EVERY_S
            if arrival > began + seconds:
                break
            self._let_go(leaving, arrival)
            stay_s = STAYS_S[number % len(STAYS_S)]
            session = self._join()
            heapq.heappush(leaving, (time.monotonic() + stay_s, self.visits, session))
            held = census(self._agent)
            samples.append((held["at_s"], held["memory_kb"] / 1024))
        self._let_go(leaving, float("inf"))
        time.sleep(FORGET_S)
        return samples

    def _let_go(self, leaving: list[tuple[float, int, str]], until: float) -> None:
        """Each at its time, up to the moment ``until``."""
        while leaving and leaving[0][0] <= until:
            at, number, session = heapq.heappop(leaving)
            time.sleep(max(0.0, at - time.monotonic()))
            peer, way = f"p-{number}", number // len(STAYS_S) % 3
            if way == 1:
                self._room.send(messages.Bye(to=AGENT_ID, sender=_person(peer), session=session))
            self._crowd.tell(leave=peer, kindly=way != 2)
        if until != float("inf"):
            time.sleep(max(0.0, until - time.monotonic()))

    def _join(self) -> str:
        """One more; the name of its session."""
        self.visits += 1
        peer = f"p-{self.visits}"
        self._room.send(messages.RequestStream(to=AGENT_ID, sender=_person(peer)))
        offer = self._room.expect(messages.Offer, peer)
        told = self._crowd.ask(offer=offer.sdp, peer=peer, session=offer.session)
        answer = messages.Answer(to=AGENT_ID, sender=_person(peer), session=offer.session, sdp=told["answer"])
        self._room.send(answer)
        return str(offer.session)


def _person(peer: str) -> messages.Peer:
    return messages.Peer(id=peer, name=peer, role="member", client_type="person", user_id=peer)


BENCH = Bench("soak", "what an agent has left over after viewers came and went for ten minutes", run)
