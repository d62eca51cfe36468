"""The first tables; the audit trail refuses any change of what it holds."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision: str = "0001"
down_revision: str | None = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "accounts",
        sa.Column("id", sa.String(length=60), nullable=False),
        sa.Column("login", sa.String(length=200), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("password_hash", sa.String(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounts")),
        sa.UniqueConstraint("login", name=op.f("uq_accounts_login")),
    )
    op.create_table(
        "audit",
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=80), nullable=False),
        sa.Column("action", sa.String(length=60), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("target", sa.String(length=120), nullable=False),
        sa.Column("basin_id", sa.String(length=120), nullable=True),
        sa.Column("provider_id", sa.String(length=120), nullable=True),
        sa.Column("worker_id", sa.String(length=120), nullable=True),
        sa.Column("employer_id", sa.String(length=120), nullable=True),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("why", sa.String(), nullable=True),
        sa.Column("before", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_audit")),
    )
    with op.batch_alter_table("audit", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_audit_basin_id_seq"), ["basin_id", "seq"], unique=False)

    op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_head")),
    )
    op.create_table(
        "basins",
        sa.Column("id", sa.String(length=120), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("given", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_basins")),
    )
    op.create_table(
        "facts",
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_facts")),
    )
    op.create_table(
        "login_failures",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_login_failures")),
    )
    with op.batch_alter_table("login_failures", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_login_failures_key_at"), ["key", "at"], unique=False)

    op.create_table(
        "problems",
        sa.Column("digest", sa.String(length=80), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_problems")),
    )
    op.create_table(
        "remembered_requests",
        sa.Column("actor", sa.String(length=80), nullable=False),
        sa.Column("key", sa.String(length=255), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("headers", sa.JSON(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("actor", "key", name=op.f("pk_remembered_requests")),
    )
    with op.batch_alter_table("remembered_requests", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_remembered_requests_created_at"), ["created_at"], unique=False)

    op.create_table(
        "employers",
        sa.Column("basin_id", sa.String(length=120), nullable=False),
        sa.Column("id", sa.String(length=120), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["basin_id"], ["basins.id"], name=op.f("fk_employers_basin_id")),
        sa.PrimaryKeyConstraint("basin_id", "id", name=op.f("pk_employers")),
    )
    op.create_table(
        "funding_lines",
        sa.Column("basin_id", sa.String(length=120), nullable=False),
        sa.Column("id", sa.String(length=120), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["basin_id"], ["basins.id"], name=op.f("fk_funding_lines_basin_id")),
        sa.PrimaryKeyConstraint("basin_id", "id", name=op.f("pk_funding_lines")),
    )
    op.create_table(
        "grants",
        sa.Column("account_id", sa.String(length=60), nullable=False),
        sa.Column("basin_id", sa.String(length=120), nullable=False),
        sa.Column("target_id", sa.String(length=120), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_grants_account_id")),
        sa.ForeignKeyConstraint(["basin_id"], ["basins.id"], name=op.f("fk_grants_basin_id")),
        sa.PrimaryKeyConstraint("account_id", "basin_id", "target_id", name=op.f("pk_grants")),
    )
    op.create_table(
        "jobs",
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("digest", sa.String(length=80), nullable=False),
        sa.Column("base_plan_id", sa.String(length=60), nullable=True),
        sa.Column("wish", sa.JSON(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("heartbeat_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("deadline_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancel_asked", sa.Boolean(), nullable=False),
        sa.Column("progress", sa.JSON(), nullable=False),
        sa.Column("plan_id", sa.String(length=60), nullable=True),
        sa.Column("failure", sa.JSON(), nullable=False),
        sa.Column("asked_by", sa.String(length=60), nullable=False),
        sa.Column("id", sa.String(length=60), nullable=False),
        sa.Column("basin_id", sa.String(length=120), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["basin_id"], ["basins.id"], name=op.f("fk_jobs_basin_id")),
        sa.ForeignKeyConstraint(["digest"], ["problems.digest"], name=op.f("fk_jobs_digest")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_jobs")),
    )
    with op.batch_alter_table("jobs", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_jobs_basin_id"), ["basin_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_jobs_state"), ["state"], unique=False)

    op.create_table(
        "plans",
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=80), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.Column("base_plan_id", sa.String(length=60), nullable=True),
        sa.Column("job_id", sa.String(length=60), nullable=True),
        sa.Column("made_by", sa.String(length=60), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published_by", sa.String(length=60), nullable=True),
        sa.Column("solver", sa.String(length=120), nullable=True),
        sa.Column("seed", sa.Integer(), nullable=True),
        sa.Column("iterations", sa.Integer(), nullable=True),
        sa.Column("objective", sa.Integer(), nullable=True),
        sa.Column("bound", sa.Integer(), nullable=True),
        sa.Column("id", sa.String(length=60), nullable=False),
        sa.Column("basin_id", sa.String(length=120), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["basin_id"], ["basins.id"], name=op.f("fk_plans_basin_id")),
        sa.ForeignKeyConstraint(["digest"], ["problems.digest"], name=op.f("fk_plans_digest")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plans")),
    )
    with op.batch_alter_table("plans", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_plans_basin_id"), ["basin_id"], unique=False)
        batch_op.create_index(
            "uq_plans_one_published",
            ["basin_id", "first_day"],
            unique=True,
            sqlite_where=sa.text("state = 'published'"),
            postgresql_where=sa.text("state = 'published'"),
        )

    op.create_table(
        "providers",
        sa.Column("basin_id", sa.String(length=120), nullable=False),
        sa.Column("id", sa.String(length=120), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["basin_id"], ["basins.id"], name=op.f("fk_providers_basin_id")),
        sa.PrimaryKeyConstraint("basin_id", "id", name=op.f("pk_providers")),
    )
    op.create_table(
        "sessions",
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("account_id", sa.String(length=60), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_sessions_account_id")),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_sessions")),
    )
    with op.batch_alter_table("sessions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sessions_account_id"), ["account_id"], unique=False)

    op.create_table(
        "sites",
        sa.Column("provider_id", sa.String(length=120), nullable=True),
        sa.Column("basin_id", sa.String(length=120), nullable=False),
        sa.Column("id", sa.String(length=120), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["basin_id"], ["basins.id"], name=op.f("fk_sites_basin_id")),
        sa.PrimaryKeyConstraint("basin_id", "id", name=op.f("pk_sites")),
    )
    op.create_table(
        "tokens",
        sa.Column("id", sa.String(length=60), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("account_id", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_tokens_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tokens")),
        sa.UniqueConstraint("hash", name=op.f("uq_tokens_hash")),
    )
    with op.batch_alter_table("tokens", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_tokens_account_id"), ["account_id"], unique=False)

    op.create_table(
        "clients",
        sa.Column("site_id", sa.String(length=120), nullable=False),
        sa.Column("provider_id", sa.String(length=120), nullable=False),
        sa.Column("basin_id", sa.String(length=120), nullable=False),
        sa.Column("id", sa.String(length=120), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["basin_id", "provider_id"],
            ["providers.basin_id", "providers.id"],
            name=op.f("fk_clients_basin_id_provider_id"),
        ),
        sa.ForeignKeyConstraint(
            ["basin_id", "site_id"], ["sites.basin_id", "sites.id"], name=op.f("fk_clients_basin_id_site_id")
        ),
        sa.ForeignKeyConstraint(["basin_id"], ["basins.id"], name=op.f("fk_clients_basin_id")),
        sa.PrimaryKeyConstraint("basin_id", "id", name=op.f("pk_clients")),
    )
    with op.batch_alter_table("clients", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_clients_basin_id_provider_id"), ["basin_id", "provider_id"], unique=False
        )

    op.create_table(
        "employees",
        sa.Column("provider_id", sa.String(length=120), nullable=False),
        sa.Column("basin_id", sa.String(length=120), nullable=False),
        sa.Column("id", sa.String(length=120), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["basin_id", "provider_id"],
            ["providers.basin_id", "providers.id"],
            name=op.f("fk_employees_basin_id_provider_id"),
        ),
        sa.ForeignKeyConstraint(["basin_id"], ["basins.id"], name=op.f("fk_employees_basin_id")),
        sa.PrimaryKeyConstraint("basin_id", "id", name=op.f("pk_employees")),
    )
    with op.batch_alter_table("employees", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_employees_basin_id_provider_id"), ["basin_id", "provider_id"], unique=False
        )

    op.create_table(
        "offers",
        sa.Column("plan_id", sa.String(length=60), nullable=False),
        sa.Column("visit_id", sa.String(length=120), nullable=False),
        sa.Column("provider_id", sa.String(length=120), nullable=False),
        sa.Column("worker_id", sa.String(length=120), nullable=False),
        sa.Column("employer_id", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("wave", sa.Integer(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reply_by", sa.DateTime(timezone=True), nullable=False),
        sa.Column("short_notice", sa.Boolean(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by", sa.String(length=60), nullable=True),
        sa.Column("link_nonce", sa.String(length=64), nullable=False),
        sa.Column("article", sa.String(), nullable=False),
        sa.Column("id", sa.String(length=60), nullable=False),
        sa.Column("basin_id", sa.String(length=120), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["basin_id"], ["basins.id"], name=op.f("fk_offers_basin_id")),
        sa.ForeignKeyConstraint(["plan_id"], ["plans.id"], name=op.f("fk_offers_plan_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offers")),
    )
    with op.batch_alter_table("offers", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_offers_basin_id"), ["basin_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_offers_basin_id_visit_id"), ["basin_id", "visit_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_offers_basin_id_worker_id"), ["basin_id", "worker_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_offers_plan_id"), ["plan_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_offers_state_reply_by"), ["state", "reply_by"], unique=False)

    op.create_table(
        "outcomes",
        sa.Column("plan_id", sa.String(length=60), nullable=False),
        sa.Column("visit_id", sa.String(length=120), nullable=False),
        sa.Column("client_id", sa.String(length=120), nullable=False),
        sa.Column("provider_id", sa.String(length=120), nullable=False),
        sa.Column("worker_id", sa.String(length=120), nullable=True),
        sa.Column("employer_id", sa.String(length=120), nullable=True),
        sa.Column("done", sa.Boolean(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("funding_line_id", sa.String(length=120), nullable=True),
        sa.Column("absence_id", sa.String(length=120), nullable=True),
        sa.Column("cents", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(length=60), nullable=False),
        sa.Column("basin_id", sa.String(length=120), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["basin_id"], ["basins.id"], name=op.f("fk_outcomes_basin_id")),
        sa.ForeignKeyConstraint(["plan_id"], ["plans.id"], name=op.f("fk_outcomes_plan_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outcomes")),
    )
    with op.batch_alter_table("outcomes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_outcomes_basin_id"), ["basin_id"], unique=False)
        batch_op.create_index("uq_outcomes_visit", ["basin_id", "visit_id"], unique=True)

    op.create_table(
        "rota_feeds",
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("provider_id", sa.String(length=120), nullable=False),
        sa.Column("basin_id", sa.String(length=120), nullable=False),
        sa.Column("id", sa.String(length=120), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["basin_id", "provider_id"],
            ["providers.basin_id", "providers.id"],
            name=op.f("fk_rota_feeds_basin_id_provider_id"),
        ),
        sa.ForeignKeyConstraint(["basin_id"], ["basins.id"], name=op.f("fk_rota_feeds_basin_id")),
        sa.PrimaryKeyConstraint("basin_id", "id", name=op.f("pk_rota_feeds")),
    )
    with op.batch_alter_table("rota_feeds", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_rota_feeds_basin_id_provider_id"), ["basin_id", "provider_id"], unique=False
        )

    op.create_table(
        "workers",
        sa.Column("employer_id", sa.String(length=120), nullable=False),
        sa.Column("basin_id", sa.String(length=120), nullable=False),
        sa.Column("id", sa.String(length=120), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["basin_id", "employer_id"],
            ["employers.basin_id", "employers.id"],
            name=op.f("fk_workers_basin_id_employer_id"),
        ),
        sa.ForeignKeyConstraint(["basin_id"], ["basins.id"], name=op.f("fk_workers_basin_id")),
        sa.PrimaryKeyConstraint("basin_id", "id", name=op.f("pk_workers")),
    )
    with op.batch_alter_table("workers", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_workers_basin_id_employer_id"), ["basin_id", "employer_id"], unique=False
        )

    op.create_table(
        "absences",
        sa.Column("employee_id", sa.String(length=120), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("provider_id", sa.String(length=120), nullable=False),
        sa.Column("basin_id", sa.String(length=120), nullable=False),
        sa.Column("id", sa.String(length=120), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["basin_id", "employee_id"],
            ["employees.basin_id", "employees.id"],
            name=op.f("fk_absences_basin_id_employee_id"),
        ),
        sa.ForeignKeyConstraint(
            ["basin_id", "provider_id"],
            ["providers.basin_id", "providers.id"],
            name=op.f("fk_absences_basin_id_provider_id"),
        ),
        sa.ForeignKeyConstraint(["basin_id"], ["basins.id"], name=op.f("fk_absences_basin_id")),
        sa.PrimaryKeyConstraint("basin_id", "id", name=op.f("pk_absences")),
    )
    with op.batch_alter_table("absences", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_absences_basin_id_provider_id"), ["basin_id", "provider_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_absences_basin_id_starts_at"), ["basin_id", "starts_at"], unique=False
        )

    op.create_table(
        "visits",
        sa.Column("client_id", sa.String(length=120), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("provider_id", sa.String(length=120), nullable=False),
        sa.Column("basin_id", sa.String(length=120), nullable=False),
        sa.Column("id", sa.String(length=120), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["basin_id", "client_id"],
            ["clients.basin_id", "clients.id"],
            name=op.f("fk_visits_basin_id_client_id"),
        ),
        sa.ForeignKeyConstraint(["basin_id"], ["basins.id"], name=op.f("fk_visits_basin_id")),
        sa.PrimaryKeyConstraint("basin_id", "id", name=op.f("pk_visits")),
    )
    with op.batch_alter_table("visits", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_visits_basin_id_provider_id_starts_at"),
            ["basin_id", "provider_id", "starts_at"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_visits_basin_id_starts_at"), ["basin_id", "starts_at"], unique=False
        )

    op.create_table(
        "links",
        sa.Column("first", sa.String(length=120), nullable=False),
        sa.Column("second", sa.String(length=120), nullable=False),
        sa.Column("basin_id", sa.String(length=120), nullable=False),
        sa.Column("id", sa.String(length=120), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["basin_id", "first"], ["visits.basin_id", "visits.id"], name=op.f("fk_links_basin_id_first")
        ),
        sa.ForeignKeyConstraint(
            ["basin_id", "second"], ["visits.basin_id", "visits.id"], name=op.f("fk_links_basin_id_second")
        ),
        sa.ForeignKeyConstraint(["basin_id"], ["basins.id"], name=op.f("fk_links_basin_id")),
        sa.PrimaryKeyConstraint("basin_id", "id", name=op.f("pk_links")),
    )
    _seal_audit()


def _seal_audit() -> None:
    """The chain's head, before its first link, and triggers against whoever would rewrite a link."""
    op.execute(f"INSERT INTO audit_head (id, seq, hash) VALUES (1, 0, '{'0' * 64}')")
    if op.get_bind().dialect.name == "sqlite":
        # SQLite wants a trigger for each kind of statement, and has no TRUNCATE.
        for act in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER audit_no_{act.lower()} BEFORE {act} ON audit "
                "BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END"
            )
        return
    op.execute(
        "CREATE FUNCTION audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'the audit trail is append-only'; END $$"
    )
    op.execute(
        "CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit "
        "FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only()"
    )
