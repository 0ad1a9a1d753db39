"""launcher.apt: what has to be installed, and apt's progress."""

from launcher import apt
from launcher.apt import Need

REDIS = Need("redis-server", "redis-server", "messages")
ENGINE = Need("docker.io", "dockerd", "engine")


def test_missing_leaves_out_what_is_here() -> None:
    """Only programs that are not on the machine are asked for."""
    assert apt.missing([REDIS, ENGINE], lambda need: need is REDIS) == [ENGINE]


def test_missing_names_a_package_once() -> None:
    """Two programs of one package are one installation."""
    twice = [ENGINE, Need("docker.io", "containerd", "engine")]
    assert [need.package for need in apt.missing(twice, lambda need: False)] == ["docker.io"]


def test_present_looks_at_files() -> None:
    """A need with a path is there when the path is."""
    assert apt.present(Need("base-files", "/etc", "all"))
    assert not apt.present(Need("nothing", "/no/such/file", "none"))


def test_progress_counts_what_is_set_up() -> None:
    """How many of how many packages are ready, and what is being done."""
    progress = apt.Progress()
    assert progress.read("1 upgraded, 3 newly installed, 0 to remove and 7 not upgraded.") is None
    assert progress.read(
        "Get:1 http://mirror.example/debian trixie/main amd64 redis-tools amd64 5:8.0 [9 kB]"
    ) == ("0 of 4: downloading redis-tools")
    assert progress.read("Unpacking redis-tools (5:8.0) ...") == "0 of 4: Unpacking redis-tools"
    assert progress.read("Setting up redis-tools (5:8.0) ...") == "1 of 4: Setting up redis-tools"
    assert progress.read("Setting up redis-server (5:8.0) ...") == "2 of 4: Setting up redis-server"


def test_progress_ignores_other_lines() -> None:
    """Everything else that apt prints goes to the log only."""
    assert apt.Progress().read("Reading package lists...") is None


def test_everything_that_up_needs_the_tests_need() -> None:
    """`test` on an empty machine installs at least what `up` does."""
    assert set(apt.UP) <= set(apt.TEST)
