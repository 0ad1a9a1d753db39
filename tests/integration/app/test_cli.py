"""app.cli"""

import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

from app.persistence.base import make_engine
from app.persistence.browsers import Browser
from app.persistence.rooms import Room
from app.persistence.unit_of_work import Database
from app.persistence.users import User
from tests.support.servers import ROOT, RedisServer, settings_env

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def run(env: dict[str, str], *args: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "app.cli", *args],
        env={**os.environ, **env},
        cwd=ROOT,
        capture_output=True,
        text=True,
    )


def test_migrate_then_status(tmp_path: Path, redis_server: RedisServer) -> None:
    """A fresh database is made; what lives is listed for people and for machines."""
    env = settings_env(tmp_path, redis_server.url)
    assert run(env, "migrate").returncode == 0
    database = Database(make_engine(env["TURTUS_DATABASE_URL"]))
    with database.work() as work:
        work.users.add(User(id="u", username="a", username_key="a", password_hash="-", created_at=NOW))
        work.rooms.add(Room(id="r", slug="s", name="Jazz", start_url="turtus:home", created_at=NOW), "u")
        work.browsers.add(
            Browser(
                id="b", room_id="r", state="READY", url="turtus:home", width_px=1280, height_px=720,
                fps=30, steps=[], created_at=NOW, host="local", udp_port=59001,
            )
        )  # fmt: skip
    database.engine.dispose()
    report = json.loads(run(env, "status", "--json").stdout)
    assert report["browsers"][0]["room"] == "Jazz"
    assert report["browsers"][0]["udp_port"] == 59001
    assert report["rooms"] == 1
    assert "READY      Jazz  turtus:home  people 0  port 59001" in run(env, "status").stdout


def test_mistakes_are_sentences(tmp_path: Path, redis_server: RedisServer) -> None:
    """A wrong setting, a wrong command, a part that is away: no trace."""
    env = settings_env(tmp_path, redis_server.url)
    for wrong, args, status in (
        ({"TURTUS_SERVER_PORT": "x"}, ["migrate"], 2),
        ({}, ["no-such-command"], 2),
        ({"TURTUS_REDIS_URL": "redis://127.0.0.1:1/0"}, ["status"], 1),
    ):
        ended = run({**env, **wrong}, *args)
        assert ended.returncode == status
        assert ended.stderr
        assert "Traceback" not in ended.stderr
