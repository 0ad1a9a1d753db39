"""app.domain.control"""

from hypothesis import given
from hypothesis import strategies as st

from app.domain import control as rules
from app.domain.control import MAX_REQUESTS, Control, ControlState

NOW = 1_000_000


def test_free_control_is_granted_to_who_takes_it() -> None:
    """FREE -> HELD, with an epoch of at least now."""
    held = rules.take(Control(), "ana", NOW)
    assert (held.state, held.holder, held.epoch) == (ControlState.HELD, "ana", NOW)


def test_held_control_is_asked_for_in_order_and_once() -> None:
    """HELD -> REQUESTED; asking twice changes nothing, the epoch stays."""
    held = rules.take(Control(), "ana", NOW)
    asked = rules.take(rules.take(rules.take(held, "ben", NOW), "cy", NOW), "ben", NOW)
    assert (asked.state, asked.requests, asked.epoch) == (ControlState.REQUESTED, ("ben", "cy"), NOW)


def test_driver_who_takes_again_changes_nothing() -> None:
    """A double click does not cost the driver an epoch."""
    held = rules.take(Control(), "ana", NOW)
    assert rules.take(held, "ana", NOW + 5) is held


def test_override_takes_it_from_the_holder() -> None:
    """Who may override drives at once, and is no longer among those who ask."""
    asked = rules.take(rules.take(Control(), "ana", NOW), "ben", NOW)
    taken = rules.take(asked, "ben", NOW, override=True)
    assert (taken.holder, taken.requests, taken.epoch) == ("ben", (), NOW + 1)


def test_requests_are_bounded() -> None:
    """A crowd cannot make the list grow without end."""
    control = rules.take(Control(), "ana", NOW)
    for n in range(MAX_REQUESTS + 5):
        control = rules.take(control, f"p{n}", NOW)
    assert len(control.requests) == MAX_REQUESTS


def test_release_hands_over_to_the_first_who_asked() -> None:
    """REQUESTED -> HELD by the first, the others wait on."""
    control = rules.take(rules.take(rules.take(Control(), "ana", NOW), "ben", NOW), "cy", NOW)
    passed = rules.release(control, "ana", NOW)
    assert (passed.holder, passed.requests) == ("ben", ("cy",))
    assert passed.epoch > control.epoch


def test_release_without_requests_frees() -> None:
    """HELD -> FREE, with a new epoch."""
    held = rules.take(Control(), "ana", NOW)
    free = rules.release(held, "ana", NOW)
    assert (free.state, free.epoch) == (ControlState.FREE, NOW + 1)


def test_release_by_another_only_takes_their_request_back() -> None:
    """Nobody can take the wheel out of another's hand by letting go."""
    asked = rules.take(rules.take(Control(), "ana", NOW), "ben", NOW)
    assert rules.release(asked, "ben", NOW) == Control(NOW, "ana", ())


def test_give_needs_the_wheel() -> None:
    """Only the holder, or who may override, gives."""
    held = rules.take(Control(), "ana", NOW)
    assert rules.give(held, "ben", "cy", NOW) is held
    assert rules.give(held, "ana", "cy", NOW).holder == "cy"
    assert rules.give(held, "ben", "cy", NOW, override=True).holder == "cy"


def test_keep_only_forgets_the_absent() -> None:
    """A holder who is gone passes control on to somebody who is there."""
    control = rules.take(rules.take(rules.take(Control(), "ana", NOW), "ben", NOW), "cy", NOW)
    kept = rules.keep_only(control, frozenset({"cy"}), NOW)
    assert (kept.holder, kept.requests) == ("cy", ())
    assert rules.keep_only(kept, frozenset({"cy"}), NOW) == kept


def test_epoch_grows_even_after_the_store_was_emptied() -> None:
    """A fresh Control at a later time gets an epoch above every earlier one."""
    old = rules.take(Control(), "ana", NOW)
    assert rules.take(Control(), "ben", NOW + 10).epoch > old.epoch


_PEERS = st.sampled_from(["ana", "ben", "cy"])
_STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("take"), _PEERS, _PEERS),
        st.tuples(st.just("release"), _PEERS, _PEERS),
        st.tuples(st.just("give"), _PEERS, _PEERS),
    )
)


@given(_STEPS)
def test_epoch_grows_with_every_change_of_driver(steps: list[tuple[str, str, str]]) -> None:
    """Whatever people do: one driver at most, who is not among those who ask, and a growing epoch."""
    control = Control()
    for verb, peer, other in steps:
        before = control
        match verb:
            case "take":
                control = rules.take(control, peer, NOW)
            case "release":
                control = rules.release(control, peer, NOW)
            case _:
                control = rules.give(control, peer, other, NOW)
        assert control.holder not in control.requests
        if control.holder != before.holder:
            assert control.epoch > before.epoch
        else:
            assert control.epoch == before.epoch


def test_reset_frees_and_moves_the_epoch() -> None:
    """The browser ended: nobody drives, and old input is worth nothing."""
    held = rules.take(Control(), "ana", NOW)
    assert rules.reset(held, NOW) == Control(epoch=NOW + 1)


def test_a_person_waits_once_however_many_places_they_have() -> None:
    """In the place that asked last, and where they were in the queue."""
    control = rules.take(rules.take(rules.take(Control(), "ana", NOW), "ben@1", NOW), "cy", NOW)
    for n in range(2, MAX_REQUESTS + 5):
        control = rules.take(control, f"ben@{n}", NOW, own={f"ben@{n - 1}"})
    assert control.requests == (f"ben@{MAX_REQUESTS + 4}", "cy")
