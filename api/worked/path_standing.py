"""Where the week of a worker on a path stands: what took place of it, and what she is told for its rest."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import or_, select

from api.access.scope import Scoped
from api.commitments.shared_seats import leads_to_visit
from api.store.basin_tables import Visit, Worker
from api.store.cycle_tables import Offer, Outcome
from api.worked import own_hours
from api.worked.dead_time import EXPECTED
from api.worked.paths_so_far import KnownWorkers
from brigade.exchange.shapes.workforce_shapes import PathStepShape
from brigade.timing.duty_days import monday_of
from brigade.units import PARIS
from brigade.values.acts import ActClass
from brigade.worked.local_days import midnight
from brigade.worked.path_goals import share_of

WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class PathStanding:
    """Of one ISO week, whole: what its step aims at, and what she has done or is told of it."""

    monday: date
    step: PathStepShape
    visits: int
    essential: int
    work_min: float
    clients: int

    @property
    def aimed(self) -> int:
        return share_of(self.step.essential_percent or 0, self.visits)


def standing(scoped: Scoped, basin_id: str, row: Worker, day: date) -> PathStanding | None:
    """Of the week of that day; None: no step of hers holds in it."""
    monday = monday_of(day)
    begun = [one for one in row.value.path if one.first <= monday]
    step = max(begun, key=lambda one: one.first, default=None)
    if step is None or not (step.essential_percent or step.weekly_min or step.familiar_clients):
        return None
    visits = _visits(scoped, basin_id, row.id, monday)
    known_by = KnownWorkers(scoped, basin_id, [row.id], monday)
    known = {visit["client_id"] for visit, at in visits if known_by.knows(visit, row.id, at)}
    (hours,) = own_hours.hours_of(scoped, basin_id, [row], monday, monday)
    return PathStanding(
        monday,
        step,
        len(visits),
        sum(visit.get("act_class") == ActClass.ESSENTIAL for visit, _ in visits),
        sum(week.work_min for week in hours.weeks),
        len(known),
    )


def _visits(scoped: Scoped, basin_id: str, worker_id: str, monday: date) -> list[tuple[Any, datetime]]:
    """Those she is expected at, those she shares included, but for what did not take place or not by her."""
    asked = (
        select(Visit.body, Offer.starts_at)
        .join(Offer, leads_to_visit())
        .outerjoin(Outcome, (Outcome.basin_id == Offer.basin_id) & (Outcome.visit_id == Offer.visit_id))
        .where(Offer.basin_id == basin_id, Offer.worker_id == worker_id, Offer.state.in_(EXPECTED))
        .where(Offer.starts_at >= midnight(monday, PARIS), Offer.starts_at < midnight(monday + WEEK, PARIS))
        .where(or_(Outcome.id.is_(None), Outcome.done & (Outcome.worker_id == worker_id)))
    )
    return [(body, start) for body, start in scoped.session.execute(asked)]
