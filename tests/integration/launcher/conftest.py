"""``turtus``: the command, for a stack of its own beside whatever runs on this machine."""

from collections.abc import Iterator

import pytest

from tests.support.turtus import Turtus, second_stack


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Turtus]:
    """One stack for the tests that go on where the one before has left it, or start it if they are alone."""
    with second_stack(tmp_path_factory.mktemp("shared") / "state of a stack") as found:
        yield found


@pytest.fixture
def turtus(shared: Turtus) -> Turtus:
    """The same one, of which nothing runs."""
    if shared.left():
        shared.run("down")
    assert shared.left() == []
    return shared
