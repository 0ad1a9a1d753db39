"""What is taken out of the profile that the image is built with."""

from pathlib import Path

from vb.image.warm_profile import clean, size_of


def test_what_belongs_to_one_run_is_taken_out(tmp_path: Path) -> None:
    """Keys, identifiers, sessions, locks go; caches, the add-on and ordinary preferences stay."""
    for name in ("key4.db", "sessionstore.jsonlz4", "extensions.json"):
        (tmp_path / name).write_text("x")
    for name in ("datareporting", "cache2", "startupCache"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "file").write_text("xx")
    (tmp_path / "lock").symlink_to("172.17.0.2:+7")
    (tmp_path / "prefs.js").write_text(
        'user_pref("toolkit.telemetry.cachedClientID", "1");\n'
        'user_pref("nimbus.profileId", "2");\n'
        'user_pref("datareporting.dau.cachedUsageProfileGroupID", "3");\n'
        'user_pref("browser.contextual-services.contextId", "4");\n'
        'user_pref("extensions.lastAppVersion", "5");\n'
    )
    clean(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["extensions.json", "prefs.js", "startupCache"]
    assert (tmp_path / "prefs.js").read_text() == 'user_pref("extensions.lastAppVersion", "5");\n'


def test_size_counts_all_files(tmp_path: Path) -> None:
    """At any depth."""
    (tmp_path / "a").mkdir()
    before = size_of(tmp_path)
    (tmp_path / "a" / "b").write_bytes(bytes(100))
    assert size_of(tmp_path) == before + 100
