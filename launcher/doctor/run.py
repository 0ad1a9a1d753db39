"""All checks, in the order of the report."""

import json
from collections.abc import Callable
from dataclasses import asdict

from launcher import config
from launcher.config import Config
from launcher.console import Console
from launcher.doctor import docker, machine, network
from launcher.doctor.finding import Finding, Verdict, fail, ok, warn
from launcher.errors import LauncherError
from launcher.paths import Layout

Check = Callable[[Config | None], list[Finding]]

CHECKS: tuple[Check, ...] = (
    machine.check_python,
    machine.check_redis,
    docker.check_engine,
    docker.check_image,
    network.check_web,
    network.check_media_ports,
    network.check_certificate,
    machine.check_space,
    machine.check_kernel,
)
_SIGNS = {Verdict.OK: "✓", Verdict.WARN: "!", Verdict.FAIL: "✗"}


def examine(layout: Layout) -> list[Finding]:
    """Run every check. Changes nothing."""
    settings, first = _settings(layout)
    findings = [first]
    for check in CHECKS:
        findings.extend(check(settings))
    return findings


def show(findings: list[Finding], console: Console) -> None:
    """For people."""
    for one in findings:
        console.say(f"{_SIGNS[one.verdict]} {one.name:12} {one.text}")
        if one.mend:
            console.say(f"  {'':12} to mend it: {one.mend}")


def as_json(findings: list[Finding]) -> str:
    """For machines."""
    return json.dumps([asdict(one) for one in findings], indent=2)


def _settings(layout: Layout) -> tuple[Config | None, Finding]:
    if not layout.env_file.exists():
        return config.read(layout, provisional=True), warn(
            "settings", "there is no .env yet", "./turtus up writes it"
        )
    try:
        return config.read(layout), ok("settings", ".env can be read")
    except LauncherError as error:
        return None, fail("settings", error.sentence, error.mend or "mend .env")
