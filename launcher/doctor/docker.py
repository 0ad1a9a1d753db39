"""Checks of the Docker engine and of the browser image."""

import json

from launcher import engine, image, shell
from launcher.config import Config
from launcher.doctor.finding import Finding, fail, ok, warn

OLDEST_ENGINE = (20, 10)
"""The first that knows ``host-gateway``, by which a container reaches this machine."""
MIN_PIDS_CGROUP = ("memory", "cpu", "pids")


def read_version(text: str) -> tuple[int, ...]:
    """``(20, 10, 24)`` from ``20.10.24+dfsg1``. Pure."""
    numbers = []
    for part in text.split("+")[0].split("-")[0].split("."):
        if not part.isdecimal():
            break
        numbers.append(int(part))
    return tuple(numbers)


def check_engine(config: Config | None) -> list[Finding]:
    """Client, engine, its age, seccomp and the limits that its kernel can hold."""
    answer = engine.ask()
    if answer is engine.Answer.NO_CLIENT:
        return [
            fail("docker", "the docker command is not installed", "./turtus up, or apt-get install docker.io")
        ]
    if answer is engine.Answer.DENIED:
        return [fail("docker", "this user may not talk to the engine", "usermod -aG docker $USER, new login")]
    if answer is engine.Answer.DOWN:
        return [fail("docker", "the engine does not answer", "./turtus up, or systemctl start docker")]
    raw = shell.probe(["docker", "info", "--format", "{{json .}}"]).stdout
    return judge_engine(json.loads(raw or "{}"))


def judge_engine(info: dict[str, object]) -> list[Finding]:
    """From ``docker info``. Pure."""
    text = str(info.get("ServerVersion", "unknown"))
    version = read_version(text)
    if version and version < OLDEST_ENGINE:
        found = [fail("docker", f"engine {text} is too old", "install 20.10 or newer")]
    else:
        found = [ok("docker", f"engine {text}")]
    options = info.get("SecurityOptions") or []
    if any("name=seccomp" in str(option) for option in (options if isinstance(options, list) else [])):
        found.append(ok("seccomp", "the engine filters system calls"))
    else:
        found.append(
            fail("seccomp", "the engine has no seccomp", "use Debian's kernel and engine (CONFIG_SECCOMP)")
        )
    limits = {"memory": "MemoryLimit", "cpu": "CpuCfsQuota", "pids": "PidsLimit"}
    lacking = [name for name, key in limits.items() if info.get(key) is False]
    version_text = f"cgroup v{info.get('CgroupVersion', '?')}"
    if lacking:
        found.append(
            warn(
                "cgroup",
                f"{version_text} cannot limit {', '.join(lacking)}",
                "boot with cgroup_enable=memory",
            )
        )
    else:
        found.append(ok("cgroup", f"{version_text}: memory, CPU and pids can be limited"))
    return found


def check_image(config: Config | None) -> list[Finding]:
    """Whether the browser image is there and made of the files as they are now."""
    if config is None or engine.ask() is not engine.Answer.RUNNING:
        return []
    return [_image(config, name) for name in config.settings.vb.images.values()]


def _image(config: Config, name: str) -> Finding:
    there = shell.probe(["docker", "image", "inspect", name]).returncode == 0
    if not there:
        return fail("image", f"{name} is not built", "./turtus image")
    wanted = image.content_hash(image.inputs(config.layout.root), config.layout.root)
    if image.built_from(name) != wanted:
        return warn("image", f"{name} was built from other files than these", "./turtus image")
    return ok("image", f"{name} is there and up to date")
