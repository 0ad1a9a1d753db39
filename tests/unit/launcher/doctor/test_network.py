"""launcher.doctor.network: judging certificate and media ports."""

import datetime as dt

from launcher.certificate import Certificate
from launcher.doctor.finding import Verdict
from launcher.doctor.network import judge_certificate, judge_media_ports
from launcher.ports import PortRange

NOW = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
NAMES = {"localhost", "192.0.2.7"}


def _judge(days: int, names: set[str] = NAMES, *, fits: bool = True) -> tuple[Verdict, str]:
    found = judge_certificate(
        Certificate(frozenset(names), NOW + dt.timedelta(days=days), fits_key=fits), NAMES, NOW
    )
    return found.verdict, found.text


def test_certificate_in_time_and_for_this_machine() -> None:
    """Nothing to do."""
    assert _judge(400)[0] is Verdict.OK


def test_certificate_that_has_expired_or_will() -> None:
    """Late is a failure, soon a warning."""
    assert _judge(-1)[0] is Verdict.FAIL
    assert _judge(10)[0] is Verdict.WARN


def test_certificate_for_other_names() -> None:
    """The addresses that it is not for are named: a machine may have got a new one."""
    verdict, text = _judge(400, {"localhost"})
    assert verdict is Verdict.WARN
    assert "192.0.2.7" in text


def test_certificate_of_another_key() -> None:
    """The web server would not start with it."""
    assert _judge(400, fits=False)[0] is Verdict.FAIL


def test_media_ports() -> None:
    """Ports that strangers use are a warning; while Turtus runs they may be its own; none left is a failure."""
    whole = PortRange(59000, 59009)
    assert judge_media_ports(whole, 0, running=False).verdict is Verdict.OK
    assert judge_media_ports(whole, 2, running=False).verdict is Verdict.WARN
    assert judge_media_ports(whole, 2, running=True).verdict is Verdict.OK
    assert judge_media_ports(whole, 10, running=True).verdict is Verdict.FAIL
