"""The life of one supervised process, without the process. Pure: data and ``now`` in, data out.

::

    STOPPED -> STARTING -> RUNNING -> EXITED -> STARTING ...        it died and is started again
                  |  \\        \\-> STOPPING -> STOPPED               it was told to stop
                  |   \\-> BACKOFF -> STARTING ...                   it died before it was ready
                  \\-> FATAL                                         it died too often

``RUNNING`` means that its readiness probe has passed. ``Lifecycle.move`` is the only writer.
"""

from collections import deque
from dataclasses import dataclass, field
from enum import StrEnum


class State(StrEnum):
    """Where a process is."""

    STOPPED = "STOPPED"
    STARTING = "STARTING"
    RUNNING = "RUNNING"
    BACKOFF = "BACKOFF"
    STOPPING = "STOPPING"
    EXITED = "EXITED"
    FATAL = "FATAL"


ALIVE = frozenset({State.STARTING, State.RUNNING, State.STOPPING})
"""An operating system process exists."""
STARTABLE = frozenset({State.STOPPED, State.BACKOFF, State.EXITED})
"""It may be started."""
STOPPABLE = frozenset({State.STARTING, State.RUNNING})
"""It may be told to stop."""

TRANSITIONS: dict[State, frozenset[State]] = {
    State.STOPPED: frozenset({State.STARTING}),
    State.STARTING: frozenset({State.RUNNING, State.BACKOFF, State.STOPPING, State.FATAL}),
    State.RUNNING: frozenset({State.EXITED, State.STOPPING, State.FATAL}),
    State.BACKOFF: frozenset({State.STARTING, State.STOPPED}),
    State.STOPPING: frozenset({State.STOPPED}),
    State.EXITED: frozenset({State.STARTING, State.STOPPED}),
    State.FATAL: frozenset(),
}


class InvalidMove(Exception):
    """A verb was called in a state where it is not legal."""

    def __init__(self, name: str, before: State, after: State) -> None:
        super().__init__(name, before, after)
        self.name = name
        self.before = before
        self.after = after

    def __str__(self) -> str:
        return f"{self.name} cannot go from {self.before} to {self.after}"


@dataclass(frozen=True, slots=True)
class RestartPolicy:
    """How often a process may fail, and how long to wait before it is started again.

    ``max_failures`` within ``window_s`` seconds are forgiven; one more is fatal. The first restart is
    immediate, the next waits ``delay_s`` seconds, then twice that, up to ``max_delay_s``.
    """

    max_failures: int = 4
    window_s: float = 60.0
    delay_s: float = 0.25
    max_delay_s: float = 4.0


@dataclass(frozen=True, slots=True)
class Changed:
    """A process went from one state to another at ``at`` (monotonic seconds)."""

    name: str
    before: State
    after: State
    at: float
    reason: str = ""


@dataclass(slots=True)
class Lifecycle:
    """One process's state, and how often it has failed of late."""

    name: str
    policy: RestartPolicy = field(default_factory=RestartPolicy)
    state: State = State.STOPPED
    _failures: deque[float] = field(default_factory=deque)

    def start(self, now: float) -> Changed:
        """STOPPED, BACKOFF or EXITED -> STARTING."""
        return self.move(State.STARTING, now)

    def ready(self, now: float) -> Changed:
        """STARTING -> RUNNING: the probe has passed."""
        return self.move(State.RUNNING, now)

    def stop(self, now: float, reason: str = "") -> Changed:
        """STARTING or RUNNING -> STOPPING; BACKOFF or EXITED -> STOPPED at once."""
        target = State.STOPPING if self.state in STOPPABLE else State.STOPPED
        return self.move(target, now, reason)

    def died(self, now: float, reason: str, *, to_blame: bool = True) -> Changed:
        """Its operating system process is gone.

        ``to_blame`` is false when something that it needs went away first; that does not count as
        a failure. STOPPING -> STOPPED; STARTING -> BACKOFF; RUNNING -> EXITED; one failure too many -> FATAL.
        """
        if self.state is State.STOPPING:
            return self.move(State.STOPPED, now, reason)
        after = State.BACKOFF if self.state is State.STARTING else State.EXITED
        if to_blame:
            self._forget_before(now - self.policy.window_s)
            self._failures.append(now)
            if len(self._failures) > self.policy.max_failures:
                after = State.FATAL
        return self.move(after, now, reason)

    def delay_s(self, now: float) -> float:
        """Seconds to wait before the next start, by the failures of the last ``window_s``."""
        self._forget_before(now - self.policy.window_s)
        failures = len(self._failures)
        if failures < 2:
            return 0.0
        return min(self.policy.delay_s * 2.0 ** (failures - 2), self.policy.max_delay_s)

    def move(self, after: State, now: float, reason: str = "") -> Changed:
        """The one writer of ``state``.

        Raises:
            InvalidMove: the table has no such transition.
        """
        before = self.state
        if after not in TRANSITIONS[before]:
            raise InvalidMove(self.name, before, after)
        self.state = after
        return Changed(self.name, before, after, now, reason)

    def _forget_before(self, limit: float) -> None:
        while self._failures and self._failures[0] < limit:
            self._failures.popleft()
