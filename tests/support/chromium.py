"""Debian's Chromium for tests of pages: no network but the loopback, the site answered by the test."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Playwright,
    sync_playwright,
)

from launcher.viewer.opening import GIVEN_UP
from tests.support.local_site import LocalSite

EXECUTABLE = "/usr/bin/chromium"
SHELL = "/usr/bin/chromium-headless-shell"
"""The same without tabs, menus and their pages: a quarter less work for each test of a page."""
SITE = "https://turtus.test"
ARGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
LOCAL_MEDIA = ["--disable-features=WebRtcHideLocalIpsWithMdns", "--allow-loopback-in-peer-connection"]
"""Two pages of one machine may connect to each other, with or without a network."""
POLL_MS = 15
"""How long a test waits before it looks again: a look costs 2 ms."""


def only(site: LocalSite) -> list[str]:
    """Arguments of a Chromium that finds ``SITE`` at ``site``, and no other host.

    All pages of one context that show the site share a process, which has read its modules before.
    """
    host = SITE.removeprefix("https://")
    return [
        f"--host-resolver-rules=MAP {host}:443 127.0.0.1:{site.port}, MAP * ~NOTFOUND",
        f"--ignore-certificate-errors-spki-list={site.spki}",
        "--process-per-site",
    ]


def launch(playwright: Playwright, *extra: str, executable: str = EXECUTABLE) -> Browser:
    """A headless Chromium."""
    return playwright.chromium.launch(executable_path=executable, args=[*ARGS, *extra])


@contextmanager
def running(*extra: str, executable: str = EXECUTABLE) -> Iterator[Browser]:
    """A headless Chromium for the time of the block."""
    with sync_playwright() as playwright:
        browser = launch(playwright, *extra, executable=executable)
        try:
            yield browser
        finally:
            browser.close()


def noting(context: BrowserContext, errors: list[str]) -> None:
    """Note what goes wrong in the pages of ``context``.

    Left out: what Chromium gave up because an interface of this machine came or went, as they do when containers
    start beside it: ``open_page`` opens the page again, whose script asks again for what it asks for later.
    """
    context.on("weberror", lambda error: errors.append(str(error.error)))
    context.on("console", lambda said: errors.append(said.text) if is_wrong(said) else None)


def is_wrong(said: ConsoleMessage) -> bool:
    """Whether it is an error, and not of this machine's interfaces (see ``noting``)."""
    return said.type == "error" and GIVEN_UP not in said.text


def until(page: Page, condition: str, timeout_s: float = 10.0) -> None:
    """Wait until a JavaScript expression holds; ``wait_for_function`` cannot, under our content policy.

    Raises:
        TimeoutError: it did not.
    """
    deadline = time.monotonic() + timeout_s
    while not page.evaluate(condition):
        if time.monotonic() > deadline:
            raise TimeoutError(condition)
        page.wait_for_timeout(POLL_MS)
