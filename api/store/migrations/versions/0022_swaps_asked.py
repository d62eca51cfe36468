"""Swaps with present staff that services were asked for."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision: str = "0022"
down_revision: str | None = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "swap_questions",
        sa.Column("id", sa.String(length=60), nullable=False),
        sa.Column("basin_id", sa.String(length=120), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("plan_id", sa.String(length=60), nullable=False),
        sa.Column("provider_id", sa.String(length=120), nullable=False),
        sa.Column("visit_id", sa.String(length=120), nullable=False),
        sa.Column("employee_id", sa.String(length=120), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("swap", sa.JSON(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reply_by", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by", sa.String(length=60), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by", sa.String(length=60), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("made_plan_id", sa.String(length=60), nullable=True),
        sa.ForeignKeyConstraint(["basin_id"], ["basins.id"], name=op.f("fk_swap_questions_basin_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_swap_questions")),
    )
    for columns in (["basin_id"], ["basin_id", "visit_id"], ["state", "reply_by"]):
        op.create_index(op.f(f"ix_swap_questions_{'_'.join(columns)}"), "swap_questions", columns)


def downgrade() -> None:
    op.drop_table("swap_questions")
