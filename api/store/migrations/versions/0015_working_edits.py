"""Hand edits in the making, for other coordinators to see."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision: str = "0015"
down_revision: str | None = "0014"
branch_labels = None
depends_on = None
TABLE = "working_edits"


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("plan_id", sa.String(60), nullable=False),
        sa.Column("account_id", sa.String(60), nullable=False),
        sa.Column("basin_id", sa.String(120), nullable=False),
        sa.Column("edits", sa.JSON(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["plan_id"], ["plans.id"], name=op.f("fk_working_edits_plan_id")),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_working_edits_account_id")),
        sa.ForeignKeyConstraint(["basin_id"], ["basins.id"], name=op.f("fk_working_edits_basin_id")),
        sa.PrimaryKeyConstraint("plan_id", "account_id", name=op.f("pk_working_edits")),
    )
    op.create_index(op.f("ix_working_edits_basin_id"), TABLE, ["basin_id"])


def downgrade() -> None:
    op.drop_table(TABLE)
