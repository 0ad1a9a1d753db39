"""Pages are opened again when Chromium gave one up; it cannot be made to at will, so the page here is a fake."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from playwright.sync_api import Error

from launcher.errors import LauncherError
from launcher.viewer.opening import GIVEN_UP, MOST_TRIES, open_page


class FakePage:
    """``visits``: what each visit meets, the failure of a file of the page or one of the page itself."""

    def __init__(self, *visits: str | Error | None) -> None:
        self.visits = list(visits)
        self.listeners: list[Callable[[Any], None]] = []

    def on(self, _event: str, listener: Callable[[Any], None]) -> None:
        self.listeners.append(listener)

    def remove_listener(self, _event: str, listener: Callable[[Any], None]) -> None:
        self.listeners.remove(listener)

    def wait_for_timeout(self, _ms: float) -> None:
        pass

    def goto(self, url: str) -> None:
        met = self.visits.pop(0)
        if isinstance(met, Error):
            raise met
        for listener in self.listeners if met else []:
            listener(SimpleNamespace(url=url, failure=met))


def open_fake(*visits: str | Error | None) -> FakePage:
    page = FakePage(*visits)
    open_page(page, "https://turtus.test/")  # type: ignore[arg-type]
    assert page.listeners == []
    return page


def test_once_if_all_comes() -> None:
    assert open_fake(None, None).visits == [None]


def test_again_if_a_file_was_given_up() -> None:
    assert open_fake(
        GIVEN_UP, Error(f"Page.goto: {GIVEN_UP} at https://turtus.test/"), None, None
    ).visits == [None]


def test_another_failure_of_a_file_is_the_pages_own() -> None:
    assert open_fake("net::ERR_ABORTED", None).visits == [None]


def test_another_failure_of_the_page_is_said() -> None:
    with pytest.raises(Error, match="REFUSED"):
        open_fake(Error("net::ERR_CONNECTION_REFUSED"), None)


def test_not_for_ever() -> None:
    with pytest.raises(LauncherError, match="keeps changing"):
        open_fake(*[GIVEN_UP] * MOST_TRIES)
