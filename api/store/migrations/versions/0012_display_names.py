"""What an account is called on the pages of others: "Mme D. a publié"."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision: str = "0012"
down_revision: str | None = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("accounts", sa.Column("display_name", sa.String(120), nullable=True))


def downgrade() -> None:
    op.drop_column("accounts", "display_name")
