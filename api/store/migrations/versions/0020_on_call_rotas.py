"""On-call rotas, as they are proposed and published."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision: str = "0020"
down_revision: str | None = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "on_call_rotas",
        sa.Column("id", sa.String(length=60), nullable=False),
        sa.Column("basin_id", sa.String(length=120), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("asked", sa.JSON(), nullable=False),
        sa.Column("duties", sa.JSON(), nullable=False),
        sa.Column("gap", sa.Double(), nullable=True),
        sa.Column("job_id", sa.String(length=60), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published_by", sa.String(length=60), nullable=True),
        sa.ForeignKeyConstraint(["basin_id"], ["basins.id"], name=op.f("fk_on_call_rotas_basin_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_on_call_rotas")),
    )
    op.create_index(op.f("ix_on_call_rotas_basin_id"), "on_call_rotas", ["basin_id"])
    op.create_index(op.f("ix_on_call_rotas_basin_id_first_day"), "on_call_rotas", ["basin_id", "first_day"])


def downgrade() -> None:
    # A search for a rota is nothing that an older version knows.
    op.execute(sa.text("DELETE FROM jobs WHERE CAST(wish AS TEXT) LIKE '%on_call_rota%'"))
    op.drop_table("on_call_rotas")
