"""launcher.envfile: writing .env once, with secrets, and reading it."""

from pathlib import Path

from launcher import envfile
from launcher.paths import ROOT


def test_render_fills_only_empty_values() -> None:
    """A secret goes where nothing stands; what stands stays, comments too."""
    text = "# TURTUS_A=\nTURTUS_A=\nTURTUS_B=kept\nTURTUS_C=\n"
    assert envfile.render(text, {"TURTUS_A": "new", "TURTUS_B": "new"}) == (
        "# TURTUS_A=\nTURTUS_A=new\nTURTUS_B=kept\nTURTUS_C=\n"
    )


def test_ensure_writes_secrets_for_this_user_alone(tmp_path: Path) -> None:
    """The file has every secret, is different each time, and nobody else may read it."""
    first, second = tmp_path / "a", tmp_path / "b"
    assert envfile.ensure(ROOT / "example.env", first)
    assert envfile.ensure(ROOT / "example.env", second)
    settings = envfile.read(first, {})
    assert set(envfile.SECRETS) <= set(settings)
    assert len(settings["TURTUS_SECRET_KEY"]) >= 32
    assert first.stat().st_mode & 0o777 == 0o600
    assert settings["TURTUS_SECRET_KEY"] != envfile.read(second, {})["TURTUS_SECRET_KEY"]


def test_ensure_never_overwrites(tmp_path: Path) -> None:
    """A file that is there is left as it is."""
    target = tmp_path / ".env"
    target.write_text("TURTUS_SECRET_KEY=mine\n")
    assert not envfile.ensure(ROOT / "example.env", target)
    assert target.read_text() == "TURTUS_SECRET_KEY=mine\n"


def test_read_prefers_the_environment(tmp_path: Path) -> None:
    """A variable of the environment wins; empty ones and other programs' are left out."""
    target = tmp_path / ".env"
    target.write_text("TURTUS_A=file\nTURTUS_B=file\nTURTUS_C=\n")
    assert envfile.read(target, {"TURTUS_A": "environment", "HOME": "/root"}) == {
        "TURTUS_A": "environment",
        "TURTUS_B": "file",
    }


def test_install_id_without_one_depends_on_the_place() -> None:
    """Without an id two projects still differ, and each stays the same."""
    here, there = envfile.install_id({}, Path("/here")), envfile.install_id({}, Path("/there"))
    assert here != there
    assert here == envfile.install_id({}, Path("/here"))
    assert envfile.install_id({"TURTUS_INSTALL_ID": "mine"}, Path("/here")) == "mine"
