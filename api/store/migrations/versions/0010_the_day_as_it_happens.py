"""What happens to a day, told by one call each; why a visit was not done."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision: str = "0010"
down_revision: str | None = "0009"
branch_labels = None
depends_on = None
TABLE = "incidents"
NAMES = (
    ("client_id", 120),
    ("worker_id", 120),
    ("visit_id", 120),
    ("provider_id", 120),
    ("employer_id", 120),
)
FOUND_BY = (
    ["basin_id"],
    ["basin_id", "kind", "starts_at"],
    ["basin_id", "client_id"],
    ["basin_id", "worker_id"],
)


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("kind", sa.String(20), nullable=False),
        *(sa.Column(name, sa.String(length), nullable=True) for name, length in NAMES),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cause", sa.String(40), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("told_by", sa.String(60), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("id", sa.String(60), nullable=False),
        sa.Column("basin_id", sa.String(120), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["basin_id"], ["basins.id"], name=op.f("fk_incidents_basin_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incidents")),
    )
    for columns in FOUND_BY:
        op.create_index(op.f(f"ix_incidents_{'_'.join(columns)}"), TABLE, columns)
    with op.batch_alter_table("outcomes", schema=None) as batch_op:
        batch_op.add_column(sa.Column("cause", sa.String(length=40), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("outcomes", schema=None) as batch_op:
        batch_op.drop_column("cause")
    op.drop_table(TABLE)
