"""Addresses of contacts sealed with the keys of the identities; what queueing must know of them stays
readable."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from alembic import context, op

from api.runtime.vault import Vault
from brigade.errors import Issue, Refused

revision: str = "0005"
down_revision: str | None = "0004"
branch_labels = None
depends_on = None

CONTACTS = sa.table(
    "contacts",
    *(sa.column(name, sa.String()) for name in ("basin_id", "id")),
    sa.column("body", sa.JSON()),
    sa.column("sealed", sa.LargeBinary()),
)
REMEMBERED = sa.table("remembered_requests", sa.column("body", sa.Text()))
FIELDS = {"email": "email", "sms": "phone"}


def upgrade() -> None:
    # Nullable at first: existing rows are sealed one by one below.
    op.add_column("contacts", sa.Column("sealed", sa.LargeBinary(), nullable=True))
    for row in _rows():
        _write(row, _readable(row["body"]), _vault().seal(_place(row), row["body"]))
    with op.batch_alter_table("contacts", schema=None) as batch_op:
        batch_op.alter_column("sealed", existing_type=sa.LargeBinary(), nullable=False)
    # Answers to writes of contacts told the addresses again, and were remembered for a day.
    op.execute(
        REMEMBERED.delete().where(REMEMBERED.c.body.like('%"email"%') | REMEMBERED.c.body.like('%"phone"%'))
    )


def downgrade() -> None:
    for row in _rows():
        _write(row, _vault().open(_place(row), row["sealed"]), row["sealed"])
    with op.batch_alter_table("contacts", schema=None) as batch_op:
        batch_op.drop_column("sealed")


def _rows() -> list[sa.RowMapping]:
    return list(op.get_bind().execute(sa.select(CONTACTS)).mappings().all())


def _write(row: sa.RowMapping, body: Mapping[str, Any], sealed: bytes) -> None:
    here = (CONTACTS.c.basin_id == row["basin_id"]) & (CONTACTS.c.id == row["id"])
    op.get_bind().execute(CONTACTS.update().where(here).values(body=dict(body), sealed=sealed))


def _place(row: sa.RowMapping) -> str:
    return f"contacts/{row['basin_id']}/{row['id']}"


def _readable(body: Mapping[str, Any]) -> dict[str, Any]:
    known = [channel for channel, field in FIELDS.items() if body.get(field) is not None]
    channels = list(dict.fromkeys(body.get("channels", ()))) or known[:1]
    return {"language": body.get("language", "fr"), "channels": channels, "known": known}


def _vault() -> Vault:
    """Raises: Refused, when whoever migrates gave no keys."""
    keys = context.config.attributes.get("keys")
    if keys is None:
        raise Refused([Issue("A502", "contacts", "addresses_without_key")])
    found: Vault = keys()
    return found
