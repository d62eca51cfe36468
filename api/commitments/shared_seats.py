"""Visits that learners share, by the rows as they stand: which ids are theirs, and beside whom they go."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import ColumnElement, literal, or_, select
from sqlalchemy.orm import Session

from api.commitments.states import STANDING
from api.store.basin_tables import Visit
from api.store.cycle_tables import Offer, Outcome
from brigade.worked.shared_visits import seat_id, visit_beside


def visits_by_seat(session: Session, basin_id: str, ids: Iterable[str]) -> dict[str, Visit]:
    """Of these ids, none of which is a visit's own, those of shared visits, each with the visit beside it."""
    named = {id: beside for id in ids if (beside := visit_beside(id)) is not None}
    if not named:
        return {}
    asked = select(Visit).where(Visit.basin_id == basin_id, Visit.id.in_(sorted({*named.values()})))
    known = {row.id: row for row in session.scalars(asked)}
    return {id: known[beside] for id, beside in named.items() if beside in known}


def visit_of(id: str, worker_id: str) -> str:
    """The visit that a stop of this worker leads to: of one that she shares, the one beside it."""
    return id.removesuffix(seat_id("", worker_id))


def leads_to_visit() -> ColumnElement[bool]:
    """Whether an offer is of the visit, or of one who shares it."""
    seat = Visit.id + literal(":") + Offer.worker_id
    return (Visit.basin_id == Offer.basin_id) & or_(Visit.id == Offer.visit_id, Offer.visit_id == seat)


def is_of_learner() -> ColumnElement[bool]:
    """Whether an outcome is of a learner's seat beside a visit."""
    return Outcome.visit_id.endswith(literal(":") + Outcome.worker_id) & Outcome.work_block_id.is_(None)


def accompanied(session: Session, basin_id: str, visit_ids: Iterable[str]) -> set[str]:
    """Of these visits those that somebody is told to share."""
    ids = sorted(set(visit_ids))
    asked = select(Visit.id).join(Offer, leads_to_visit())
    told = asked.where(Visit.basin_id == basin_id, Visit.id.in_(ids), Offer.state.in_(STANDING))
    return set(session.scalars(told.where(Offer.visit_id != Visit.id))) if ids else set()
