"""Which processes a stack is made of, and with which arguments. Pure: settings in, a list out."""

import shlex
import socket
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from launcher.config import Config


@dataclass(frozen=True, slots=True)
class Program:
    """One process.

    Attributes:
        name: as in logs and ``status``.
        argv: what to run; the first is a path or found on PATH.
        environment: in addition to the common one.
        after: start it once this file is there, so that what people wait for comes first.
    """

    name: str
    argv: tuple[str, ...]
    environment: dict[str, str] = field(default_factory=dict)
    after: Path | None = None

    @property
    def command(self) -> str:
        """For a shell that is replaced by the program, so that its process id is the program's."""
        wait = f"until [ -e {shlex.quote(str(self.after))} ]; do sleep 0.1; done; " if self.after else ""
        return f"{wait}exec {shlex.join(self.argv)}"


def programs(config: Config) -> list[Program]:
    """All processes, in the order of their start."""
    python = str(config.layout.python)
    celery = (python, "-m", "celery", "-A", "celery_worker:celery")
    level = f"--loglevel={config.settings.log_level}"
    redis = redis_server(config)
    beat_file = str(config.layout.state / "celerybeat-schedule")
    serving = config.layout.serving
    return [
        *([redis] if redis else []),
        Program("web", (python, "-m", "gunicorn", *web_options(config), "wsgi:app")),
        Program(
            "worker", (*celery, "worker", level, "--concurrency=4", "--without-gossip", "--without-mingle")
        ),
        Program("beat", (*celery, "beat", level, "--schedule", beat_file, "--pidfile="), after=serving),
        Program(
            "flower",
            (*celery, "flower", "--address=127.0.0.1", f"--port={config.flower_port}"),
            {"FLOWER_BASIC_AUTH": config.values.get("TURTUS_FLOWER_BASIC_AUTH", "")},
            after=serving,
        ),
    ]


def web_options(config: Config) -> list[str]:
    """Gunicorn's, beside its file: IPv4 and IPv6, TLS unless it is off."""
    address = "[::]" if socket.has_dualstack_ipv6() else "0.0.0.0"  # noqa: S104 - it is there to be reached
    options = [
        f"--config={config.layout.root / 'deploy' / 'gunicorn.conf.py'}",
        f"--workers={config.web_processes}",
        f"--bind={address}:{config.settings.server_port}",
        f"--log-level={config.settings.log_level.lower()}",
    ]
    if config.certificate and config.key:
        options += [f"--certfile={config.certificate}", f"--keyfile={config.key}"]
    return options


def redis_server(config: Config) -> Program | None:
    """Our own Redis; None if the settings name one on another machine."""
    address = urlsplit(config.settings.redis_url)
    if address.hostname not in ("127.0.0.1", "localhost", "::1"):
        return None
    options = {
        "bind": "127.0.0.1",
        "port": str(address.port or 6379),
        "dir": str(config.layout.redis),
        "save": "",  # what it holds may be lost at any moment, and must not outlive the processes
        "daemonize": "no",
        "set-proc-title": "no",  # it would overwrite the mark by which `down` finds what a crash left
        "loglevel": "notice",
    }
    if address.password:
        options["requirepass"] = address.password
    arguments = [text for name, value in options.items() for text in (f"--{name}", value)]
    return Program("redis", ("redis-server", *arguments))
