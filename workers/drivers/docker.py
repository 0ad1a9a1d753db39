"""Browsers in Docker containers: the only file that imports the SDK.

The container runs as a normal user without any capability, on a read-only root, under our seccomp
profile (which lets Firefox keep its own sandbox), with limits, on a network of its own kind.
"""

import contextlib
import logging
from collections.abc import Iterator
from pathlib import Path

import docker
import requests
from docker.errors import APIError, DockerException, ImageNotFound, NotFound
from docker.models.containers import Container
from docker.types import LogConfig

from workers.drivers.base import (
    CreateFailed,
    EngineDown,
    Exited,
    Gone,
    ImageMissing,
    NoResources,
    Owned,
    Poll,
    PortTaken,
    Running,
    Spec,
    Unreachable,
)

log = logging.getLogger(__name__)

LABEL_BROWSER = "turtus.browser"
LABEL_ROOM = "turtus.room"
LABEL_INSTALL = "turtus.install"
LABEL_HOST = "turtus.host"
SECCOMP = Path(__file__).resolve().parents[2] / "vb" / "seccomp.json"
TIMEOUT_S = 20
UID = 1000
_TMPFS = {
    "/tmp": "rw,nosuid,nodev,size=512m,mode=1777",  # noqa: S108 - inside the container
    "/home/turtus": f"rw,nosuid,nodev,size=1g,uid={UID},gid={UID},mode=700",
    f"/run/user/{UID}": f"rw,nosuid,nodev,size=64m,uid={UID},gid={UID},mode=700",
}
_FULL = ("no space left", "cannot allocate memory", "resource temporarily unavailable", "no available ip")
_ICC = "com.docker.network.bridge.enable_icc"
_PORT = ("port is already allocated", "address already in use")


class DockerDriver:
    """Talks to the engine that the environment names (``DOCKER_HOST``), at the first call."""

    def __init__(self, install_id: str, host: str) -> None:
        self._install_id = install_id
        self._host = host
        self._client: docker.DockerClient | None = None
        self._warned = False

    def create(self, spec: Spec) -> str:
        with self._engine() as engine:
            with contextlib.suppress(NotFound):
                engine.containers.get(_name(spec.browser_id)).remove(force=True)
            self._ensure_network(engine, spec.network)
            container = engine.containers.create(
                spec.image,
                list(spec.args),
                name=_name(spec.browser_id),
                labels={
                    LABEL_BROWSER: spec.browser_id,
                    LABEL_ROOM: spec.room_id,
                    LABEL_INSTALL: self._install_id,
                    LABEL_HOST: self._host,
                },
                environment=spec.env,
                network=spec.network,
                ports={f"{spec.udp_port}/udp": spec.udp_port},
                extra_hosts={"host.docker.internal": "host-gateway"},
                user=f"{UID}:{UID}",
                init=True,
                read_only=True,
                tmpfs=_TMPFS | _folders(spec),
                shm_size="1g",
                cap_drop=["ALL"],
                security_opt=["no-new-privileges:true", f"seccomp={SECCOMP.read_text()}"],
                mem_limit=spec.memory,
                memswap_limit=spec.memory,
                nano_cpus=int(spec.cpus * 1_000_000_000),
                pids_limit=spec.pids,
                log_config=LogConfig(type="json-file", config={"max-size": "5m", "max-file": "2"}),
            )
            return str(container.id)

    def start(self, browser_id: str) -> None:
        with self._engine() as engine:
            engine.containers.get(_name(browser_id)).start()

    def poll(self, browser_id: str) -> Poll:
        try:
            with self._engine() as engine:
                container = self._find(engine, browser_id)
                if container is None:
                    return Gone()
                state = container.attrs["State"]
                if state["Status"] in {"exited", "dead"}:
                    return Exited(int(state["ExitCode"]), bool(state["OOMKilled"]))
                return Running()
        except (EngineDown, CreateFailed) as error:
            return Unreachable(error.detail)

    def stop(self, browser_id: str, within_s: int) -> None:
        with self._engine() as engine:
            container = self._find(engine, browser_id)
            if container is not None:
                container.stop(timeout=within_s)

    def remove(self, browser_id: str) -> None:
        with self._engine() as engine:
            container = self._find(engine, browser_id)
            if container is None:
                return
            try:
                container.remove(force=True, v=True)
            except NotFound:
                pass  # somebody else was first
            except APIError as error:
                if error.status_code != 409:  # 409: its removal is already in progress
                    raise

    def list_owned(self) -> list[Owned]:
        labels = [f"{LABEL_INSTALL}={self._install_id}", f"{LABEL_HOST}={self._host}", LABEL_BROWSER]
        with self._engine() as engine:
            found = engine.containers.list(all=True, filters={"label": labels}, ignore_removed=True)
            return [
                Owned(container.labels[LABEL_BROWSER], container.status == "running") for container in found
            ]

    def close(self) -> None:
        """Drop the connection to the engine; the next call makes a new one."""
        if self._client is not None:
            self._client.close()
            self._client = None

    @staticmethod
    def _find(engine: docker.DockerClient, browser_id: str) -> Container | None:
        try:
            return engine.containers.get(_name(browser_id))
        except NotFound:
            return None

    def _ensure_network(self, engine: docker.DockerClient, name: str) -> None:
        """The network of browsers, on which they cannot talk to each other, only out."""
        # The engine finds every network whose name has ours in it.
        there = next((each for each in engine.networks.list(names=[name]) if each.name == name), None)
        if there is None:
            try:
                engine.networks.create(name, driver="bridge", check_duplicate=True, options={_ICC: "false"})
            except APIError as error:
                if error.status_code != 409 and "already exists" not in _explain(error):
                    raise  # otherwise another start was first
        elif not self._warned and (there.attrs.get("Options") or {}).get(_ICC) != "false":
            self._warned = True
            log.warning("browsers can talk to each other: network %s was not made by Turtus (%s)", name, _ICC)

    @contextlib.contextmanager
    def _engine(self) -> Iterator[docker.DockerClient]:
        """The client; what it raises becomes a DriverError."""
        try:
            if self._client is None:
                self._client = docker.from_env(timeout=TIMEOUT_S)
            yield self._client
        except ImageNotFound as error:
            raise ImageMissing(_explain(error)) from error
        except APIError as error:
            text = _explain(error).lower()
            if "no such image" in text:
                raise ImageMissing(text) from error
            if any(words in text for words in _PORT):
                raise PortTaken(text) from error
            if any(words in text for words in _FULL):
                raise NoResources(text) from error
            raise CreateFailed(text) from error
        except (DockerException, requests.RequestException, OSError) as error:
            self.close()
            raise EngineDown(str(error)) from error


def _folders(spec: Spec) -> dict[str, str]:
    """Folders of files with a size of their own, so that no file can take the memory of the rest."""
    sizes = {"Uploads": spec.uploads_mb, "Downloads": spec.downloads_mb}
    return {
        f"/home/turtus/{name}": f"rw,nosuid,nodev,noexec,size={max(1, size)}m,uid={UID},gid={UID},mode=700"
        for name, size in sizes.items()
    }


def _name(browser_id: str) -> str:
    return f"turtus-vb-{browser_id}"


def _explain(error: APIError) -> str:
    return str(error.explanation or error)
