"""Every key means on the shared screen what it means to the person."""

import pytest

from tests.unit.static.conftest import Js

UNICODE = 0x01000000


@pytest.mark.parametrize(
    ("key", "keysym"),
    [
        ("a", 0x61),
        ("Z", 0x5A),
        ("0", 0x30),
        (" ", 0x20),
        ("!", 0x21),
        ("~", 0x7E),
        ("é", 0xE9),
        ("ß", 0xDF),
        ("§", 0xA7),
        ("@", 0x40),
        ("€", UNICODE + 0x20AC),
        ("ł", UNICODE + 0x142),
        ("я", UNICODE + 0x44F),
        ("あ", UNICODE + 0x3042),
        ("🐢", UNICODE + 0x1F422),
    ],
)
def test_characters(js: Js, key: str, keysym: int) -> None:
    """Latin-1 keysyms are the code point, all others 0x01000000 + code point, shifted and AltGr ones too."""
    assert js("m.keysymOfKey({key: a})", key) == keysym


@pytest.mark.parametrize(
    ("key", "keysym"),
    [
        ("Backspace", 0xFF08),
        ("Tab", 0xFF09),
        ("Enter", 0xFF0D),
        ("Escape", 0xFF1B),
        ("Delete", 0xFFFF),
        ("Home", 0xFF50),
        ("ArrowLeft", 0xFF51),
        ("ArrowUp", 0xFF52),
        ("ArrowRight", 0xFF53),
        ("ArrowDown", 0xFF54),
        ("PageUp", 0xFF55),
        ("PageDown", 0xFF56),
        ("End", 0xFF57),
        ("Insert", 0xFF63),
        ("ContextMenu", 0xFF67),
        ("F1", 0xFFBE),
        ("F9", 0xFFC6),
        ("F12", 0xFFC9),
        ("F35", 0xFFE0),
        ("MediaPlayPause", 0x1008FF14),
    ],
)
def test_named_keys(js: Js, key: str, keysym: int) -> None:
    """Keys that type nothing have the keysyms of X.Org's keysymdef.h."""
    assert js("m.keysymOfKey({key: a})", key) == keysym


@pytest.mark.parametrize(
    ("key", "left", "right"),
    [
        ("Shift", 0xFFE1, 0xFFE2),
        ("Control", 0xFFE3, 0xFFE4),
        ("Alt", 0xFFE9, 0xFFEA),
        ("Meta", 0xFFEB, 0xFFEC),
    ],
)
def test_left_and_right(js: Js, key: str, left: int, right: int) -> None:
    """Modifiers have two sides."""
    both = js("[1, 2].map((location) => m.keysymOfKey({key: a, location}))", key)
    assert both == [left, right]


def test_number_pad(js: Js) -> None:
    """The pad types what it types here: digits with Num Lock, moves without, and its own Enter."""
    keys = ["5", "Home", "+", "Enter"]
    assert js("a.map((key) => m.keysymOfKey({key, location: 3}))", keys) == [0x35, 0xFF50, 0x2B, 0xFF8D]


@pytest.mark.parametrize(
    "key", ["Dead", "Process", "Unidentified", "AltGraph", "CapsLock", "NumLock", "F0", "F36", "toString", ""]
)
def test_keys_without_a_meaning(js: Js, key: str) -> None:
    """Dead keys and input methods give their text later; locks have been applied here already."""
    assert js("m.keysymOfKey({key: a})", key) is None


def test_text(js: Js) -> None:
    """The result of an input method becomes one keysym a character; line ends become Return once."""
    assert js("m.keysymsOfText(a)", "né\r\n你\t🙂") == [
        0x6E,
        0xE9,
        0xFF0D,
        UNICODE + 0x4F60,
        0xFF09,
        UNICODE + 0x1F642,
    ]


def test_text_without_keys(js: Js) -> None:
    """Control characters and halves of pairs are left out."""
    assert js("m.keysymsOfText('a\\u0001\\u007f\\u0085\\ud800b')") == [0x61, 0x62]
    assert js("m.keysymsOfText('\\b')") == [0xFF08]
