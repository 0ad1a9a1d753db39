"""Real containers, a real viewer. Containers that a test leaves behind are removed before and after."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.support import vb_container
from tests.support.chromium import running


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Headless Chromium that plays sound without a click.

    Not longer than a module: while Playwright lives, no other test can run an event loop of its own.
    """
    with running("--autoplay-policy=no-user-gesture-required") as browser:
        yield browser


@pytest.fixture(scope="module", autouse=True)
def _sweep() -> Iterator[None]:
    vb_container.sweep()
    yield
    vb_container.sweep()
