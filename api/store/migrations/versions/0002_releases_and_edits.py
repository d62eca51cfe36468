"""Releases for training, hours kept for them, transfers between lines, edits by hand."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # A default of the database: that of the model does not reach existing rows.
    op.add_column("plans", sa.Column("story", sa.JSON(), nullable=False, server_default=sa.text("'{}'")))
    _releases()
    _transfers()


def _releases() -> None:
    op.create_table(
        "releases",
        sa.Column("employee_id", sa.String(length=120), nullable=False),
        sa.Column("funding_line_id", sa.String(length=120), nullable=True),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("declared_by", sa.String(length=60), nullable=False),
        sa.Column("confirmed_by", sa.String(length=60), nullable=True),
        sa.Column("provider_id", sa.String(length=120), nullable=False),
        sa.Column("basin_id", sa.String(length=120), nullable=False),
        sa.Column("id", sa.String(length=120), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["basin_id"], ["basins.id"], name=op.f("fk_releases_basin_id")),
        *(
            sa.ForeignKeyConstraint(
                ["basin_id", column],
                [f"{table}.basin_id", f"{table}.id"],
                name=op.f(f"fk_releases_basin_id_{column}"),
            )
            for column, table in (
                ("provider_id", "providers"),
                ("employee_id", "employees"),
                ("funding_line_id", "funding_lines"),
            )
        ),
        sa.PrimaryKeyConstraint("basin_id", "id", name=op.f("pk_releases")),
    )
    op.create_index(op.f("ix_releases_basin_id_provider_id"), "releases", ["basin_id", "provider_id"])
    op.create_table(
        "release_days",
        sa.Column("basin_id", sa.String(length=120), nullable=False),
        sa.Column("id", sa.String(length=120), nullable=False),
        sa.Column("release_id", sa.String(length=120), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("worker_id", sa.String(length=120), nullable=True),
        sa.Column("held_from", sa.DateTime(timezone=True), nullable=True),
        sa.Column("held_until", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["basin_id", "release_id"],
            ["releases.basin_id", "releases.id"],
            name=op.f("fk_release_days_basin_id_release_id"),
        ),
        sa.PrimaryKeyConstraint("basin_id", "id", name=op.f("pk_release_days")),
    )
    for column in ("release_id", "worker_id"):
        op.create_index(op.f(f"ix_release_days_basin_id_{column}"), "release_days", ["basin_id", column])


def _transfers() -> None:
    op.create_table(
        "funding_transfers",
        sa.Column("from_line_id", sa.String(length=120), nullable=False),
        sa.Column("to_line_id", sa.String(length=120), nullable=False),
        sa.Column("cents", sa.Integer(), nullable=False),
        sa.Column("given_cents", sa.Integer(), nullable=False),
        sa.Column("passes_limit", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("author", sa.String(length=60), nullable=False),
        sa.Column("id", sa.String(length=60), nullable=False),
        sa.Column("basin_id", sa.String(length=120), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["basin_id"], ["basins.id"], name=op.f("fk_funding_transfers_basin_id")),
        *(
            sa.ForeignKeyConstraint(
                ["basin_id", column],
                ["funding_lines.basin_id", "funding_lines.id"],
                name=op.f(f"fk_funding_transfers_basin_id_{column}"),
            )
            for column in ("from_line_id", "to_line_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_funding_transfers")),
    )
    op.create_index(op.f("ix_funding_transfers_basin_id"), "funding_transfers", ["basin_id"])


def downgrade() -> None:
    for table in ("funding_transfers", "release_days", "releases"):
        op.drop_table(table)
    with op.batch_alter_table("plans") as batch_op:
        batch_op.drop_column("story")
