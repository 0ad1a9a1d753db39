"""What the stack is started with: ``.env`` and the environment, checked by the same code the service uses."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from app.errors import SettingsError
from app.settings import Settings, load
from launcher import envfile
from launcher.errors import LauncherError
from launcher.paths import Layout
from launcher.ports import parse_port


@dataclass(frozen=True, slots=True)
class Config:
    """Settings in force.

    Attributes:
        layout: the folders.
        settings: as the service reads them.
        values: every ``TURTUS_*`` by name, for the environment of the processes.
        certificate: PEM file of the web server; None with plain HTTP.
        key: its private key; None with plain HTTP.
    """

    layout: Layout
    settings: Settings
    values: Mapping[str, str]
    certificate: Path | None
    key: Path | None

    @property
    def install_id(self) -> str:
        return self.settings.install_id

    @property
    def base_url(self) -> str:
        """The address on this machine, as in ``https://localhost:8443``."""
        scheme, usual = ("https", 443) if self.settings.use_https else ("http", 80)
        port = self.settings.server_port
        return f"{scheme}://localhost" + ("" if port == usual else f":{port}")

    @property
    def flower_port(self) -> int:
        text = self.values.get("TURTUS_FLOWER_PORT", "5555")
        try:
            return parse_port(text)
        except LauncherError as error:
            raise LauncherError(f"TURTUS_FLOWER_PORT is '{text}'.", f"{error.mend} in .env") from error

    @property
    def web_processes(self) -> int:
        text = self.values.get("TURTUS_WEB_PROCESSES", "2")
        if not re.fullmatch("[0-9]{1,2}", text) or not 1 <= int(text) <= 64:
            raise LauncherError(f"TURTUS_WEB_PROCESSES is '{text}'.", "give a number from 1 to 64 in .env")
        return int(text)

    def environment(self) -> dict[str, str]:
        """The environment of every process of the stack."""
        return {**os.environ, **self.values, "PYTHONPATH": str(self.layout.root), "PYTHONUNBUFFERED": "1"}


def read(
    layout: Layout, *, port: int | None = None, plain_http: bool = False, provisional: bool = False
) -> Config:
    """Read the settings; ``port`` and ``plain_http`` (``--http``) win over what is configured.

    Args:
        layout: where ``.env`` is.
        port: of the web server; None takes the configured one.
        plain_http: no TLS.
        provisional: only to look around before there is an ``.env``; nothing may be started with it.

    Raises:
        LauncherError: a setting is missing or wrong; names it.
    """
    values = envfile.read(layout.env_file)
    values["TURTUS_INSTALL_ID"] = envfile.install_id(values, layout.root)
    values.setdefault("TURTUS_DATABASE_URL", f"sqlite:///{layout.state / 'turtus.db'}")
    if provisional:
        values.setdefault("TURTUS_SECRET_KEY", "-" * 32)
    if port is not None:
        values["TURTUS_SERVER_PORT"] = str(port)
    if plain_http:
        values["TURTUS_SERVER_USE_HTTPS"] = "0"
    try:
        settings = load(values)
    except SettingsError as error:
        raise LauncherError(
            str(error), f"mend it in {layout.env_file}; example.env explains each setting"
        ) from error
    certificate = key = None
    if settings.use_https:
        certificate = layout.root / values.get("TURTUS_SERVER_CERT", "localhost.cert")
        key = layout.root / values.get("TURTUS_SERVER_KEY", "localhost.key")
    return Config(layout, settings, values, certificate, key)
