"""launcher.doctor.finding: the verdict on all checks."""

from launcher.doctor.finding import Verdict, fail, ok, warn, worst


def test_worst() -> None:
    """One failure makes the whole fail; nothing looked at is well."""
    assert worst([ok("a", ""), warn("b", "", "")]) is Verdict.WARN
    assert worst([fail("a", "", ""), ok("b", "")]) is Verdict.FAIL
    assert worst([]) is Verdict.OK
