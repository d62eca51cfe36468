"""What each month holds, from plans in force, offers and outcomes: asked, covered, done, paid."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, TypeAlias, TypeVar

from sqlalchemy import ColumnElement, and_, func, or_, select

from api.access import basin_column
from api.compose import FAMILIAR_DAYS
from api.cycle.diff import requests_of
from api.cycle.months import Every, Period
from api.cycle.states import AGREED, State
from api.scope import Scoped
from api.store.cycle import Offer, Outcome, Plan
from api.store.data import Absence, Visit
from brigade.problem import RELEASES
from brigade.units import MAX_DAYS, PARIS
from brigade.worked import midnight, minutes_between

FAMILIAR = timedelta(days=FAMILIAR_DAYS)
LONGEST = timedelta(days=MAX_DAYS)
"""A plan has no more days."""
Row = TypeVar("Row")
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


@dataclass(frozen=True)
class Reach:
    """What is read for some days of a basin. `lo`, `hi`: their first and last instant, as SQL clauses use them."""

    scoped: Scoped
    basin_id: str
    first: date
    last: date

    @property
    def lo(self) -> datetime:
        return midnight(self.first, PARIS)

    @property
    def hi(self) -> datetime:
        return midnight(self.last + timedelta(days=1), PARIS)

    def plans(self) -> list[Plan]:
        """In force, with days among these."""
        return self._all(Plan, Plan.state == "published", Plan.first_day > self.first - LONGEST, Plan.first_day <= self.last)

    def visits(self) -> dict[str, Visit]:
        """Of those plans and of the outcomes of these days."""
        near = (Visit.starts_at >= self.lo - LONGEST, Visit.starts_at < self.hi + LONGEST)
        return {row.id: row for row in self._all(Visit, or_(and_(*near), Visit.id.in_(self._of_outcomes(Outcome.visit_id))))}

    def outcomes(self) -> list[Outcome]:
        """Of these days, by when they began, and before them as far back as somebody stays a familiar face."""
        return self._all(Outcome, self._happened(self.lo - FAMILIAR), by=Outcome.starts_at)

    def absences(self) -> dict[str, Absence]:
        return {row.id: row for row in self._all(Absence, Absence.id.in_(self._of_outcomes(Outcome.absence_id)))}

    def offers(self) -> list[Offer]:
        """Answered in these days, or for a visit whose outcome is of these days."""
        answered = and_(Offer.answered_at >= self.lo, Offer.answered_at < self.hi)
        return self._all(Offer, or_(answered, Offer.visit_id.in_(self._of_outcomes(Outcome.visit_id))))

    def told(self) -> dict[str, datetime | None]:
        """When the plans in force that outcomes of these days speak of were published."""
        asked = select(Plan.id, Plan.published_at).where(
            Plan.basin_id == self.basin_id, Plan.state == "published", Plan.id.in_(self._of_outcomes(Outcome.plan_id))
        )
        return {id: at for id, at in self.scoped.session.execute(asked)}  # noqa: C416 - rows are no pairs to a type checker

    def _all(self, table: type[Row], *clauses: ColumnElement[bool], by: Any = None) -> list[Row]:
        asked = select(table).where(basin_column(table) == self.basin_id, *clauses)
        return self.scoped.all(asked if by is None else asked.order_by(by))

    def _of_outcomes(self, column: Any) -> Any:
        return select(column).where(Outcome.basin_id == self.basin_id, self._happened(self.lo))

    def _happened(self, since: datetime) -> ColumnElement[bool]:
        """An outcome is of the time it began, else of its visit's; of a visit that is no more, of the time it was told.
        Args: since: for what was done; what was not done is of these days alone."""
        visit = select(Visit.starts_at).where(Visit.basin_id == Outcome.basin_id, Visit.id == Outcome.visit_id)
        at = func.coalesce(visit.scalar_subquery(), Outcome.created_at)
        return or_(
            and_(Outcome.starts_at >= since, Outcome.starts_at < self.hi),
            and_(Outcome.starts_at.is_(None), at >= self.lo, at < self.hi),
        )


def gather(scoped: Scoped, basin_id: str, first: date, last: date) -> dict[Period, Figures]:
    """By month, all that plans in force, offers and outcomes say of the days from `first` to `last`, ends of months. Months
    beside them may be there as well, and are not whole."""
    months: dict[Period, Figures] = defaultdict(Figures)
    reach = Reach(scoped, basin_id, first, last)
    visits, outcomes = reach.visits(), reach.outcomes()
    for plan in reach.plans():
        _asked(months, plan, visits)
    _done(months, outcomes, visits)
    _found(months, outcomes, reach)
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


def _found(months: dict[Period, Figures], outcomes: Iterable[Outcome], reach: Reach) -> None:
    """How long it took to find somebody, releases replaced, answers at short notice."""
    absences, offers, told = reach.absences(), reach.offers(), reach.told()
    agreed = {(one.visit_id, one.worker_id): one.answered_at for one in offers if one.state in AGREED}
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
        if one.short_notice and one.state in (*AGREED, State.REFUSED) and one.answered_at:
            month = months[month_of(one.answered_at.astimezone(PARIS).date())]
            month.counts["short_notice", ""][one.state != State.REFUSED] += 1
