"""bench.registry: the benchmarks by name."""

from bench.registry import BENCHES


def test_names_fit() -> None:
    """Each is found under its own name and says what it measures."""
    assert all(name == bench.name and bench.what for name, bench in BENCHES.items())
    assert {"start", "join"} <= set(BENCHES)
