"""Keys of the page itself."""

import pytest

from tests.unit.static.conftest import Js


@pytest.mark.parametrize(
    ("event", "shortcut"),
    [
        ({"key": "S", "shiftKey": True}, "Shift+S"),
        ({"key": "s"}, "S"),
        ({"key": "S", "shiftKey": True, "ctrlKey": True}, ""),
        ({"key": "S", "shiftKey": True, "repeat": True}, ""),
        ({"key": "S", "shiftKey": True, "isComposing": True}, ""),
        ({"key": "Enter"}, ""),
    ],
)
def test_shortcut(js: Js, event: dict[str, object], shortcut: str) -> None:
    """A letter, with or without Shift; every other key with it makes it somebody else's."""
    assert js("m.shortcutOf(new KeyboardEvent('keydown', a))", event) == shortcut


@pytest.mark.parametrize("tag", ["input", "textarea", "select"])
def test_key_in_a_field_is_text(js: Js, tag: str) -> None:
    """Whoever writes, writes."""
    script = """(() => {
      const field = document.createElement(a);
      document.body.append(field);
      let found;
      field.addEventListener('keydown', (event) => (found = m.shortcutOf(event)));
      field.dispatchEvent(new KeyboardEvent('keydown', { key: 'S', shiftKey: true }));
      field.remove();
      return found;
    })()"""
    assert js(script, tag) == ""
