"""Candidates and descriptions that pages send."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vb.peers.sdp import has_fingerprint, usable_candidate, usable_description

GOOD = "candidate:1 1 udp 2122260223 192.168.1.5 50000 typ host generation 0"


def test_an_address_over_udp_is_usable() -> None:
    """The prefix is cut off; ``a=`` may be there or not."""
    assert usable_candidate(GOOD) == GOOD.removeprefix("candidate:")
    assert usable_candidate(f"a={GOOD}") == GOOD.removeprefix("candidate:")
    assert usable_candidate("candidate:1 1 UDP 1 2001:db8::1 9 typ srflx raddr :: rport 9") is not None


@pytest.mark.parametrize(
    "line",
    [
        "",
        "candidate:",
        GOOD.removeprefix("candidate:"),
        "candidate:1 1 udp 1 9cf4c6a2-1c1b.local 50000 typ host",
        "candidate:1 1 tcp 1 192.168.1.5 9 typ host tcptype active",
        "candidate:1 1 udp 1 192.168.1.5 0 typ host",
        "candidate:1 1 udp 1 192.168.1.5 70000 typ host",
        "candidate:1 1 udp 1 192.168.1.5 port typ host",
        "candidate:1 2 udp 1 192.168.1.5 50000 typ host",
        "candidate:1 1 udp -1 192.168.1.5 50000 typ host",
        "candidate:1 1 udp 1 192.168.1.5 50000 kind host",
        "candidate:1 1 udp 1 192.168.1.5",
        "candidate:1 1 udp 1 192.168.1.5 9 typ srflx raddr x rport y",
        "candidate:1 1 udp 1 192.168.1.5 9 typ srflx raddr :: rport 65536",
    ],
)
def test_what_cannot_be_used_is_refused(line: str) -> None:
    """Names, TCP, RTCP's component, broken lines, the end of candidates."""
    assert usable_candidate(line) is None


@given(st.text(max_size=200))
def test_no_text_breaks_it(text: str) -> None:
    """Anything may come from a page."""
    usable_candidate(text)
    usable_candidate(f"candidate:{text}")
    usable_description(text)


def test_a_description_keeps_all_but_the_useless() -> None:
    """Unusable candidates and end-of-candidates go, everything else stays in order."""
    sdp = f"v=0\r\nm=video 9\r\na={GOOD}\r\na=candidate:2 1 udp 1 x.local 5 typ host\r\na=end-of-candidates\r\na=mid:0\r\n"
    assert usable_description(sdp) == f"v=0\r\nm=video 9\r\na={GOOD}\r\na=mid:0\r\n"


def test_whether_a_description_has_a_fingerprint() -> None:
    """For the whole session or in a section: either will do."""
    assert has_fingerprint("v=0\r\na=fingerprint:sha-256 AA\r\nm=video 9\r\n")
    assert has_fingerprint("v=0\r\nm=video 9\r\na=fingerprint:sha-256 AA\r\n")
    assert not has_fingerprint("v=0\r\nm=video 9\r\na=ice-ufrag:x\r\n")
