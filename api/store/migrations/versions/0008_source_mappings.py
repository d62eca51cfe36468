"""Mappings of other programs' exports, one a source."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision: str = "0008"
down_revision: str | None = "0007"
branch_labels = None
depends_on = None
TABLE = "source_mappings"
FOUND_BY = ["basin_id", "provider_id"]


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("provider_id", sa.String(120), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("basin_id", sa.String(120), nullable=False),
        sa.Column("id", sa.String(120), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["basin_id"], ["basins.id"], name=op.f("fk_source_mappings_basin_id")),
        sa.ForeignKeyConstraint(
            FOUND_BY,
            ["providers.basin_id", "providers.id"],
            name=op.f("fk_source_mappings_basin_id_provider_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("basin_id", "id", name=op.f("pk_source_mappings")),
    )
    op.create_index(op.f("ix_source_mappings_basin_id_provider_id"), TABLE, FOUND_BY)


def downgrade() -> None:
    op.drop_table(TABLE)
