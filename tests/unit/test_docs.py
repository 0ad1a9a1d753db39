"""The documents say what the code does: settings, verbs, compose."""

import re

import pytest

from launcher.cli import VERBS
from launcher.paths import ROOT

NAME = re.compile(r"\bTURTUS_[A-Z0-9_]*[A-Z0-9]\b")
READERS = ("app", "workers", "vb", "launcher", "deploy")
NOT_SETTINGS = {
    "TURTUS_IN_DOCKER_GROUP",  # between the launcher and itself
    "TURTUS_SUPERVISED",  # the mark of a stack's processes
}


def _names_in_code() -> set[str]:
    found: set[str] = set()
    for folder in READERS:
        for path in [*(ROOT / folder).rglob("*.py"), *(ROOT / folder).rglob("*.sh")]:
            found |= set(NAME.findall(path.read_text()))
    return found - NOT_SETTINGS


def _names_in_example() -> set[str]:
    text = (ROOT / "example.env").read_text()
    return set(re.findall(r"^(?:# )?(TURTUS_[A-Z0-9_]+)=", text, re.MULTILINE))


def test_example_env_has_every_setting_and_no_other() -> None:
    """What the code reads stands in example.env, and what stands there is read."""
    assert _names_in_code() == _names_in_example()


def test_every_setting_is_explained() -> None:
    """Each has a comment above it, or belongs to a group that has."""
    explained = False
    for line in (ROOT / "example.env").read_text().splitlines():
        if line.startswith("#"):
            explained = True
        elif not line:
            explained = False
        else:
            assert explained, line


@pytest.mark.parametrize(
    "name",
    [
        "TURTUS_VB_DEFAULT_SIGNAL_SERVER",
        "TURTUS_WEB_DEFAULT_SIGNAL_SERVER",
        "TURTUS_SERVER_DOCKER_MODE",
        "TURTUS_SERVER_USE_HTTPS",
        "TURTUS_SERVER_PORT",
        "TURTUS_VB_DEFAULT_IDLE_TIMEOUT",
        "TURTUS_VB_DEFAULT_WIDTH",
        "TURTUS_VB_DEFAULT_HEIGHT",
        "TURTUS_VB_DEFAULT_BIT_DEPTH",
        "TURTUS_VB_DEFAULT_URL",
    ],
)
def test_names_of_the_original_are_kept(name: str) -> None:
    """Who knew the original finds its settings."""
    assert name in _names_in_example()


def test_compose_hands_every_setting_on() -> None:
    """What example.env explains works in compose.yaml, too; secrets of the stack's own are made by `setup`."""
    handed_on = set(NAME.findall((ROOT / "compose.yaml").read_text()))
    made_inside = {"TURTUS_INSTALL_ID", "TURTUS_DATABASE_URL"}
    for_one_command = {
        "TURTUS_STATE_DIR",
        "TURTUS_VB_BROWSER",
        "TURTUS_VB_UDP_PORT",
        "TURTUS_VB_TOKEN",
        "TURTUS_VB_SIGNAL_CA",
    }
    assert handed_on == _names_in_example() - made_inside - for_one_command


def test_operations_page_explains_every_verb() -> None:
    """docs/operations.md names each verb of the launcher."""
    text = (ROOT / "docs" / "operations.md").read_text()
    assert [verb for verb in VERBS if f"`./turtus {verb}" not in text] == []
