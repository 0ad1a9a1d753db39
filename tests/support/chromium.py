"""Debian's Chromium for tests of pages: no network but the loopback, the site answered by the test."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, Request, Route, sync_playwright

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


def serve(context: BrowserContext, app: Flask) -> None:
    """Answer ``SITE`` in this context from ``app``, without a socket; everything else is refused.

    For a Chromium that was not started with ``only``; a page comes more slowly so.
    """

    def answer(route: Route) -> None:
        request = route.request
        if not request.url.startswith(SITE):
            route.abort()
            return
        path = request.url.removeprefix(SITE)
        if path.startswith("/static/@"):
            status, headers, body = _file(app, path)
        else:
            status, headers, body = _ask(app, path, request)
        route.fulfill(status=status, headers=headers, body=body)

    context.route("**/*", answer)


_Answer = tuple[int, dict[str, str], bytes]
_files: dict[str, _Answer] = {}


def _file(app: Flask, path: str) -> _Answer:
    """A file at an address that may be kept for ever is asked for once."""
    if path not in _files:
        with app.test_client().get(path, base_url=SITE) as response:
            _files[path] = response.status_code, dict(response.headers), response.data
    return _files[path]


def _ask(app: Flask, path: str, request: Request) -> _Answer:
    with app.test_client().open(
        path,
        method=request.method,
        base_url=SITE,
        headers=dict(request.headers),
        data=request.post_data_buffer,
    ) as response:
        return response.status_code, dict(response.headers), response.data
