"""Names of files that strangers chose, made harmless. Pure."""

import unicodedata
from pathlib import PurePosixPath

MAX_BYTES = 200
"""Of a name in UTF-8; file systems take 255, and a number may be put in."""
NAMELESS = "file"
_SEPARATORS = str.maketrans({"\\": "/", "\N{FRACTION SLASH}": "_", "\N{DIVISION SLASH}": "_"})
_BANNED = frozenset('<>:"|?*')
"""What other systems do not take in a name."""


def safe_name(raw: str) -> str:
    """One part of a path, visible as it is: no folders, no leading dot, no control or direction signs.

    At most ``MAX_BYTES`` bytes of UTF-8, in normal form C, never empty; the ending survives cutting.
    """
    last = unicodedata.normalize("NFC", raw).translate(_SEPARATORS).rsplit("/", 1)[-1]
    kept = "".join(_sign(sign) for sign in last)
    name = " ".join(kept.split()).lstrip(". ").rstrip(". ")
    return _cut(name) or NAMELESS


def numbered(name: str, number: int) -> str:
    """``name`` for 1, else with the number before its ending: ``report (2).pdf``."""
    if number == 1:
        return name
    stem, ending = _split(name)
    return f"{stem} ({number}){ending}"


def _sign(sign: str) -> str:
    kind = unicodedata.category(sign)
    if kind in ("Zs", "Zl", "Zp") or sign in "\t\n\r":
        return " "
    if kind in ("Cc", "Cf", "Cs", "Cn"):
        return ""
    return "_" if sign in _BANNED else sign


def _split(name: str) -> tuple[str, str]:
    path = PurePosixPath(name)
    ending = path.suffix if len(path.suffix.encode()) <= 20 else ""
    if path.stem.endswith(".tar"):
        ending = f".tar{ending}"
    return name[: len(name) - len(ending)] if ending else name, ending


def _cut(name: str) -> str:
    if len(name.encode()) <= MAX_BYTES:
        return name
    stem, ending = _split(name)
    room = MAX_BYTES - len(ending.encode())
    return stem.encode()[:room].decode(errors="ignore").rstrip(". ") + ending
