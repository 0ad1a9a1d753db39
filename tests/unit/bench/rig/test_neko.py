"""bench.rig.neko: what its pipelines are called with."""

import pytest

from bench.rig import neko


@pytest.mark.parametrize("codec", neko.CODECS)
def test_a_pipeline_takes_the_screen_and_keeps_nothing(codec: str) -> None:
    """The whole screen at the rate that is asked for, and no element is left without its arrows."""
    line = neko.pipeline(codec, 30)
    assert line[0] == neko.PROGRAM
    assert "video/x-raw,framerate=30/1" in line
    assert "use-damage=false" in line
    assert line[-3:] == ["!", "fakesink", "sync=false"]
    assert line.count("!") == " ".join(line).count(" ! ")
    assert len(neko.PROGRAM) <= 15, "the kernel keeps no longer name"
