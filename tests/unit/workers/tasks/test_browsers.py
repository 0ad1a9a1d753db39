"""workers.tasks.browsers"""

from pathlib import Path
from typing import Any, cast

import pytest

from app import dispatch
from app.settings import load
from tests.support.servers import settings_env
from workers.celery_app import make_celery
from workers.runtime import PerProcess


class Calls(list[tuple[str, str]]):
    """A lifecycle that notes what it was asked for."""

    def __getattr__(self, verb: str) -> Any:
        return lambda browser_id: self.append((verb, browser_id))


@pytest.mark.parametrize(
    ("task", "verb"), [(dispatch.START, "start"), (dispatch.STOP, "stop"), (dispatch.CHECK, "check")]
)
def test_task_calls_its_verb_with_the_id(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, task: str, verb: str
) -> None:
    """Ids in, one call, done."""
    calls = Calls()

    class Fake:
        lifecycle = calls

    monkeypatch.setattr(PerProcess, "get", lambda self: cast(Any, Fake))
    celery = make_celery(load(settings_env(tmp_path, "redis://127.0.0.1:1/0")))
    celery.tasks[task]("b1")
    assert list(calls) == [(verb, "b1")]
