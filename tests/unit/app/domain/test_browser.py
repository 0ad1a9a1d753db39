"""app.domain.browser"""

import itertools

import pytest

from app.domain.browser import (
    ACTIVE,
    ALIVE,
    PENDING,
    TERMINAL,
    BrowserState,
    IllegalMove,
    Reason,
    check_move,
    may_move,
    sentence,
    sources_of,
)


def test_groups_cover_every_state_once() -> None:
    """PENDING, ACTIVE and TERMINAL are a partition, and ALIVE is what is not over."""
    groups = [PENDING, ACTIVE, TERMINAL]
    assert set().union(*groups) == set(BrowserState)
    assert all(not a & b for a, b in itertools.combinations(groups, 2))
    assert set(BrowserState) - TERMINAL == ALIVE


@pytest.mark.parametrize("state", sorted(TERMINAL))
def test_nothing_leaves_a_terminal_state(state: BrowserState) -> None:
    """A browser is used once."""
    assert not any(may_move(state, other) for other in BrowserState)


@pytest.mark.parametrize("state", sorted(ALIVE))
def test_every_living_state_can_end(state: BrowserState) -> None:
    """From everywhere a browser can be stopped and can fail."""
    assert may_move(state, BrowserState.FAILED)
    assert may_move(state, BrowserState.STOPPED)


def test_nothing_goes_back() -> None:
    """The order of the states is the order of life."""
    order = [BrowserState.REQUESTED, BrowserState.CREATING, BrowserState.STARTING, BrowserState.READY]
    for later, earlier in itertools.combinations(reversed(order), 2):
        assert not may_move(later, earlier)


def test_illegal_move_names_both_states() -> None:
    """The error says what was tried."""
    with pytest.raises(IllegalMove, match="a browser cannot go from STOPPED to READY"):
        check_move(BrowserState.STOPPED, BrowserState.READY)
    check_move(BrowserState.STARTING, BrowserState.READY)


def test_sources_are_the_reverse_of_the_table() -> None:
    """sources_of answers what may_move answers."""
    for new in BrowserState:
        assert sources_of(new) == {old for old in BrowserState if may_move(old, new)}


@pytest.mark.parametrize("reason", list(Reason))
def test_every_reason_has_a_sentence(reason: Reason) -> None:
    """People read a sentence, short enough for its column."""
    words = sentence(reason, who="Ana")
    assert words.endswith(".")
    assert "{" not in words
    assert len(words) <= 300


def test_sentence_names_who_stopped_it() -> None:
    """A name takes the place of Somebody."""
    assert sentence(Reason.STOPPED_BY, who="Ana") == "Ana stopped the browser."
    assert sentence(Reason.STOPPED_BY) == "Somebody stopped the browser."
