"""workers.drivers.base"""

import pytest

from workers.drivers.base import CreateFailed, DriverError, EngineDown, ImageMissing, NoResources, PortTaken


@pytest.mark.parametrize("kind", [EngineDown, ImageMissing, PortTaken, NoResources, CreateFailed])
def test_errors_say_their_kind_and_detail(kind: type[DriverError]) -> None:
    """For the log."""
    assert str(kind("why")) == f"{kind.__name__}: why"
