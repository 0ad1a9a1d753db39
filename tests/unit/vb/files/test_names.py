"""Names that strangers chose become one harmless part of a path."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vb.files.names import MAX_BYTES, numbered, safe_name


@pytest.mark.parametrize(
    ("raw", "safe"),
    [
        ("report.pdf", "report.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\ana\\me.txt", "me.txt"),
        ("..", "file"),
        ("", "file"),
        (".bashrc", "bashrc"),
        ("a\x00b\nc\td.txt", "ab c d.txt"),
        ("photo\u202egpj.exe", "photogpj.exe"),
        ("\u2066\u200f\ufeff", "file"),
        ("a<b>:c?.txt", "a_b__c_.txt"),
        ("e\u0301t\u00e9.txt", "\u00e9t\u00e9.txt"),
        ("日本語 メモ.txt", "日本語 メモ.txt"),
        ("\ud800x", "x"),
        ("end. . ", "end"),
    ],
)
def test_what_becomes_of_names(raw: str, safe: str) -> None:
    """Folders, dots, control and direction signs go; letters of all scripts stay."""
    assert safe_name(raw) == safe


@given(st.text(max_size=400))
def test_any_name_is_safe(raw: str) -> None:
    """Whatever it was."""
    name = safe_name(raw)
    assert name
    assert len(name.encode()) <= MAX_BYTES
    assert "/" not in name
    assert "\\" not in name
    assert not name.startswith(".")
    assert not {unicodedata.category(sign) for sign in name} & {"Cc", "Cf", "Cs"}


def test_long_names_keep_their_ending() -> None:
    """Cut before it, never inside a letter."""
    name = safe_name("é" * 300 + ".tar.gz")
    assert name.endswith("é.tar.gz")
    assert len(name.encode()) <= MAX_BYTES


def test_numbers_come_before_the_ending() -> None:
    """As people know it."""
    assert numbered("a.pdf", 1) == "a.pdf"
    assert numbered("a.pdf", 2) == "a (2).pdf"
    assert numbered("a.tar.gz", 3) == "a (3).tar.gz"
    assert numbered("README", 2) == "README (2)"
