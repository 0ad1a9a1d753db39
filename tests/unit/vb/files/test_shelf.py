"""What lies on the shelf: whole files, for a while."""

from pathlib import Path

import pytest

from vb.files.folder import Folder
from vb.files.shelf import News, Shelf


def names(shelf: Shelf, now: float) -> list[str]:
    return [entry.name for entry in shelf.entries(now)]


def test_a_watched_file_counts_when_it_has_come_to_rest(tmp_path: Path) -> None:
    """Unfinished ones, and the empty name that is kept for them, do not; a change begins anew."""
    shelf = Shelf(Folder(tmp_path), watched=True, keep_s=60.0)
    (tmp_path / "a.zip").touch()
    (tmp_path / "x.part").write_bytes(b"12345")
    (tmp_path / "y.crdownload").write_bytes(b"12345")
    assert shelf.look(1.0) == News()
    assert shelf.look(2.0) == News()
    assert (shelf.arriving, names(shelf, 2.0)) == (10, [])
    (tmp_path / "y.crdownload").unlink()
    (tmp_path / "x.part").rename(tmp_path / "a.zip")
    assert shelf.look(3.0) == News()
    assert shelf.look(4.0) == News(ready=("a.zip",))
    (tmp_path / "a.zip").write_bytes(b"longer than it was")
    assert shelf.look(5.0) == News()
    assert names(shelf, 5.0) == []
    assert shelf.look(6.0) == News(ready=("a.zip",))
    assert shelf.entries(16.0)[0].expires_in_s == 50
    assert shelf.used() == 18


def test_an_empty_file_alone_is_a_file(tmp_path: Path) -> None:
    """Nothing unfinished is beside it."""
    shelf = Shelf(Folder(tmp_path), watched=True)
    (tmp_path / "empty").touch()
    shelf.look(1.0)
    assert shelf.look(2.0) == News(ready=("empty",))
    assert shelf.entries(99.0)[0].expires_in_s is None


def test_time_is_over(tmp_path: Path) -> None:
    """The file is deleted, once."""
    shelf = Shelf(Folder(tmp_path), watched=False, keep_s=10.0)
    (tmp_path / "a").write_bytes(b"1")
    assert shelf.look(1.0) == News(ready=("a",))
    assert shelf.look(10.9) == News()
    assert shelf.look(11.0) == News(expired=("a",))
    assert list(tmp_path.iterdir()) == []
    assert shelf.look(12.0) == News()


def test_broken_off(tmp_path: Path) -> None:
    """An unfinished file went away and no whole one came: how large it was."""
    shelf = Shelf(Folder(tmp_path), watched=True)
    (tmp_path / "a.part").write_bytes(b"12345")
    shelf.look(1.0)
    (tmp_path / "a.part").unlink()
    assert shelf.look(2.0) == News(broken_off=5)
    assert shelf.look(3.0) == News()


def test_what_cannot_be_finished_makes_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The folder is full and nothing grows: unfinished files go, whole ones stay."""
    shelf = Shelf(Folder(tmp_path), watched=True)
    monkeypatch.setattr(shelf.folder, "free", lambda: 0)
    (tmp_path / "whole").write_bytes(b"12")
    (tmp_path / "a.zip").touch()
    (tmp_path / "a.part").write_bytes(b"12345")
    shelf.look(1.0)
    shelf.look(2.0)
    (tmp_path / "a.part").write_bytes(b"123456")
    assert [shelf.look(now) for now in (3.0, 4.0)] == [News(), News()]
    assert shelf.look(5.0) == News(broken_off=6)
    assert [path.name for path in tmp_path.iterdir()] == ["whole"]
    assert shelf.look(6.0) == News()
    assert names(shelf, 6.0) == ["whole"]


def test_ids(tmp_path: Path) -> None:
    """Find and remove by id; ids cannot be guessed and are no names."""
    shelf = Shelf(Folder(tmp_path), watched=False)
    (tmp_path / "a").write_bytes(b"1")
    shelf.look(1.0)
    (entry,) = shelf.entries(1.0)
    assert len(entry.id) == 16
    found = shelf.get(entry.id)
    assert found is not None
    assert found.name == "a"
    assert shelf.get("a") is None
    assert not shelf.remove("a")
    assert shelf.remove(entry.id)
    assert list(tmp_path.iterdir()) == []
