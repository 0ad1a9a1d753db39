"""One folder, and no way out of it."""

import os
import re
from pathlib import Path

import pytest

from vb.files.folder import Folder, NoSuchFile


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path / "Uploads")


def test_a_file_is_there_only_when_it_is_named(folder: Folder, tmp_path: Path) -> None:
    """Dropped it leaves nothing; a taken name gets a number; it is private."""
    lost = folder.new()
    lost.write(b"lost")
    lost.drop()
    lost.drop()
    assert folder.files() == []
    for expected in ("a.txt", "a (2).txt"):
        file = folder.new()
        file.write(b"abc")
        file.write(b"def")
        assert file.written == 6
        assert file.keep("a.txt") == expected
    assert (tmp_path / "Uploads" / "a (2).txt").read_bytes() == b"abcdef"
    assert (tmp_path / "Uploads" / "a.txt").stat().st_mode & 0o777 == 0o600


def test_the_next_free_number_is_found_with_one_look(folder: Folder, tmp_path: Path) -> None:
    """However many have the name; a gap is filled."""
    place = tmp_path / "Uploads"
    for number in range(2, 2000):
        (place / f"a ({number}).txt").touch()
    (place / "a.txt").mkdir()
    (place / "a (700).txt").unlink()
    assert folder.new().keep("a.txt") == "a (700).txt"
    assert folder.new().keep("a.txt") == "a (2000).txt"


def test_a_name_that_is_taken_meanwhile_is_not_replaced(
    folder: Folder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The browser is quicker, again and again: then a name that nobody thinks of."""
    (tmp_path / "Uploads" / "a.txt").write_bytes(b"theirs")
    file = folder.new()
    monkeypatch.setattr(file, "_free", lambda name: name)
    kept = file.keep("a.txt")
    assert re.fullmatch(r"[0-9a-f]{8} a\.txt", kept)
    assert (tmp_path / "Uploads" / "a.txt").read_bytes() == b"theirs"


def test_a_link_in_its_place_is_no_folder(tmp_path: Path) -> None:
    """Somebody put a link where the folder belongs."""
    (tmp_path / "else").mkdir()
    (tmp_path / "Uploads").symlink_to(tmp_path / "else")
    with pytest.raises(OSError, match=r"Not a directory|symbolic"):
        Folder(tmp_path / "Uploads")


def test_only_regular_files_that_show(folder: Folder, tmp_path: Path) -> None:
    """No links, pipes, folders, hidden files."""
    place = tmp_path / "Uploads"
    (place / "b").write_bytes(b"12")
    (place / ".hidden").write_bytes(b"12")
    (place / "link").symlink_to("b")
    (place / "inside").mkdir()
    os.mkfifo(place / "pipe")
    (found,) = folder.files()
    assert (found.name, found.size) == ("b", 2)
    with folder.open(found) as file:
        assert file.read() == b"12"
    assert folder.free() <= folder.capacity()


def test_another_file_of_that_name_is_another_file(folder: Folder, tmp_path: Path) -> None:
    """Neither read nor deleted; nor is what a link points to."""
    place = tmp_path / "Uploads" / "b"
    secret = tmp_path / "secret"
    secret.write_bytes(b"s")
    place.write_bytes(b"12")
    (found,) = folder.files()
    os.rename(place, tmp_path / "kept")
    with pytest.raises(NoSuchFile, match="no longer there"):
        folder.open(found)
    place.symlink_to(secret)
    with pytest.raises(NoSuchFile):
        folder.open(found)
    place.unlink()
    os.link(secret, place)
    with pytest.raises(NoSuchFile):
        folder.open(found)
    folder.remove(found)
    assert place.exists()
    (other,) = folder.files()
    folder.remove(other)
    assert not place.exists()
    assert secret.exists()


def test_a_file_that_goes_meanwhile_is_removed(
    folder: Folder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the browser, between the look and the removal."""
    place = tmp_path / "Uploads" / "b"
    place.write_bytes(b"12")
    (found,) = folder.files()
    place.unlink()
    monkeypatch.setattr(folder, "_scan", lambda: iter([found]))
    folder.remove(found)


def test_closing_twice(folder: Folder) -> None:
    """Does nothing the second time."""
    folder.close()
    folder.close()
