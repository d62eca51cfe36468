"""States of a commitment: an open offer is offered or ordered, a declined one refused; what was told before,
why it ended, who said it on the telephone."""

from __future__ import annotations

import json

import sqlalchemy as sa
from alembic import op

revision: str = "0009"
down_revision: str | None = "0008"
branch_labels = None
depends_on = None
INSTANTS = ("before_starts_at", "before_ends_at", "call_from", "escalated_at", "said_at")
WORDS = (("because", 40), ("counts_as", 40), ("said_by", None), ("said_why", None))
OFFERS = sa.table(
    "offers",
    *(
        sa.column(name)
        for name in ("state", "kind", "answered_by", "escalated_at", "changed_at", "reply_by", "call_from")
    ),
)
NAMES = (("offers.declined", "offers.refused"),)
"""Events that webhooks ask for, then and now."""


def upgrade() -> None:
    with op.batch_alter_table("offers", schema=None) as batch_op:
        for name in INSTANTS:
            batch_op.add_column(sa.Column(name, sa.DateTime(timezone=True), nullable=True))
        for name, length in WORDS:
            batch_op.add_column(
                sa.Column(name, sa.String(length=length) if length else sa.String(), nullable=True)
            )
    is_open, columns = OFFERS.c.state == "open", OFFERS.c
    is_escalated = is_open & (columns.answered_by == "expiry")
    op.execute(
        sa.update(OFFERS).where(is_escalated).values(escalated_at=columns.changed_at, answered_by=None)
    )
    op.execute(sa.update(OFFERS).values(call_from=columns.reply_by))
    op.execute(sa.update(OFFERS).where(is_open, columns.kind == "to_offer").values(state="offered"))
    # After those to be offered: offers still open by now are firm.
    op.execute(sa.update(OFFERS).where(is_open).values(state="ordered"))
    op.execute(sa.update(OFFERS).where(columns.state == "declined").values(state="refused"))
    _listen(lambda event: dict(NAMES).get(event, event))


def _listen(renamed) -> None:  # type: ignore[no-untyped-def]
    """Webhooks go on hearing what they asked for."""
    hooks = sa.table("webhooks", sa.column("id"), sa.column("events", sa.JSON()))
    for id, events in op.get_bind().execute(sa.select(hooks.c.id, hooks.c.events)).all():
        named = json.loads(events) if isinstance(events, str) else events
        new = sorted({renamed(one) for one in named})
        if new != sorted(named):
            op.execute(sa.update(hooks).where(hooks.c.id == id).values(events=new))


def downgrade() -> None:
    columns = OFFERS.c
    op.execute(sa.update(OFFERS).where(columns.escalated_at.is_not(None)).values(answered_by="expiry"))
    op.execute(sa.update(OFFERS).where(columns.state.in_(("offered", "ordered"))).values(state="open"))
    op.execute(sa.update(OFFERS).where(columns.state == "refused").values(state="declined"))
    # The version before has no state "done": "withdrawn" is its other end without an answer.
    op.execute(sa.update(OFFERS).where(columns.state == "done").values(state="withdrawn"))
    back = {new: old for old, new in NAMES}
    _listen(lambda event: back.get(event, event))
    with op.batch_alter_table("offers", schema=None) as batch_op:
        for name in (*INSTANTS, *(word for word, _ in WORDS)):
            batch_op.drop_column(name)
