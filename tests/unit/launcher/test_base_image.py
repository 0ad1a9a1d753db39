"""launcher.base_image: the machine's own mirror, read from apt."""

from launcher.base_image import Mirror, read_mirror, sources

DEBIAN = """http://mirror.example/debian/|bookworm|main|Debian
http://mirror.example/debian/|bookworm-updates|main|Debian
http://security.example/debian-security/|bookworm-security|main|Debian-Security
https://other.example/tool|stable|main|Other
"""


def test_read_mirror_takes_debian_and_its_security() -> None:
    """Other vendors' sources are not Debian."""
    assert read_mirror(DEBIAN) == Mirror(
        "http://mirror.example/debian/", "http://security.example/debian-security/"
    )


def test_read_mirror_before_the_first_update() -> None:
    """Without labels, which come with the lists, the address has to do."""
    text = "http://mirror.example/debian/|bookworm|main|\nhttp://s.example/debian|bookworm-security|main|\n"
    assert read_mirror(text) == Mirror("http://mirror.example/debian/", "http://s.example/debian")


def test_read_mirror_of_a_machine_without_debian() -> None:
    """No mirror is an answer, not an error."""
    assert read_mirror("https://other.example/tool|stable|main|Other\n") is None


def test_sources_are_of_the_suite_that_images_use() -> None:
    """Whatever this machine runs, the base is trixie."""
    assert sources(Mirror("http://m.example/debian", None)) == [
        "deb http://m.example/debian trixie main",
        "deb http://m.example/debian trixie-updates main",
    ]
