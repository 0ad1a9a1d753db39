"""Reading what a viewer's page sends: session descriptions and ICE candidates. Pure.

A candidate that the agent could not use is left out: names (``.local``, which nobody in the container can
resolve) and TCP. End-of-candidates is left out too: the agent learns where the viewer is from its
connectivity checks, so a connection may succeed without a single usable candidate.
"""

import ipaddress

_PREFIX = "candidate:"


def usable_candidate(line: str) -> str | None:
    """The candidate attribute without its prefix, if it can be used; None otherwise."""
    text = line.strip().removeprefix("a=")
    if not text.startswith(_PREFIX):
        return None
    fields = text.removeprefix(_PREFIX).split()
    if len(fields) < 8 or fields[2].lower() != "udp" or fields[6] != "typ":
        return None
    try:
        ipaddress.ip_address(fields[4])
        if not 0 < int(fields[5]) < 65536 or int(fields[1]) != 1 or int(fields[3]) < 0:
            return None
        for name, value in zip(fields[8::2], fields[9::2], strict=False):
            if name == "rport" and not 0 <= int(value) < 65536:
                return None
    except ValueError:
        return None
    return text.removeprefix(_PREFIX)


def usable_description(sdp: str) -> str:
    """The description without candidates that cannot be used, and without end-of-candidates."""
    kept = []
    for line in sdp.splitlines():
        if line.startswith("a=candidate:") and usable_candidate(line) is None:
            continue
        if line.strip() == "a=end-of-candidates":
            continue
        kept.append(line)
    return "\r\n".join(kept) + "\r\n"


def has_fingerprint(sdp: str) -> bool:
    """Whether anything says by which certificate the other side will be known (RFC 8122)."""
    return any(line.strip().startswith("a=fingerprint:") for line in sdp.splitlines())
