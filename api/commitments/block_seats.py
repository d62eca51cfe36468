"""Which of a plan's stops are seats in work that is no visit, by the rows as they stand."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.store.basin_tables import Visit, WorkBlock
from brigade.values.demand import block_of_seat


def blocks_by_seat(session: Session, basin_id: str, ids: Iterable[str]) -> dict[str, WorkBlock]:
    """Of these ids those of seats, each with its block; visits, and seats of blocks that are gone, are not in
    it."""
    named = {id: block_of_seat(id) for id in ids if id.rpartition(":")[2].isdigit() and block_of_seat(id)}
    if not named:
        return {}
    asked = select(WorkBlock).where(
        WorkBlock.basin_id == basin_id, WorkBlock.id.in_(sorted({*named.values()}))
    )
    known = {row.id: row for row in session.scalars(asked)}
    # A visit may be called like that too: on other days than the block's, or composition would refuse both.
    visits = select(Visit.id).where(Visit.basin_id == basin_id, Visit.id.in_(sorted(named)))
    others = set(session.scalars(visits)) if known else set()
    return {id: known[block] for id, block in named.items() if block in known and id not in others}
