"""A whole installation for tests: Redis, web (two processes), a Celery worker and beat, real containers."""

import secrets
import subprocess
import sys
from pathlib import Path

from app.persistence.migrate import upgrade
from tests.support.people import Visitor
from tests.support.servers import Process, RedisServer, WebServer, free_port, settings_env, wait_for

INSTALL_PREFIX = "test-house-"


def docker(*args: str) -> str:
    """The Docker client's answer; CalledProcessError if it refuses."""
    return subprocess.run(["docker", *args], check=True, capture_output=True, text=True).stdout


class House:
    """Everything starts in ``start``; each part can be stopped, killed and started again."""

    def __init__(self, directory: Path, ports: str, **env: str) -> None:
        self.directory = directory
        # What a killed run left behind would take containers of its own name for its own, and remove them.
        self.install = f"{INSTALL_PREFIX}{ports}-{secrets.token_hex(3)}"
        self.redis = RedisServer(directory)
        port = free_port()
        self.env = settings_env(
            directory,
            self.redis.url,
            TURTUS_SERVER_PORT=str(port),
            TURTUS_INSTALL_ID=self.install,
            TURTUS_VB_PORT_RANGE=ports,
            **env,
        )
        upgrade(self.env["TURTUS_DATABASE_URL"])
        self.web = WebServer(directory, self.env, port=port, address="0.0.0.0")  # noqa: S104 - containers dial in
        celery = [sys.executable, "-m", "celery", "-A", "celery_worker:celery"]
        worker = [*celery, "worker", "--concurrency=2", "--without-gossip", "--without-mingle"]
        beat = [*celery, "beat", "--schedule", str(directory / "beat"), "--pidfile="]
        self.worker = Process(worker, directory / "worker.log", self.env)
        self.beat = Process(beat, directory / "beat.log", self.env)
        self._names = 0

    def start(self) -> None:
        """Start what does not run, and wait until all of it is ready."""
        if not self.redis.alive():
            self.redis.start()
        for part in (self.worker, self.beat):  # they read their modules while the web server does
            if not part.alive():
                part.start()
        if not self.web.alive():
            self.web.start()
        wait_for(self.ready, "the worker", 60)

    def ready(self) -> bool:
        return Visitor(self.web.url).get("/readyz").status_code == 200

    def stop(self) -> None:
        """End all parts, Redis last, and remove what containers are left."""
        for part in (self.beat, self.worker, self.web):
            part.ask_to_end()
        for part in (self.beat, self.worker, self.web, self.redis):
            part.stop()
        self.remove_containers()

    def remove_containers(self) -> None:
        """Whatever is left of them."""
        left = self.containers()
        if left:
            docker("rm", "-f", *left)

    def person(self) -> Visitor:
        """Somebody who has just registered."""
        self._names += 1
        return Visitor(self.web.url).register(f"person{self._names}")

    def containers(self) -> list[str]:
        """Ids of this installation's containers, dead ones too."""
        return docker("ps", "-aq", "--filter", f"label=turtus.install={self.install}").split()

    def logs(self) -> str:
        """The end of every log, for a test that failed."""
        names = ("web", "worker", "beat")
        ends = [(self.directory / f"{name}.log").read_text(errors="replace")[-3000:] for name in names]
        agents = [docker("logs", "--tail", "60", each) for each in self.containers()]
        return "\n\n".join([*ends, *agents])
