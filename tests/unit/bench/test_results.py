"""bench.results: the file of figures."""

from pathlib import Path

from bench import results
from bench.model import Better, Goal, figure


def test_write_replaces_only_its_own_section(tmp_path: Path) -> None:
    """The newest figures of one benchmark beside the older ones of another."""
    file = tmp_path / "RESULTS.md"
    results.write("start", [figure("start", "p50", [2.0], 0.5, "s")], file)
    results.write("join", [figure("join", "p50", [0.5], 0.5, "s", Goal(0.8, Better.LOWER))], file)
    results.write("start", [figure("start", "p50", [9.0], 0.5, "s")], file)
    text = file.read_text()
    assert text.count("## start") == text.count("## join") == 1
    assert "9.00 s" in text
    assert "2.00 s" not in text
    assert "| p50 | 0.50 s | ≤ 0.8 | yes | 0.50 to 0.50 | 1 |" in text
    assert text.index("## start") < text.index("## join")


def test_a_figure_is_finer_than_its_goal() -> None:
    """What is just beside it does not look as if it were upon it."""
    shown = results.section(
        "text", [figure("text", "SSIM", [0.9978], 0.5, "", Goal(0.995, Better.HIGHER))], "here"
    )
    assert "| SSIM | 0.9978  | ≥ 0.995 | yes | 0.9978 to 0.9978 | 1 |" in shown


def test_where_and_when_names_no_machine() -> None:
    """Date, commit, cores and processor: nothing that tells whose machine it was."""
    text = results.where_and_when()
    assert "cores" in text
    assert "commit" in text
