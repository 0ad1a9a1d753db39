"""app.errors"""

import pytest

from app import errors


@pytest.mark.parametrize(
    ("error", "code", "words"),
    [
        (errors.TurtusError(), "internal", "Something went wrong."),
        (errors.InvalidInput(name="No name.", url="No address."), "invalid", "No name. No address."),
        (errors.NotFound("room"), "not_found", "There is no such room."),
        (errors.Forbidden("drive"), "forbidden", "You may not do that here (drive)."),
        (
            errors.TooManyBrowsers(5),
            "forbidden",
            "5 browsers that you have started are running. Stop one of them first.",
        ),
        (errors.TooOften(30), "too_often", "Too many tries. Try again in 1 minute."),
        (errors.TooOften(61), "too_often", "Too many tries. Try again in 2 minutes."),
        (errors.TooMuchSaid(7), "too_often", "You are saying too much at once. Go on in 7 s."),
        (errors.QueueFull(), "queue_full", "Too many people are waiting to drive. Try again later."),
        (errors.NothingRunning(), "no_browser", "No browser is running in this room."),
        (errors.SettingsError("A", "is odd"), "settings", "Setting A: is odd."),
    ],
)
def test_every_error_has_a_code_and_a_sentence(error: errors.TurtusError, code: str, words: str) -> None:
    """A label for clients, words for people."""
    assert (error.code, str(error)) == (code, words)
