"""The life of a process: which moves are legal, what counts as failure, how long to wait."""

import itertools

import pytest

from vb.supervisor.states import (
    ALIVE,
    STARTABLE,
    STOPPABLE,
    TRANSITIONS,
    Changed,
    InvalidMove,
    Lifecycle,
    RestartPolicy,
    State,
)


def in_state(state: State) -> Lifecycle:
    return Lifecycle("xvfb", RestartPolicy(), state)


@pytest.mark.parametrize(("before", "after"), list(itertools.product(State, State)))
def test_only_the_moves_of_the_table_are_legal(before: State, after: State) -> None:
    """A move that the table lacks raises and leaves the state; one that it has is reported."""
    life = in_state(before)
    if after in TRANSITIONS[before]:
        assert life.move(after, 5.0, "why") == Changed("xvfb", before, after, 5.0, "why")
        assert life.state is after
    else:
        with pytest.raises(InvalidMove):
            life.move(after, 5.0)
        assert life.state is before


def test_an_illegal_move_names_the_process_and_both_states() -> None:
    """The error tells who, from where, to where."""
    assert str(InvalidMove("xvfb", State.FATAL, State.STARTING)) == "xvfb cannot go from FATAL to STARTING"


def test_the_groups_agree_with_the_table() -> None:
    """Startable states lead to STARTING, stoppable ones to STOPPING, and FATAL leads nowhere."""
    assert {state for state in State if State.STARTING in TRANSITIONS[state]} == STARTABLE
    assert {state for state in State if State.STOPPING in TRANSITIONS[state]} == STOPPABLE
    assert ALIVE.isdisjoint(STARTABLE)
    assert TRANSITIONS[State.FATAL] == frozenset()


def test_a_life_without_trouble() -> None:
    """STOPPED, STARTING, RUNNING, STOPPING, STOPPED."""
    life = Lifecycle("xvfb")
    seen = [
        life.start(0.0).after,
        life.ready(0.1).after,
        life.stop(5.0, "shutdown").after,
        life.died(5.1, "signal 15").after,
    ]
    assert seen == [State.STARTING, State.RUNNING, State.STOPPING, State.STOPPED]


def test_starting_to_backoff_when_it_dies_before_it_was_ready() -> None:
    """An early death is a BACKOFF."""
    life = in_state(State.STARTING)
    assert life.died(1.0, "exit status 1").after is State.BACKOFF


def test_running_to_exited_when_it_dies() -> None:
    """A death after RUNNING is EXITED, from where it may start again."""
    life = in_state(State.RUNNING)
    assert life.died(1.0, "signal 9").after is State.EXITED
    assert life.start(1.0).after is State.STARTING


@pytest.mark.parametrize("state", [State.BACKOFF, State.EXITED])
def test_stop_without_a_process_is_immediate(state: State) -> None:
    """What is not alive need not be waited for."""
    assert in_state(state).stop(1.0).after is State.STOPPED


@pytest.mark.parametrize("state", [State.STARTING, State.RUNNING])
def test_one_failure_too_many_is_fatal(state: State) -> None:
    """``max_failures`` are forgiven, the next is not."""
    life = Lifecycle("firefox", RestartPolicy(max_failures=2, window_s=10.0))
    for now in (0.0, 1.0):
        life.state = state
        assert life.died(now, "crash").after is not State.FATAL
    life.state = state
    assert life.died(2.0, "crash").after is State.FATAL


def test_old_failures_are_forgotten() -> None:
    """Only failures within the window count."""
    life = Lifecycle("firefox", RestartPolicy(max_failures=1, window_s=10.0))
    for now in (0.0, 20.0, 40.0):
        life.state = State.RUNNING
        assert life.died(now, "crash").after is State.EXITED


def test_a_death_that_another_caused_does_not_count() -> None:
    """What dies because something it needs has died is not to blame."""
    life = Lifecycle("firefox", RestartPolicy(max_failures=0))
    life.state = State.RUNNING
    assert life.died(0.0, "X is gone", to_blame=False).after is State.EXITED
    assert life.delay_s(0.0) == 0.0


def test_the_wait_grows_with_each_failure_up_to_a_limit() -> None:
    """The first restart is immediate; then the wait doubles; then it stays."""
    life = Lifecycle("firefox", RestartPolicy(max_failures=9, delay_s=1.0, max_delay_s=3.0))
    waits = []
    for _ in range(5):
        life.state = State.RUNNING
        life.died(0.0, "crash")
        waits.append(life.delay_s(0.0))
    assert waits == [0.0, 1.0, 2.0, 3.0, 3.0]
    assert life.delay_s(1000.0) == 0.0
