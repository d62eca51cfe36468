"""Dead time: the planned slot of a client who was not there, for whoever stood at the door (DEAD_TIME)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import aliased

from api.access.scope import Scoped
from api.commitments.states import ANNOUNCED, State
from api.store.basin_tables import Visit, Worker
from api.store.cycle_tables import Offer, Outcome
from api.worked import binding_texts
from brigade.timing.duty_days import dead_time_is_work
from brigade.worked.done_days import local_day

EXPECTED = (*ANNOUNCED, State.DONE.value)
Span = tuple[datetime, datetime]
DeadTime = Mapping[str, Span]
"""By visit, what is left of dead time that touches other hours."""
Placed = tuple[datetime, datetime, str]
"""The hours of a visit, and its id: in order of time."""


def was_expected(scoped: Scoped, visit: Visit, worker_id: str) -> bool:
    """Whether she was told to come, or had agreed to, and nobody had called it off."""
    asked = select(Offer.id).where(
        Offer.basin_id == visit.basin_id,
        Offer.visit_id == visit.id,
        Offer.worker_id == worker_id,
        Offer.state.in_(EXPECTED),
    )
    return scoped.session.scalar(asked.limit(1)) is not None


def hours_by_visit(scoped: Scoped, basin_id: str) -> DeadTime:
    """Of dead time that touches other hours of the same worker, what is left of it by visit: from when the
    visit before was over until the next one began. No minute counts twice."""
    other = aliased(Outcome)
    same = (other.basin_id == Outcome.basin_id) & (other.worker_id == Outcome.worker_id)
    asked = (
        select(Outcome, other)
        .join(other, same & (other.visit_id != Outcome.visit_id))
        .where(Outcome.basin_id == basin_id, Outcome.at_door)
        .where(other.starts_at < Outcome.ends_at, other.ends_at > Outcome.starts_at)
    )
    found: dict[str, Span] = {}
    for dead, near in scoped.session.execute(asked):
        told = _placed(dead)
        found[dead.visit_id] = _apart(
            found.get(dead.visit_id, told[:2]), told, _placed(near), is_service=near.done
        )
    return found


def _placed(row: Outcome) -> Placed:
    assert row.starts_at is not None, "what has no hours touches none"
    assert row.ends_at is not None
    return row.starts_at, row.ends_at, row.visit_id


def _apart(left: Span, dead: Placed, other: Placed, *, is_service: bool) -> Span:
    """What another visit of hers leaves of dead time. The one that comes after, by the hours told, ends it;
    dead time before it ends by itself."""
    first, last = left
    if other > dead:
        return first, max(first, min(last, other[0]))
    return (min(last, max(first, other[1])) if is_service else first), last


def is_work(scoped: Scoped, visit: Visit, worker: Worker) -> bool:
    """Whether a text that binds her there counts it."""
    texts = binding_texts.texts_of(scoped, visit.basin_id)
    return dead_time_is_work(texts.of(worker.value, local_day(visit.starts_at), {visit.provider_id}))
