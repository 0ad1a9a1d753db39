"""workers.tasks.hosts"""

from pathlib import Path
from typing import Any, cast

import pytest

from app import dispatch
from app.settings import load
from tests.support.servers import settings_env
from workers.celery_app import make_celery
from workers.runtime import PerProcess


class Fake:
    """A runtime that notes what it was asked for."""

    host = "mars"

    def __init__(self) -> None:
        self.calls: list[str] = []
        self.hosts = self.reaper = self.dispatcher = cast(Any, self)

    def beat(self, host: str) -> None:
        self.calls.append(f"beat {host}")

    def alive(self) -> list[str]:
        return ["venus"]

    def reconcile(self, host: str = "") -> None:
        self.calls.append(f"reconcile {host}".strip())

    def cull(self) -> None:
        self.calls.append("cull")


@pytest.mark.parametrize(
    ("task", "calls"),
    [
        (dispatch.CULL, {"cull"}),
        (dispatch.RECONCILE, {"beat mars", "reconcile"}),
        (dispatch.ROUND, {"reconcile mars", "reconcile venus"}),
    ],
)
def test_task_does_its_pass(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, task: str, calls: set[str]
) -> None:
    """The round sends every host that is alive, and this one, on its way."""
    fake = Fake()
    monkeypatch.setattr(PerProcess, "get", lambda self: cast(Any, fake))
    celery = make_celery(load(settings_env(tmp_path, "redis://127.0.0.1:1/0")))
    celery.tasks[task]()
    assert set(fake.calls) == calls
