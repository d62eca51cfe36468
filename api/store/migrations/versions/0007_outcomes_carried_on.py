"""Since when a worker's counters are to be carried on; outcomes found by time, funding line and plan."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision: str = "0007"
down_revision: str | None = "0006"
branch_labels = None
depends_on = None
FOUND_BY = (("basin_id", "starts_at"), ("basin_id", "funding_line_id"), ("plan_id",))


def upgrade() -> None:
    op.add_column("workers", sa.Column("counters_since", sa.Date(), nullable=True))
    for columns in FOUND_BY:
        op.create_index(op.f(_name(columns)), "outcomes", list(columns))


def downgrade() -> None:
    for columns in FOUND_BY:
        op.drop_index(op.f(_name(columns)), "outcomes")
    op.drop_column("workers", "counters_since")


def _name(columns: tuple[str, ...]) -> str:
    return f"ix_outcomes_{'_'.join(columns)}"
