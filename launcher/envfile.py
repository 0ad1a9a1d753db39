"""``.env``: written once from ``example.env`` with fresh secrets, never overwritten; and reading it."""

import hashlib
import os
import re
import secrets
from collections.abc import Callable, Mapping
from pathlib import Path

from dotenv import dotenv_values

SECRETS: dict[str, Callable[[], str]] = {
    "TURTUS_SECRET_KEY": lambda: secrets.token_urlsafe(48),
    "TURTUS_FLOWER_BASIC_AUTH": lambda: f"turtus:{secrets.token_urlsafe(18)}",
    "TURTUS_INSTALL_ID": lambda: secrets.token_hex(6),
}
"""Settings that ``example.env`` leaves empty and every install makes for itself."""


def render(example: str, made: Mapping[str, str]) -> str:
    """``example`` with the values of ``made`` put in. Pure."""

    def fill(match: re.Match[str]) -> str:
        name = match["name"]
        return f"{name}={made[name]}" if name in made and not match["value"].strip() else match[0]

    return re.sub(r"^(?P<name>TURTUS_\w+)=(?P<value>.*)$", fill, example, flags=re.MULTILINE)


def ensure(example: Path, target: Path) -> bool:
    """Write ``target``, readable by this user alone, unless it is there. True if it was written."""
    text = render(example.read_text(), {name: make() for name, make in SECRETS.items()})
    try:
        descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return False
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
    return True


def read(target: Path, environment: Mapping[str, str] | None = None) -> dict[str, str]:
    """The settings in force: the environment's, then those of ``target``. Empty ones are left out.

    Args:
        target: ``.env``; may be missing.
        environment: this process's, if None.
    """
    known = os.environ if environment is None else environment
    merged = {**dotenv_values(target), **{k: v for k, v in known.items() if k.startswith("TURTUS_")}}
    return {name: value for name, value in merged.items() if value}


def install_id(settings: Mapping[str, str], root: Path) -> str:
    """What marks this install's containers: from ``.env``, or derived from where the project is."""
    return settings.get("TURTUS_INSTALL_ID") or hashlib.sha256(str(root).encode()).hexdigest()[:12]
