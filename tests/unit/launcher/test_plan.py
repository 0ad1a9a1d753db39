"""launcher.plan: which processes run, and how."""

import shlex
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from launcher import plan
from launcher.config import Config

Make = Callable[..., Config]


def _names(config: Config) -> list[str]:
    return [program.name for program in plan.programs(config)]


def test_programs_are_the_whole_stack(make_config: Make) -> None:
    """Redis comes first: the others need it."""
    assert _names(make_config()) == ["redis", "web", "worker", "beat", "flower"]


def test_a_redis_elsewhere_is_not_started(make_config: Make) -> None:
    """One that the settings name on another machine is used as it is."""
    config = make_config(TURTUS_REDIS_URL="redis://redis.example:6379/0")
    assert "redis" not in _names(config)


def test_redis_listens_on_this_machine_alone_and_keeps_nothing(make_config: Make) -> None:
    """Our instance is private, on its own port, and what it held does not outlive it."""
    program = plan.redis_server(make_config(TURTUS_REDIS_URL="redis://:pass@127.0.0.1:7000/0"))
    assert program is not None
    pairs = dict(zip(program.argv[1::2], program.argv[2::2], strict=True))
    assert (pairs["--bind"], pairs["--port"], pairs["--save"]) == ("127.0.0.1", "7000", "")
    assert pairs["--requirepass"] == "pass"


def test_web_serves_tls_unless_it_is_off(make_config: Make) -> None:
    """With `--http` there is no certificate on the command line."""
    assert any(word.startswith("--certfile=") for word in plan.web_options(make_config()))
    plain = plan.web_options(make_config(TURTUS_SERVER_USE_HTTPS="0"))
    assert not any("cert" in word or "keyfile" in word for word in plain)


def test_web_has_at_least_two_processes(make_config: Make) -> None:
    """So that a room's people really sit on different ones."""
    assert "--workers=2" in plan.web_options(make_config())


def test_flower_password_is_not_on_the_command_line(make_config: Make) -> None:
    """Everybody on the machine can read command lines."""
    config = make_config(TURTUS_FLOWER_BASIC_AUTH="turtus:secret")
    flower = plan.programs(config)[-1]
    assert flower.environment["FLOWER_BASIC_AUTH"] == "turtus:secret"
    assert "secret" not in flower.command


def test_command_survives_a_folder_with_spaces() -> None:
    """The shell hands each argument on as it is, and is replaced by the program."""
    program = plan.Program("x", ("/a folder/python", "-c", "print('it''s')"))
    assert program.command.startswith("exec ")
    assert shlex.split(program.command)[1:] == list(program.argv)


def test_late_programs_wait_for_their_file(tmp_path: Path) -> None:
    """What nobody waits for starts after what people wait for, and at once when it is started again."""
    serving = tmp_path / "it is serving"
    command = plan.Program("x", ("echo", "started"), after=serving).command
    with subprocess.Popen(["sh", "-c", command], stdout=subprocess.PIPE, text=True) as process:
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(0.3)
        serving.touch()
        assert process.communicate(timeout=10)[0] == "started\n"
    assert subprocess.run(["sh", "-c", command], check=True, timeout=10).returncode == 0


def test_beat_and_flower_come_when_it_serves(make_config: Make) -> None:
    """They are the two that nobody waits for."""
    config = make_config()
    late = [program.name for program in plan.programs(config) if program.after == config.layout.serving]
    assert late == ["beat", "flower"]
