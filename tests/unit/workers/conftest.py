"""``house`` is a migrated SQLite with a person, a room and the parts of a worker around fakes."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import pytest

from app.domain.browser import BrowserState
from app.persistence.base import make_engine
from app.persistence.browsers import Browser
from app.persistence.rooms import Room
from app.persistence.tables import metadata
from app.persistence.unit_of_work import Database
from app.persistence.users import User
from app.settings import load
from tests.support.fake_driver import FakeDriver, FakeHosts, FakeRooms, RecordingBus, RecordingDispatcher
from tests.support.servers import settings_env
from workers.lifecycle import Lifecycle
from workers.reaper import Reaper

START = datetime(2026, 1, 1, tzinfo=UTC)


class House:
    """Time stands still until ``now`` is moved."""

    def __init__(self, directory: Path, driver: FakeDriver, **env: str) -> None:
        self.now = START
        self.driver = driver
        self.bus = RecordingBus()
        self.rooms = FakeRooms()
        self.hosts = FakeHosts()
        self.dispatcher = RecordingDispatcher()
        env = {"TURTUS_VB_MAX_BROWSERS": "100", **env}
        self.settings = load(settings_env(directory, "redis://127.0.0.1:1/0", **env))
        self.database = Database(make_engine(self.settings.database_url))
        metadata.create_all(self.database.engine)
        with self.database.work() as work:
            user = User(username="ana", username_key="ana", password_hash="-", created_at=self.now)
            work.users.add(user)
            self.user_id = user.id
        bus = cast(Any, self.bus)
        store = cast(Any, self.rooms)
        self.lifecycle = Lifecycle(self.database, bus, store, driver, self.settings, now=lambda: self.now)
        self.reaper = Reaper(
            self.database,
            bus,
            driver,
            self.lifecycle,
            self.dispatcher,
            "local",
            self.hosts,
            now=lambda: self.now,
        )
        self._count = 0

    def browser(self, state: BrowserState = BrowserState.REQUESTED, **columns: Any) -> str:
        """A browser in a room of its own; returns its id."""
        self._count += 1
        with self.database.work() as work:
            room = Room(slug=f"slug{self._count}", name="Room", start_url="turtus:home", created_at=self.now)
            work.rooms.add(room, self.user_id)
            browser = Browser(
                room_id=room.id,
                state=state,
                url="turtus:home",
                width_px=1280,
                height_px=720,
                fps=30,
                steps=[],
                created_at=self.now,
                start_deadline=self.now + timedelta(seconds=30),
            )
            for name, value in columns.items():
                setattr(browser, name, value)
            work.browsers.add(browser)
        return browser.id

    def row(self, browser_id: str) -> Browser:
        with self.database.read() as work:
            browser = work.browsers.get(browser_id)
        assert browser is not None
        return browser


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path, FakeDriver())
