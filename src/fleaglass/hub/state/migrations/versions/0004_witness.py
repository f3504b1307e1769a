"""Witness"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the change."""
    op.create_table(
        "witness_logs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("vkey", sa.Text(), nullable=False),
        sa.Column("added_ns", sa.BigInteger(), nullable=False),
        sa.Column("key_since_ns", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_witness_logs")),
        sa.UniqueConstraint("origin", name=op.f("uq_witness_logs_origin")),
    )
    op.create_table(
        "witness_checkpoints",
        sa.Column("log", sa.Integer(), nullable=False),
        sa.Column("size", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("root", sa.String(length=64), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("first_ns", sa.BigInteger(), nullable=False),
        sa.Column("last_ns", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["log"], ["witness_logs.id"], name=op.f("fk_witness_checkpoints_log_witness_logs")),
        sa.PrimaryKeyConstraint("log", "size", name=op.f("pk_witness_checkpoints")),
    )
    op.create_table(
        "witness_alarms",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("log", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("subject", sa.String(length=90), nullable=False),
        sa.Column("held", sa.Text(), nullable=False),
        sa.Column("shown", sa.Text(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("first_ns", sa.BigInteger(), nullable=False),
        sa.Column("last_ns", sa.BigInteger(), nullable=False),
        sa.Column("explained_ns", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["log"], ["witness_logs.id"], name=op.f("fk_witness_alarms_log_witness_logs")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_witness_alarms")),
        sa.UniqueConstraint("log", "kind", "subject", name=op.f("uq_witness_alarms_log_kind_subject")),
    )
    with op.batch_alter_table("witness_alarms", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_witness_alarms_first_ns"), ["first_ns"], unique=False)
