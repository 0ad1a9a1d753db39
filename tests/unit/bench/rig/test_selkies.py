"""bench.rig.selkies: what it is called with."""

from bench.rig import selkies


def test_it_streams_by_webrtc_at_the_size_and_rate_of_ours() -> None:
    """Each word that begins with dashes has a value, and the picture is neither larger nor rarer than ours."""
    line = selkies.command(60, 1280, 720)
    assert line[0] == selkies.PROGRAM
    given = dict(zip(line[1::2], line[2::2], strict=True))
    assert all(name.startswith("--") for name in given)
    assert given["--mode"] == "webrtc"
    assert given["--framerate"] == "60"
    assert (given["--manual-width"], given["--manual-height"]) == ("1280", "720")
