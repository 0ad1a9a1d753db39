"""workers.capacity"""

from pathlib import Path

import pytest

from app.settings import load
from tests.support.servers import settings_env
from workers.capacity import capacity

GIB = 1 << 30


@pytest.mark.parametrize(
    ("most", "memory", "browsers"), [("0", 8 * GIB, 4), ("0", 7 * GIB, 3), ("0", GIB, 1), ("7", GIB, 7)]
)
def test_host_runs_what_its_memory_holds_or_what_it_is_told(
    tmp_path: Path, most: str, memory: int, browsers: int
) -> None:
    """With 2g each; one is always tried."""
    env = settings_env(tmp_path, "redis://127.0.0.1:1/0", TURTUS_VB_MAX_BROWSERS=most, TURTUS_VB_MEMORY="2g")
    assert capacity(load(env).vb, memory) == browsers


def test_memory_is_read_from_the_host(tmp_path: Path) -> None:
    """A browser of one byte fits more than once."""
    env = settings_env(tmp_path, "redis://127.0.0.1:1/0", TURTUS_VB_MEMORY="1")
    assert capacity(load(env).vb) > 1
