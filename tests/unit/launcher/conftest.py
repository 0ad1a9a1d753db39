"""A configuration without a machine behind it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from app.settings import load
from launcher.config import Config
from launcher.paths import ROOT, Layout


@pytest.fixture
def make_config(tmp_path: Path) -> Callable[..., Config]:
    """Settings by keyword, as ``make_config(TURTUS_SERVER_PORT="9000")``."""

    def make(**values: str) -> Config:
        values = {"TURTUS_SECRET_KEY": "s" * 40, "TURTUS_INSTALL_ID": "test", **values}
        settings = load(values)
        paths = (tmp_path / "cert", tmp_path / "key") if settings.use_https else (None, None)
        return Config(Layout(ROOT, tmp_path), settings, values, *paths)

    return make
