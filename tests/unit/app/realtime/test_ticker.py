"""app.realtime.ticker"""

import threading

from app.realtime.ticker import Ticker


def test_ticker_goes_on_after_a_failure_and_ends_when_told() -> None:
    """One failure never ends it; stop does."""
    twice = threading.Event()
    calls = []

    def act() -> None:
        calls.append(1)
        if len(calls) >= 2:
            twice.set()
        raise RuntimeError("once more")

    ticker = Ticker("test", 0.01, act)
    ticker.start()
    assert twice.wait(5)
    ticker.stop()
    assert not ticker._thread.is_alive()
