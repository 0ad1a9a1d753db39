"""A person with an account: registers, makes a room, comes in, and leaves nothing behind."""

import secrets

from playwright.sync_api import Browser, Error, Page

from launcher.errors import LauncherError
from launcher.viewer.opening import open_page
from launcher.viewer.room import RoomPage

PAGE_TIMEOUT_MS = 15_000.0


class Person:
    """One browser profile on the site at ``base_url``; ``name`` gets random letters, so that it is new."""

    def __init__(self, browser: Browser, base_url: str, name: str) -> None:
        self.name = f"{name}-{secrets.token_hex(3)}"
        self._password = secrets.token_urlsafe(18)
        self._base_url = base_url
        self._context = browser.new_context(ignore_https_errors=True, viewport={"width": 1400, "height": 900})
        self._context.set_default_timeout(PAGE_TIMEOUT_MS)
        self._page = self._context.new_page()

    @property
    def page(self) -> Page:
        """The tab that is in use."""
        return self._page

    def register(self) -> None:
        """Make the account through the form.

        Raises:
            LauncherError: the site refuses; with the page's words.
        """
        open_page(self._page, f"{self._base_url}/register")
        self._page.fill("input[name=username]", self.name)
        self._page.fill("input[name=password]", self._password)
        self._page.press("input[name=password]", "Enter")
        try:
            self._page.wait_for_url(lambda url: "/register" not in url)
        except Error as error:
            said = self._page.locator(".error, [role=alert]").all_inner_texts()
            raise LauncherError(
                f"The site does not register a new person: {' '.join(said) or self._page.url}",
                "is TURTUS_REGISTRATION open?",
            ) from error

    def create_room(self, name: str) -> str:
        """Make a room through the form on the first page; returns its address."""
        open_page(self._page, self._base_url)
        self._page.fill("form[action$='/rooms'] input[name=name]", name)
        self._page.press("form[action$='/rooms'] input[name=name]", "Enter")
        self._page.wait_for_url("**/rooms/*")
        return self._page.url

    def enter(self, room_url: str) -> RoomPage:
        """Open a room and wait until the page is in it."""
        if self._page.url != room_url:
            open_page(self._page, room_url)
        room = RoomPage(self._page)
        room.wait_inside()
        return room

    def delete_account(self) -> None:
        """Delete the account, and its rooms with it, through its page."""
        open_page(self._page, f"{self._base_url}/account")
        form = self._page.locator("form[action$='/account/delete']")
        for folded in self._page.locator("details:not([open]):has(form[action$='/account/delete'])").all():
            folded.locator("summary").first.click()
        form.locator("input[name=password]").fill(self._password)
        form.locator("input[name=password]").press("Enter")
        self._page.wait_for_url(lambda url: "/account" not in url)

    def close(self) -> None:
        """Close the profile. Idempotent."""
        self._context.close()
