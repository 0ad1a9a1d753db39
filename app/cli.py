"""What the launcher and operators ask of an installation: ``python -m app.cli migrate | status``."""

import json
import sys
from typing import Any

import click
import redis
from sqlalchemy.exc import SQLAlchemyError

from app.errors import TurtusError
from app.persistence import migrate as migrations
from app.persistence.base import make_engine
from app.persistence.unit_of_work import Database
from app.realtime.hosts import HostBoard
from app.realtime.room_store import RoomStore
from app.settings import load
from app.wiring import make_redis


@click.group()
def cli() -> None:
    """Look after an installation of Turtus."""


@cli.command()
def migrate() -> None:
    """Bring the database to the newest schema."""
    migrations.upgrade(load().database_url)


@cli.command()
@click.option("--json", "as_json", is_flag=True, help="For machines.")
def status(as_json: bool) -> None:
    """Rooms, browsers that are alive, and the hosts that run them."""
    settings = load()
    client = make_redis(settings.redis_url)
    with Database(make_engine(settings.database_url)).read() as work:
        rows = [
            (browser, room.name if (room := work.rooms.get(browser.room_id)) else "?")
            for browser in work.browsers.alive()
        ]
        rooms = work.rooms.count()
    people = RoomStore(client).people_count([browser.room_id for browser, _ in rows])
    report: dict[str, Any] = {
        "hosts": HostBoard(client).alive(),
        "rooms": rooms,
        "browsers": [
            {
                "id": browser.id,
                "room": name,
                "state": browser.state,
                "host": browser.host,
                "udp_port": browser.udp_port,
                "url": browser.url,
                "people": people.get(browser.room_id, 0),
                "since": browser.created_at.isoformat(),
            }
            for browser, name in rows
        ],
    }
    if as_json:
        click.echo(json.dumps(report))
        return
    click.echo(f"hosts: {', '.join(report['hosts']) or 'none'}")
    click.echo(f"rooms: {rooms}")
    for browser in report["browsers"]:
        click.echo("{state:<10} {room}  {url}  people {people}  port {udp_port}".format(**browser))


def main() -> int:
    """Run a command; a user's mistake is a sentence, not a trace."""
    try:
        cli(standalone_mode=False)
    except (TurtusError, click.ClickException) as error:
        click.echo(str(error), err=True)
        return 2
    except (redis.RedisError, SQLAlchemyError) as error:
        click.echo(f"A part of the installation does not answer: {error}", err=True)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
