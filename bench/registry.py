"""The benchmarks by name, in the order in which they are run."""

from bench import join, start
from bench.model import Bench

BENCHES: dict[str, Bench] = {bench.name: bench for bench in (start.BENCH, join.BENCH)}
