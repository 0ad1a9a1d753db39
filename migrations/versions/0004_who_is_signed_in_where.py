"""Who is signed in where: until now one number for all sessions of an account.

Revision 0004, 2026-11-23 10:10:00
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "logins",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("user_id", sa.String(length=16), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_logins_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_logins")),
    )
    op.create_index(op.f("ix_logins_used_at"), "logins", ["used_at"])
    op.create_index(op.f("ix_logins_user_id"), "logins", ["user_id"])
    # Not in a batch, which would make the table anew: SQLite would delete all that belongs to people.
    op.drop_column("users", "session_epoch")


def downgrade() -> None:
    op.add_column("users", sa.Column("session_epoch", sa.Integer(), nullable=False, server_default="0"))
    op.drop_index(op.f("ix_logins_user_id"), "logins")
    op.drop_index(op.f("ix_logins_used_at"), "logins")
    op.drop_table("logins")
