"""What each month holds, from plans in force, offers and outcomes: asked, covered, done, paid.

What plans say is what their own figures add up to (`brigade.figures`): nothing of it is counted here once
more.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, TypeAlias, TypeVar

from sqlalchemy import ColumnElement, and_, func, or_, select

from api.access.rights import basin_column
from api.access.scope import Scoped
from api.basin.planned_visits import FAMILIAR_DAYS
from api.commitments.states import AGREED, State
from api.money import payroll
from api.money.months import Period, PeriodLength
from api.money.planned_figures import sums_of
from api.store.basin_tables import Absence, Employer, Provider, Visit, Worker
from api.store.cycle_tables import Offer, Outcome, Plan
from api.store.plan_parts import requests_of, tours_of
from api.worked import history
from brigade.figures.coverage_figures import PRIORITIES, RESERVED, provider_part
from brigade.figures.figure_assumptions import shipped_assumptions
from brigade.figures.quality_figures import is_familiar
from brigade.units import MAX_DAYS, PARIS
from brigade.values.demand import Workplace
from brigade.values.problem_parts import RELEASES
from brigade.values.workforce import EmployerKind
from brigade.worked.done_days import DoneCall
from brigade.worked.local_days import midnight, minutes_between

FAMILIAR = timedelta(days=FAMILIAR_DAYS)
LONGEST = timedelta(days=MAX_DAYS)
"""A plan has no more days."""
SMALL_RURAL, OTHERS = "small_rural", "others"
Row = TypeVar("Row")
Cell: TypeAlias = tuple[str, str]
"""Name of a group of figures and its part; "" for the whole."""


@dataclass
class Figures:
    """What one month (or several) holds. `counts`: of visits or answers, by cell, told and not (covered /
    left, done / not done). `sums`: minutes, metres, cents, by figure and part. `people`: whom a cell speaks
    of: with `counts`, what makes it small. `waits`: minutes from an absence known to somebody found."""

    counts: dict[Cell, Counter[bool]] = field(default_factory=lambda: defaultdict(Counter))
    sums: Counter[Cell] = field(default_factory=Counter)
    people: dict[Cell, set[str]] = field(default_factory=lambda: defaultdict(set))
    waits: list[int] = field(default_factory=list)

    def __add__(self, other: Figures) -> Figures:
        both = Figures(defaultdict(Counter, {cell: Counter(found) for cell, found in self.counts.items()}))
        for cell, found in other.counts.items():
            both.counts[cell] += found
        both.sums = Counter(
            {cell: self.sums[cell] + other.sums[cell] for cell in self.sums.keys() | other.sums.keys()}
        )
        for cell in self.people.keys() | other.people.keys():
            both.people[cell] = self.people.get(cell, set()) | other.people.get(cell, set())
        # Kept one by one: medians do not add up.
        both.waits = self.waits + other.waits
        return both


def total(found: Iterable[Figures]) -> Figures:
    whole = Figures()
    for one in found:
        whole = whole + one
    return whole


@dataclass(frozen=True)
class ReportWindow:
    """What is read for some days of a basin. `lo`, `hi`: their first and last instant, as SQL clauses use
    them."""

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
        return self._all(
            Plan,
            Plan.state == "published",
            Plan.first_day > self.first - LONGEST,
            Plan.first_day <= self.last,
        )

    def visits(self) -> dict[str, Visit]:
        """Of those plans and of the outcomes of these days."""
        # Plans are read whole, and a plan's days may lie on both sides of these.
        near = (Visit.starts_at >= self.lo - LONGEST, Visit.starts_at < self.hi + LONGEST)
        return {
            row.id: row
            for row in self._all(Visit, or_(and_(*near), Visit.id.in_(self._of_outcomes(Outcome.visit_id))))
        }

    def outcomes(self) -> list[Outcome]:
        """Of these days, by when they began, and before them as far back as somebody stays a familiar
        face."""
        return self._all(Outcome, self._happened(self.lo - FAMILIAR), by=Outcome.starts_at)

    def workers(self) -> dict[str, Worker]:
        return {row.id: row for row in self._all(Worker)}

    def kinds(self) -> dict[str, str]:
        """Of employers, by id."""
        return {row.id: row.value.kind for row in self._all(Employer)}

    def providers(self) -> dict[str, Provider]:
        return {row.id: row for row in self._all(Provider)}

    def absences(self) -> dict[str, Absence]:
        return {
            row.id: row for row in self._all(Absence, Absence.id.in_(self._of_outcomes(Outcome.absence_id)))
        }

    def offers(self) -> list[Offer]:
        """Answered in these days, or for a visit whose outcome is of these days."""
        answered = and_(Offer.answered_at >= self.lo, Offer.answered_at < self.hi)
        return self._all(Offer, or_(answered, Offer.visit_id.in_(self._of_outcomes(Outcome.visit_id))))

    def told(self) -> dict[str, datetime | None]:
        """When the plans in force that outcomes of these days speak of were published."""
        asked = select(Plan.id, Plan.published_at).where(
            Plan.basin_id == self.basin_id,
            Plan.state == "published",
            Plan.id.in_(self._of_outcomes(Outcome.plan_id)),
        )
        return {id: at for id, at in self.scoped.session.execute(asked)}  # noqa: C416 - rows are no pairs to a type checker

    def _all(self, table: type[Row], *clauses: ColumnElement[bool], by: Any = None) -> list[Row]:
        asked = select(table).where(basin_column(table) == self.basin_id, *clauses)
        return self.scoped.all(asked if by is None else asked.order_by(by))

    def _of_outcomes(self, column: Any) -> Any:
        return select(column).where(Outcome.basin_id == self.basin_id, self._happened(self.lo))

    def _happened(self, since: datetime) -> ColumnElement[bool]:
        """An outcome is of the time it began, else of its visit's; of a visit that is no more, of the time it
        was told.
        Args: since: for what was done; what was not done is of these days alone."""
        visit = select(Visit.starts_at).where(
            Visit.basin_id == Outcome.basin_id, Visit.id == Outcome.visit_id
        )
        # A visit may be gone by retention while its outcome is kept for the evidence.
        at = func.coalesce(visit.scalar_subquery(), Outcome.created_at)
        return or_(
            and_(Outcome.starts_at >= since, Outcome.starts_at < self.hi),
            and_(Outcome.starts_at.is_(None), at >= self.lo, at < self.hi),
        )


def gather(scoped: Scoped, basin_id: str, first: date, last: date) -> dict[Period, Figures]:
    """By month, all that plans in force, offers and outcomes say of the days from `first` to `last`, ends of
    months. Months beside them may be there as well, and are not whole."""
    months: dict[Period, Figures] = defaultdict(Figures)
    reach = ReportWindow(scoped, basin_id, first, last)
    visits, outcomes = reach.visits(), reach.outcomes()
    lenders = _Lenders(reach.kinds(), reach.workers())
    for plan in reach.plans():
        _planned(months, scoped, plan, visits, lenders)
    _done(months, outcomes, visits)
    _worked(
        months,
        scoped,
        basin_id,
        [one for one in outcomes if one.starts_at and one.starts_at >= reach.lo],
        lenders,
        history.calls_between(scoped, basin_id, first, last + timedelta(days=1)),
    )
    _found(months, outcomes, reach)
    return months


def month_of(day: date) -> Period:
    return Period.of(day, PeriodLength.MONTH)


@dataclass(frozen=True)
class _Lenders:
    """`kinds`: of employers."""

    kinds: Mapping[str, str]
    workers: Mapping[str, Worker]

    def kind_of(self, worker_id: str, employer_id: str | None = None) -> str:
        worker = self.workers.get(worker_id)
        return self.kinds.get(employer_id or (worker.employer_id if worker else ""), "")

    def is_included(self, worker_id: str, kind: str) -> bool:
        """Whether somebody is in an inclusion path: lent by an intermediary association, or holding a
        pass."""
        worker = self.workers.get(worker_id)
        has_pass = worker is not None and worker.value.inclusion_pass_until is not None
        return kind == EmployerKind.INTERMEDIARY_ASSOCIATION or has_pass


# -- what plans say ----------------------------------------------------------------------------------------
SPLITS: Mapping[str, tuple[str, str]] = {
    "coverage": ("requests", "covered"),
    "continuity": ("known_visits", "familiar_visits"),
}
"""What plans count in two: all, and of which some."""


def _planned(
    months: dict[Period, Figures], scoped: Scoped, plan: Plan, visits: Mapping[str, Visit], lenders: _Lenders
) -> None:
    """The sums of a plan's own figures, by month; and whom they speak of."""
    for month, sums in sums_of(scoped.session, plan):
        figures = months[month]
        for split, (every, some) in SPLITS.items():
            parts = [
                part for name, part in sums if name == every and (part not in RESERVED or part in PRIORITIES)
            ]
            for part in parts:
                figures.counts[split, part] += Counter(_split(sums[every, part], sums.get((some, part), 0)))
        known = {name for pair in SPLITS.values() for name in pair}
        figures.sums += Counter({cell: value for cell, value in sums.items() if cell[0] not in known})
    for id, is_covered in requests_of(plan.document).items():
        row = visits.get(id)
        if row is not None:
            people = months[month_of(row.starts_at.astimezone(PARIS).date())].people
            for part in ("", row.value.priority, provider_part(row.provider_id)):
                people["coverage", part].add(row.client_id)
            if is_covered:
                people["continuity", ""].add(row.client_id)
    for tour in tours_of(plan.document):
        people = months[month_of(tour.day)].people
        for part in ("", lenders.kind_of(tour.worker_id)):
            people["employer_work", part].add(tour.worker_id)


def _split(every: float, some: float) -> dict[bool, int]:
    return {True: int(some), False: int(every - some)}


# -- what was done -----------------------------------------------------------------------------------------
def _done(months: dict[Period, Figures], outcomes: Iterable[Outcome], visits: Mapping[str, Visit]) -> None:
    """Visits done or not, by whom the client knows, the time, and what each line paid."""
    # In order of time: who came before a visit is a familiar face at it, who came after is not.
    came: dict[str, dict[str, list[date]]] = defaultdict(lambda: defaultdict(list))
    for row in outcomes:
        visit = visits.get(row.visit_id)
        at = row.starts_at or (visit.starts_at if visit else row.created_at)
        day = at.astimezone(PARIS).date()
        figures = months[month_of(day)]
        if row.work_block_id is not None:
            _attended(figures, row)
            continue
        figures.counts["done", ""][row.done] += 1
        figures.people["done", ""].add(row.client_id)
        if not (row.done and row.worker_id and row.starts_at and row.ends_at):
            continue
        is_known = is_familiar(row.worker_id, _known(visit, came[row.client_id], day))
        if is_known is not None:
            figures.counts["continuity_done", ""][is_known] += 1
            figures.people["continuity_done", ""].add(row.client_id)
        # After the question: nobody is a familiar face at the first visit.
        came[row.client_id][row.worker_id].append(day)
        minutes = minutes_between(row.starts_at, row.ends_at)
        figures.sums["service_done", ""] += minutes
        figures.people["service_done", ""].add(row.client_id)
        _funded(figures, row, minutes, row.client_id)


def _attended(figures: Figures, row: Outcome) -> None:
    """Work that is no visit: no client's service, but its line pays it."""
    if row.done and row.worker_id and row.starts_at and row.ends_at:
        _funded(figures, row, minutes_between(row.starts_at, row.ends_at), row.worker_id)


def _funded(figures: Figures, row: Outcome, minutes: int, who: str) -> None:
    if row.funding_line_id is not None:
        for part in ("", row.funding_line_id):
            figures.sums["funded_service_done", part] += minutes
            figures.sums["funded_done", part] += row.cents
            figures.people["funded", part].add(who)


def _known(visit: Visit | None, came: Mapping[str, list[date]], day: date) -> set[str]:
    """Whom a client knows on a day, as a plan of that day has it (`api.basin.compose`): usual and preferred
    workers, and whoever came on one of the days before; nobody whom the client refused."""
    value = visit.value if visit else None
    stated = {*value.usual_workers, *value.preferred_workers} if value else set[str]()
    recent = {worker for worker, dates in came.items() if any(day - FAMILIAR <= one < day for one in dates)}
    return (stated | recent) - set(value.forbidden_workers if value else ())


def _worked(
    months: dict[Period, Figures],
    scoped: Scoped,
    basin_id: str,
    done: list[Outcome],
    lenders: _Lenders,
    calls: Iterable[DoneCall],
) -> None:
    """The work of the payroll, by kind of employer, and of people in an inclusion path."""
    for day in payroll.days(scoped, basin_id, done, payroll.PlannedLegs(scoped), calls):
        figures, kind = months[month_of(day.day)], lenders.kind_of(day.worker_id, day.employer_id)
        for part in ("", kind):
            figures.sums["employer_work_done", part] += day.work_min
            figures.people["employer_work_done", part].add(day.worker_id)
        if lenders.is_included(day.worker_id, kind):
            figures.people["inclusion", ""].add(day.worker_id)
            for part in ("", day.worker_id):
                figures.sums["inclusion_work_done", part] += day.work_min


def _found(months: dict[Period, Figures], outcomes: Iterable[Outcome], reach: ReportWindow) -> None:
    """How long it took to find somebody, releases replaced, answers at short notice."""
    absences, offers, told, providers = reach.absences(), reach.offers(), reach.told(), reach.providers()
    agreed = {(one.visit_id, one.worker_id): one.answered_at for one in offers if one.state in AGREED}
    for row in outcomes:
        absence = absences.get(row.absence_id or "")
        if absence is None or not row.done or row.starts_at is None or row.ends_at is None:
            continue
        figures = months[month_of(row.starts_at.astimezone(PARIS).date())]
        if absence.value.kind in RELEASES:
            minutes = minutes_between(row.starts_at, row.ends_at)
            for part in ("", *_where(providers.get(row.provider_id))):
                figures.sums["training_service_done", part] += minutes
                figures.people["released", part].add(absence.employee_id)
        found_at = agreed.get((row.visit_id, row.worker_id or "")) or told.get(row.plan_id)
        if found_at is not None:
            figures.waits.append(minutes_between(absence.value.known_at, found_at))
            figures.people["waits", ""].add(row.client_id)
    for one in offers:
        if one.short_notice and one.state in (*AGREED, State.REFUSED) and one.answered_at:
            month = months[month_of(one.answered_at.astimezone(PARIS).date())]
            month.counts["short_notice", ""][one.state != State.REFUSED] += 1
            month.people["short_notice", ""].add(one.worker_id)


def _where(provider: Provider | None) -> Iterator[str]:
    """Of which parts a release is: where its employee works, and whether that is a small rural provider."""
    if provider is None:
        yield from (Workplace.HOME.value, OTHERS)
        return
    yield provider.value.workplace.value
    is_small = 0 < provider.value.employees < shipped_assumptions().small_below
    yield SMALL_RURAL if provider.value.rural and is_small else OTHERS
