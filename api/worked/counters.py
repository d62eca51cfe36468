"""What workers carry into the next days: rows of the basin, counted by `brigade.worked`.

What came with a worker speaks of the days before it was told (`counters_since`), which this service has not
seen.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from functools import partial

from sqlalchemy import func, select

from api.access.scope import Scoped
from api.commitments.states import AGREED, State
from api.store.basin_tables import Worker
from api.store.cycle_tables import Offer
from api.worked import dead_time, departments, history, lent_hours, night_hours, refusals
from api.worked.capped_hours import CappedHours
from api.worked.dead_time import DeadTime
from api.worked.paths_so_far import PathWeeks
from brigade.exchange.documents.json_text import JsonObject
from brigade.timing.duty_days import monday_of
from brigade.units import PARIS, Horizon
from brigade.values.calendar import LOCAL_LAW, NEIGHBOURS, is_public_holiday, is_sunday, public_holidays
from brigade.worked.carried_counters import WEEK, WEEKS, CarriedCounters
from brigade.worked.night_months import Nights, months_before
from brigade.worked.refusal_years import COUNTERS

# Rhythms are stated over a month or a fortnight that the first day lies in: two months hold either whole.
SUNDAYS = timedelta(weeks=8)
# The holidays before the first day are those of a year: any row of them that still counts lies in it.
HOLIDAYS = timedelta(days=365)
CALLS = timedelta(days=30)


def counted(
    scoped: Scoped, basin_id: str, department: str, horizon: Horizon, workers: Sequence[Worker]
) -> list[JsonObject]:
    """The counters of each worker, in their order, on the first day of `horizon`."""
    first_day, values = horizon.first_day, [row.value for row in workers]
    oldest = _oldest(first_day, workers)
    lent = lent_hours.lent_days(scoped, basin_id, oldest, first_day)
    worked = lent_hours.in_both(history.worked(scoped, basin_id, oldest, first_day), lent)
    dead = dead_time.hours_by_visit(scoped, basin_id)
    sundays = _sundays(scoped, basin_id, first_day, dead)
    holidays = _holidays(scoped, basin_id, first_day, dead, department)
    nights = Nights(months_before(first_day), night_hours.may_be_nights(scoped, basin_id, first_day, dead))
    capped, calls = CappedHours(scoped, basin_id, horizon, dead), _calls(scoped, basin_id, horizon)
    weeks = PathWeeks(scoped, basin_id, first_day, workers)
    refused = refusals.counted(scoped, basin_id, values, first_day, capped.texts)
    found = []
    for row, refusal in zip(workers, refused, strict=True):
        id, known = row.id, dict(row.body.get("counters", {}))
        rules = capped.texts.of(row.value, first_day)
        with_hosts = partial(capped.texts.of, row.value, first_day)
        known |= CarriedCounters(known, told_on(row), worked[id], rules, first_day, with_hosts).all()
        known["night_months_min"] = nights.of(known, told_on(row), id, rules)
        known |= {COUNTERS[one.kind]: one.refusals for one in refusal.kinds}
        # The larger, not the sum: both may speak of the same calls.
        known["short_notice_calls"] = max(known.get("short_notice_calls", 0), calls.get(id, 0))
        known |= weeks.counters_of(row, told_on(row))
        known["capped_ai_work_min"] = capped.used(known.get("capped_ai_work_min"), row.value)
        elsewhere = lent.get(id, {}).keys()
        free = {
            "sundays_worked": {day for day in elsewhere if is_sunday(day)},
            "holidays_worked": {day for day in elsewhere if is_public_holiday(day, department)},
        }
        for name, seen in (("sundays_worked", sundays), ("holidays_worked", holidays)):
            # Dates are joined as a set: told by another program and seen here, a Sunday was worked once.
            days = {day.isoformat() for day in {*seen.get(id, ())} | free[name]}
            known[name] = sorted(days | set(known.get(name, ())))
        found.append(known)
    return found


def told_on(row: Worker) -> date:
    """The day up to which a worker's counters were counted, itself excluded."""
    return row.counters_since or row.changed_at.astimezone(PARIS).date()


def _oldest(first_day: date, workers: Iterable[Worker]) -> date:
    """Fourteen weeks back; as far as January where somebody's long days of the year are counted."""
    oldest = monday_of(first_day) - WEEKS * WEEK
    counting = [told_on(row) for row in workers if row.body.get("counters", {}).get("long_days") is not None]
    return min(oldest, max(min(counting), date(first_day.year, 1, 1))) if counting else oldest


# -- dates -------------------------------------------------------------------------------------------------
def _sundays(scoped: Scoped, basin_id: str, first_day: date, dead: DeadTime) -> Mapping[str, set[date]]:
    wanted = [day for day in _before(first_day, SUNDAYS) if is_sunday(day)]
    return history.dates(scoped, basin_id, wanted, dead)


def _holidays(
    scoped: Scoped, basin_id: str, first_day: date, dead: DeadTime, department: str
) -> Mapping[str, set[date]]:
    """By the public holidays of the department where each visit took place."""
    department_of = departments.by_client(scoped, basin_id, department)
    near = {department, *LOCAL_LAW, *NEIGHBOURS.get(department, ())}
    years = (first_day.year - 1, first_day.year)
    all_days = frozenset[date]().union(*(public_holidays(year, one) for year in years for one in near))
    wanted = sorted(day for day in all_days if first_day - HOLIDAYS <= day < first_day)
    return history.dates(
        scoped, basin_id, wanted, dead, lambda day, client: is_public_holiday(day, department_of(client))
    )


def _before(first_day: date, span: timedelta) -> Iterable[date]:
    return (first_day - timedelta(days=back) for back in range(span.days, 0, -1))


# -- calls -------------------------------------------------------------------------------------------------
def _calls(scoped: Scoped, basin_id: str, horizon: Horizon) -> dict[str, int]:
    """Short-notice visits told in the last 30 days and not declined, by worker."""
    asked = (
        select(Offer.worker_id, func.count())
        .where(
            Offer.basin_id == basin_id,
            Offer.short_notice,
            Offer.state.in_((*AGREED, State.DONE)),
            Offer.starts_at >= horizon.midnight(0) - CALLS,
            Offer.starts_at < horizon.midnight(0),
        )
        .group_by(Offer.worker_id)
    )
    return {worker: count for worker, count in scoped.session.execute(asked)}  # noqa: C416 - rows are no pairs to a type checker
