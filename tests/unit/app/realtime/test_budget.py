"""app.realtime.budget"""

from app.realtime.budget import AGENT_SHARE, Budget
from vb.protocol.limits import ERROR_WINDOW_S, ERRORS_BEFORE_CLOSE, RATE_BURST


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_budget_allows_a_burst_then_refills() -> None:
    """The burst, then nothing, then as many as time has refilled."""
    clock = Clock()
    budget = Budget(clock)
    assert all(budget.allow() for _ in range(RATE_BURST))
    assert not budget.allow()
    clock.now += 0.125
    assert [budget.allow() for _ in range(6)] == [True] * 5 + [False]


def test_twentieth_error_in_the_window_is_one_too_many() -> None:
    """Older errors are forgotten."""
    clock = Clock()
    budget = Budget(clock)
    assert not any(budget.error() for _ in range(ERRORS_BEFORE_CLOSE - 1))
    clock.now += ERROR_WINDOW_S
    assert not any(budget.error() for _ in range(ERRORS_BEFORE_CLOSE - 1))
    assert budget.error()


def test_dear_messages_weigh_more() -> None:
    """A weight that the bucket has not takes nothing out of it."""
    budget = Budget(Clock())
    assert budget.allow(RATE_BURST - 5)
    assert not budget.allow(20)
    assert budget.allow(5)
    assert not budget.allow()


def test_an_agent_may_answer_a_full_room_at_once() -> None:
    """Hundreds of viewers who come back together get their offers, and those who left by then are forgiven."""
    clock = Clock()
    budget = Budget(clock, share=AGENT_SHARE)
    viewers, for_each = 500, 6
    assert all(budget.allow() for _ in range(viewers * for_each))
    assert not any(budget.error() for _ in range(viewers))
    while budget.allow():
        pass
    clock.now += 1.0
    assert budget.allow(viewers)
