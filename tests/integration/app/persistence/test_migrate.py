"""app.persistence.migrate"""

from alembic import command

from app.persistence.migrate import alembic_config, upgrade


def test_models_and_migrations_agree(database_url: str) -> None:
    """Alembic finds nothing to add to a migrated database; migrating again changes nothing."""
    command.check(alembic_config(database_url))
    upgrade(database_url)


def test_first_migration_can_be_taken_back(database_url: str) -> None:
    """Down to nothing and up again."""
    command.downgrade(alembic_config(database_url), "base")
    upgrade(database_url)
