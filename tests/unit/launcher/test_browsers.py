"""launcher.browsers: reading the engine's list."""

from launcher.browsers import Container, parse


def test_parse() -> None:
    """One JSON object a line; empty lines do not count."""
    text = '{"ID":"abc","Names":"turtus-1","Status":"Up 2 minutes","Labels":"x=y"}\n\n'
    assert parse(text) == [Container("abc", "turtus-1", "Up 2 minutes")]
