"""Searches that follow from something else are queued before their problem is composed, one for the same
days."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision: str = "0006"
down_revision: str | None = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("jobs", schema=None) as batch_op:
        batch_op.alter_column("digest", existing_type=sa.String(length=80), nullable=True)
        batch_op.add_column(sa.Column("waits_for", sa.String(length=20), nullable=True))
        batch_op.create_index("uq_jobs_one_waiting", ["basin_id", "waits_for"], unique=True)


def downgrade() -> None:
    # Searches without a problem yet: the version before cannot compose one when they start.
    op.execute("DELETE FROM jobs WHERE digest IS NULL")
    with op.batch_alter_table("jobs", schema=None) as batch_op:
        batch_op.drop_index("uq_jobs_one_waiting")
        batch_op.drop_column("waits_for")
        batch_op.alter_column("digest", existing_type=sa.String(length=80), nullable=False)
