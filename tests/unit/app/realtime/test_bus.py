"""app.realtime.bus (what it publishes is shown by tests/integration/app/realtime)"""

from app.realtime.bus import Frame, channel, parse


def test_frames_are_read_back() -> None:
    """For everybody with a number, for one peer without, and closing ones; the message may have line ends."""
    assert parse(b"7\n\n0\n{}") == Frame(7, None, 0, "{}")
    assert parse(b"0\np1\n0\na\nb") == Frame(0, "p1", 0, "a\nb")
    assert parse(b"0\np1\n4409\nagain") == Frame(0, "p1", 4409, "again")


def test_rooms_have_channels_of_their_own() -> None:
    """So that a sharded Redis can spread them."""
    assert channel("a") != channel("b")
