"""The benchmarks by name, in the order in which they are run."""

from bench import encode, fanout, join, latency, loss, narrow, soak, start, still, sync, text
from bench.model import Bench

BENCHES: dict[str, Bench] = {
    bench.name: bench
    for bench in (
        start.BENCH,
        join.BENCH,
        latency.BENCH,
        encode.BENCH,
        still.BENCH,
        text.BENCH,
        sync.BENCH,
        fanout.BENCH,
        loss.BENCH,
        narrow.BENCH,
        soak.BENCH,
    )
}
