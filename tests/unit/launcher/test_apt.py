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


def test_progress_line_reads_downloads_and_installs() -> None:
    """apt's status lines become a percentage and what is done."""
    assert apt.progress_line("dlstatus:1:20.5:Retrieving file 1 of 4") == "20 % Retrieving file 1 of 4"
    assert apt.progress_line("pmstatus:redis-server:80.0:Unpacking redis-server (amd64)") == (
        "80 % Unpacking redis-server (amd64)"
    )


def test_progress_line_ignores_other_lines() -> None:
    """Everything else that apt prints goes to the log only."""
    assert apt.progress_line("Get:1 some mirror InRelease") is None


def test_everything_that_up_needs_the_tests_need() -> None:
    """`test` on an empty machine installs at least what `up` does."""
    assert set(apt.UP) <= set(apt.TEST)
