"""Who asked for a browser, whatever they are called: until now only their name at that time.

Revision 0003, 2026-11-23 10:00:00
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("browsers", schema=None) as batch_op:
        batch_op.add_column(sa.Column("user_id", sa.String(length=16), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_browsers_user_id_users"), "users", ["user_id"], ["id"], ondelete="SET NULL"
        )


def downgrade() -> None:
    with op.batch_alter_table("browsers", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_browsers_user_id_users"), type_="foreignkey")
        batch_op.drop_column("user_id")
