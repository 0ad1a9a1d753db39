"""Real servers for tests, each private: its own port and directory, gone afterwards."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import redis
import requests

ROOT = Path(__file__).resolve().parents[2]
SECRET = "a-secret-of-the-tests-that-is-long-enough"


def free_port() -> int:
    """A TCP port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(condition: Callable[[], object], what: str | Callable[[], str], timeout_s: float = 15.0) -> None:
    """Poll until ``condition`` holds; AssertionError naming ``what`` (as it is at the end) if it never does."""
    deadline = time.monotonic() + timeout_s
    while time.monotonic() < deadline:
        if condition():
            return
        time.sleep(0.05)
    named = what if isinstance(what, str) else what()
    raise AssertionError(f"waited {timeout_s} s in vain for {named}")


class Process:
    """A program in a process group of its own, its output in a file."""

    def __init__(self, argv: list[str], log: Path, env: dict[str, str] | None = None) -> None:
        self.argv = argv
        self.log = log
        self.env = {**os.environ, **(env or {})}
        self.process: subprocess.Popen[bytes] | None = None
        self._asked = False

    def start(self) -> None:
        with self.log.open("ab") as out:
            self.process = subprocess.Popen(
                self.argv, stdout=out, stderr=out, env=self.env, cwd=ROOT, start_new_session=True
            )

    def alive(self) -> bool:
        """Whether it was started and has not ended."""
        return self.process is not None and self.process.poll() is None

    def ask_to_end(self, sign: signal.Signals = signal.SIGTERM) -> None:
        """Send the signal to the whole group; ``stop`` waits for the end."""
        if self.process is not None and not self._asked:
            self._asked = True
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, sign)

    def stop(self, sign: signal.Signals = signal.SIGTERM) -> None:
        """Send the signal to the whole group, unless that was done, and wait for the end."""
        if self.process is None:
            return
        self.ask_to_end(sign)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(5)
        self.process = None
        self._asked = False


class RedisServer(Process):
    """A Redis without persistence."""

    def __init__(self, directory: Path) -> None:
        self.port = free_port()
        argv = ["redis-server", "--port", str(self.port), "--bind", "127.0.0.1", "--save", ""]
        super().__init__([*argv, "--dir", str(directory)], directory / "redis.log")

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        super().start()
        wait_for(self.answers, "Redis")

    def answers(self) -> bool:
        client = redis.Redis(port=self.port)
        try:
            return bool(client.ping())
        except redis.RedisError:
            return False
        finally:
            client.close()


class WebServer(Process):
    """Gunicorn as it is deployed, with two worker processes; ``more`` are further arguments of it."""

    def __init__(
        self,
        directory: Path,
        env: dict[str, str],
        *more: str,
        port: int = 0,
        address: str = "127.0.0.1",
    ) -> None:
        self.port = port or free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        argv = [sys.executable, "-m", "gunicorn", f"--config={ROOT / 'deploy' / 'gunicorn.conf.py'}"]
        argv += ["--workers=2", f"--bind={address}:{self.port}", "--graceful-timeout=1", *more, "wsgi:app"]
        super().__init__(argv, directory / "web.log", env)

    def start(self) -> None:
        super().start()
        wait_for(self.answers, "the web server", 30)

    def answers(self) -> bool:
        try:
            return requests.get(f"{self.url}/healthz", timeout=2).ok
        except requests.RequestException:
            return False


def settings_env(directory: Path, redis_url: str, **more: str) -> dict[str, str]:
    """The environment of an installation in ``directory``."""
    return {
        "TURTUS_SECRET_KEY": SECRET,
        "TURTUS_INSTALL_ID": "test",
        "TURTUS_DATABASE_URL": f"sqlite:///{directory / 'turtus.db'}",
        "TURTUS_REDIS_URL": redis_url,
        "TURTUS_BROKER_URL": redis_url.rsplit("/", 1)[0] + "/1",
        "TURTUS_SERVER_USE_HTTPS": "0",
        "TURTUS_LOG_EMOJI": "0",
        **more,
    }


@contextmanager
def postgres_server() -> Iterator[str]:
    """A PostgreSQL of Debian's packages; gives the URL of an empty database.

    It makes its folder itself: as root it runs as another user, who has to own it, and who may not enter
    pytest's own.
    """
    with tempfile.TemporaryDirectory(prefix="turtus-postgres-") as name:
        yield from _postgres_in(Path(name))


def _postgres_in(data: Path) -> Iterator[str]:
    binaries = max(Path("/usr/lib/postgresql").iterdir(), key=lambda path: float(path.name)) / "bin"
    port = free_port()
    as_postgres: list[str] = []
    if os.geteuid() == 0:
        shutil.chown(data, "postgres", "postgres")
        as_postgres = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]

    def run(*argv: str) -> None:
        subprocess.run([*as_postgres, *argv], check=True, capture_output=True, cwd="/")

    run(str(binaries / "initdb"), "-D", str(data), "-U", "turtus", "-A", "trust", "--no-sync")
    options = f"-p {port} -k {data} -c listen_addresses=127.0.0.1 -c fsync=off"
    run(str(binaries / "pg_ctl"), "-D", str(data), "-w", "-l", str(data / "log"), "-o", options, "start")
    try:
        yield f"postgresql://turtus@127.0.0.1:{port}/postgres"
    finally:
        run(str(binaries / "pg_ctl"), "-D", str(data), "-m", "immediate", "stop")
