"""launcher.image: when the browser image has to be built, and how."""

import re
from pathlib import Path

from launcher import image
from launcher.paths import ROOT


def _project(root: Path) -> None:
    (root / "vb" / "__pycache__").mkdir(parents=True)
    (root / "requirements").mkdir()
    (root / "vb" / "agent.py").write_text("one")
    (root / "vb" / "__pycache__" / "agent.pyc").write_text("compiled")
    (root / "requirements" / "vb.txt").write_text("aiortc")


def test_content_hash_changes_with_what_goes_into_the_image(tmp_path: Path) -> None:
    """Source, requirements and names count; compiled files do not."""
    _project(tmp_path)

    def now() -> str:
        return image.content_hash(image.inputs(tmp_path), tmp_path)

    first = now()
    (tmp_path / "vb" / "__pycache__" / "agent.pyc").write_text("compiled again")
    assert now() == first
    (tmp_path / "requirements" / "vb.txt").write_text("aiortc av")
    second = now()
    assert second != first
    (tmp_path / "vb" / "agent.py").rename(tmp_path / "vb" / "other.py")
    assert now() != second


def test_read_step_of_the_builder() -> None:
    """Step lines tell how far the build is."""
    assert image.read_step("Step 3/14 : RUN apt-get update") == "3 of 14: RUN apt-get update"
    assert image.read_step(" ---> Running in 0123abcd") is None


def test_build_command_hands_proxies_on() -> None:
    """Proxies of this shell reach the build, other variables do not."""
    command = image.build_command(
        "turtus/vb:test", "abc", {"http_proxy": "http://proxy:3128", "HOME": "/root"}
    )
    assert "--build-arg=http_proxy=http://proxy:3128" in command
    assert "--label=turtus.content=abc" in command
    assert not any("HOME" in word for word in command)
    assert not any("HTTP_PROXY" in word for word in command)


def test_build_has_the_arguments_of_compose() -> None:
    """What one has built is in the cache for the other: same names, set or not."""
    arguments = re.findall(r"^ +(\w+): \$\{\1:-\}$", (ROOT / "compose.yaml").read_text(), re.MULTILINE)
    given = [word for word in image.build_command("x", "abc", {}) if word.startswith("--build-arg")]
    assert given == [f"--build-arg={name}=" for name in arguments if name.endswith("_proxy")]


def test_chromium_is_built_on_the_image_with_firefox() -> None:
    """From its own file, with the name of the other one."""
    command = image.build_command(image.CHROMIUM, "abc", {}, on="turtus/vb:test")
    assert command[command.index("-f") + 1] == "vb/chromium.Dockerfile"
    assert "--build-arg=VB=turtus/vb:test" in command
    plain = image.build_command("turtus/vb:test", "abc", {})
    assert plain[plain.index("-f") + 1] == "vb/Dockerfile"
