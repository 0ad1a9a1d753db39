"""What a check comes to. Imports nothing of the launcher."""

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """``warn`` lets Turtus run; ``fail`` does not."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Finding:
    """One checked thing.

    Attributes:
        name: what was looked at.
        verdict: how it is.
        text: what was found, one line.
        mend: what to do; None where nothing is to be done.
    """

    name: str
    verdict: Verdict
    text: str
    mend: str | None = None


def ok(name: str, text: str) -> Finding:
    return Finding(name, Verdict.OK, text)


def warn(name: str, text: str, mend: str) -> Finding:
    return Finding(name, Verdict.WARN, text, mend)


def fail(name: str, text: str, mend: str) -> Finding:
    return Finding(name, Verdict.FAIL, text, mend)


def worst(findings: list[Finding]) -> Verdict:
    """The verdict on all of them."""
    order = [Verdict.OK, Verdict.WARN, Verdict.FAIL]
    return max((one.verdict for one in findings), key=order.index, default=Verdict.OK)
