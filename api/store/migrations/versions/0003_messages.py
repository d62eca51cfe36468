"""What is to be told by mail, SMS and signed calls, until it has been."""

from __future__ import annotations

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Filled in by this version."""


def downgrade() -> None:
    """Filled in by this version."""
