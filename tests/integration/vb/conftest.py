"""Real containers, a real viewer. Containers that a test leaves behind are removed before and after.

What is costly to start is shared by the modules of this folder and ends with its last test: while Playwright
lives, no other test of the process can run an event loop of its own.
"""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.support import vb_container
from tests.support.chromium import SHELL, only, running
from tests.support.local_site import local_site
from tests.support.sample_site import make_site
from tests.support.vb_house import House, open_house


class Shared:
    """One Chromium, one browser in its house."""

    def __init__(self) -> None:
        self._stack = ExitStack()
        self._house_stack = ExitStack()
        self._chromium: Browser | None = None
        self._house: House | None = None
        self._failed_before = 0
        vb_container.sweep()

    def chromium(self) -> Browser:
        """Headless, finds the sample site and no other, and plays sound without a click."""
        if self._chromium is None:
            site = self._stack.enter_context(local_site(make_site()))
            arguments = ["--autoplay-policy=no-user-gesture-required", *only(site)]
            self._chromium = self._stack.enter_context(running(*arguments, executable=SHELL))
        return self._chromium

    def house(self, failed: int) -> House:
        """The one that is there; a new one if a test has ended it, or has failed: who knows what it left behind."""
        if self._house is None or failed != self._failed_before or not self._house.container.running:
            self._failed_before = failed
            self._house_stack.close()
            self._house = self._house_stack.enter_context(open_house())
        return self._house

    def close(self) -> None:
        """End it all, in order."""
        with self._stack:
            self._house_stack.close()
        vb_container.sweep()


_shared = pytest.StashKey[Shared]()


@pytest.fixture(scope="module", autouse=True)
def shared(request: pytest.FixtureRequest) -> Shared:
    stash = request.config.stash
    if _shared not in stash:
        stash[_shared] = Shared()
    return stash[_shared]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> Iterator[None]:
    """After this folder's last test, whatever comes next."""
    try:
        return (yield)
    finally:
        last = nextitem is None or not nextitem.path.is_relative_to(Path(__file__).parent)
        if last and _shared in item.config.stash:
            held = item.config.stash[_shared]
            del item.config.stash[_shared]
            held.close()


@pytest.fixture(scope="module")
def chromium(shared: Shared) -> Browser:
    return shared.chromium()


@pytest.fixture(scope="module")
def house(shared: Shared, request: pytest.FixtureRequest) -> House:
    return shared.house(request.session.testsfailed)
