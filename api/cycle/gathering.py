"""What each month holds, from plans in force, offers and outcomes: asked, covered, done, paid."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, TypeAlias

from sqlalchemy import select

from api.compose import FAMILIAR_DAYS
from api.cycle.diff import requests_of
from api.cycle.months import Every, Period
from api.scope import Scoped
from api.store.cycle import AGREED, Offer, Outcome, Plan
from api.store.data import Absence, Visit
from brigade.problem import RELEASES
from brigade.units import PARIS
from brigade.worked import minutes_between

FAMILIAR = timedelta(days=FAMILIAR_DAYS)
Cell: TypeAlias = tuple[str, str]
"""Name of a figure and its part; "" for the whole."""


@dataclass
class Figures:
    """What one month (or several) holds. `counts`: of visits, by cell, told and not (covered / left, done / not done):
    what makes a cell small. `sums`: minutes, metres, cents. `waits`: minutes from an absence known to somebody found."""

    counts: dict[Cell, Counter[bool]] = field(default_factory=lambda: defaultdict(Counter))
    sums: Counter[Cell] = field(default_factory=Counter)
    waits: list[int] = field(default_factory=list)

    def __add__(self, other: Figures) -> Figures:
        both = Figures(defaultdict(Counter, {cell: Counter(found) for cell, found in self.counts.items()}), Counter(), [])
        for cell, found in other.counts.items():
            both.counts[cell] += found
        both.sums = Counter({cell: self.sums[cell] + other.sums[cell] for cell in self.sums.keys() | other.sums.keys()})
        both.waits = self.waits + other.waits
        return both


def total(found: Iterable[Figures]) -> Figures:
    whole = Figures()
    for one in found:
        whole = whole + one
    return whole


def gather(scoped: Scoped, basin_id: str) -> dict[Period, Figures]:
    """By month, all that plans in force, offers and outcomes say."""
    months: dict[Period, Figures] = defaultdict(Figures)
    visits = {row.id: row for row in scoped.session.scalars(select(Visit).where(Visit.basin_id == basin_id))}
    plans = list(scoped.session.scalars(select(Plan).where(Plan.basin_id == basin_id, Plan.state == "published")))
    outcomes = list(scoped.session.scalars(select(Outcome).where(Outcome.basin_id == basin_id).order_by(Outcome.starts_at)))
    for plan in plans:
        _asked(months, plan, visits)
    _done(months, outcomes, visits)
    _found(months, scoped, basin_id, outcomes, plans)
    return months


def month_of(day: date) -> Period:
    return Period.of(day, Every.MONTH)


def _asked(months: dict[Period, Figures], plan: Plan, visits: Mapping[str, Visit]) -> None:
    """Requests, in all, by priority and by provider: covered by the plan or left."""
    for id, is_covered in requests_of(plan.document):
        row = visits.get(id)
        figures = months[month_of(row.starts_at.astimezone(PARIS).date() if row else plan.first_day)]
        figures.counts["coverage", ""][is_covered] += 1
        if row is not None:
            figures.counts["coverage_by_priority", row.body["priority"]][is_covered] += 1
            figures.counts["coverage_by_provider", row.provider_id][is_covered] += 1
            if not is_covered and (row.body["priority"] in ("P1", "P2") or row.body.get("mandatory")):
                figures.sums["service_breaks", ""] += 1
    for route in plan.document["routes"]:
        metres = sum(stop["metres"] for stop in route["stops"]) + route.get("metres_back", 0)
        months[month_of(date.fromisoformat(route["day"]))].sums["metres", ""] += metres


def _done(months: dict[Period, Figures], outcomes: Iterable[Outcome], visits: Mapping[str, Visit]) -> None:
    """Visits done or not, by whom the client knows, the time, and what each line paid."""
    seen: dict[tuple[str, str], Any] = {}
    for row in outcomes:
        visit = visits.get(row.visit_id)
        at = row.starts_at or (visit.starts_at if visit else row.created_at)
        figures = months[month_of(at.astimezone(PARIS).date())]
        figures.counts["done", ""][row.done] += 1
        if not (row.done and row.worker_id and row.starts_at and row.ends_at):
            continue
        known = seen.get((row.client_id, row.worker_id))
        figures.counts["continuity", ""][known is not None and row.starts_at - known <= FAMILIAR] += 1
        seen[row.client_id, row.worker_id] = row.starts_at
        minutes = minutes_between(row.starts_at, row.ends_at)
        figures.sums["replaced", ""] += minutes
        if row.funding_line_id is not None:
            figures.counts["funded_by_line", row.funding_line_id][True] += 1
            figures.sums["funded_minutes", row.funding_line_id] += minutes
            figures.sums["funded_cents", row.funding_line_id] += row.cents


def _found(
    months: dict[Period, Figures], scoped: Scoped, basin_id: str, outcomes: Iterable[Outcome], plans: Iterable[Plan]
) -> None:
    """How long it took to find somebody, releases replaced, answers at short notice."""
    absences = {row.id: row for row in scoped.session.scalars(select(Absence).where(Absence.basin_id == basin_id))}
    offers = list(scoped.session.scalars(select(Offer).where(Offer.basin_id == basin_id)))
    agreed = {(one.visit_id, one.worker_id): one.answered_at for one in offers if one.state in AGREED}
    told = {plan.id: plan.published_at for plan in plans}
    for row in outcomes:
        absence = absences.get(row.absence_id or "")
        if absence is None or not row.done or row.starts_at is None or row.ends_at is None:
            continue
        figures = months[month_of(row.starts_at.astimezone(PARIS).date())]
        if absence.body["kind"] in RELEASES:
            figures.counts["releases", ""][True] += 1
            figures.sums["training_replaced", ""] += minutes_between(row.starts_at, row.ends_at)
        found_at = agreed.get((row.visit_id, row.worker_id or "")) or told.get(row.plan_id)
        if found_at is not None:
            figures.waits.append(minutes_between(datetime.fromisoformat(absence.body["known_at"]), found_at))
    for one in offers:
        if one.short_notice and one.state in (*AGREED, "declined") and one.answered_at:
            month = months[month_of(one.answered_at.astimezone(PARIS).date())]
            month.counts["short_notice", ""][one.state != "declined"] += 1
