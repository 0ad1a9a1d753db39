"""launcher.errors: what people read."""

from launcher.errors import CommandFailed, DiskFull, LauncherError


def test_sentence_and_mend() -> None:
    """Both on a line of their own."""
    assert str(LauncherError("It is broken.", "mend it")) == "It is broken.\n  To mend it: mend it"
    assert str(LauncherError("It is broken.")) == "It is broken."


def test_command_failed_shows_the_tail() -> None:
    """The last lines of what the program said, its command and status."""
    error = CommandFailed(["apt-get", "install", "a b"], 100, "\n".join(map(str, range(40))), "try again")
    lines = str(error).splitlines()
    assert lines[0] == "`apt-get install 'a b'` ended with status 100."
    assert lines[1:-1] == [f"  | {number}" for number in range(28, 40)]
    assert lines[-1] == "  To mend it: try again"


def test_a_full_disk_is_named() -> None:
    """By a folder on it, as a command can take it."""
    error = str(DiskFull("/srv/my state"))
    assert error.startswith("The disk is full: nothing more can be written in /srv/my state.")
    assert "df -h '/srv/my state'" in error
