"""Sizes as the agent was told, and sentences for people."""

from vb.files import limits
from vb.files.limits import MIB, FileLimits, limits_of
from vb.settings import read


def test_limits_of_settings() -> None:
    """MiB and minutes become bytes and seconds."""
    env = {"TURTUS_VB_UPLOAD_MB": "3", "TURTUS_VB_DOWNLOAD_MB": "0", "TURTUS_VB_DOWNLOAD_KEEP_MIN": "2"}
    assert limits_of(read(["-s", "ws://x/"], env)) == FileLimits(3 * MIB, 6 * MIB, 0, 120.0)
    usual = limits_of(read(["-s", "ws://x/"], {}))
    assert usual == FileLimits(100 * MIB, 200 * MIB, 200 * MIB, 1800.0)


def test_sentences() -> None:
    """Each says what the limit is."""
    assert limits.too_large(5 * MIB) == "This file is too large: one may have 5 MB."
    assert limits.no_room(MIB) == "Uploads has room for 1 MB more. Remove a file there first."
    assert limits.too_many_kept() == "Uploads holds 100 files already. Remove one there first."
    assert limits.not_whole(2 * MIB).endswith("may have 2 MB.")
    assert limits.expired("a.zip") == "a.zip was deleted: its time was over."
