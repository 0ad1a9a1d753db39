"""Opening a page on a machine whose interfaces come and go, as they do where containers start."""

from playwright.sync_api import Error, Page, Request

from launcher.errors import LauncherError

MOST_TRIES = 8
GIVEN_UP = "net::ERR_NETWORK_CHANGED"
"""What Chromium says of requests that it gave up because an interface had got an address, or lost one."""
_ITS_OWN_WAY = "is interrupted by another navigation"
"""It says so on a page of its own and then tries by itself; either may come while we ask again."""
PAUSE_MS = 200.0


def open_page(page: Page, url: str) -> None:
    """Go to ``url``, again if Chromium gave up the page or one of its files that are asked for at once.

    Raises:
        LauncherError: it gave up each time.
        playwright.sync_api.Error: the page did not load, for another reason.
    """
    for _ in range(MOST_TRIES):
        if _is_whole(page, url):
            return
        page.wait_for_timeout(PAUSE_MS)
    raise LauncherError(f"{url} does not load: the machine's network keeps changing.")


def _is_whole(page: Page, url: str) -> bool:
    lost: list[str] = []

    def note(request: Request) -> None:
        if GIVEN_UP in (request.failure or ""):
            lost.append(request.url)

    page.on("requestfailed", note)
    try:
        page.goto(url)
    except Error as error:
        if not any(words in str(error) for words in (GIVEN_UP, _ITS_OWN_WAY)):
            raise
        lost.append(url)
    finally:
        page.remove_listener("requestfailed", note)
    return not lost
