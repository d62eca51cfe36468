"""Hours and kilometres for whoever pays the workers: one line a worker and day, from what was done."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from api import compose, departments, labour
from api.cycle.evidence import span_of
from api.cycle.states import CLOSED, State
from api.departments import DepartmentOf
from api.scope import Scoped
from api.store.cycle import Offer, Outcome, Plan
from api.store.data import Worker
from api.tabular import Table
from brigade.calendar import is_public_holiday, is_sunday
from brigade.labour import RuleSet
from brigade.units import PARIS
from brigade.worked import by_date, minutes_between, night_minutes

COLUMNS = {
    "employer_id": "employeur",
    "worker_id": "intervenant",
    "day": "jour",
    "visits": "interventions",
    "first_start": "début",
    "last_end": "fin",
    "service_min": "interventions (min)",
    "travel_min": "déplacements (min)",
    "work_min": "travail (min)",
    "metres": "entre interventions (m)",
    "commute_metres": "domicile (m)",
    "sunday_min": "dimanche (min)",
    "holiday_min": "férié (min)",
    "night_min": "nuit (min)",
    "short_notice_visits": "interventions à court délai",
    "unplanned_visits": "hors plan : trajets à saisir",
}


@dataclass(frozen=True, slots=True)
class Legs:
    """What the plan says of the way to a stop; `is_commute`: from home, to it."""

    minutes: float
    metres: int
    is_commute: bool


def payroll(scoped: Scoped, basin_id: str, first_day: date, last_day: date, employer_id: str | None) -> dict[str, Any]:
    """One row a worker and day on which something was done; lending employers see their own staff.

    Travel is that of the plan, between the visits that were done as planned; what somebody did in another's place is
    counted apart, for its ways are not known.
    Raises: NotFound; Unfit when the period is upside down.
    """
    start, end = span_of(first_day, last_day)
    basin = scoped.basin(basin_id)
    department_of = departments.by_client(scoped, basin_id, compose.wishes_of(basin).department)
    texts = labour.texts_of(scoped, basin_id)
    asked = scoped.select(Outcome, basin_id).where(Outcome.done, Outcome.starts_at >= start, Outcome.starts_at < end)
    asked = asked if employer_id is None else asked.where(Outcome.employer_id == employer_id)
    days: dict[tuple[str, str, date], list[Outcome]] = defaultdict(list)
    for row in scoped.all(asked.order_by(Outcome.starts_at, Outcome.visit_id)):
        if row.starts_at and row.worker_id and row.employer_id:
            days[row.employer_id, row.worker_id, row.starts_at.astimezone(PARIS).date()].append(row)
    plans, short = _Ways(scoped), _short(scoped, basin_id)
    workers = {row.id: row.body for row in scoped.session.scalars(select(Worker).where(Worker.basin_id == basin_id))}
    rows = []
    for (employer, worker, day), done in sorted(days.items()):
        # Who was erased has no row any more: her employer's texts bind what was worked.
        told = _day(done, plans, texts.of(workers.get(worker, {"employer_id": employer}), day), department_of, short)
        rows.append({"employer_id": employer, "worker_id": worker, "day": day, **told})
    return {"first_day": first_day, "last_day": last_day, "employer_id": employer_id, "rows": rows}


def tables(found: dict[str, Any]) -> list[Table]:
    return [Table("paie", COLUMNS, found["rows"])]


def _day(
    done: list[Outcome], ways: _Ways, rules: RuleSet, department_of: DepartmentOf, short: set[tuple[str, str]]
) -> dict[str, Any]:
    spans = [(row.starts_at, row.ends_at) for row in done if row.starts_at and row.ends_at]
    legs = [ways.to(row) for row in done]
    dated = [
        (day, minutes, department_of(row.client_id))
        for row in done
        if row.starts_at and row.ends_at
        for day, minutes in by_date(row.starts_at, row.ends_at, PARIS)
    ]
    service = sum(minutes_between(*span) for span in spans)
    between = [leg for leg in legs if leg and not leg.is_commute]
    travel = round(sum(leg.minutes for leg in between))
    return {
        "visits": len(done),
        "first_start": min(start for start, _ in spans).astimezone(PARIS),
        "last_end": max(end for _, end in spans).astimezone(PARIS),
        "service_min": service,
        "travel_min": travel,
        "work_min": service + travel,
        "metres": sum(leg.metres for leg in between),
        "commute_metres": sum(leg.metres for leg in legs if leg and leg.is_commute) + ways.back(done),
        "sunday_min": sum(minutes for day, minutes, _ in dated if is_sunday(day)),
        "holiday_min": sum(minutes for day, minutes, where in dated if is_public_holiday(day, where)),
        "night_min": sum(night_minutes(*span, PARIS, rules) for span in spans),
        "short_notice_visits": sum((row.visit_id, row.worker_id) in short for row in done),
        "unplanned_visits": sum(leg is None for leg in legs),
    }


def _short(scoped: Scoped, basin_id: str) -> set[tuple[str, str]]:
    """Who was told of which visit at short notice and did not refuse: whoever then came counts, answered or not."""
    asked = select(Offer.visit_id, Offer.worker_id).where(
        Offer.basin_id == basin_id, Offer.short_notice, Offer.state.not_in((*CLOSED, State.WITHDRAWN))
    )
    return {(visit, worker) for visit, worker in scoped.session.execute(asked)}


class _Ways:
    """The legs of plans, read once a plan."""

    def __init__(self, scoped: Scoped) -> None:
        self.scoped = scoped
        self._legs: dict[str, dict[tuple[str, str], Legs]] = {}
        self._backs: dict[str, dict[tuple[str, str], int]] = {}

    def to(self, row: Outcome) -> Legs | None:
        """The way to a visit; None when somebody else was to do it."""
        self._read(row.plan_id)
        return self._legs[row.plan_id].get((row.visit_id, row.worker_id or ""))

    def back(self, done: list[Outcome]) -> int:
        """Metres home from the last visits of tours, where they were done."""
        for row in done:
            self._read(row.plan_id)
        return sum(self._backs[row.plan_id].get((row.visit_id, row.worker_id or ""), 0) for row in done)

    def _read(self, plan_id: str) -> None:
        if plan_id in self._legs:
            return
        plan = self.scoped.session.get(Plan, plan_id)
        routes = plan.document["routes"] if plan else []
        self._legs[plan_id] = dict(_legs(routes))
        self._backs[plan_id] = {
            (route["stops"][-1]["visit_id"], route["worker_id"]): route.get("metres_back", 0) for route in routes
        }


def _legs(routes: list[dict[str, Any]]) -> Iterator[tuple[tuple[str, str], Legs]]:
    for route in routes:
        for number, stop in enumerate(route["stops"]):
            yield (stop["visit_id"], route["worker_id"]), Legs(stop["travel_min"], stop["metres"], number == 0)
