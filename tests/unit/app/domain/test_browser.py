"""app.domain.browser"""

import itertools

import pytest

from app.domain.browser import (
    ACTIVE,
    ALIVE,
    PENDING,
    TERMINAL,
    BrowserState,
    Reason,
    agent_peer_id,
    is_agent,
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
    assert not any(state in sources_of(other) for other in BrowserState)


@pytest.mark.parametrize("state", sorted(ALIVE))
def test_every_living_state_can_end(state: BrowserState) -> None:
    """From everywhere a browser can be stopped and can fail."""
    assert state in sources_of(BrowserState.FAILED)
    assert state in sources_of(BrowserState.STOPPED)


def test_nothing_goes_back() -> None:
    """The order of the states is the order of life."""
    order = [BrowserState.REQUESTED, BrowserState.CREATING, BrowserState.STARTING, BrowserState.READY]
    for later, earlier in itertools.combinations(reversed(order), 2):
        assert later not in sources_of(earlier)


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


def test_agents_are_told_by_their_id() -> None:
    """A browser's peer id is known in advance and never a person's."""
    assert is_agent(agent_peer_id("b1"))
    assert not is_agent("0123456789abcdef")
