"""What is kept for the next visit to a room."""

import pytest

from tests.unit.static.conftest import Js


def test_each_room_has_its_own(js: Js) -> None:
    """What is set for one room is not there for another."""
    js("new m.Kept('one').set('volume', '0.3')")
    assert js("[new m.Kept('one').get('volume'), new m.Kept('two').get('volume')]") == ["0.3", None]


def test_without_storage_nothing_breaks(js: Js) -> None:
    """A browser that keeps nothing forgets, and that is all."""
    script = """(() => {
      const real = Object.getOwnPropertyDescriptor(window, 'localStorage');
      Object.defineProperty(window, 'localStorage', { configurable: true, get() { throw new Error('off'); } });
      const kept = new m.Kept('one');
      kept.set('volume', '0.5');
      const found = kept.get('volume');
      Object.defineProperty(window, 'localStorage', real);
      return found;
    })()"""
    assert js(script) is None


@pytest.mark.parametrize(
    ("kept", "volume"), [(None, 1), ("0.3", 0.3), ("0", 0), ("", 1), ("loud", 1), ("7", 1), ("-1", 1)]
)
def test_volume_of_what_was_kept(js: Js, kept: str | None, volume: float) -> None:
    """Nonsense is as loud as nothing kept; sound is on unless it was switched off."""
    script = "(localStorage.clear(), a !== null && new m.Kept('one').set('volume', a), new m.Kept('one'))"
    assert js(f"(({{ volume, muted }}) => [volume, muted])({script})", kept) == [volume, False]
