"""Who stood at the door of a client who was not there, and from when on she could go elsewhere."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision: str = "0018"
down_revision: str | None = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("outcomes", sa.Column("at_door", sa.Boolean, nullable=False, server_default=sa.false()))
    op.add_column("outcomes", sa.Column("free_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("outcomes", "free_at")
    op.drop_column("outcomes", "at_door")
