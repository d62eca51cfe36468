"""Who the employees of a provider are, sealed as those of clients and workers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision: str = "0013"
down_revision: str | None = "0012"
branch_labels = None
depends_on = None

TABLE = "employee_identities"


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("provider_id", sa.String(length=120), nullable=False),
        sa.Column("basin_id", sa.String(length=120), nullable=False),
        sa.Column("id", sa.String(length=120), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["basin_id", "id"],
            ["employees.basin_id", "employees.id"],
            name=op.f("fk_employee_identities_basin_id_id"),
        ),
        sa.ForeignKeyConstraint(["basin_id"], ["basins.id"], name=op.f("fk_employee_identities_basin_id")),
        sa.PrimaryKeyConstraint("basin_id", "id", name=op.f("pk_employee_identities")),
    )
    op.create_index(op.f("ix_employee_identities_basin_id_provider_id"), TABLE, ["basin_id", "provider_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_employee_identities_basin_id_provider_id"), table_name=TABLE)
    op.drop_table(TABLE)
