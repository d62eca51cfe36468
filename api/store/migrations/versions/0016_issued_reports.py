"""Reports of periods, as they were issued."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision: str = "0016"
down_revision: str | None = "0015"
branch_labels = None
depends_on = None
TABLE = "issued_reports"
ONCE = ["basin_id", "period", "edition"]


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("period", sa.String(10), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("author", sa.String(60), nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.Column("id", sa.String(60), nullable=False),
        sa.Column("basin_id", sa.String(120), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["basin_id"], ["basins.id"], name=op.f("fk_issued_reports_basin_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_issued_reports")),
        sa.UniqueConstraint(*ONCE, name=op.f("uq_issued_reports_basin_id_period_edition")),
    )
    op.create_index(op.f("ix_issued_reports_basin_id"), TABLE, ["basin_id"])


def downgrade() -> None:
    op.drop_table(TABLE)
