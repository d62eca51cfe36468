"""Identities apart from pseudonyms, who read them, feeds behind a secret."""

from __future__ import annotations

revision: str = "0004"
down_revision: str | None = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Filled in by this version."""


def downgrade() -> None:
    """Filled in by this version."""
