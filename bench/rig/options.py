"""What a benchmark is told by the environment. Its only reader.

``TURTUS_BENCH_QUICK=1``  fewer and shorter runs: figures to develop by.
``TURTUS_BENCH_LONG=1``   ``soak``: an hour in place of ten minutes.
``TURTUS_BENCH_IMAGE``    another image of the agent than ``turtus/vb:latest``.
``TURTUS_BENCH_AGENT``    a command line in the container's place, which speaks the project's signaling;
                          ``{signal}``, ``{url}``, ``{fps}``, ``{port}`` and ``{token}`` are filled in.
``TURTUS_BENCH_URL``      another system's page, which streams by itself: it is opened as it is (``{url}``:
                          the page to show), its connections and its first ``video`` are measured.
``TURTUS_BENCH_PIDS``     with it: process ids of its server, separated by commas, to count its work.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Options:
    """What is measured, and how thoroughly. Empty strings: not set."""

    quick: bool = False
    long: bool = False
    image: str = "turtus/vb:latest"
    agent: str = ""
    url: str = ""
    pids: tuple[int, ...] = ()

    def pick(self, full: float, quick: float) -> float:
        """A number of runs or seconds: ``full``, or ``quick`` for a quick look."""
        return quick if self.quick else full


def read(environ: Mapping[str, str] | None = None) -> Options:
    """From ``environ``, the process's own if none is given.

    Raises:
        ValueError: a process id is not a number.
    """
    env = os.environ if environ is None else environ
    return Options(
        quick=env.get("TURTUS_BENCH_QUICK", "0") not in ("", "0"),
        long=env.get("TURTUS_BENCH_LONG", "0") not in ("", "0"),
        image=env.get("TURTUS_BENCH_IMAGE") or "turtus/vb:latest",
        agent=env.get("TURTUS_BENCH_AGENT", ""),
        url=env.get("TURTUS_BENCH_URL", ""),
        pids=tuple(int(pid) for pid in env.get("TURTUS_BENCH_PIDS", "").split(",") if pid),
    )
