"""workers.drivers.docker with the real engine and the real image"""

import gc
import json
import os
import socket
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from tests.support.servers import wait_for
from workers.drivers.base import (
    CreateFailed,
    EngineDown,
    Exited,
    Gone,
    ImageMissing,
    Owned,
    PortTaken,
    Running,
    Spec,
    Unreachable,
)
from workers.drivers.docker import DockerDriver

pytestmark = pytest.mark.docker
INSTALL = "test-driver"


def docker(*args: str) -> str:
    return subprocess.run(["docker", *args], check=True, capture_output=True, text=True).stdout


def free_udp_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("0.0.0.0", 0))  # noqa: S104 - what Docker will bind
        return int(probe.getsockname()[1])


@pytest.fixture
def driver() -> Iterator[DockerDriver]:
    driver = DockerDriver(INSTALL, "local")
    yield driver
    driver.close()
    left = docker("ps", "-aq", "--filter", f"label=turtus.install={INSTALL}").split()
    if left:
        docker("rm", "-f", *left)


def spec(browser_id: str, *, url: str = "ws://127.0.0.1:1/signal/none") -> Spec:
    return Spec(
        browser_id=browser_id,
        room_id="room",
        image="turtus/vb:latest",
        network="turtus-browsers",
        args=("--signal-server", url, "--timeout", "60000"),
        env={"TURTUS_VB_TOKEN": "t"},
        udp_port=free_udp_port(),
        memory="1g",
        cpus=1.0,
        pids=512,
    )


def inspect(browser_id: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(docker("inspect", f"turtus-vb-{browser_id}"))[0]
    return found


def test_life_of_a_container_and_every_verb_twice(driver: DockerDriver) -> None:
    """create, start, poll, list, stop, remove: each can be repeated."""
    one = spec("life")
    assert driver.poll("life") == Gone()
    driver.create(one)
    driver.create(one)
    driver.start("life")
    driver.start("life")
    assert driver.poll("life") == Running()
    assert driver.list_owned() == [Owned("life", True)]
    driver.stop("life", 3)
    driver.stop("life", 3)
    assert isinstance(driver.poll("life"), Exited)
    assert driver.list_owned() == [Owned("life", False)]
    driver.remove("life")
    driver.remove("life")
    driver.stop("life", 3)
    assert driver.poll("life") == Gone()
    assert driver.list_owned() == []


def test_container_is_locked_down(driver: DockerDriver) -> None:
    """No capability, no new privileges, read-only, limits, a user, its own network, nothing mounted."""
    driver.create(spec("locked"))
    found = inspect("locked")
    host, config = found["HostConfig"], found["Config"]
    assert host["CapDrop"] == ["ALL"]
    assert not host["CapAdd"]
    assert not host["Privileged"]
    assert host["ReadonlyRootfs"]
    assert host["Memory"] == host["MemorySwap"] == 1024**3
    assert host["NanoCpus"] == 1_000_000_000
    assert host["PidsLimit"] == 512
    assert host["Init"]
    assert host["NetworkMode"] == "turtus-browsers"
    assert not host["Binds"]
    assert not found["Mounts"]
    assert config["User"] == "1000:1000"
    options = host["SecurityOpt"]
    assert "no-new-privileges:true" in options
    profile = json.loads(next(o for o in options if o.startswith("seccomp=")).removeprefix("seccomp="))
    assert profile["defaultAction"] == "SCMP_ACT_ERRNO"
    assert not any("docker.sock" in text for text in config["Env"])


def test_browsers_cannot_talk_to_each_other(driver: DockerDriver) -> None:
    """The network of browsers has inter-container traffic off."""
    driver.create(spec("network"))
    network = json.loads(docker("network", "inspect", "turtus-browsers"))[0]
    assert network["Options"]["com.docker.network.bridge.enable_icc"] == "false"


def test_missing_image_and_wrong_limits_are_told_apart(driver: DockerDriver) -> None:
    """Each refusal has its own error."""
    with pytest.raises(ImageMissing):
        driver.create(replace(spec("missing"), image="turtus/no-such-image:latest"))
    with pytest.raises(CreateFailed):
        driver.create(replace(spec("wrong"), memory="1k"))


def test_taken_port_is_said(driver: DockerDriver) -> None:
    """By another program: UDP port in use."""
    one = spec("port")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        other.bind(("0.0.0.0", one.udp_port))  # noqa: S104 - what Docker will bind
        driver.create(one)
        with pytest.raises(PortTaken):
            driver.start("port")


@pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")  # the SDK's own, when it cannot connect
def test_engine_that_does_not_answer_is_unreachable(monkeypatch: pytest.MonkeyPatch) -> None:
    """Unknown, not gone; every verb says so, and the driver works again when the engine is back."""
    monkeypatch.setenv("DOCKER_HOST", "unix:///nonexistent/docker.sock")
    driver = DockerDriver(INSTALL, "local")
    assert isinstance(driver.poll("x"), Unreachable)
    verbs: list[Callable[[], object]] = [
        lambda: driver.create(spec("x")),
        lambda: driver.start("x"),
        lambda: driver.stop("x", 1),
        lambda: driver.remove("x"),
        driver.list_owned,
    ]
    for verb in verbs:
        with pytest.raises(EngineDown):
            verb()
    monkeypatch.setenv("DOCKER_HOST", os.environ.get("TEST_DOCKER_HOST", "unix:///var/run/docker.sock"))
    assert driver.poll("x") == Gone()
    driver.close()
    gc.collect()


def test_killed_container_tells_how(driver: DockerDriver) -> None:
    """137 is a kill from outside."""
    driver.create(spec("killed"))
    driver.start("killed")
    docker("kill", "turtus-vb-killed")
    wait_for(lambda: driver.poll("killed") != Running(), "the end")
    assert driver.poll("killed") == Exited(137, out_of_memory=False)


def test_files_have_folders_of_their_own_size(driver: DockerDriver) -> None:
    """What is too much for one does not fit, whatever room there is elsewhere; nothing in them can be run."""
    driver.create(replace(spec("files"), uploads_mb=3, downloads_mb=0))
    driver.start("files")
    for folder, size_kib in (("Uploads", 3 * 1024), ("Downloads", 1024)):
        path = f"/home/turtus/{folder}"
        shown = docker("exec", "turtus-vb-files", "stat", "-f", "-c", "%b %S", path).split()
        assert int(shown[0]) * int(shown[1]) == size_kib * 1024
        assert docker("exec", "turtus-vb-files", "stat", "-c", "%u %a", path).strip() == "1000 700"
        mounts = docker("exec", "turtus-vb-files", "grep", path, "/proc/mounts")
        assert "noexec" in mounts
