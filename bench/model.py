"""What a benchmark is and what it comes to. Pure."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from launcher.console import Console
from launcher.paths import Layout


class Better(StrEnum):
    """Which way a figure should go."""

    LOWER = "lower"
    HIGHER = "higher"


@dataclass(frozen=True, slots=True)
class Goal:
    """What a figure is held to. Goals are set by the project's issues and not changed to fit."""

    value: float
    better: Better

    def met_by(self, value: float) -> bool:
        return value <= self.value if self.better is Better.LOWER else value >= self.value

    def __str__(self) -> str:
        return f"{'≤' if self.better is Better.LOWER else '≥'} {self.value:g}"


@dataclass(frozen=True, slots=True)
class Result:
    """One figure.

    Attributes:
        bench: the benchmark it is of.
        metric: what was measured.
        value: the figure, in ``unit``.
        goal: None where the figure is only told.
        runs: how many measurements it is made of.
        spread: lowest and highest measurement.
    """

    bench: str
    metric: str
    value: float
    unit: str
    goal: Goal | None
    runs: int
    spread: tuple[float, float]

    @property
    def met(self) -> bool:
        return self.goal is None or self.goal.met_by(self.value)

    def as_dict(self) -> dict[str, object]:
        """For JSON."""
        return {
            "bench": self.bench,
            "metric": self.metric,
            "value": round(self.value, 3),
            "unit": self.unit,
            "goal": str(self.goal) if self.goal else None,
            "met": self.met,
            "runs": self.runs,
            "spread": [round(end, 3) for end in self.spread],
        }


@dataclass(frozen=True, slots=True)
class Bench:
    """A named benchmark; ``run`` measures and tells what it does on the console."""

    name: str
    what: str
    run: Callable[[Console, Layout], list[Result]]


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest of ``values`` that at least ``share`` (0 to 1) of them do not exceed (nearest rank)."""
    ordered = sorted(values)
    return ordered[max(math.ceil(share * len(ordered)) - 1, 0)]


def figure(
    bench: str, metric: str, values: Sequence[float], share: float, unit: str, goal: Goal | None = None
) -> Result:
    """The ``share`` percentile of measured ``values`` as a result."""
    ends = (min(values), max(values))
    return Result(bench, metric, percentile(values, share), unit, goal, len(values), ends)
