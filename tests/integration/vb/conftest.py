"""Real containers, a real viewer. Containers that a test leaves behind are removed before and after."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.support import vb_container
from tests.support.chromium import running


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Headless Chromium that plays sound without a click."""
    with running("--autoplay-policy=no-user-gesture-required") as browser:
        yield browser


@pytest.fixture(scope="package", autouse=True)
def _sweep() -> Iterator[None]:
    vb_container.sweep()
    yield
    vb_container.sweep()
