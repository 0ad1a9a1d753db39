"""What was sent by a driver of whom the news has not come yet. Pure.

The site tells page and agent of a new driver at the same time, on two ways. A page that hears it first sends
things of a control epoch that is still to come here: they are kept for a moment, and done if the news makes
them right. Otherwise somebody's first click, key, paste or upload would be lost on a busy machine.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

EARLY_S = 3.0
"""How long a thing is kept, in seconds."""
EARLY_PEERS = 16
"""Of how many peers things are kept at a time."""

T = TypeVar("T")


@dataclass(slots=True)
class Early(Generic[T]):
    """``most``: things kept of one peer; what comes after is refused, so that what is kept has no gap.

    All times are monotonic seconds.
    """

    most: int
    _kept: dict[str, list[tuple[float, int, T]]] = field(default_factory=dict)

    def keep(self, peer_id: str, epoch: int, thing: T, now: float) -> bool:
        """Keep a thing of an epoch to come; False when there is too much already."""
        kept = self._kept.get(peer_id, [])
        if len(kept) >= self.most or (not kept and len(self._kept) >= EARLY_PEERS):
            return False
        kept.append((now, epoch, thing))
        self._kept[peer_id] = kept
        return True

    def forget(self, peer_id: str, which: Callable[[T], bool]) -> None:
        """Let go of what a peer has taken back."""
        if stays := [entry for entry in self._kept.pop(peer_id, []) if not which(entry[2])]:
            self._kept[peer_id] = stays

    def settle(self, holder: str | None, epoch: int, now: float) -> tuple[list[T], list[T]]:
        """After news of who drives: what it makes right, in order, and what it makes wrong.

        Both are let go of. Things of an epoch that is still to come stay.
        """
        wrong = self.late(now)
        right: list[T] = []
        before, self._kept = self._kept, {}
        for peer_id, kept in before.items():
            for _, of, thing in kept:
                if of <= epoch:
                    (right if peer_id == holder and of == epoch else wrong).append(thing)
            if stays := [entry for entry in kept if entry[1] > epoch]:
                self._kept[peer_id] = stays
        return right, wrong

    def late(self, now: float) -> list[T]:
        """What was kept for too long, in order; it is let go of."""
        late: list[T] = []
        if all(now - kept[0][0] <= EARLY_S for kept in self._kept.values()):
            return late  # each list begins with its oldest
        before, self._kept = self._kept, {}
        for peer_id, kept in before.items():
            late += [thing for at, _, thing in kept if now - at > EARLY_S]
            if stays := [entry for entry in kept if now - entry[0] <= EARLY_S]:
                self._kept[peer_id] = stays
        return late
