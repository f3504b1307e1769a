"""Escalated"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the change."""
    with op.batch_alter_table("incidents", schema=None) as batch_op:
        batch_op.add_column(sa.Column("escalated_ns", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("escalated_from", sa.String(length=12), nullable=True))
        batch_op.add_column(sa.Column("escalated_why", sa.Text(), nullable=True))
