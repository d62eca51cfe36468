"""Dead time: the planned slot of a client who was not there, for whoever stood at the door (DEAD_TIME)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from api.access.scope import Scoped
from api.commitments.states import ANNOUNCED, State
from api.shapes.cycle_requests import NotDone
from api.store.basin_tables import Visit, Worker
from api.store.cycle_tables import Offer, Outcome
from api.worked import binding_texts
from brigade.timing.duty_days import dead_time_is_work
from brigade.worked.done_days import local_day

AT_DOOR = (NotDone.CLIENT_ABSENT, NotDone.CLIENT_HOSPITAL, NotDone.CLIENT_REFUSED, NotDone.NO_ENTRY)
"""Why a visit was not done, where only who goes there may learn it."""
EXPECTED = (*ANNOUNCED, State.DONE.value)


def was_expected(scoped: Scoped, visit: Visit, worker_id: str) -> bool:
    """Whether she was told to come, or had agreed to, and nobody had called it off."""
    asked = select(Offer.id).where(
        Offer.basin_id == visit.basin_id,
        Offer.visit_id == visit.id,
        Offer.worker_id == worker_id,
        Offer.state.in_(EXPECTED),
    )
    return scoped.session.scalar(asked.limit(1)) is not None


def ends_by_visit(scoped: Scoped, basin_id: str) -> Mapping[str, datetime]:
    """Where the same worker's next visit began before dead time was over: that begin. No minute counts
    twice."""
    following = aliased(Outcome)
    same = (following.basin_id == Outcome.basin_id) & (following.worker_id == Outcome.worker_id)
    asked = (
        select(Outcome.visit_id, func.min(following.starts_at))
        .join(following, same)
        .where(Outcome.basin_id == basin_id, Outcome.at_door)
        .where(following.starts_at > Outcome.starts_at, following.starts_at < Outcome.ends_at)
    )
    found = scoped.session.execute(asked.group_by(Outcome.visit_id))
    return {visit: at for visit, at in found if at is not None}


def is_work(scoped: Scoped, visit: Visit, worker: Worker) -> bool:
    """Whether a text that binds her there counts it."""
    texts = binding_texts.texts_of(scoped, visit.basin_id)
    return dead_time_is_work(texts.of(worker.value, local_day(visit.starts_at), {visit.provider_id}))
