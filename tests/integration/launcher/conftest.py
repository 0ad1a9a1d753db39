"""``turtus``: the command, for a stack of its own beside whatever runs on this machine."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.turtus import Turtus, second_stack


@pytest.fixture
def turtus(tmp_path: Path) -> Iterator[Turtus]:
    with second_stack(tmp_path / "state of a stack") as found:
        yield found


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Turtus]:
    """One stack for the tests that go on where the one before has left it, or start it if they are alone."""
    with second_stack(tmp_path_factory.mktemp("shared") / "state of a stack") as found:
        yield found
