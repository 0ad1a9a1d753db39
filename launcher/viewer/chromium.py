"""Starting Debian's Chromium for a viewer that nobody looks at."""

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, BrowserType, Error, sync_playwright

from launcher import shell
from launcher.errors import LauncherError

_ARGUMENTS = [
    "--autoplay-policy=no-user-gesture-required",
    "--disable-dev-shm-usage",
    "--disable-background-timer-throttling",
    "--disable-renderer-backgrounding",
]


@contextmanager
def chromium() -> Iterator[Browser]:
    """A headless Chromium for the time of the block.

    Raises:
        LauncherError: it is not installed, or the page did not do what was waited for.
    """
    program = installed()
    with sync_playwright() as playwright:
        browser = launch(playwright.chromium, program)
        try:
            yield browser
        except Error as error:
            said = str(error).splitlines()
            raise LauncherError(f"The viewer could not go on: {said[0] if said else error!r}") from error
        finally:
            browser.close()


def installed() -> str:
    """Where Chromium is.

    Raises:
        LauncherError: it is not installed.
    """
    program = shell.find("chromium")
    if program is None:
        raise LauncherError("Chromium, the headless viewer, is not installed.", "apt-get install chromium")
    return program


def launch(kind: BrowserType, program: str) -> Browser:
    """Start ``program``, which is Chromium or starts it."""
    # Chromium refuses to sandbox itself for root, who runs this on a server or in CI.
    arguments = [*_ARGUMENTS, *(["--no-sandbox"] if shell.is_root() else [])]
    return kind.launch(executable_path=program, args=arguments)
