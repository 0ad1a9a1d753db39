"""bench.rig.options: what the environment tells a benchmark."""

import pytest

from bench.rig.options import Options, read


def test_nothing_set_means_the_container_in_full() -> None:
    """The product's image, full runs."""
    assert read({}) == Options()
    assert Options().pick(200, 20) == 200


def test_all_can_be_told() -> None:
    """Another system is a URL and the processes that serve it."""
    assert read({"TURTUS_BENCH_LONG": "1"}).long
    env = {"TURTUS_BENCH_QUICK": "1", "TURTUS_BENCH_URL": "https://x/{url}", "TURTUS_BENCH_PIDS": "12,13"}
    options = read(env)
    assert (options.url, options.pids, options.pick(200, 20)) == ("https://x/{url}", (12, 13), 20)


def test_a_process_id_is_a_number() -> None:
    """Anything else is refused."""
    with pytest.raises(ValueError, match="abc"):
        read({"TURTUS_BENCH_PIDS": "abc"})
