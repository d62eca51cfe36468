"""Indicators by month, quarter or year: what was asked, covered, done, paid; and what of it may be told outside.

Outside, no count below five is told, nor what would give it away: within a table, by subtraction from the total; between
periods, by subtraction of the months told from their quarter or year. So periods are the calendar's own, and over.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from statistics import median
from typing import Any, TypeAlias

from sqlalchemy import select

from api.access import Role
from api.faults import Unfit
from api.scope import Scoped
from api.store.cycle import Offer, Outcome, Plan
from api.store.data import Absence, Visit
from api.tabular import Table
from brigade.problem import RELEASES
from brigade.units import PARIS
from brigade.worked import minutes_between

SMALLEST = 5
"""Counts of fewer are not told outside (domain rule of small cells)."""
LONGEST_YEARS = 10
FAMILIAR = timedelta(days=90)
COLUMNS = {
    "period": "période",
    "first_day": "du",
    "last_day": "au",
    "name": "indicateur",
    "of": "part",
    "value": "valeur",
    "unit": "unité",
    "suppressed": "masqué",
}
Cell: TypeAlias = tuple[str, str]
"""Name of a figure and its part; "" for the whole."""


class Every(StrEnum):
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


MONTHS: Mapping[Every, int] = {Every.MONTH: 1, Every.QUARTER: 3, Every.YEAR: 12}


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """A calendar month, quarter or year."""

    first: date
    every: Every

    @classmethod
    def of(cls, day: date, every: Every) -> Period:
        length = MONTHS[every]
        return cls(date(day.year, (day.month - 1) // length * length + 1, 1), every)

    @property
    def next(self) -> Period:
        months = self.first.month - 1 + MONTHS[self.every]
        return Period(date(self.first.year + months // 12, months % 12 + 1, 1), self.every)

    @property
    def last(self) -> date:
        return self.next.first - timedelta(days=1)

    @property
    def name(self) -> str:
        match self.every:
            case Every.MONTH:
                return f"{self.first:%Y-%m}"
            case Every.QUARTER:
                return f"{self.first.year}-T{(self.first.month + 2) // 3}"
        return str(self.first.year)

    def parts(self) -> list[Period]:
        """The months of a quarter, the quarters of a year; of a month, none."""
        finer = {Every.QUARTER: Every.MONTH, Every.YEAR: Every.QUARTER}.get(self.every)
        return [] if finer is None else list(periods(self.first, self.last, finer))


def periods(first: date, last: date, every: Every) -> Iterator[Period]:
    """Every period that first..last touches, in order."""
    one = Period.of(first, every)
    while one.first <= last:
        yield one
        one = one.next


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


# -- gathering -----------------------------------------------------------------------------------------------------
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


def _month(day: date) -> Period:
    return Period.of(day, Every.MONTH)


def _asked(months: dict[Period, Figures], plan: Plan, visits: Mapping[str, Visit]) -> None:
    """Requests, in all, by priority and by provider: covered by the plan or left."""
    told = [(stop["visit_id"], True) for route in plan.document["routes"] for stop in route["stops"]]
    told += [(one["visit_id"], False) for one in plan.document["uncovered"]]
    for id, is_covered in told:
        row = visits.get(id)
        figures = months[_month(row.starts_at.astimezone(PARIS).date() if row else plan.first_day)]
        figures.counts["coverage", ""][is_covered] += 1
        if row is not None:
            figures.counts["coverage_by_priority", row.body["priority"]][is_covered] += 1
            figures.counts["coverage_by_provider", row.provider_id][is_covered] += 1
            if not is_covered and (row.body["priority"] in ("P1", "P2") or row.body.get("mandatory")):
                figures.sums["service_breaks", ""] += 1
    for route in plan.document["routes"]:
        metres = sum(stop["metres"] for stop in route["stops"]) + route.get("metres_back", 0)
        months[_month(date.fromisoformat(route["day"]))].sums["metres", ""] += metres


def _done(months: dict[Period, Figures], outcomes: Iterable[Outcome], visits: Mapping[str, Visit]) -> None:
    """Visits done or not, by whom the client knows, the time, and what each line paid."""
    seen: dict[tuple[str, str], Any] = {}
    for row in outcomes:
        visit = visits.get(row.visit_id)
        at = row.starts_at or (visit.starts_at if visit else row.created_at)
        figures = months[_month(at.astimezone(PARIS).date())]
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
    agreed = {(one.visit_id, one.worker_id): one.answered_at for one in offers if one.state in ("accepted", "acknowledged")}
    told = {plan.id: plan.published_at for plan in plans}
    for row in outcomes:
        absence = absences.get(row.absence_id or "")
        if absence is None or not row.done or row.starts_at is None or row.ends_at is None:
            continue
        figures = months[_month(row.starts_at.astimezone(PARIS).date())]
        if absence.body["kind"] in RELEASES:
            figures.counts["releases", ""][True] += 1
            figures.sums["training_replaced", ""] += minutes_between(row.starts_at, row.ends_at)
        found_at = agreed.get((row.visit_id, row.worker_id or "")) or told.get(row.plan_id)
        if found_at is not None:
            figures.waits.append(minutes_between(datetime.fromisoformat(absence.body["known_at"]), found_at))
    for one in offers:
        if one.short_notice and one.state in ("accepted", "acknowledged", "declined") and one.answered_at:
            month = months[_month(one.answered_at.astimezone(PARIS).date())]
            month.counts["short_notice", ""][one.state != "declined"] += 1


# -- telling -------------------------------------------------------------------------------------------------------
def told(scoped: Scoped, basin_id: str, every: Every, first: date, last: date) -> dict[str, Any]:
    """Whole periods, widened to the calendar's. To funders only those that are over, without what could give anybody away.

    Raises: NotFound; Unfit when the span is upside down or longer than ten years.
    """
    scoped.basin(basin_id)
    if not first <= last or last.year - first.year > LONGEST_YEARS:
        hint = f"une période dans l’ordre, de {LONGEST_YEARS} ans au plus"
        raise Unfit("A305", "first_day, last_day", f"{first} à {last}", hint)
    held = Told(gather(scoped, basin_id))
    outside = scoped.principal.role is Role.FUNDER
    today = scoped.clock.now().astimezone(PARIS).date()
    wanted = [one for one in periods(first, last, every) if not outside or one.last < today]
    rows = [row for one in wanted for row in _rows(one, held.figures(one), held.hidden(one) if outside else frozenset())]
    return {"every": every.value, "rows": rows}


def tables(found: dict[str, Any]) -> list[Table]:
    return [Table("indicateurs", COLUMNS, found["rows"])]


class Told:
    """What each period holds, and which of its cells are not told outside; worked out once a period."""

    def __init__(self, months: Mapping[Period, Figures]) -> None:
        self.months = months
        self._figures: dict[Period, Figures] = {}
        self._hidden: dict[Period, frozenset[Cell]] = {}

    def figures(self, period: Period) -> Figures:
        if period not in self._figures:
            inside = periods(period.first, period.last, Every.MONTH)
            self._figures[period] = total(self.months[one] for one in inside if one in self.months)
        return self._figures[period]

    def hidden(self, period: Period) -> frozenset[Cell]:
        """The cells of `period` that are not told outside."""
        if period not in self._hidden:
            self._hidden[period] = frozenset(self._found(period))
        return self._hidden[period]

    def _found(self, period: Period) -> set[Cell]:
        counts = self.figures(period).counts
        found = {cell for cell, met in counts.items() if _is_small(met) or self._gives_away(cell, period)}
        for name in {name for name, _ in counts}:
            table = [cell for cell in counts if cell[0] == name]
            told = [cell for cell in table if cell not in found]
            # One hidden part alone could be had by subtraction from the total: the smallest of the others goes with it.
            if len(table) - len(told) == 1 and told:
                found.add(min(told, key=lambda cell: (counts[cell].total(), cell)))
        return found

    def _gives_away(self, cell: Cell, period: Period) -> bool:
        """Whether what is told of its parts, taken off the whole, would tell a part that is not."""
        left = [one for one in self._untold(cell, period) if self.months[one].counts[cell].total()]
        rest = total(self.months[one] for one in left).counts[cell]
        return len(left) == 1 or _is_small(rest)

    def _untold(self, cell: Cell, period: Period) -> Iterator[Period]:
        """The months of which neither they nor a quarter around them, inside `period`, tells the cell."""
        for part in period.parts():
            if cell not in self.hidden(part):
                continue
            if part.every is not Every.MONTH:
                yield from self._untold(cell, part)
            elif part in self.months:
                yield part


def _is_small(counts: Counter[bool]) -> bool:
    return any(0 < n < SMALLEST for n in counts.values())


SHARES: Mapping[str, tuple[str, str]] = {
    "coverage": ("requests", "covered"),
    "coverage_by_priority": ("requests", "covered"),
    "coverage_by_provider": ("requests", "covered"),
    "done": ("recorded", "done"),
    "continuity": ("visits_done", "by_somebody_known"),
    "short_notice": ("short_notice_calls", "short_notice_accepted"),
    "funded_by_line": ("funded_visits", ""),
    "releases": ("release_visits", ""),
}
"""How many in all, and of which some: two figures and their share."""
BEHIND: Mapping[str, tuple[str, str]] = {
    "service_breaks": ("coverage", "count"),
    "metres": ("coverage", "metres"),
    "replaced": ("done", "min"),
    "training_replaced": ("releases", "min"),
    "funded_minutes": ("funded_by_line", "min"),
    "funded_cents": ("funded_by_line", "cents"),
}
"""The count behind a sum, which decides whether it is told, and its unit."""


def _rows(period: Period, figures: Figures, out: frozenset[Cell]) -> Iterator[dict[str, Any]]:
    for (name, part), counts in sorted(figures.counts.items()):
        every, some = SHARES[name]
        is_out = (name, part) in out
        yield _row(period, every, part, counts.total(), "count", is_out)
        if some:
            yield _row(period, some, part, counts[True], "count", is_out)
            yield _row(period, f"{some}_share", part, counts[True] / counts.total(), "share", is_out)
    for (name, part), value in sorted(figures.sums.items()):
        behind, unit = BEHIND[name]
        # What of a plan cannot be seen may be seen in the visits left without anybody.
        yield _row(period, name, part, value, unit, (behind, part) in out or (name == "service_breaks" and bool(out)))
    if figures.waits:
        is_out = ("done", "") in out
        ordered = sorted(figures.waits)
        yield _row(period, "time_to_fill_median", "", round(median(ordered)), "min", is_out)
        yield _row(period, "time_to_fill_p90", "", ordered[(9 * len(ordered) + 9) // 10 - 1], "min", is_out)


def _row(period: Period, name: str, of: str, value: float, unit: str, is_out: bool) -> dict[str, Any]:
    span = {"period": period.name, "first_day": period.first, "last_day": period.last}
    return {**span, "name": name, "of": of or None, "value": None if is_out else value, "unit": unit, "suppressed": is_out}
