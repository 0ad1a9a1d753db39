"""From symbols to keys: a small keyboard, played by a model of X that tells what would be typed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vb.desktop.keysyms import (
    CHANGING,
    LEVEL3,
    LOCKS,
    SHIFT_L,
    Keyboard,
    Press,
    Remap,
    Step,
    canonical,
    case_pair,
    is_character,
    keysym_of,
)

CONTROL_L, ALT_L, LEFT, TAB, RETURN = 0xFFE3, 0xFFE9, 0xFF51, 0xFF09, 0xFF0D
SHIFT_R = 0xFFE2
EURO = 0x20AC
A, B = ord("a"), ord("b")

ROWS = [
    [A, ord("A"), A, ord("A")],  # 10
    [ord("1"), ord("!"), 0, 0],  # 11
    [ord("e"), ord("E"), ord("e"), ord("E"), EURO, 0xA2],  # 12
    [SHIFT_L],  # 13
    [SHIFT_R],  # 14
    [CONTROL_L],  # 15
    [LEVEL3],  # 16
    [LEFT],  # 17
    [TAB, 0xFE20],  # 18
    [0x20],  # 19
    [0, 0],  # 20: spare
    [0, 0],  # 21: spare
    [ALT_L],  # 22
]


def keyboard(rows: list[list[int]] = ROWS) -> Keyboard:
    return Keyboard(10, [list(row) for row in rows])


class ModelOfX:
    """Knows which keys are down, and which symbol a press gives with them."""

    def __init__(self) -> None:
        self.rows = {10 + index: list(row) for index, row in enumerate(ROWS)}
        self.down: set[int] = set()
        self.typed: list[int] = []

    def play(self, steps: list[Step]) -> "ModelOfX":
        for step in steps:
            if isinstance(step, Remap):
                assert step.keycode not in self.down, "a key was given a new meaning while held"
                self.rows[step.keycode] = [step.plain, step.shifted]
            elif step.down:
                assert step.keycode not in self.down, "pressed twice"
                self.typed.append(self._symbol(step.keycode))
                self.down.add(step.keycode)
            else:
                assert step.keycode in self.down, "released without a press"
                self.down.discard(step.keycode)
        return self

    def _symbol(self, keycode: int) -> int:
        held = {self.rows[code][0] for code in self.down}
        column = (1 if {SHIFT_L, SHIFT_R} & held else 0) + (4 if LEVEL3 in held else 0)
        row = self.rows[keycode]
        return row[column] if column < len(row) and row[column] else row[0]


def typed(*keysyms: int) -> list[int]:
    """What comes out when these are pressed and released one after the other, modifiers left out."""
    board, model = keyboard(), ModelOfX()
    for keysym in keysyms:
        model.play(board.press(keysym))
        model.play(board.release(keysym))
    assert not model.down
    return [symbol for symbol in model.typed if symbol not in (SHIFT_L, LEVEL3)]


@pytest.mark.parametrize("keysym", [A, ord("A"), ord("1"), ord("!"), EURO, 0xA2, LEFT, TAB, 0x20])
def test_symbols_of_the_map_are_typed_where_they_are(keysym: int) -> None:
    """With Shift or AltGr added where the place asks for it."""
    assert typed(keysym) == [keysym]


def test_shift_is_lifted_for_a_symbol_without_it() -> None:
    """Shift is down on the page's keyboard, whose layout has the sign there; ours has it without Shift."""
    board, model = keyboard(), ModelOfX()
    model.play(board.press(SHIFT_R)).play(board.press(ord("1")))
    assert model.typed[-2:] == [ord("1"), SHIFT_R]
    assert model.down == {14}


def test_shift_that_is_down_is_used() -> None:
    """No second Shift for a capital letter."""
    board = keyboard()
    board.press(SHIFT_R)
    assert board.press(ord("A")) == [Press(10, True)]


def test_shift_stays_for_keys_that_type_nothing() -> None:
    """Shift+Left selects, Shift+Tab goes back, Shift+Space scrolls up."""
    board = keyboard()
    board.press(SHIFT_L)
    assert board.press(LEFT) == [Press(17, True)]
    assert board.press(TAB) == [Press(18, True)]
    assert board.press(0x20) == [Press(19, True)]


def test_shortcuts_keep_their_modifiers() -> None:
    """Control+Shift+A, and Control+A though the page calls it a capital (Caps Lock is on there)."""
    board = keyboard()
    board.press(CONTROL_L)
    assert board.press(ord("A")) == [Press(10, True)]
    board.release(ord("A"))
    board.press(SHIFT_L)
    assert board.press(A) == [Press(10, True)]


def test_locks_are_not_pressed() -> None:
    """The page has applied them already."""
    for keysym in LOCKS:
        assert keyboard().press(keysym) == []
        assert keyboard().release(keysym) == []


def test_a_symbol_without_a_key_gets_a_spare_one() -> None:
    """It is put on a free key, stays there, and comes out."""
    snowman = 0x01002603
    assert typed(snowman, snowman) == [snowman, snowman]
    board = keyboard()
    assert board.press(snowman) == [Remap(20, snowman, snowman), Press(20, True)]
    board.release(snowman)
    assert board.press(snowman) == [Press(20, True)]


def test_spare_keys_change_in_a_circle() -> None:
    """With two spare keys the third symbol takes the place of the first."""
    board = keyboard()
    one, two, three = 0x01004F60, 0x01004F61, 0x01004F62
    for keysym in (one, two, one):
        board.press(keysym)
        board.release(keysym)
    assert Remap(20, three, three) in board.press(three)
    assert board.lacks(one)
    assert not board.lacks(two)


def test_what_is_typed_next_is_prepared_at_once() -> None:
    """As many as there are spare keys, each once, none for what the map has; those then need no change."""
    board = keyboard()
    one, two, three = 0x01004F60, 0x01004F61, 0x01004F62
    assert board.prepare([one, A, one, EURO, two, three]) == [Remap(20, one, one), Remap(21, two, two)]
    assert board.press(one) == [Press(20, True)]
    board.release(one)
    assert board.press(two) == [Press(21, True)]


def test_preparing_takes_nothing_away_that_is_needed_first() -> None:
    """Neither from a key that is down, nor from a symbol that is typed before the one that lacks a key."""
    board = keyboard()
    one, two, three = 0x01004F60, 0x01004F61, 0x01004F62
    board.press(one)
    assert board.prepare([two, three]) == [Remap(21, two, two)]
    board.release(one)
    assert board.prepare([two, three]) == [Remap(20, three, three)]


def test_common_symbols_get_keys_for_good() -> None:
    """Where there is room: letters in both cases, signs two by two; enough keys stay for all others."""
    board = Keyboard(10, [*ROWS, *([0, 0] for _ in range(45))])
    remaps = board.furnish()
    assert len(remaps) == 47 - CHANGING
    assert remaps[0] == Remap(20, 0x01000430, 0x01000410)
    assert {remap.keycode for remap in remaps}.isdisjoint(board._circle)
    assert Press(20, True) in board.press(0x01000410)
    assert not board.lacks(0x01000430)
    assert keyboard().furnish() == []


def test_a_whole_keyboard_is_furnished_without_what_it_has() -> None:
    """Signs share keys; what the map has already gets no second key."""
    board = Keyboard(10, [*ROWS, *([0, 0] for _ in range(200))])
    given = [keysym for remap in board.furnish() for keysym in (remap.plain, remap.shifted)]
    for sign in "яЯöÖß“”€":
        assert not board.lacks(keysym_of(sign))
        assert given.count(keysym_of(sign)) <= (2 if sign == "ß" else 1)


def test_a_spare_key_that_is_held_is_not_taken() -> None:
    """When all are held the symbol is not typed, rather than a wrong one."""
    board = keyboard()
    board.press(0x01004F60)
    board.press(0x01004F61)
    assert board.press(0x01004F62) == []
    assert board.release(0x01004F62) == []


@pytest.mark.parametrize(
    ("keysym", "expected"),
    [
        (0xE4, (0xE4, 0xC4)),
        (0xC4, (0xE4, 0xC4)),
        (0xDF, (0xDF, 0xDF)),
        (0xD7, (0xD7, 0xD7)),
        (0x01000416, (0x01000436, 0x01000416)),
        (0x01000436, (0x01000436, 0x01000416)),
        (0x010000FF, (0xFF, 0x01000178)),
        (0x01002603, (0x01002603, 0x01002603)),
        (0x01130000, (0x01130000, 0x01130000)),
        (0x010001C5, (0x010001C5, 0x010001C5)),
        (LEFT, (LEFT, LEFT)),
    ],
)
def test_both_cases_of_a_letter_share_a_key(keysym: int, expected: tuple[int, int]) -> None:
    """So that an alphabet needs half as many spare keys."""
    assert case_pair(keysym) == expected


def test_the_other_case_comes_from_the_same_spare_key() -> None:
    """With Shift, and without another change to the map."""
    board, model = keyboard(), ModelOfX()
    model.play(board.press(0x01000436)).play(board.release(0x01000436))
    steps = board.press(0x01000416)
    assert not any(isinstance(step, Remap) for step in steps)
    assert model.play(steps).typed[-1] == 0x01000416


def test_keys_that_nobody_presses_are_spare() -> None:
    """Volume and mail keys give their places to what people type."""
    board = keyboard([*ROWS, [0x1008FF11, 0x1008FF11]])
    for keysym in (0x01004F60, 0x01004F61, 0x01004F62):
        assert board.press(keysym)[-1] == Press(
            {0x01004F60: 20, 0x01004F61: 21, 0x01004F62: 23}[keysym], True
        )


def test_latin_1_has_one_name() -> None:
    """Unicode keysyms of Latin-1 are the short ones, so that the map has them."""
    assert canonical(0x01000041) == ord("A")
    assert canonical(0x010000E9) == 0xE9
    assert canonical(0x01000416) == 0x01000416
    assert canonical(LEFT) == LEFT
    assert typed(0x01000061) == [A]


def test_a_key_that_is_down_stays_down() -> None:
    """X repeats it; that it is pressed again says only that it is still down."""
    board = keyboard()
    assert board.press(A) == [Press(10, True)]
    assert board.press(A) == []
    board.press(SHIFT_L)
    assert board.press(SHIFT_L) == []


def test_a_symbol_that_needs_other_modifiers_is_tapped() -> None:
    """X would repeat what its key gives without them: each press of the page's types it once more."""
    board, model = keyboard(), ModelOfX()
    for _ in range(3):
        model.play(board.press(ord("!")))
    model.play(board.release(ord("!")))
    assert model.down == set()
    assert [keysym for keysym in model.typed if keysym != SHIFT_L] == [ord("!")] * 3


def test_one_key_two_symbols() -> None:
    """Shift let go between press and release: the key comes up before it is pressed for the other symbol."""
    board, model = keyboard(), ModelOfX()
    model.play(board.press(SHIFT_L)).play(board.press(ord("!"))).play(board.release(SHIFT_L))
    model.play(board.press(ord("1")))
    model.play(board.release(ord("1")))
    assert model.play(board.release(ord("!"))).down == set()


def test_release_all_leaves_nothing_down() -> None:
    """The last pressed comes up first; afterwards nothing is held."""
    board = keyboard()
    for keysym in (CONTROL_L, ALT_L, A):
        board.press(keysym)
    assert board.release_all() == [Press(10, False), Press(22, False), Press(15, False)]
    assert board.release_all() == []
    assert board.held == {}


def test_without_altgr_its_symbols_go_to_spare_keys() -> None:
    """A map that has a third level but no key for it."""
    rows = [row if LEVEL3 not in row else [0x61] for row in ROWS]
    assert Keyboard(10, rows).press(EURO) == [Remap(20, EURO, EURO), Press(20, True)]


@pytest.mark.parametrize(
    ("keysym", "expected"),
    [(A, True), (0x20, False), (TAB, False), (LEFT, False), (0x6C1, True), (0x01002603, True)],
)
def test_what_types_a_character(keysym: int, expected: bool) -> None:
    """Letters and signs of any alphabet do; space and the keys that do something do not."""
    assert is_character(keysym) is expected


@given(
    st.lists(
        st.tuples(
            st.sampled_from(
                [
                    A,
                    ord("A"),
                    ord("!"),
                    EURO,
                    SHIFT_L,
                    SHIFT_R,
                    CONTROL_L,
                    LEFT,
                    0x01002603,
                    0x01000416,
                    0x01000417,
                ]
            ),
            st.booleans(),
        ),
        max_size=60,
    )
)
def test_nothing_is_ever_left_down(events: list[tuple[int, bool]]) -> None:
    """Any sequence of presses and releases is legal for X, and ``release_all`` ends it with all keys up."""
    board, model = keyboard(), ModelOfX()
    for keysym, down in events:
        model.play(board.press(keysym) if down else board.release(keysym))
        assert model.down == set(board.held.values())
    assert model.play(board.release_all()).down == set()
