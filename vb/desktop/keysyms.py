"""From keysyms to keycodes. Pure: plans what to press; ``injector`` does it.

The page says which symbol was typed; X wants a key and modifiers. A symbol that the keyboard map has is
typed there, with Shift or AltGr added or lifted as its place asks; one that it lacks is put on a spare key.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest

from vb.desktop.alphabets import LETTERS, SIGNS

SHIFT_L = 0xFFE1
LEVEL3 = 0xFE03  # ISO_Level3_Shift, AltGr
MODIFIERS = frozenset(
    {0xFFE1, 0xFFE2, 0xFFE3, 0xFFE4, 0xFFE7, 0xFFE8, 0xFFE9, 0xFFEA, 0xFFEB, 0xFFEC, 0xFE03, 0xFF7E}
)
SHORTCUT_MODIFIERS = frozenset({0xFFE3, 0xFFE4, 0xFFE9, 0xFFEA, 0xFFEB, 0xFFEC})
"""With Control, Alt or Super held a key is a shortcut."""
SHIFTS = frozenset({0xFFE1, 0xFFE2})
LOCKS = frozenset({0xFFE5, 0xFF7F, 0xFFE6, 0xFF14})
"""Caps, Num, Shift and Scroll Lock: the page sends what they make of a key, so they are not pressed."""
CHANGING = 40
"""So many spare keys at least change their symbols as they are needed; the others have theirs for good."""
_UNICODE = 0x01000000
_SPACE = 0x20
_MEDIA_KEYS = range(0x10080000, 0x10090000)
"""Volume, play, mail and the like (XF86): a keyboard map has a hundred of them that nobody presses."""


def is_character(keysym: int) -> bool:
    """Whether it types a character whose level matters (letters, digits, signs; not space, not Tab)."""
    return _SPACE < keysym < 0xFD00 or keysym >= _UNICODE


def canonical(keysym: int) -> int:
    """Latin-1 has two names for each sign; this is the short one. Others stay as they are."""
    code_point = keysym - _UNICODE
    return code_point if 0x20 <= code_point <= 0x7E or 0xA0 <= code_point <= 0xFF else keysym


def keysym_of(sign: str) -> int:
    """The keysym of one character that is none of Latin's control characters."""
    return canonical(_UNICODE + ord(sign))


def case_pair(keysym: int) -> tuple[int, int]:
    """What to put on one key without and with Shift: both cases of a letter, or the symbol itself twice."""
    if keysym >= _UNICODE:
        sign = chr(keysym - _UNICODE) if keysym - _UNICODE < 0x110000 else ""
        lower, upper = sign.lower(), sign.upper()
        if len(lower) == len(upper) == 1 and lower != upper and sign in (lower, upper):
            return keysym_of(lower), keysym_of(upper)
    elif 0xC0 <= keysym <= 0xFE and keysym not in (0xD7, 0xDF, 0xF7):
        return keysym | 0x20, keysym & ~0x20
    return keysym, keysym


@dataclass(frozen=True, slots=True)
class Place:
    """Where a symbol is: a keycode, and whether Shift and AltGr must be down for it."""

    keycode: int
    shift: bool = False
    level3: bool = False


@dataclass(frozen=True, slots=True)
class Remap:
    """Put two symbols, without and with Shift, on the spare key ``keycode`` before pressing it."""

    keycode: int
    plain: int
    shifted: int


@dataclass(frozen=True, slots=True)
class Press:
    """A keycode goes down or up."""

    keycode: int
    down: bool


Step = Remap | Press

_COLUMNS = ((0, False, False), (1, True, False), (4, False, True), (5, True, True))
"""Columns of the core keyboard map that are of use: (index, shift, level3). 2 and 3 are a second group."""


@dataclass(slots=True)
class Keyboard:
    """A keyboard map, the spare keys in it, and what is held. ``rows[i]`` belongs to ``first + i``.

    Spare keys are given their symbols in a circle, neighbours one after the other, so that what is put on
    many of them at once is one change of the map.
    """

    first: int
    rows: Sequence[Sequence[int]]
    _places: dict[int, Place] = field(default_factory=dict)
    _circle: list[int] = field(default_factory=list)
    _next: int = 0
    _lent: dict[int, tuple[int, int]] = field(default_factory=dict)
    _held: dict[int, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        useful = [
            (offset, row)
            for offset, row in enumerate(self.rows)
            if any(keysym and keysym not in _MEDIA_KEYS for keysym in row)
        ]
        for index, shift, level3 in _COLUMNS:
            for offset, row in useful:
                if index < len(row) and row[index]:
                    self._places.setdefault(row[index], Place(self.first + offset, shift, level3))
        if LEVEL3 not in self._places:
            self._places = {k: place for k, place in self._places.items() if not place.level3}
        taken = {offset for offset, _ in useful}
        self._circle = [self.first + offset for offset in range(len(self.rows)) if offset not in taken]

    @property
    def held(self) -> dict[int, int]:
        """Keysyms that are down, each with its keycode."""
        return dict(self._held)

    def furnish(self) -> list[Remap]:
        """Put common symbols on spare keys for good. Legal once, before anything is pressed."""
        letters = [case_pair(keysym_of(sign)) for sign in LETTERS]
        signs = [keysym_of(sign) for sign in SIGNS]
        pairs = [*letters, *zip_longest(signs[::2], signs[1::2], fillvalue=0)]
        lacking = [pair for pair in pairs if not all(keysym in self._places for keysym in pair)]
        room = max(0, len(self._circle) - CHANGING)
        remaps = [Remap(keycode, *pair) for keycode, pair in zip(self._circle[:room], lacking, strict=False)]
        self._circle = self._circle[len(remaps) :]
        for remap in remaps:
            self._places.setdefault(remap.plain, Place(remap.keycode))
            self._places.setdefault(remap.shifted, Place(remap.keycode, shift=True))
        return remaps

    def lacks(self, keysym: int) -> bool:
        """Whether no key has it, so that a spare one must be given to it."""
        keysym = canonical(keysym)
        return keysym not in LOCKS and keysym not in self._held and self._place(keysym) is None

    def prepare(self, keysyms: Iterable[int]) -> list[Remap]:
        """Give spare keys to those of ``keysyms`` that have none, in order, as far as the keys suffice.

        None is taken away from a key that is down, or from a symbol that is earlier in ``keysyms``. Whoever
        carries this out makes sure that all earlier presses have been read with the map as it was.
        """
        kept = set(self._held.values())
        remaps: list[Remap] = []
        for keysym in map(canonical, keysyms):
            if keysym in LOCKS:
                continue
            place = self._place(keysym)
            if place is None:
                keycode = self._spare(kept)
                if keycode is None:
                    break
                self._lent[keycode] = case_pair(keysym)
                remaps.append(Remap(keycode, *self._lent[keycode]))
                kept.add(keycode)
            else:
                kept.add(place.keycode)
        return remaps

    def press(self, keysym: int) -> list[Step]:
        """Steps for a key that goes down. Empty when it is down already (X repeats it) or cannot be typed.

        A symbol that needs another Shift or AltGr than is held is tapped: were its key held, X would repeat
        what the key gives without them. Pressing it again, as the page does while it is held, taps it again.
        """
        keysym = canonical(keysym)
        if keysym in LOCKS:
            return []
        if keysym in self._held:
            return []
        steps: list[Step] = [*self.prepare([keysym])]
        place = self._place(keysym)
        if place is None:
            return []
        wrap = self._levels(place) if is_character(keysym) else []
        # A keycode that is down for another symbol (Shift let go in between) must come up first.
        stuck = [other for other, keycode in self._held.items() if keycode == place.keycode]
        for other in stuck:
            steps.append(Press(self._held.pop(other), False))
        if not wrap:
            self._held[keysym] = place.keycode
            return [*steps, Press(place.keycode, True)]
        tap = [Press(place.keycode, True), Press(place.keycode, False)]
        undo = [Press(step.keycode, not step.down) for step in reversed(wrap)]
        return [*steps, *wrap, *tap, *undo]

    def release(self, keysym: int) -> list[Step]:
        """Steps for a key that goes up; none when it is not down."""
        keycode = self._held.pop(canonical(keysym), None)
        return [] if keycode is None else [Press(keycode, False)]

    def release_all(self) -> list[Step]:
        """Everything up, the last pressed first."""
        steps: list[Step] = [Press(keycode, False) for keycode in reversed(self._held.values())]
        self._held.clear()
        return steps

    def _levels(self, place: Place) -> list[Press]:
        """Modifiers to change around a character so that its key gives it, as few as possible."""
        shortcut = bool(SHORTCUT_MODIFIERS & self._held.keys())
        shifts = [self._held[keysym] for keysym in self._held if keysym in SHIFTS]
        steps: list[Press] = []
        if place.shift and not shifts and not shortcut:
            steps.append(Press(self._places[SHIFT_L].keycode, True))
        elif not place.shift and shifts and not shortcut:
            steps.extend(Press(keycode, False) for keycode in shifts)
        if place.level3 and LEVEL3 not in self._held:
            steps.append(Press(self._places[LEVEL3].keycode, True))
        return steps

    def _place(self, keysym: int) -> Place | None:
        if keysym in self._places:
            return self._places[keysym]
        for keycode, mapped in self._lent.items():
            if keysym in mapped:
                return Place(keycode, shift=mapped[0] != keysym)
        return None

    def _spare(self, kept: set[int]) -> int | None:
        """The next spare key of the circle that is not among ``kept``."""
        for _ in self._circle:
            keycode = self._circle[self._next % len(self._circle)]
            self._next += 1
            if keycode not in kept:
                return keycode
        return None
