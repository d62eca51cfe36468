"""Work that is no visit: blocks of a basin, and which of them a stop told or an outcome is of."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision: str = "0019"
down_revision: str | None = "0018"
branch_labels = None
depends_on = None
TOLD = ("offers", "outcomes")


def upgrade() -> None:
    op.create_table(
        "work_blocks",
        sa.Column("basin_id", sa.String(length=120), nullable=False),
        sa.Column("id", sa.String(length=120), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("employer_id", sa.String(length=120), nullable=False),
        sa.Column("site_id", sa.String(length=120), nullable=True),
        sa.Column("funding_line_id", sa.String(length=120), nullable=True),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["basin_id"], ["basins.id"], name=op.f("fk_work_blocks_basin_id")),
        sa.ForeignKeyConstraint(
            ["basin_id", "site_id"],
            ["sites.basin_id", "sites.id"],
            name=op.f("fk_work_blocks_basin_id_site_id"),
        ),
        sa.ForeignKeyConstraint(
            ["basin_id", "funding_line_id"],
            ["funding_lines.basin_id", "funding_lines.id"],
            name=op.f("fk_work_blocks_basin_id_funding_line_id"),
        ),
        sa.PrimaryKeyConstraint("basin_id", "id", name=op.f("pk_work_blocks")),
    )
    op.create_index(op.f("ix_work_blocks_basin_id_starts_at"), "work_blocks", ["basin_id", "starts_at"])
    op.create_index(op.f("ix_work_blocks_basin_id_employer_id"), "work_blocks", ["basin_id", "employer_id"])
    for table in TOLD:
        op.add_column(table, sa.Column("work_block_id", sa.String(length=120), nullable=True))


def downgrade() -> None:
    for table in TOLD:
        # What was told of blocks speaks of no visit that an older version knows.
        op.execute(sa.text(f"DELETE FROM {table} WHERE work_block_id IS NOT NULL"))
        op.drop_column(table, "work_block_id")
    op.drop_table("work_blocks")
