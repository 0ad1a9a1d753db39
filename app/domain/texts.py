"""What people may type: names, rooms, addresses, chat. Each check returns the cleaned text.

Text is normalized to NFC (Unicode TR 15), so that the same word typed on two machines is the same text.
"""

import re
import unicodedata
from urllib.parse import urlsplit

MIN_PASSWORD_CHARS = 8
MAX_PASSWORD_CHARS = 200
MAX_USERNAME_CHARS = 32
MAX_USERNAME_KEY_CHARS = 128
MAX_ROOM_NAME_CHARS = 80
MAX_URL_CHARS = 2048
MAX_SEARCH_CHARS = 80
MAX_CHAT_CHARS = 2000
BUNDLED_PAGES = frozenset({"turtus:home", "turtus:motion", "turtus:still"})
"""Pages inside the browser image; they need no network."""

_USERNAME = re.compile(r"[\w][\w.\-]*", re.UNICODE)
_LETTERS = frozenset({"Ll", "Lt", "Lu", "Lo"})
_SPACES = re.compile(r"\s+")


_MIXED = (
    frozenset({"LATIN", "CJK", "HIRAGANA", "KATAKANA"}),
    frozenset({"LATIN", "CJK", "HANGUL"}),
    frozenset({"LATIN", "CJK", "BOPOMOFO"}),
)
"""Scripts that are written together (Unicode TS 39, "highly restrictive")."""


class TextRefused(ValueError):
    """``str()`` is a sentence for the person who typed."""


def _plain(text: str) -> str:
    """NFC without control and formatting characters (a joiner inside an emoji stays)."""
    kept = (
        char
        for char in unicodedata.normalize("NFC", text)
        if char in "\u200d\ufe0f" or unicodedata.category(char) not in {"Cc", "Cf", "Cs", "Co"}
    )
    return "".join(kept)


def _is_seen(char: str) -> bool:
    """Whether a character leaves ink by itself; fillers are letters and the blank pattern a symbol."""
    blank = unicodedata.name(char, "").endswith((" FILLER", " BLANK"))
    return unicodedata.category(char)[0] in "LNPS" and not blank


def _mixes_scripts(name: str) -> bool:
    """Whether letters of scripts that are not written together meet, as in a Latin name with a Cyrillic o."""
    letters = (char for char in unicodedata.normalize("NFKC", name) if unicodedata.category(char) in _LETTERS)
    scripts = {unicodedata.name(char, "?").split()[0] for char in letters}
    return len(scripts) > 1 and not any(scripts <= together for together in _MIXED)


def username(raw: str) -> str:
    """A user name: 2 to 32 letters, digits, dots, dashes and underscores of any script."""
    name = unicodedata.normalize("NFC", raw).strip()
    if not 2 <= len(name) <= MAX_USERNAME_CHARS:
        raise TextRefused(f"A user name has 2 to {MAX_USERNAME_CHARS} characters.")
    if not _USERNAME.fullmatch(name):
        raise TextRefused(
            "Use letters, digits, dots, dashes and underscores, beginning with a letter or digit."
        )
    if not all(map(_is_seen, name)):
        raise TextRefused("There is a character in this name that nobody sees. Leave it out.")
    if _mixes_scripts(name):
        raise TextRefused("Use letters of one alphabet: those of several look alike.")
    if len(username_key(name)) > MAX_USERNAME_KEY_CHARS:  # one character may stand for eighteen
        raise TextRefused("This user name is too long when written out. Choose a shorter one.")
    return name


def username_key(name: str) -> str:
    """What makes two user names the same: case and compatibility forms do not count."""
    return unicodedata.normalize("NFKC", name).casefold()


def password(raw: str) -> str:
    """A password: 8 to 200 characters, anything in it."""
    if len(raw) < MIN_PASSWORD_CHARS:
        raise TextRefused(f"A password has at least {MIN_PASSWORD_CHARS} characters.")
    if len(raw) > MAX_PASSWORD_CHARS:
        raise TextRefused(f"A password has at most {MAX_PASSWORD_CHARS} characters.")
    return raw


def room_name(raw: str) -> str:
    """A room's name: 1 to 80 characters, spaces collapsed."""
    name = _SPACES.sub(" ", _plain(_SPACES.sub(" ", raw))).strip()
    if not any(map(_is_seen, name)):
        raise TextRefused("Give the room a name.")
    if len(name) > MAX_ROOM_NAME_CHARS:
        raise TextRefused(f"A room's name has at most {MAX_ROOM_NAME_CHARS} characters.")
    return name


def search(raw: str) -> str:
    """What to look for in room names, cleaned as they are; empty finds everything."""
    return _SPACES.sub(" ", _plain(_SPACES.sub(" ", raw))).strip()[:MAX_SEARCH_CHARS]


def start_url(raw: str) -> str:
    """The page a browser opens first: http(s), or one of the bundled pages; a bare host gets https."""
    url = raw.strip()
    if url in BUNDLED_PAGES:
        return url
    if "://" not in url and not url.lower().startswith(
        ("javascript:", "data:", "file:", "about:", "turtus:")
    ):
        url = f"https://{url}"
    if len(url) > MAX_URL_CHARS:
        raise TextRefused(f"An address has at most {MAX_URL_CHARS} characters.")
    try:
        parts = urlsplit(url)
        host = parts.hostname
        _ = parts.port
    except ValueError as error:
        raise TextRefused("This is not a web address.") from error
    if parts.scheme not in {"http", "https"} or not host or any(char <= " " for char in url):
        raise TextRefused("Give a web address that begins with http:// or https://.")
    return url


def chat(raw: str) -> str:
    """A chat message: as typed, without control characters other than line ends; not empty."""
    lines = raw.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    text = "\n".join(_plain(line.replace("\t", " ")) for line in lines).strip()
    if not text:
        raise TextRefused("Write something first.")
    if len(text) > MAX_CHAT_CHARS:
        raise TextRefused(f"A message has at most {MAX_CHAT_CHARS} characters.")
    return text
