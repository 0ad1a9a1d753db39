"""Two people, two browsers, one real site: from Register to a conversation, without a shared browser."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from app.persistence.migrate import upgrade
from launcher.viewer.opening import open_page
from tests.support.chromium import noting, running, until
from tests.support.servers import RedisServer, WebServer, settings_env

pytestmark = pytest.mark.e2e

PASSWORD = "three geese crossing"
Arrive = Callable[[], Page]


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A site of two web processes."""
    directory: Path = tmp_path_factory.mktemp("pages")
    redis = RedisServer(directory)
    redis.start()
    env = settings_env(directory, redis.url)
    upgrade(env["TURTUS_DATABASE_URL"])
    web = WebServer(directory, env)
    web.start()
    yield web.url
    web.stop()
    redis.stop()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with running() as browser:
        yield browser


@pytest.fixture
def arrive(chromium: Browser) -> Iterator[Arrive]:
    """A browser of somebody who was never here. What goes wrong in a page fails the test."""
    contexts = []
    errors: list[str] = []

    def new() -> Page:
        context = chromium.new_context()
        noting(context, errors)
        contexts.append(context)
        return context.new_page()

    yield new
    for context in contexts:
        context.close()
    assert [text for text in errors if "422" not in text] == []


def fill(page: Page, **fields: str) -> None:
    for name, value in fields.items():
        page.locator(f"[name={name}]").fill(value)
    page.locator("main button[type=submit]").first.click()


def enter(page: Page) -> None:
    page.wait_for_url("**/rooms/*")
    until(page, "window.turtus?.state.me")


def make_room(page: Page, address: str, owner: str) -> str:
    """Register ``owner`` and make a room; gives its link."""
    open_page(page, f"{address}/register")
    fill(page, username=owner, password=PASSWORD)
    expect(page.get_by_role("heading", name=f"What are we watching, {owner}?")).to_be_visible()
    fill(page, name="Film night")
    enter(page)
    return page.url


def test_two_people_meet_and_talk(address: str, arrive: Arrive) -> None:
    """The link leads through Register into the room; both see each other and what is said, before and after."""
    ana, ben = arrive(), arrive()
    link = make_room(ana, address, "Ana")
    ana.locator("#chat-input").fill("is anybody here?")
    ana.locator("#chat-input").press("Enter")
    expect(ana.locator("#chat-log .line:not(.waiting)")).to_have_count(1)

    open_page(ben, link)
    expect(ben.locator(".invited")).to_contain_text("Film night")
    ben.locator("main a", has_text="Register").click()
    expect(ben.locator(".invited")).to_contain_text("Film night")
    fill(ben, username="Ben", password=PASSWORD)
    enter(ben)
    expect(ben.locator("#chat-log .text")).to_have_text(["is anybody here?"])
    expect(ana.locator("#people-number")).to_have_text("2")

    ben.locator("#chat-input").fill("I am <b>here</b>")
    ben.locator("#chat-input").press("Enter")
    expect(ana.locator("#chat-log .text")).to_have_text(["is anybody here?", "I am <b>here</b>"])

    me = ben.evaluate("turtus.state.me.id")
    ben.reload()
    until(ben, "window.turtus?.state.me")
    assert ben.evaluate("turtus.state.me.id") == me
    assert ben.evaluate("turtus.state.me.resumed")
    expect(ben.locator("#chat-log .text")).to_have_text(["is anybody here?", "I am <b>here</b>"])
    expect(ana.locator("#people-number")).to_have_text("2")


def test_owner_changes_and_deletes_a_room(address: str, arrive: Arrive) -> None:
    """Settings are kept; deleting says what it does, asks, and tells those who are inside."""
    page = arrive()
    link = make_room(page, address, "Cy")
    page.locator("#menu-button").click()
    page.get_by_role("link", name="Room settings").click()
    fill(page, name="Geese", start_url="ftp://example.org")
    expect(page.locator("#start_url-error")).to_be_visible()
    expect(page.locator("#name")).to_have_value("Geese")
    fill(page, name="Geese", start_url="https://example.org/geese")
    enter(page)
    expect(page.get_by_role("heading", name="Geese", exact=True)).to_be_visible()
    expect(page.locator("#start-url")).to_have_value("https://example.org/geese")

    other = page.context.new_page()
    open_page(other, f"{link}/edit")
    other.locator("#sure").check()
    other.get_by_role("button", name="Delete the room").click()
    other.wait_for_url(f"{address}/")
    expect(other.locator(".flash")).to_contain_text("Geese")
    expect(page.locator("#closed-title")).to_have_text("This room is gone", timeout=15_000)


def test_account_is_changed_and_left(address: str, arrive: Arrive) -> None:
    """A wrong password is said at its field; name and password change; signing out and in works."""
    page = arrive()
    open_page(page, f"{address}/register")
    fill(page, username="Dora", password="short")
    expect(page.locator("#password-error")).to_be_visible()
    expect(page.locator("#username")).to_have_value("Dora")
    fill(page, username="Dora", password=PASSWORD)
    expect(page.get_by_role("heading", name="What are we watching, Dora?")).to_be_visible()
    open_page(page, f"{address}/account")
    page.locator("#current").fill("wrong")
    page.locator("#new").fill("three other geese")
    page.get_by_role("button", name="Change the password").click()
    expect(page.locator("#current-error")).to_be_visible()
    page.locator("#username").fill("Doris")
    page.get_by_role("button", name="Change the name").click()
    expect(page.locator(".flash.success")).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    open_page(page, f"{address}/login")
    fill(page, username="Doris", password=PASSWORD)
    expect(page.get_by_role("heading", name="What are we watching, Doris?")).to_be_visible()
