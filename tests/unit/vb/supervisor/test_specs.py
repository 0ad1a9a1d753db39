"""What the supervisor is told about a process."""

import dataclasses

import pytest

from vb.supervisor.specs import ProcessSpec


async def always() -> bool:
    return True


def test_a_spec_is_a_value() -> None:
    """It cannot be changed, and needs nothing unless told."""
    spec = ProcessSpec("x", "The X", ("x",), {}, always)
    assert spec.needs == spec.after == ()
    with pytest.raises(dataclasses.FrozenInstanceError):
        spec.name = "y"  # type: ignore[misc]
