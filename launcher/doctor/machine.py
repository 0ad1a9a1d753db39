"""Checks of Python, programs, disk, shared memory and kernel."""

import os
import platform
import shutil
import sys
from pathlib import Path

from launcher import shell
from launcher.config import Config
from launcher.doctor.finding import Finding, fail, ok, warn
from launcher.paths import ROOT

GIB = 1024**3
DISK_WARN_BYTES = 5 * GIB
DISK_FAIL_BYTES = 1 * GIB
MEMORY_WARN_BYTES = 3 * GIB
"""One room's browser may take 2 GiB; the service itself needs about half of one."""
SHM_WARN_BYTES = 64 * 1024 * 1024


def check_python(config: Config | None) -> list[Finding]:
    """The Python that runs this."""
    text = f"{platform.python_version()} at {sys.executable}"
    return [ok("python", text)]  # the script `turtus` hands over to 3.11 or newer only


def check_redis(config: Config | None) -> list[Finding]:
    """The program of our own Redis instance."""
    path = shell.find("redis-server")
    if path is None:
        return [fail("redis", "redis-server is not installed", "apt-get install redis-server")]
    words = shell.probe([path, "--version"]).stdout.split()
    version = next((word[2:] for word in words if word.startswith("v=")), "unknown version")
    return [ok("redis", f"redis-server {version}")]


def check_space(config: Config | None) -> list[Finding]:
    """Disk, memory and shared memory."""
    found = [judge_disk(ROOT, shutil.disk_usage(ROOT).free)]
    docker = Path("/var/lib/docker")
    if docker.is_dir() and docker.stat().st_dev != ROOT.stat().st_dev:
        found.append(judge_disk(docker, shutil.disk_usage(docker).free))
    found.append(judge_memory(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")))
    shm = shutil.disk_usage("/dev/shm").free if Path("/dev/shm").is_dir() else 0  # noqa: S108
    found.append(judge_shm(shm))
    return found


def judge_disk(folder: Path, free_bytes: int) -> Finding:
    """Pure. ``free_bytes`` on the disk that holds ``folder``."""
    text = f"{free_bytes / GIB:.1f} GiB free at {folder}"
    if free_bytes < DISK_FAIL_BYTES:
        return fail(
            "disk", text, "make room: the images need about 4 GiB (docker system df shows what is old)"
        )
    if free_bytes < DISK_WARN_BYTES:
        return warn("disk", text, "make room: docker system prune removes what no container uses")
    return ok("disk", text)


def judge_memory(total_bytes: int) -> Finding:
    """Pure."""
    text = f"{total_bytes / GIB:.1f} GiB of memory, {os.cpu_count()} cores"
    if total_bytes < MEMORY_WARN_BYTES:
        return warn("memory", text, "set TURTUS_VB_MEMORY lower, or use a larger machine")
    return ok("memory", text)


def judge_shm(free_bytes: int) -> Finding:
    """Pure. Shared memory of this machine (a browser's container brings its own)."""
    text = f"{free_bytes // (1024 * 1024)} MiB of shared memory"
    if free_bytes < SHM_WARN_BYTES:
        return warn("shm", text, "mount a tmpfs of at least 64 MiB at /dev/shm")
    return ok("shm", text)


def check_kernel(config: Config | None) -> list[Finding]:
    """User namespaces: Firefox' own sandbox is made of them."""
    limit = _number("/proc/sys/user/max_user_namespaces")
    clone = _number("/proc/sys/kernel/unprivileged_userns_clone")
    restricted = _number("/proc/sys/kernel/apparmor_restrict_unprivileged_userns")
    return [judge_namespaces(limit, clone, restricted)]


def judge_namespaces(limit: int | None, clone: int | None, restricted: int | None) -> Finding:
    """Pure; None where the kernel has no such switch."""
    name = "namespaces"
    if limit == 0:
        return fail(name, "user namespaces are off", "sysctl -w user.max_user_namespaces=15000")
    if clone == 0:
        return fail(
            name, "user namespaces are for root alone", "sysctl -w kernel.unprivileged_userns_clone=1"
        )
    if restricted:
        mend = "sysctl -w kernel.apparmor_restrict_unprivileged_userns=0"
        return warn(name, "AppArmor restricts user namespaces", mend)
    return ok(name, "user namespaces are on: Firefox keeps its own sandbox")


def _number(path: str) -> int | None:
    try:
        return int(Path(path).read_text())
    except (OSError, ValueError):
        return None
