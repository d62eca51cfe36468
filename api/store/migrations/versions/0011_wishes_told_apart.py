"""What a search is asked says by `kind` which of its forms it is; what else its wish held has its column."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from alembic import op

revision: str = "0011"
down_revision: str | None = "0010"
branch_labels = None
depends_on = None
JOBS = sa.table(
    "jobs",
    sa.column("id", sa.String),
    sa.column("digest", sa.String),
    sa.column("wish", sa.JSON),
    sa.column("progress", sa.JSON),
    sa.column("span", sa.String),
    sa.column("by_itself", sa.Boolean),
    sa.column("set_aside", sa.JSON),
    sa.column("same_plan", sa.Boolean),
)
EFFORT = ("seed", "iterations", "time_limit_s")
HEARD = ("announced", "asked", "expired", "states")
TERMS = ("from_plan_id", "pinned", "pinned_workers", "refused", "freeze", "tolerance_min", "people")
BY_HAND = ("from_plan_id", "pinned", "edits")
Wish = Mapping[str, Any]


def upgrade() -> None:
    with op.batch_alter_table("jobs", schema=None) as batch_op:
        batch_op.add_column(sa.Column("span", sa.String(length=20), nullable=True))
        # Defaults of the database: those of the models do not reach existing rows.
        batch_op.add_column(sa.Column("by_itself", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("set_aside", sa.JSON(), nullable=False, server_default=sa.text("'[]'")))
        batch_op.add_column(sa.Column("same_plan", sa.Boolean(), nullable=True))
    session = op.get_bind()
    rows = session.execute(sa.select(JOBS.c.id, JOBS.c.digest, JOBS.c.wish, JOBS.c.progress)).all()
    for id, digest, wish, progress in rows:
        told = tagged(wish, is_composed=digest is not None)
        values = {
            "wish": told,
            "progress": {name: value for name, value in progress.items() if name != "same_plan"},
            "span": None if told["kind"] == "again" else span_of(wish),
            "by_itself": bool(wish.get("by_itself")),
            "set_aside": [] if told["kind"] == "again" else wish.get("set_aside", []),
            "same_plan": progress.get("same_plan"),
        }
        session.execute(sa.update(JOBS).where(JOBS.c.id == id).values(**values))


def tagged(wish: Wish, *, is_composed: bool) -> dict[str, Any]:
    """A wish as it was said before, in its form of now."""
    kind = wish.get("kind", "from_scratch")
    if not is_composed and "later" in wish:
        later = wish["later"]
        asked = {"limits": later["limits"], "first_day": later["first_day"], "days": later["days"]}
        return {
            "kind": "deferred",
            "likely": kind,
            "effort": _part(wish, EFFORT),
            **asked,
            **later.get("given", {}),
        }
    if kind == "again":
        return {"kind": kind, "plan_id": wish["plan_id"], "search": _search(wish, wish["was"])}
    return _search(wish, kind)


def _search(wish: Wish, kind: str) -> dict[str, Any]:
    effort, heard = _part(wish, EFFORT), _part(wish, HEARD)
    match kind:
        case "least_change":
            return {"kind": kind, "effort": effort, "heard": heard, **_part(wish, TERMS)}
        case "what_if":
            change, supposed = _search(wish, "least_change"), wish["story"]["supposed"]
            return {"kind": kind, "change": change, "supposed": supposed}
        case "by_hand":
            return {"kind": kind, "effort": effort, **_part(wish, BY_HAND)}
    return {"kind": "from_scratch", "effort": effort, "heard": heard, "start": wish.get("start")}


def _part(wish: Wish, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: wish[name] for name in names if name in wish}


def span_of(wish: Wish) -> str | None:
    """The days it is for; None for supposed ones, and where an older version did not say."""
    later = wish.get("later")
    told: str | None = wish.get("span") or (f"{later['first_day']}/{later['days']}" if later else None)
    return told


def downgrade() -> None:
    """Searches that wait or were kept are of no use to a version that cannot read what they were asked."""
    # By hand: no constraint ties a plan to its search.
    op.execute("UPDATE plans SET job_id = NULL")
    op.execute("DELETE FROM jobs")
    with op.batch_alter_table("jobs", schema=None) as batch_op:
        for name in ("same_plan", "set_aside", "by_itself", "span"):
            batch_op.drop_column(name)
