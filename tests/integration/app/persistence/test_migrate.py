"""app.persistence.migrate"""

from alembic import command
from sqlalchemy import inspect, text

from app.persistence.base import make_engine
from app.persistence.migrate import alembic_config, upgrade

OF_0002 = (
    "INSERT INTO users (id, username, username_key, password_hash, session_epoch, created_at)"
    " VALUES ('u', 'ana', 'ana', '-', 3, '2026-01-01 00:00:00')",
    "INSERT INTO rooms (id, slug, name, start_url, created_at)"
    " VALUES ('r', 's', 'Room', 'turtus:home', '2026-01-01 00:00:00')",
    "INSERT INTO memberships (room_id, user_id, role, joined_at)"
    " VALUES ('r', 'u', 'owner', '2026-01-01 00:00:00')",
    "INSERT INTO browsers (id, room_id, state, requested_by, url, width_px, height_px, fps, steps, created_at)"
    " VALUES ('b', 'r', 'STOPPED', 'ana', 'turtus:home', 1280, 720, 30, '[]', '2026-01-01 00:00:00')",
)


def test_models_and_migrations_agree(database_url: str) -> None:
    """Alembic finds nothing to add to a migrated database; migrating again changes nothing."""
    command.check(alembic_config(database_url))
    upgrade(database_url)


def test_migrating_loses_nothing_of_what_people_have(database_url: str) -> None:
    """Tables that others belong to are changed in place: SQLite deletes what belongs to one that is made anew."""
    config, engine = alembic_config(database_url), make_engine(database_url)
    command.downgrade(config, "0002")
    with engine.begin() as connection:
        for statement in OF_0002:
            connection.execute(text(statement))
    for there_and_back in range(2):
        upgrade(database_url)
        with engine.begin() as connection:
            rows = "SELECT user_id, slug, username FROM memberships JOIN rooms ON rooms.id = room_id JOIN users ON users.id = user_id"
            assert [tuple(row) for row in connection.execute(text(rows))] == [("u", "s", "ana")]
            state = connection.execute(text("SELECT state, requested_by, user_id FROM browsers")).one()
            assert tuple(state) == ("STOPPED", "ana", None)
            indexes = {index["name"] for index in inspect(connection).get_indexes("browsers")}
            assert {"uq_browsers_room_alive", "uq_browsers_host_port_alive"} <= indexes
        if not there_and_back:
            command.downgrade(config, "0002")
    engine.dispose()


def test_first_migration_can_be_taken_back(database_url: str) -> None:
    """Down to nothing and up again."""
    command.downgrade(alembic_config(database_url), "base")
    upgrade(database_url)
