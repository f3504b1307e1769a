"""What a standing rests on"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the change."""
    with op.batch_alter_table("alert_standings", schema=None) as batch_op:
        batch_op.add_column(sa.Column("rests_on", sa.JSON(), nullable=True))
