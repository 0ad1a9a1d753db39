"""workers.runtime"""

import os
from pathlib import Path

import pytest

from app.settings import load
from tests.support.servers import settings_env
from workers.runtime import PerProcess


def test_runtime_is_made_once_in_each_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Never the one of the process that this one was forked from."""
    per_process = PerProcess(load(settings_env(tmp_path, "redis://127.0.0.1:1/0")))
    first = per_process.get()
    assert per_process.get() is first
    monkeypatch.setattr(os, "getpid", lambda: -1)
    assert per_process.get() is not first
