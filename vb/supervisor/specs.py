"""What the supervisor is told about a process. Values only."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from vb.supervisor.states import RestartPolicy

Probe = Callable[[], Awaitable[bool]]
"""Answers quickly whether the process does its work; false while it does not yet."""


@dataclass(frozen=True, slots=True)
class ProcessSpec:
    """One process.

    ``needs`` names those that must run before and all the while: when one of them goes down this one
    is taken down too. ``after`` names those that must run before the first start only.
    ``label`` is what people call it. ``prepare`` runs once, in a thread, while those that it needs start.
    Times in seconds.
    """

    name: str
    label: str
    argv: tuple[str, ...]
    env: Mapping[str, str]
    probe: Probe
    needs: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    prepare: Callable[[], None] | None = None
    start_timeout_s: float = 10.0
    stop_timeout_s: float = 1.0
    policy: RestartPolicy = field(default_factory=RestartPolicy)
