"""app.domain.texts"""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain import texts
from app.domain.texts import TextRefused


@pytest.mark.parametrize("name", ["ana", "Zoë", "李雷", "a.b-c_d", "x" * 32, "7up"])
def test_user_names_of_any_script_are_taken(name: str) -> None:
    """Letters and digits of any script, with dots, dashes and underscores."""
    assert texts.username(f"  {name} ") == name


@pytest.mark.parametrize(
    "name", ["", "a", "x" * 33, "-ana", ".ana", "an a", "a\u202eb", "<b>", "a\nb", "a/b", "a\0b", "ﷺ" * 8]
)
def test_other_user_names_are_refused(name: str) -> None:
    """Too short, too long, or with something else in it."""
    with pytest.raises(TextRefused, match=r"\.$"):
        texts.username(name)


@pytest.mark.parametrize(
    "name", ["Анна", "Ωmega"[1:], "田中ひろし", "Tanaka田中", "김Kim", "ａｎａ", "Fußª", "محمد", "a_7"]
)
def test_user_names_of_one_alphabet_are_taken(name: str) -> None:
    """Or of those that are written together."""
    assert texts.username(name) == name


@pytest.mark.parametrize("name", ["t\u043em", "\u0391na", "an\u0430\u043d\u0430", "ana\u0561"])
def test_user_names_of_mixed_alphabets_are_refused(name: str) -> None:
    """A Cyrillic o, a Greek A, an Armenian a: they pass for somebody else."""
    with pytest.raises(TextRefused, match="one alphabet"):
        texts.username(name)


@pytest.mark.parametrize("name", ["\u3164\u3164", "tom\u3164", "\u115f\u1160", "\uffa0" * 3])
def test_user_names_that_nobody_sees_are_refused(name: str) -> None:
    """Fillers are letters, and leave no ink."""
    with pytest.raises(TextRefused, match="nobody sees"):
        texts.username(name)


def test_user_names_that_look_alike_are_the_same() -> None:
    """Case and compatibility forms do not make a second account."""
    assert texts.username_key("Ana") == texts.username_key("ANA") == texts.username_key("ａｎａ")
    assert texts.username_key("straße") == texts.username_key("STRASSE")


def test_search_is_cleaned_as_names_are() -> None:
    """Composed, without control characters, cut; nothing is fine."""
    assert texts.search(" E\u0301te\0  x ") == texts.room_name("Éte x")
    assert texts.search(" ") == ""
    assert len(texts.search("x" * 500)) == texts.MAX_SEARCH_CHARS


@pytest.mark.parametrize(
    ("raw", "clean"), [("  Film \t night ", "Film night"), ("a\u0000b", "ab"), ("🎬 é", "🎬 é")]
)
def test_room_names_are_tidied(raw: str, clean: str) -> None:
    """Spaces collapse, control characters go, the rest stays (as NFC)."""
    assert texts.room_name(raw) == clean


@pytest.mark.parametrize(
    "raw", ["", "   ", "\u202e\u200b", "x" * 81, "\u200d" * 5, "\ufe0f", "\u2800" * 3, "\u3164", "\u0301"]
)
def test_room_names_need_something_to_read(raw: str) -> None:
    """Empty, invisible or too long."""
    with pytest.raises(TextRefused):
        texts.room_name(raw)


@pytest.mark.parametrize(
    ("raw", "url"),
    [
        ("example.org", "https://example.org"),
        (" http://example.org:8080/a?b#c ", "http://example.org:8080/a?b#c"),
        ("https://[::1]/", "https://[::1]/"),
        ("turtus:home", "turtus:home"),
        ("localhost:5000", "https://localhost:5000"),
    ],
)
def test_web_addresses_are_taken(raw: str, url: str) -> None:
    """http, https and the bundled pages; a bare host gets https."""
    assert texts.start_url(raw) == url


@pytest.mark.parametrize(
    "raw",
    [
        "javascript:alert(1)",
        "file:///etc/passwd",
        "data:text/html,x",
        "about:config",
        "turtus:other",
        "ftp://example.org",
        "https://",
        "https://a b",
        "https://x:99999",
        "http://[::1",
        "https://" + "a" * 2048,
    ],
)
def test_other_addresses_are_refused(raw: str) -> None:
    """Nothing that runs code, reads files or is no address."""
    with pytest.raises(TextRefused):
        texts.start_url(raw)


def test_an_address_is_never_a_programs_option() -> None:
    """What begins with dashes gets a scheme in front."""
    assert texts.start_url("--kiosk") == "https://--kiosk"


def test_chat_keeps_lines_and_drops_control_characters() -> None:
    """Line ends are one kind; what is invisible or turns text around is gone."""
    assert texts.chat(" a\r\nb\rc\u0007\u202e ") == "a\nb\nc"
    assert texts.chat("<script>alert(1)</script>") == "<script>alert(1)</script>"
    assert texts.chat("👨\u200d👩\u200d👧 ❤\ufe0f") == "👨\u200d👩\u200d👧 ❤\ufe0f"


@pytest.mark.parametrize("raw", ["", " \n ", "\u0000", "x" * 2001])
def test_chat_refuses_nothing_and_too_much(raw: str) -> None:
    """Empty after cleaning, or longer than 2,000 characters."""
    with pytest.raises(TextRefused):
        texts.chat(raw)


@pytest.mark.parametrize(
    ("raw", "ok"), [("x" * 7, False), ("x" * 8, True), (" " * 8, True), ("é" * 200, True), ("x" * 201, False)]
)
def test_password_length(raw: str, ok: bool) -> None:
    """8 to 200 characters, whatever they are; never changed."""
    if ok:
        assert texts.password(raw) == raw
    else:
        with pytest.raises(TextRefused):
            texts.password(raw)


@pytest.mark.parametrize("check", [texts.username, texts.room_name, texts.start_url, texts.chat])
@given(raw=st.text())
def test_any_text_is_cleaned_or_refused(check: Callable[[str], str], raw: str) -> None:
    """Never another error, and what was accepted is accepted again, unchanged."""
    try:
        clean = check(raw)
    except TextRefused:
        return
    assert check(clean) == clean
