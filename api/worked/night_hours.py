"""Work done that may lie at night, of the months behind a horizon (`brigade.worked.night_months`)."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from api.access.scope import Scoped
from api.store.cycle_tables import Outcome
from api.worked.dead_time import DeadTime
from brigade.units import PARIS
from brigade.worked.local_days import midnight
from brigade.worked.night_months import Stretch, may_be_night, months_before


def may_be_nights(scoped: Scoped, basin_id: str, first_day: date, dead: DeadTime) -> dict[str, list[Stretch]]:
    """By worker, of the calendar months before the one of `first_day`."""
    asked = select(Outcome.visit_id, Outcome.worker_id, Outcome.starts_at, Outcome.ends_at).where(
        Outcome.basin_id == basin_id,
        Outcome.ends_at > midnight(months_before(first_day)[0], PARIS),
        Outcome.starts_at < midnight(first_day.replace(day=1), PARIS),
    )
    found: dict[str, list[Stretch]] = {}
    for visit, worker, *told in scoped.session.execute(asked):
        starts, ends = dead.get(visit, told)
        if worker is not None and starts is not None and ends is not None and may_be_night(starts, ends):
            found.setdefault(worker, []).append((starts, ends))
    return found
