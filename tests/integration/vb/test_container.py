"""The container holds: who runs in it, with what rights, and that Firefox's own sandbox is on."""

import os
from pathlib import Path

import pytest

from tests.support.proc import files_of_root, filters, namespace, sealed, status_of
from tests.support.vb_container import IMAGE, Container, docker
from tests.support.vb_house import House
from tests.support.vb_site import PAGE

pytestmark = pytest.mark.docker


@pytest.fixture(scope="module")
def container(house: House) -> Container:
    house.show(PAGE)
    return house.container


def test_nobody_has_rights(container: Container) -> None:
    """Every process is uid 1000, without capabilities, unable to gain any, behind a system call filter."""
    pids = container.host_pids()
    assert len(pids) > 8
    for pid, args in pids.items():
        try:
            status = status_of(pid)
        except FileNotFoundError:
            continue
        assert set(status["Uid"].split()) == {"1000"}, args
        assert int(status["CapEff"], 16) == int(status["CapPrm"], 16) == int(status["CapBnd"], 16) == 0 or (
            namespace(pid, "user") != namespace(os.getpid(), "user")
        ), args
        assert status["NoNewPrivs"] == "1", args
        assert status["Seccomp"] == "2", args


def test_firefoxes_own_sandbox_is_on(container: Container) -> None:
    """A page's process has namespaces of its own, an empty root, no capability, and a filter beyond ours."""
    init = min(container.host_pids())
    pages = sealed(container, "-isForBrowser", "tab")
    assert pages
    for pid in pages:
        status = status_of(pid)
        assert status["Seccomp"] == "2"
        assert filters(pid) > filters(init)
        assert int(status["CapEff"], 16) == 0
        for kind in ("user", "net", "ipc"):
            assert namespace(pid, kind) != namespace(init, kind), kind
        assert files_of_root(pid) == []


def test_the_root_is_read_only_and_what_is_written_dies(container: Container) -> None:
    """Nothing but its temporary file systems takes a file."""
    for path in ("/", "/opt/turtus", "/usr/bin", "/etc"):
        with pytest.raises(AssertionError, match="Read-only file system"):
            container.run("touch", f"{path}/x")
    for path in ("/tmp", "/home/turtus", "/run/user/1000"):
        container.run("touch", f"{path}/x")


def test_system_calls_that_only_attackers_need_are_refused(container: Container) -> None:
    """Also inside a user namespace of one's own, where one is root: mounting above all."""
    script = (
        "import ctypes, os; c = ctypes.CDLL(None, use_errno=True);"
        "c.unshare(0x10000000) and os._exit(9);"
        "r = [(n, c.syscall(n, 0, 0, 0, 0, 0), ctypes.get_errno()) for n in %s];"
        "print(all(v == -1 and e == 1 for _, v, e in r), r)"
    )
    # x86-64: mount umount2 pivot_root ptrace bpf perf_event_open keyctl add_key init_module kexec_load
    # userfaultfd io_uring_setup setns open_by_handle_at process_vm_readv swapon reboot
    numbers = [165, 166, 155, 101, 321, 298, 250, 248, 175, 246, 323, 425, 308, 304, 310, 167, 169]
    assert container.run("python", "-c", script % numbers).startswith("True")


def test_the_token_does_not_reach_firefox(container: Container) -> None:
    """Nor any other setting of the agent."""
    for pid, args in container.host_pids().items():
        if "firefox" in args or "Xvfb" in args or "pulseaudio" in args:
            assert b"TURTUS" not in Path(f"/proc/{pid}/environ").read_bytes(), args


def test_ublock_is_active_and_the_profile_is_new(container: Container) -> None:
    """The add-on is installed, enabled, and has an address inside this profile."""
    extensions = container.run("cat", "/home/turtus/profile/extensions.json")
    at = extensions.index('"id":"uBlock0@raymondhill.net"')
    entry = extensions[at : at + 6000]
    assert '"active":true' in entry
    assert '"userDisabled":false' in entry
    assert "uBlock0@raymondhill.net" in container.run("cat", "/home/turtus/profile/prefs.js")


def test_no_extra_authority_is_in_the_image() -> None:
    """Certificates handed to the build were trusted by the build alone."""
    assert docker("run", "--rm", "--entrypoint", "ls", IMAGE, "/usr/local/share/ca-certificates") == ""
