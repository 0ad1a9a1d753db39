"""Who drives. One driver at a time; the epoch grows with every change of driver.

::

    FREE --take--> HELD --take by another--> REQUESTED --give--> HELD
    HELD, REQUESTED --release, leave--> FREE, or HELD by the one who asked first

An epoch is at least the current time in milliseconds, so it keeps growing even when the store
that held the last one was emptied: an agent never meets an old number again.
"""

from collections.abc import Container
from dataclasses import dataclass, replace
from enum import StrEnum


class ControlState(StrEnum):
    FREE = "FREE"
    HELD = "HELD"
    REQUESTED = "REQUESTED"


@dataclass(frozen=True, slots=True)
class Control:
    """``holder`` and ``requests`` are peer ids; ``requests`` in the order in which they asked."""

    epoch: int = 0
    holder: str | None = None
    requests: tuple[str, ...] = ()

    @property
    def state(self) -> ControlState:
        if self.holder is None:
            return ControlState.FREE
        return ControlState.REQUESTED if self.requests else ControlState.HELD


MAX_REQUESTS = 16
"""Further people who ask are not queued; they can ask again."""


def take(
    control: Control, peer: str, now_ms: int, *, override: bool = False, own: Container[str] = ()
) -> Control:
    """``peer`` wants to drive: granted if nobody does or with ``override``, otherwise noted as a request.

    ``own`` are further places of the same person: who waits in one of them waits here from now on.
    """
    if control.holder == peer:
        return control
    if control.holder is None or override:
        return _grant(control, peer, now_ms)
    if peer in control.requests:
        return control
    mine = [each for each in control.requests if each in own]
    if mine:
        kept = (peer if each == mine[0] else each for each in control.requests if each not in mine[1:])
        return replace(control, requests=tuple(kept))
    if len(control.requests) >= MAX_REQUESTS:
        return control
    return replace(control, requests=(*control.requests, peer))


def give(control: Control, peer: str, to: str, now_ms: int, *, override: bool = False) -> Control:
    """``peer`` hands control to ``to``; without effect unless ``peer`` holds it (or ``override``)."""
    if control.holder == to or (control.holder != peer and not override):
        return control
    return _grant(control, to, now_ms)


def release(control: Control, peer: str, now_ms: int) -> Control:
    """``peer`` lets go, or takes its request back. Whoever asked first drives next."""
    if control.holder != peer:
        return replace(control, requests=tuple(p for p in control.requests if p != peer))
    if control.requests:
        return _grant(control, control.requests[0], now_ms)
    return Control(epoch=_next_epoch(control, now_ms))


def keep_only(control: Control, present: frozenset[str], now_ms: int) -> Control:
    """Drop everybody who is not in the room any more."""
    requests = tuple(peer for peer in control.requests if peer in present)
    kept = replace(control, requests=requests)
    if control.holder is None or control.holder in present:
        return kept
    return release(kept, control.holder, now_ms)


def reset(control: Control, now_ms: int) -> Control:
    """Nobody drives: a browser ended."""
    return Control(epoch=_next_epoch(control, now_ms))


def _grant(control: Control, peer: str, now_ms: int) -> Control:
    requests = tuple(p for p in control.requests if p != peer)
    return Control(epoch=_next_epoch(control, now_ms), holder=peer, requests=requests)


def _next_epoch(control: Control, now_ms: int) -> int:
    return max(control.epoch + 1, now_ms)
