"""Releases for training, hours kept for them, transfers between lines, edits by hand."""

from __future__ import annotations

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Filled in by this version."""


def downgrade() -> None:
    """Filled in by this version."""
