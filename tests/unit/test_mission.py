"""docs/mission.md is complete, and what it names exists"""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROWS = re.findall(
    r"^\| ([SPN]\d+) \| (.+?) \| (.+?) \| ?(.*?) ?\|$", (ROOT / "docs/mission.md").read_text(), re.MULTILINE
)
EVIDENCE = sorted({name for row in ROWS for name in re.findall(r"`([^`]+)`", row[3])})


def test_every_row_is_here_once() -> None:
    """S1 to S17, P1 to P19, N1 to N8."""
    expected = [f"{group}{n}" for group, last in (("S", 17), ("P", 19), ("N", 8)) for n in range(1, last + 1)]
    assert [row[0] for row in ROWS] == expected


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_what_holds_is_shown_and_what_is_open_is_not(row: tuple[str, str, str, str]) -> None:
    """``holds`` and ``partly: ...`` name evidence, ``open`` names none."""
    _, _, state, evidence = row
    if state.startswith("open"):
        assert not evidence
    else:
        assert state == "holds" or state.startswith("partly: ")
        assert evidence


@pytest.mark.parametrize("name", EVIDENCE)
def test_evidence_exists(name: str) -> None:
    """A file or folder of the project, and the test in it where one is named."""
    place, _, test = name.partition("::")
    assert (ROOT / place).exists()
    if test:
        assert re.search(rf"^\s*(async )?def {test}\(", (ROOT / place).read_text(), re.MULTILINE)
