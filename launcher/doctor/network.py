"""Checks of ports and certificate."""

import datetime as dt
import socket

from launcher import addresses, certificate, health, ports, record
from launcher.certificate import Certificate
from launcher.config import Config
from launcher.doctor.finding import Finding, fail, ok, warn
from launcher.errors import LauncherError

EXPIRES_SOON = dt.timedelta(days=30)


def check_web(config: Config | None) -> list[Finding]:
    """The web server's port: ours if the stack runs, free if it does not."""
    if config is None:
        return []
    port = config.settings.server_port
    stack = record.running(config.layout.record)
    if stack:
        problem = health.serving(stack.url)
        if problem:
            return [fail("web", f"{stack.url}: {problem}", f"look into {config.layout.logs}")]
        return [ok("web", f"{stack.url} is serving")]
    try:
        if ports.free(port):
            return [ok("web", f"port {port} is free (Turtus is not running)")]
    except LauncherError as error:
        return [fail("web", error.sentence, error.mend or "")]
    who = ports.owner(port) or "another program"
    return [fail("web", f"port {port} is in use by {who}", "stop it, or set TURTUS_SERVER_PORT in .env")]


def check_media_ports(config: Config | None) -> list[Finding]:
    """The UDP ports that browsers are published at."""
    if config is None:
        return []
    vb = config.settings.vb
    whole = ports.PortRange(vb.port_first, vb.port_last)
    taken = [p for p in range(whole.first, whole.last + 1) if not ports.free(p, socket.SOCK_DGRAM)]
    return [judge_media_ports(whole, len(taken), running=record.running(config.layout.record) is not None)]


def judge_media_ports(whole: ports.PortRange, taken: int, *, running: bool) -> Finding:
    """Pure; while the stack runs, its own browsers take ports."""
    text = f"UDP {whole.first}-{whole.last}: {len(whole) - taken} of {len(whole)} free"
    if taken >= len(whole):
        return fail("media ports", text, "set TURTUS_VB_PORT_RANGE to another range in .env")
    if taken and not running:
        return warn("media ports", text, "another program uses some; set TURTUS_VB_PORT_RANGE in .env")
    return ok("media ports", text)


def check_certificate(config: Config | None) -> list[Finding]:
    """Whether it is there, fits its key, is in time, and names this machine."""
    if config is None or config.certificate is None or config.key is None:
        return []
    if not config.certificate.exists():
        return [warn("certificate", "there is none yet", "./gen_cert.sh (`./turtus up` does it)")]
    try:
        found = certificate.read(config.certificate, config.key)
    except LauncherError as error:
        return [fail("certificate", error.sentence, error.mend or "./gen_cert.sh --force")]
    names = {"localhost", *addresses.lan_addresses()}
    return [judge_certificate(found, names, dt.datetime.now(dt.UTC))]


def judge_certificate(found: Certificate, names: set[str], now: dt.datetime) -> Finding:
    """Pure. ``names`` are those by which this machine should be reachable."""
    mend = "./gen_cert.sh --force, then ./turtus down and up"
    until = f"valid until {found.expires_at:%Y-%m-%d}"
    if not found.fits_key:
        return fail("certificate", "the key does not belong to it", mend)
    if found.expires_at <= now:
        return fail("certificate", f"it expired on {found.expires_at:%Y-%m-%d}", mend)
    if found.expires_at - now < EXPIRES_SOON:
        return warn("certificate", until, mend)
    if lacking := sorted(names - found.names):
        return warn("certificate", f"{until}, but not for {', '.join(lacking)}", mend)
    return ok("certificate", f"{until}, for {len(found.names)} names and addresses")
