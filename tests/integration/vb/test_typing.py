"""Typing into a real Firefox: every symbol of every layout, in order, however fast; read back from the page."""

import os
import random
import time
from collections.abc import Iterator, Sequence
from itertools import pairwise

import pytest
from playwright.sync_api import Browser

from tests.support.vb_driver import Driver, keysym
from tests.support.vb_house import House
from tests.support.vb_room import ANA
from tests.support.vb_site import TYPED
from tests.support.vb_viewer import viewer
from vb.protocol.input import Key

pytestmark = pytest.mark.docker
CONTROL_L, DELETE, RETURN = 0xFFE3, 0xFFFF, 0xFF0D
LAYOUTS = {
    "us": "`1234567890-=qwertyuiop[]\\asdfghjkl;'zxcvbnm,./~!@#$%^&*()_+QWERTYUIOP{}|ASDFGHJKL:\"ZXCVBNM<>?",
    "de": "^1234567890ß´qwertzuiopü+asdfghjklöä#<yxcvbnm,.-"
    "°!\"§$%&/()=?`QWERTZUIOPÜ*ASDFGHJKLÖÄ'>YXCVBNM;:_²³{[]}\\@€~|µ",
    "fr": "²&é\"'(-è_çà)=azertyuiop^$qsdfghjklmù*<wxcvbn,;:!"
    "1234567890°+AZERTYUIOP¨£QSDFGHJKLM%µ>WXCVBN?./§~#{[|`\\^@]}€¤âêîôûäëïöü",
    "ru": 'ё1234567890-=йцукенгшщзхъ\\фывапролджэячсмитьбю.Ё!"№;%:?*()_+ЙЦУКЕНГШЩЗХЪ/ФЫВАПРОЛДЖЭЯЧСМИТЬБЮ,₽',
    "cz": ";+ěščřžýáíé=´qwertzuiopú)asdfghjklů§\\yxcvbnm,.-"
    "°1234567890%ˇQWERTZUIOP/(ASDFGHJKLŮ\"!'|YXCVBNM?:_ďťňóĎŤŇ€đĐłŁ",
    "jp": "1234567890-^\\qwertyuiop@[asdfghjkl;:]zxcvbnm,./"
    "!\"#$%&'()=~|QWERTYUIOP`{ASDFGHJKL+*}ZXCVBNM<>?_¥「」、。・ー",
}
"""Rows of each layout, plain, with Shift, then what AltGr and dead keys give."""


LONG = os.environ.get("TURTUS_TEST_LONG") == "1"
"""All of it; else a part that has every kind of symbol and more symbols than there are keys."""


LAG_S = 1.5
"""How far a text may be behind the fingers at its end. Not the time of all of it: a machine that is busy with
something else is slow to type, too."""


class Typist(Driver):
    """Holds control, and types into the page's text field."""

    def clear(self) -> None:
        """Start with an empty field."""
        self.press(CONTROL_L, ord("a"))
        self.press(DELETE)
        self.press(ord("."))
        self.site.expect(text=".")

    def types(self, text: str, gap_ms: float, timeout_s: float = 60.0) -> float:
        """Type it at a key every ``gap_ms``, see it arrive.

        Returns how many seconds the last symbol came after the last key: what the person who types notices.
        """
        self.clear()
        keysyms = [RETURN if sign == "\n" else keysym(sign) for sign in text]
        frames = [Key(self.epoch, each, down) for each in keysyms for down in (True, False)]
        self.send(*frames, together=2, gap_ms=gap_ms)
        began = time.monotonic()
        wanted = "." + text
        while time.monotonic() - began < timeout_s:
            if self.site.said[-1].get("text") == wanted:
                return time.monotonic() - began
            time.sleep(0.02)
        got = self.site.said[-1].get("text", "")
        assert got == wanted
        raise AssertionError("unreachable")


def mixed(length: int, seed: int) -> str:
    """Runs of one to eight symbols of one script each."""
    chance = random.Random(seed)
    scripts: list[Sequence[str]] = [
        [chr(point) for point in range(0x4E00, 0x9FA0)],
        [chr(point) for point in range(0x3041, 0x3096)],
        [chr(point) for point in range(0xAC00, 0xD7A0)],
        [chr(point) for point in range(0x1F600, 0x1F640)],
        "абвгдеёжзийклмнопрстуфхцчшщъыьэюяЖЩЫ",
        "αβγδεζηθικλμνξοπρστυφχψωΩΣ",
        "abcdefghijklm NOPQRSTUVWXYZ 123!?",
    ]
    text = ""
    while len(text) < length:
        script = chance.choice(scripts)
        text += "".join(chance.choice(script) for _ in range(chance.randint(1, 8)))
    return text[:length]


@pytest.fixture(scope="module")
def typist(chromium: Browser, house: House) -> Iterator[Typist]:
    house.show(TYPED)
    with viewer(chromium, house.room, ANA) as ana:
        ana.join(via="127.0.0.1")
        ana.wait_for_channel()
        typist = Typist(house, ana)
        typist.take_control()
        typist.click()
        yield typist


@pytest.mark.parametrize("layout", LAYOUTS if LONG else ["de", "fr", "cz"])
def test_every_row_of_every_layout(typist: Typist, layout: str) -> None:
    """Plain, shifted, AltGr and what dead keys give."""
    typist.types(LAYOUTS[layout], 10)


@pytest.mark.parametrize("seed", range(4 if LONG else 2))
def test_fast_typing_in_many_scripts(typist: Typist, seed: int) -> None:
    """Hundreds of keys, 5 ms apart, most on no keyboard: none is lost, none is another, none overtakes."""
    typist.types(mixed(400 if LONG else 200, seed), 5)


def test_latin_right_after_what_is_on_no_key(typist: Typist) -> None:
    """The keys that are always there do not overtake those that were found room for."""
    typist.types("".join(f"{sign}abc" for sign in mixed(120 if LONG else 60, 9)), 5)


@pytest.mark.alone
def test_plain_latin_is_fast(typist: Typist) -> None:
    """It arrives as fast as it is typed, 200 keys a second: nothing is asked, nothing changed."""
    text = "The quick brown fox jumps over the lazy dog. " * (9 if LONG else 5)
    assert typist.types(text, 5) < LAG_S


@pytest.mark.alone
def test_russian_is_as_fast(typist: Typist) -> None:
    """Its letters have keys for good."""
    text = "Съешь ещё этих мягких французских булок, да выпей же чаю! " * (7 if LONG else 4)
    assert typist.types(text, 5) < LAG_S


def test_emoji_of_several_parts(typist: Typist) -> None:
    """Joined people, flags, skin colours, signs drawn as emoji, letters with marks after them."""
    typist.types("👨‍👩‍👧‍👦🏳️‍🌈👍🏽🇫🇷❤️e\u0301", 5)


def test_a_long_text_of_an_input_method_at_once(typist: Typist) -> None:
    """A whole sentence that comes within a moment."""
    typist.types("我们一起看电影吧。今天晚上八点开始，请大家准时到，带上爆米花！" * 4, 0)


def test_all_symbols_differ_in_the_long_run(typist: Typist) -> None:
    """More symbols than a keyboard has keys, each followed by another: no symbol comes twice."""
    text = "".join(chr(point) for point in range(0x4E00, 0x4E00 + (600 if LONG else 300)))
    assert all(one != two for one, two in pairwise(text))
    typist.types(text, 5)
