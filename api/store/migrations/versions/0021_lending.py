"""Lending between basins: agreements, and the people who were asked for."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision: str = "0021"
down_revision: str | None = "0020"
branch_labels = None
depends_on = None
AT = sa.DateTime(timezone=True)


def _both() -> list[sa.Column[object]]:
    return [
        sa.Column("id", sa.String(length=60), nullable=False),
        sa.Column("basin_id", sa.String(length=120), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", AT, nullable=False),
        sa.Column("changed_at", AT, nullable=False),
        sa.Column("borrower_id", sa.String(length=120), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("paid_by", sa.String(length=20), nullable=False),
    ]


def _basins(table: str) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint([name], ["basins.id"], name=op.f(f"fk_{table}_{name}"))
        for name in ("basin_id", "borrower_id")
    ]


def upgrade() -> None:
    table = "lending_agreements"
    op.create_table(
        table,
        *_both(),
        sa.Column("workers", sa.JSON(), nullable=True),
        sa.Column("notice_min", sa.Integer(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("lender_signed", sa.String(length=60), nullable=True),
        sa.Column("borrower_signed", sa.String(length=60), nullable=True),
        *_basins(table),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )
    op.create_index(op.f(f"ix_{table}_basin_id"), table, ["basin_id"])
    op.create_index(op.f(f"ix_{table}_borrower_id"), table, ["borrower_id"])
    table = "lendings"
    op.create_table(
        table,
        *_both(),
        sa.Column("agreement_id", sa.String(length=60), nullable=False),
        sa.Column("worker_id", sa.String(length=120), nullable=False),
        sa.Column("visits", sa.JSON(), nullable=False),
        sa.Column("starts_at", AT, nullable=False),
        sa.Column("ends_at", AT, nullable=False),
        sa.Column("reply_by", AT, nullable=False),
        sa.Column("asked_by", sa.String(length=60), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("answered_by", sa.String(length=60), nullable=True),
        sa.Column("answered_at", AT, nullable=True),
        sa.Column("because", sa.String(), nullable=True),
        sa.Column("gone", sa.JSON(), nullable=False),
        *_basins(table),
        sa.ForeignKeyConstraint(
            ["agreement_id"], ["lending_agreements.id"], name=op.f(f"fk_{table}_agreement_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )
    for names in (["basin_id"], ["borrower_id"], ["state"], ["basin_id", "worker_id"]):
        op.create_index(op.f(f"ix_{table}_{'_'.join(names)}"), table, names)


def downgrade() -> None:
    op.drop_table("lendings")
    op.drop_table("lending_agreements")
