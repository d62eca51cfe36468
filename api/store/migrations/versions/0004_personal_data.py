"""Identities apart from pseudonyms, calendars behind a secret, erasures, names of an outside provider; an
audit trail whose oldest entries retention may take away, and no others."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision: str = "0004"
down_revision: str | None = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "erasures",
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("provider_id", sa.String(length=120), nullable=True),
        sa.Column("person_id", sa.String(length=120), nullable=True),
        sa.Column("pseudonym", sa.String(length=120), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.String(length=60), nullable=False),
        sa.Column("basin_id", sa.String(length=120), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["basin_id"], ["basins.id"], name=op.f("fk_erasures_basin_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasures")),
    )
    with op.batch_alter_table("erasures", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_erasures_basin_id"), ["basin_id"], unique=False)

    op.create_table(
        "outside_names",
        sa.Column("issuer", sa.String(length=300), nullable=False),
        sa.Column("subject", sa.String(length=255), nullable=False),
        sa.Column("account_id", sa.String(length=60), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_outside_names_account_id")),
        sa.PrimaryKeyConstraint("issuer", "subject", name=op.f("pk_outside_names")),
    )
    with op.batch_alter_table("outside_names", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_outside_names_account_id"), ["account_id"], unique=False)

    op.create_table(
        "client_identities",
        sa.Column("provider_id", sa.String(length=120), nullable=False),
        sa.Column("basin_id", sa.String(length=120), nullable=False),
        sa.Column("id", sa.String(length=120), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["basin_id", "id"],
            ["clients.basin_id", "clients.id"],
            name=op.f("fk_client_identities_basin_id_id"),
        ),
        sa.ForeignKeyConstraint(["basin_id"], ["basins.id"], name=op.f("fk_client_identities_basin_id")),
        sa.PrimaryKeyConstraint("basin_id", "id", name=op.f("pk_client_identities")),
    )
    with op.batch_alter_table("client_identities", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_client_identities_basin_id_provider_id"), ["basin_id", "provider_id"], unique=False
        )

    op.create_table(
        "feeds",
        sa.Column("basin_id", sa.String(length=120), nullable=False),
        sa.Column("id", sa.String(length=120), nullable=False),
        sa.Column("employer_id", sa.String(length=120), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["basin_id", "id"], ["workers.basin_id", "workers.id"], name=op.f("fk_feeds_basin_id_id")
        ),
        sa.ForeignKeyConstraint(["basin_id"], ["basins.id"], name=op.f("fk_feeds_basin_id")),
        sa.PrimaryKeyConstraint("basin_id", "id", name=op.f("pk_feeds")),
        sa.UniqueConstraint("hash", name=op.f("uq_feeds_hash")),
    )
    op.create_table(
        "worker_identities",
        sa.Column("employer_id", sa.String(length=120), nullable=False),
        sa.Column("basin_id", sa.String(length=120), nullable=False),
        sa.Column("id", sa.String(length=120), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["basin_id", "id"],
            ["workers.basin_id", "workers.id"],
            name=op.f("fk_worker_identities_basin_id_id"),
        ),
        sa.ForeignKeyConstraint(["basin_id"], ["basins.id"], name=op.f("fk_worker_identities_basin_id")),
        sa.PrimaryKeyConstraint("basin_id", "id", name=op.f("pk_worker_identities")),
    )
    with op.batch_alter_table("worker_identities", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_worker_identities_basin_id_employer_id"), ["basin_id", "employer_id"], unique=False
        )

    with op.batch_alter_table("audit_head", schema=None) as batch_op:
        batch_op.add_column(sa.Column("base_seq", sa.Integer(), server_default="0", nullable=False))
        batch_op.add_column(
            sa.Column("base_hash", sa.String(length=64), server_default="0" * 64, nullable=False)
        )
    _let_retention_take_the_oldest()


def downgrade() -> None:
    # First: the trigger that lets the oldest go reads a column that the next lines drop.
    _refuse_every_deletion()
    with op.batch_alter_table("audit_head", schema=None) as batch_op:
        batch_op.drop_column("base_hash")
        batch_op.drop_column("base_seq")

    with op.batch_alter_table("worker_identities", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_worker_identities_basin_id_employer_id"))

    op.drop_table("worker_identities")
    op.drop_table("feeds")
    with op.batch_alter_table("client_identities", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_client_identities_basin_id_provider_id"))

    op.drop_table("client_identities")
    with op.batch_alter_table("outside_names", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_outside_names_account_id"))

    op.drop_table("outside_names")
    with op.batch_alter_table("erasures", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_erasures_basin_id"))

    op.drop_table("erasures")


def _let_retention_take_the_oldest() -> None:
    """Deleting stays refused, but for entries up to `base_seq`: moving it is itself an entry of the trail."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER audit_no_delete")
        op.execute(
            "CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit "
            "WHEN OLD.seq > (SELECT base_seq FROM audit_head WHERE id = 1) "
            "BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END"
        )
        return
    op.execute("DROP TRIGGER audit_append_only ON audit")
    op.execute(
        "CREATE TRIGGER audit_append_only BEFORE UPDATE OR TRUNCATE ON audit "
        "FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only()"
    )
    op.execute(
        # For each row: it must see the number, and a trigger of a statement knows no row.
        "CREATE FUNCTION audit_keeps_what_is_recent() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN IF OLD.seq > (SELECT base_seq FROM audit_head WHERE id = 1) THEN "
        "RAISE EXCEPTION 'the audit trail is append-only'; END IF; RETURN OLD; END $$"
    )
    op.execute(
        "CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit FOR "
        "EACH ROW EXECUTE FUNCTION audit_keeps_what_is_recent()"
    )


def _refuse_every_deletion() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER audit_no_delete")
        op.execute(
            "CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit "
            "BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END"
        )
        return
    op.execute("DROP TRIGGER audit_no_delete ON audit")
    op.execute("DROP FUNCTION audit_keeps_what_is_recent()")
    op.execute("DROP TRIGGER audit_append_only ON audit")
    op.execute(
        "CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit "
        "FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only()"
    )
