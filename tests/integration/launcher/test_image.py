"""launcher.image: what is left in the engine after a build."""

import subprocess
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from launcher.image import remove_replaced

pytestmark = pytest.mark.docker


def docker(*words: str) -> str:
    return subprocess.run(["docker", *words], check=True, capture_output=True, text=True).stdout.strip()


class Yard:
    """Images of a few bytes with a label that nobody else has."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.label = f"turtus.test-{uuid.uuid4().hex[:12]}"
        self.made: list[str] = []

    def build(self, content: str, *, tag: str = "", on: str = "scratch", labelled: bool = True) -> str:
        """An image that holds ``content``; returns its id."""
        (self.folder / "file").write_text(content)
        (self.folder / "Dockerfile").write_text(f'FROM {on}\nCOPY file /{content}\nCMD ["/none"]\n')
        words = [f"--label={self.label}={content}"] if labelled else []
        words += ["--tag", tag] if tag else []
        subprocess.run(
            ["docker", "build", "--quiet", "--iidfile", self.folder / "id", *words, self.folder],
            check=True,
            capture_output=True,
            env={"PATH": "/usr/bin:/bin:/usr/sbin:/sbin", "DOCKER_BUILDKIT": "0"},
        )
        self.made.append((self.folder / "id").read_text().strip())
        return self.made[-1]

    def there(self) -> set[str]:
        """Which of those are in the engine, with a name or without."""
        return set(self.made) & set(docker("image", "ls", "--all", "--quiet", "--no-trunc").split())


@pytest.fixture
def yard(tmp_path: Path) -> Iterator[Yard]:
    yard = Yard(tmp_path)
    yield yard
    for image in reversed(yard.made):
        subprocess.run(["docker", "image", "rm", "--force", image], check=False, capture_output=True)


def test_replaced_image_goes_and_nothing_else(yard: Yard) -> None:
    """The one that lost its name; not its successor, nor one without our label, nor one made on top of ours."""
    name = f"{yard.label}:latest"
    old = yard.build("old", tag=name)
    new = yard.build("new", tag=name)
    strange = yard.build("strange", labelled=False)
    derived = yard.build("derived", on=name, labelled=False)
    assert remove_replaced(yard.label) == [old]
    assert yard.there() == {new, strange, derived}
    assert remove_replaced(yard.label) == []


def test_image_with_another_name_stays(yard: Yard) -> None:
    """Somebody keeps it on purpose."""
    name = f"{yard.label}:latest"
    old = yard.build("old", tag=name)
    docker("tag", old, f"{yard.label}:kept")
    yard.build("new", tag=name)
    assert remove_replaced(yard.label) == []
    assert old in yard.there()


def test_image_that_a_container_has_stays_until_it_is_gone(yard: Yard) -> None:
    """Even one that does not run."""
    name = f"{yard.label}:latest"
    old = yard.build("old", tag=name)
    container = docker("create", name)
    try:
        yard.build("new", tag=name)
        assert remove_replaced(yard.label) == []
        assert old in yard.there()
    finally:
        docker("rm", container)
    assert remove_replaced(yard.label) == [old]


def test_image_goes_with_the_one_on_top_of_it(yard: Yard) -> None:
    """As Firefox's below Chromium's: once both are replaced, both are gone."""
    below, above = f"{yard.label}:below", f"{yard.label}:above"
    first = yard.build("first", tag=below)
    yard.build("second", tag=above, on=below)
    yard.build("third", tag=below)
    assert remove_replaced(yard.label) == []
    assert first in yard.there()
    fourth = yard.build("fourth", tag=above, on=below)
    remove_replaced(yard.label)
    assert yard.there() == {yard.made[2], fourth}
