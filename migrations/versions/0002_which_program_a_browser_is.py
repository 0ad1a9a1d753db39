"""Which program a browser is: until now each was Firefox.

Revision 0002, 2026-11-23 07:10:00
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("browsers", schema=None) as batch_op:
        batch_op.add_column(sa.Column("kind", sa.String(length=16), server_default="firefox", nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("browsers", schema=None) as batch_op:
        batch_op.drop_column("kind")
