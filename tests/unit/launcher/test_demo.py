"""launcher.demo: when the main job was done."""

from dataclasses import replace

from launcher.demo import Stats

DONE = Stats(
    url="turtus:motion",
    seconds=10,
    states={"REQUESTED": 0.0, "READY": 2.0},
    first_frame_s=2.4,
    guest_first_frame_s=0.5,
    width=1280,
    height=720,
    fps=30,
    kbit_s=1500,
    frames=300,
    codec="video/H264",
    audio_codec="audio/opus",
    audio_rms=0.1,
    colours=50,
)


def test_picture_and_sound_make_it_good() -> None:
    """Nothing is lacking when both arrived."""
    assert DONE.lacking() == []


def test_what_did_not_arrive_is_named() -> None:
    """No frames, a blank picture and silence are told apart."""
    assert replace(DONE, frames=0).lacking() == ["no frame was decoded"]
    assert replace(DONE, colours=1).lacking() == ["the picture is blank"]
    assert replace(DONE, audio_rms=0.0).lacking() == ["no sound was heard"]
