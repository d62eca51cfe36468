"""What workers carry into the next days: what was done where an outcome says so, else what the plan in force had them do."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from api import labour, refusals
from api.scope import Scoped
from api.store.cycle import AGREED, Offer, Outcome, Plan
from api.store.data import Employer, Provider
from brigade.calendar import is_public_holiday, is_sunday
from brigade.exchange.bridge import Clock, build
from brigade.exchange.shapes.demand import ProviderShape
from brigade.exchange.shapes.workforce import EmployerShape
from brigade.rules.ai_480h import counts
from brigade.units import PARIS, Horizon
from brigade.workforce import EmployerKind

HISTORY_DAYS = 14
SUNDAYS = timedelta(weeks=8)
HOLIDAYS = timedelta(days=365)
CALLS = timedelta(days=30)
Days = dict[str, dict[str, Any]]
"""Past days by date, as the exchange document writes them."""


@dataclass(frozen=True, slots=True)
class Done:
    """One outcome as it counts: whole minutes, on the local date it began."""

    visit_id: str
    worker_id: str
    provider_id: str
    start: datetime
    end: datetime

    @property
    def day(self) -> date:
        return self.start.date()

    @property
    def minutes(self) -> int:
        return (self.end - self.start) // timedelta(minutes=1)

    def as_day(self) -> dict[str, Any]:
        return _day(self.day.isoformat(), self.start, self.end, self.minutes)


def counted(
    scoped: Scoped, basin_id: str, department: str, horizon: Horizon, bodies: Iterable[dict[str, Any]]
) -> list[dict[str, Any]]:
    """The counters of each worker's body, in their order, on the first day of `horizon`.

    What came with the worker is of what this service has not seen: its days and dates stay unless the service knows better,
    its sums are added to.
    """
    rows, workers = _outcomes(scoped, basin_id, horizon.midnight(0)), list(bodies)
    days = _days(scoped, basin_id, horizon, rows)
    done: dict[str, list[Done]] = defaultdict(list)
    for one in _done(rows):
        done[one.worker_id].append(one)
    refused = refusals.counted(scoped, basin_id, workers, horizon.first_day)
    capped, calls = _Capped(scoped, basin_id), _calls(scoped, basin_id, horizon)
    found = []
    for body, refusal in zip(workers, refused, strict=True):
        id, known = body["id"], dict(body.get("counters", {}))
        known["days"] = _merged(known.get("days", ()), days[id], horizon.first_day)
        known["refusals"] = refusal["refusals"]
        known["short_notice_calls"] = max(known.get("short_notice_calls", 0), calls.get(id, 0))
        known["capped_ai_work_min"] = known.get("capped_ai_work_min", 0) + capped.minutes(body, done[id])
        dates = {one.day for one in done[id]}
        since = horizon.first_day
        sundays = {day.isoformat() for day in dates if is_sunday(day) and day >= since - SUNDAYS}
        holidays = {day.isoformat() for day in dates if is_public_holiday(day, department) and day >= since - HOLIDAYS}
        known["sundays_worked"] = sorted(sundays | set(known.get("sundays_worked", ())))
        known["holidays_worked"] = sorted(holidays | set(known.get("holidays_worked", ())))
        found.append(known)
    return found


# -- outcomes ------------------------------------------------------------------------------------------------------
def _outcomes(scoped: Scoped, basin_id: str, before: datetime) -> list[Outcome]:
    """Of visits before the span, and of those not done, which have no time."""
    asked = select(Outcome).where(Outcome.basin_id == basin_id)
    return [row for row in scoped.session.scalars(asked) if not row.done or (row.starts_at and row.starts_at < before)]


def _done(rows: Iterable[Outcome]) -> list[Done]:
    found = []
    for row in rows:
        if row.done and row.worker_id and row.starts_at and row.ends_at:
            start, end = (one.astimezone(PARIS).replace(second=0, microsecond=0) for one in (row.starts_at, row.ends_at))
            if start < end:
                found.append(Done(row.visit_id, row.worker_id, row.provider_id, start, end))
    return found


class _Capped:
    """Which outcomes count against the 480 h of an intermediary association."""

    def __init__(self, scoped: Scoped, basin_id: str) -> None:
        self.texts, clock = labour.texts_of(scoped, basin_id), Clock(Horizon(date(2000, 1, 1)))
        self.employers = {
            row.id: build(EmployerShape.model_validate(row.body, strict=False), clock, "")
            for row in scoped.session.scalars(select(Employer).where(Employer.basin_id == basin_id))
        }
        self.providers = {
            row.id: build(ProviderShape.model_validate(row.body, strict=False), clock, "")
            for row in scoped.session.scalars(select(Provider).where(Provider.basin_id == basin_id))
        }

    def minutes(self, body: Mapping[str, Any], done: Iterable[Done]) -> int:
        employer = self.employers[body["employer_id"]]
        if employer.kind is not EmployerKind.INTERMEDIARY_ASSOCIATION:
            return 0
        rules = self.texts.of(dict(body))
        return sum(one.minutes for one in done if counts(rules, employer, self.providers[one.provider_id]))


def _calls(scoped: Scoped, basin_id: str, horizon: Horizon) -> dict[str, int]:
    """Short-notice visits told in the last 30 days and not declined, by worker."""
    asked = (
        select(Offer.worker_id, func.count())
        .where(
            Offer.basin_id == basin_id,
            Offer.short_notice,
            Offer.state.in_(AGREED),
            Offer.starts_at >= horizon.midnight(0) - CALLS,
            Offer.starts_at < horizon.midnight(0),
        )
        .group_by(Offer.worker_id)
    )
    return {worker: count for worker, count in scoped.session.execute(asked)}  # noqa: C416 - rows are no pairs to a type checker


# -- days ----------------------------------------------------------------------------------------------------------
def _days(scoped: Scoped, basin_id: str, horizon: Horizon, rows: Iterable[Outcome]) -> dict[str, Days]:
    """By worker, what the plans published for the days before had them do, corrected by what became of it."""
    found: dict[str, Days] = defaultdict(dict)
    known, done = {row.visit_id for row in rows}, _done(rows)
    by_visit = {one.visit_id: one for one in done}
    first, counted_visits = horizon.first_day - timedelta(days=HISTORY_DAYS), set()
    asked = scoped.select(Plan, basin_id).where(Plan.state == "published", Plan.first_day >= first - timedelta(days=14))
    for plan in scoped.all(asked.where(Plan.first_day < horizon.first_day).order_by(Plan.first_day, Plan.id)):
        for route in plan.document["routes"]:
            day = date.fromisoformat(route["day"])
            worker = route["worker_id"]
            for number, stop in enumerate(route["stops"]):
                id, leg = stop["visit_id"], stop["travel_min"] if number else 0
                one = by_visit.get(id)
                if one is not None and (one.worker_id, one.day) == (worker, day):
                    counted_visits.add(id)
                    _add(found[worker], {**one.as_day(), "work_min": one.minutes + leg})
                elif id not in known:
                    _add(found[worker], _planned(route["day"], stop, leg))
    for one in done:
        if one.visit_id not in counted_visits and one.day >= first:
            _add(found[one.worker_id], one.as_day())
    return found


def _planned(day: str, stop: Mapping[str, Any], leg: float) -> dict[str, Any]:
    start, end = datetime.fromisoformat(stop["start"]), datetime.fromisoformat(stop["end"])
    return _day(day, start, end, (end - start) // timedelta(minutes=1) + leg)


def _day(day: str, start: datetime, end: datetime, work: float) -> dict[str, Any]:
    return {"day": day, "start": start.isoformat(), "end": end.isoformat(), "work_min": work}


def _add(days: Days, more: dict[str, Any]) -> None:
    one = days.get(more["day"])
    if one is not None:
        start = min(one["start"], more["start"], key=datetime.fromisoformat)
        end = max(one["end"], more["end"], key=datetime.fromisoformat)
        more = {**more, "start": start, "end": end, "work_min": one["work_min"] + more["work_min"]}
    days[more["day"]] = more


def _merged(imported: Iterable[dict[str, Any]], worked: Days, first_day: date) -> list[dict[str, Any]]:
    oldest = (first_day - timedelta(days=HISTORY_DAYS)).isoformat()
    days = {day["day"]: day for day in imported} | worked
    return [_fitting(days[day]) for day in sorted(days) if oldest <= day < first_day.isoformat()]


def _fitting(day: dict[str, Any]) -> dict[str, Any]:
    """Times noted by hand may overlap, or leave no room for the way planned: no more work than there was time."""
    length = datetime.fromisoformat(day["end"]) - datetime.fromisoformat(day["start"])
    return {**day, "work_min": min(day["work_min"], length // timedelta(minutes=1))}
