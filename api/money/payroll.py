"""Hours and kilometres for whoever pays the workers: one line a worker and day, from what was done.

What is work and what a kilometre costs is said in `brigade.timing.duty_days` and `brigade.figures`: a day
done as planned is paid what its plan says.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from functools import cached_property
from math import ceil

from sqlalchemy import select

from api.access.scope import Scoped
from api.commitments.shared_seats import is_of_learner, visit_of
from api.http.tabular import TabularAnswer
from api.money.evidence import span_of
from api.shapes.money_views import PayrollView, PayView
from api.store import kept_plans as kept
from api.store.basin_tables import Worker
from api.store.cycle_tables import Offer, Outcome, Plan
from api.store.plan_parts import PlannedStop, PlannedTour, tours_of
from api.worked import binding_texts, dead_time, departments, history
from api.worked.departments import DepartmentOf
from brigade.exchange.shapes.workforce_shapes import WorkerShape
from brigade.figures.figure_assumptions import shipped_assumptions
from brigade.figures.rounding import half_up, mileage_cents
from brigade.texts.rule_sets import RuleSet
from brigade.timing.duty_days import lead_work, minutes_of, rebuilt_travel, short_gap_minutes, travel_is_work
from brigade.timing.night_presence import counted
from brigade.units import PARIS
from brigade.values.calendar import is_public_holiday, is_sunday
from brigade.values.plan import Stop
from brigade.worked.done_days import DoneCall, local_day
from brigade.worked.local_days import by_date, minutes_between, night_minutes

SHORTEST_NIGHT = timedelta(hours=6)
COLUMNS = (
    "employer_id",
    "worker_id",
    "day",
    "visits",
    "first_start",
    "last_end",
    "service_min",
    "work_block_min",
    "shared_min",
    "tutor_min",
    "dead_time_min",
    "travel_min",
    "short_wait_min",
    "rebuilt_travel_min",
    "call_min",
    "night_presence_min",
    "night_presence_work_min",
    "work_min",
    "travel_metres",
    "commute_metres",
    "metres",
    "mileage_cents",
    "sunday_min",
    "holiday_min",
    "night_min",
    "short_notice_visits",
    "unplanned_visits",
)


@dataclass(frozen=True)
class PayrollDay:
    """What one worker did for one employer on one day, in order, with the texts that bind it: visits, work
    that is none, and doors at which she stood for nothing. `dead`: what is left of those hours, where others
    touch them. `accompanied`: visits that a learner shared. `calls`: to work while on call, with both their
    ways. `presences`: by visit, what share of a night at a client's is work, where that is not all of it."""

    employer_id: str
    worker_id: str
    day: date
    done: tuple[Outcome, ...]
    dead: dead_time.DeadTime
    ways: Mapping[str, PlannedStop]
    worker: WorkerShape | None
    rules: RuleSet
    rebuilt_min: float
    accompanied: frozenset[str] = frozenset()
    calls: tuple[DoneCall, ...] = ()
    presences: Mapping[str, Fraction] = field(default_factory=dict)

    @cached_property
    def stops(self) -> tuple[tuple[Outcome, Stop, bool], ...]:
        """Each visit as it was done, in seconds, and whether its travel may be work: the plan's way to it,
        from when the visit before it was over. What the plan does not know, or who was not there before,
        leaves no wait."""
        ends = {row.visit_id: self._times(row)[1] for row in self.done}
        found = [self._stop(row, ends) for row in self.done]
        return tuple(map(_apart, found, [*found[1:], None]))

    def _times(self, row: Outcome) -> tuple[int, int]:
        start, end = self.dead.get(row.visit_id, (row.starts_at, row.ends_at))
        return _seconds(start), _seconds(end)

    def _stop(self, row: Outcome, ends: Mapping[str, int]) -> tuple[Outcome, Stop, bool]:
        (start, end), way = self._times(row), self.ways.get(row.visit_id)
        if way is None:
            return row, Stop(row.visit_id, start, start, end, 0, 0), False
        # In seconds: clock-ins have them, and minutes rounded visit by visit would not add up to the day's.
        travel, pause = round(60 * way.travel_min), round(60 * way.pause_min)
        left = ends.get(way.before or "")
        if not row.done and left is not None:
            # Late from the visit before, she stands there once she has come.
            start = max(start, left + travel + pause)
            end = max(start, end)
        latest = start - pause
        arrival = latest if left is None else min(latest, left + travel)
        return (
            row,
            Stop(row.visit_id, arrival, start, end, travel, way.metres, pause),
            way.before is not None,
        )

    def work(self) -> Iterator[tuple[Outcome, int, int]]:
        """The stretches of work, in seconds, with the visit that each is for."""
        travels, short = travel_is_work(self.rules), 60 * short_gap_minutes(self.rules)
        for row, stop, may_travel in self.stops:
            for one in lead_work(stop, travels=travels and may_travel, short=short):
                yield row, one.start, one.end
            yield row, stop.start, self.counted_until(stop)

    def counted_until(self, stop: Stop) -> int:
        """When a service is no longer work: the counted part of a night lies at its beginning."""
        share = self.presences.get(stop.visit_id)
        # Rounded up: no second of work is lost.
        return stop.end if share is None else stop.start + ceil(share * (stop.end - stop.start))

    @property
    def call_min(self) -> int:
        return sum(minutes_between(one.start, one.end) for one in self.calls)

    @property
    def work_min(self) -> int:
        seconds = sum(end - start for _, start, end in self.work()) + round(60 * self.rebuilt_min)
        return half_up(seconds, 60) + self.call_min


def _apart(
    one: tuple[Outcome, Stop, bool], following: tuple[Outcome, Stop, bool] | None
) -> tuple[Outcome, Stop, bool]:
    """Dead time ends at the latest when she leaves for what comes next: no minute is paid twice."""
    row, stop, may_travel = one
    if row.done or following is None:
        return one
    _, then, is_after = following
    left = then.arrival - then.travel if is_after else then.start
    return row, replace(stop, end=max(stop.start, min(stop.end, left))), may_travel


def payroll(
    scoped: Scoped, basin_id: str, first_day: date, last_day: date, employer_id: str | None
) -> PayrollView:
    """One row a worker and day on which something was done, work that is no visit and calls included, or a
    client was not there; lending employers see their own staff.

    Travel is that of the plan, between the visits that were done as planned; what somebody did in another's
    place is counted apart, for its ways are not known.
    Raises: NotFound; Unfit when the period is upside down.
    """
    start, end = span_of(first_day, last_day)
    basin = scoped.basin(basin_id)
    department_of = departments.by_client(scoped, basin_id, basin.body.department)
    asked = scoped.select(Outcome, basin_id).where(Outcome.starts_at >= start, Outcome.starts_at < end)
    asked = asked if employer_id is None else asked.where(Outcome.employer_id == employer_id)
    outcomes = scoped.all(asked.order_by(Outcome.starts_at, Outcome.visit_id))
    ways, short = PlannedLegs(scoped), _short(scoped, basin_id)
    calls = _calls(scoped, basin_id, first_day, last_day, employer_id)
    rows = [_row(day, ways, department_of, short) for day in days(scoped, basin_id, outcomes, ways, calls)]
    return PayrollView(first_day=first_day, last_day=last_day, employer_id=employer_id, rows=rows)


def tables(found: PayrollView, lang: str) -> list[TabularAnswer]:
    return [TabularAnswer("payroll", COLUMNS, found.rows, lang)]


def _calls(
    scoped: Scoped, basin_id: str, first_day: date, last_day: date, employer_id: str | None
) -> list[DoneCall]:
    """Of those whom the account reaches."""
    rows = scoped.all(scoped.select(Worker, basin_id))
    hers = {row.id for row in rows if employer_id in (None, row.employer_id)}
    every = history.calls_between(scoped, basin_id, first_day, last_day + timedelta(days=1))
    return [one for one in every if one.worker_id in hers]


def days(
    scoped: Scoped,
    basin_id: str,
    outcomes: Iterable[Outcome],
    ways: PlannedLegs,
    calls: Iterable[DoneCall] = (),
) -> Iterator[PayrollDay]:
    """What was done, by employer, worker and day. Args: outcomes: in order of time."""
    texts, dead = binding_texts.texts_of(scoped, basin_id), dead_time.hours_by_visit(scoped, basin_id)
    workers = {
        row.id: row.value for row in scoped.session.scalars(select(Worker).where(Worker.basin_id == basin_id))
    }
    # Learners of other employers count as well: the tutor's time is the same.
    seats = scoped.session.scalars(
        select(Outcome).where(Outcome.basin_id == basin_id, Outcome.done, is_of_learner())
    )
    accompanied = {visit_of(row.visit_id, row.worker_id or "") for row in seats}
    found: dict[tuple[str, str, date], list[Outcome]] = defaultdict(list)
    for row in outcomes:
        if row.starts_at and row.ends_at and row.worker_id and row.employer_id:
            found[row.employer_id, row.worker_id, row.starts_at.astimezone(PARIS).date()].append(row)
    called: dict[tuple[str, str, date], list[DoneCall]] = defaultdict(list)
    for call in calls:
        key = workers[call.worker_id].employer_id, call.worker_id, local_day(call.start)
        called[key].append(call)
    for employer, worker, day in sorted({*found, *called}):
        done = found.get((employer, worker, day), [])
        # Who was erased has no row any more: her employer's texts bind what was worked.
        hers, hosts = workers.get(worker), {row.provider_id for row in done}
        rules = texts.of_employer(employer, day, hosts) if hers is None else texts.of(hers, day, hosts)
        known = {row.visit_id: way for row in done if (way := ways.to(row)) is not None}
        rebuilt = ways.rebuilt_min(done, rules) if hers and hers.contract.rebuilt_travel else 0
        yield PayrollDay(
            *(employer, worker, day, tuple(done), dead, known, hers, rules, rebuilt),
            accompanied=frozenset(accompanied & {row.visit_id for row in done}),
            calls=tuple(called.get((employer, worker, day), ())),
            presences=ways.presences(done),
        )


def _seconds(at: datetime | None) -> int:
    assert at is not None  # it was done
    return round(at.timestamp())


def _instant(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _row(
    day: PayrollDay, ways: PlannedLegs, department_of: DepartmentOf, short: set[tuple[str, str]]
) -> PayView:
    done, stops = day.done, [(stop, may_travel) for _, stop, may_travel in day.stops]
    served = [row for row in done if row.done and row.work_block_id is None]
    attended = [row for row in done if row.done and row.work_block_id is not None]
    spans = [(_instant(start), _instant(end), row.client_id) for row, start, end in day.work()]
    spans += [(one.start, one.end, "") for one in day.calls]
    begins = [*(_instant(stop.start) for stop, _ in stops), *(one.start for one in day.calls)]
    ends = [*(_instant(stop.end) for stop, _ in stops), *(one.end for one in day.calls)]
    nights = [stop for stop, _ in stops if stop.visit_id in day.presences]
    dated = [
        (on, minutes, department_of(client))
        for start, end, client in spans
        for on, minutes in by_date(start, end, PARIS)
    ]
    threshold = 60 * short_gap_minutes(day.rules)
    between = sum(way.metres for way in day.ways.values() if way.before is not None)
    home = sum(way.metres for way in day.ways.values() if way.before is None) + ways.back(done)
    # A shared vehicle's kilometres are nobody's expense.
    own = sum(way.own_metres for way in day.ways.values()) + ways.own_back(done)
    rate = None if day.worker is None else day.worker.cents_per_km
    return PayView(
        employer_id=day.employer_id,
        worker_id=day.worker_id,
        day=day.day,
        visits=len(served),
        first_start=min(begins).astimezone(PARIS),
        last_end=max(ends).astimezone(PARIS),
        service_min=_minutes(served),
        work_block_min=_minutes(attended),
        shared_min=_minutes(row for row in served if is_shared(row)),
        tutor_min=_minutes(row for row in served if row.visit_id in day.accompanied),
        dead_time_min=half_up(sum(stop.end - stop.start for row, stop, _ in day.stops if not row.done), 60),
        travel_min=half_up(sum(stop.travel for stop, may_travel in stops if may_travel), 60),
        short_wait_min=half_up(sum(stop.wait for stop, _ in stops if 0 < stop.wait < threshold), 60),
        rebuilt_travel_min=round(day.rebuilt_min),
        call_min=day.call_min,
        night_presence_min=half_up(sum(stop.end - stop.start for stop in nights), 60),
        night_presence_work_min=half_up(sum(day.counted_until(stop) - stop.start for stop in nights), 60),
        work_min=day.work_min,
        travel_metres=between,
        commute_metres=home,
        metres=between + home,
        mileage_cents=None if rate is None else mileage_cents(own, rate),
        sunday_min=sum(minutes for on, minutes, _ in dated if is_sunday(on)),
        holiday_min=sum(minutes for on, minutes, where in dated if is_public_holiday(on, where)),
        night_min=sum(night_minutes(start, end, PARIS, day.rules) for start, end, _ in spans),
        short_notice_visits=sum(_is_short(row, day.ways.get(row.visit_id), short) for row in served),
        unplanned_visits=sum(row.visit_id not in day.ways for row in served),
    )


def is_shared(row: Outcome) -> bool:
    """Whether she was there as a learner, beside whoever did the visit."""
    return row.worker_id is not None and visit_of(row.visit_id, row.worker_id) != row.visit_id


def _minutes(rows: Iterable[Outcome]) -> int:
    return sum(minutes_between(row.starts_at, row.ends_at) for row in rows if row.starts_at and row.ends_at)


def _is_short(row: Outcome, way: PlannedStop | None, short: set[tuple[str, str]]) -> bool:
    """As the plan says; what it does not say, the offers do, whatever was answered to them: she came."""
    told = None if way is None else was_short(way)
    return (row.visit_id, row.worker_id) in short if told is None else told


def was_short(stop: PlannedStop) -> bool | None:
    """Whether it was told at short notice; None: an older plan does not say."""
    if stop.told_at is None:
        return None
    return stop.start - stop.told_at < timedelta(hours=shipped_assumptions().short_notice_hours)


def _short(scoped: Scoped, basin_id: str) -> set[tuple[str, str]]:
    asked = select(Offer.visit_id, Offer.worker_id).where(Offer.basin_id == basin_id, Offer.short_notice)
    return {(visit, worker) for visit, worker in scoped.session.execute(asked)}


class PlannedLegs:
    """The ways of plans, read once a plan."""

    def __init__(self, scoped: Scoped) -> None:
        self.scoped = scoped
        self._plans: dict[str, Plan | None] = {}
        self._planned: dict[str, tuple[PlannedTour, ...]] = {}
        self._stops: dict[str, dict[tuple[str, str], PlannedStop]] = {}

    def to(self, row: Outcome) -> PlannedStop | None:
        """The way to a visit; None when somebody else was to do it."""
        if row.plan_id not in self._stops:
            stops = (stop for tour in self._tours(row.plan_id) for stop in tour.stops)
            self._stops[row.plan_id] = {(stop.visit_id, stop.worker_id): stop for stop in stops}
        return self._stops[row.plan_id].get((row.visit_id, row.worker_id or ""))

    def back(self, done: Iterable[Outcome]) -> int:
        """Metres home from the last visits of tours, where they were done."""
        return sum(tour.metres_back for tour in self._ended(done))

    def own_back(self, done: Iterable[Outcome]) -> int:
        """The same, without what a shared vehicle drives."""
        return sum(tour.own_metres_back for tour in self._ended(done))

    def _ended(self, done: Iterable[Outcome]) -> list[PlannedTour]:
        ended = {(row.plan_id, row.visit_id, row.worker_id) for row in done}
        return [
            tour
            for plan in {plan for plan, _, _ in ended}
            for tour in self._tours(plan)
            if (plan, tour.stops[-1].visit_id, tour.worker_id) in ended
        ]

    def rebuilt_min(self, done: Iterable[Outcome], rules: RuleSet) -> float:
        """Between tours, the travel that visits in a row would have needed, where her contract chose that: as
        its plan says, of the tours of which something was done."""
        ended = {(row.plan_id, row.visit_id) for row in done}
        who = next((row.worker_id for row in done), None)
        found = 0.0
        for id in sorted({plan for plan, _ in ended}):
            plan = self._plan(id)
            problem = None if plan is None else kept.fetch_problem(self.scoped.session, plan.digest)
            worker = None if problem is None else problem.worker_by_id.get(who or "")
            if plan is None or problem is None or worker is None:
                continue
            routes = (
                replace(route, stops=tuple(stop for stop in route.stops if (id, stop.visit_id) in ended))
                for route in kept.read_back(plan, problem).routes_of(worker.id)
            )
            told = sorted((one for one in routes if one.stops), key=lambda one: one.departure)
            found += minutes_of(problem, rebuilt_travel(problem, worker, rules, tuple(told)))
        return found

    def presences(self, done: Iterable[Outcome]) -> dict[str, Fraction]:
        """By visit, the share of a night at a client's that is work, as its plan counts it."""
        found = {}
        for row in done:
            # No shorter night is counted in part: the plan's problem, which takes long to read, is not asked.
            if row.starts_at and row.ends_at and row.ends_at - row.starts_at >= SHORTEST_NIGHT:
                share = self._counted(row)
                if share < 1:
                    found[row.visit_id] = share
        return found

    def _counted(self, row: Outcome) -> Fraction:
        plan = self._plan(row.plan_id)
        problem = None if plan is None else kept.fetch_problem(self.scoped.session, plan.digest)
        visit = None if problem is None else problem.visit_by_id.get(row.visit_id)
        worker = None if problem is None else problem.worker_by_id.get(row.worker_id or "")
        if problem is None or visit is None or worker is None:
            return Fraction(1)
        return Fraction(counted(problem, worker, visit), visit.service_by(worker.id))

    def _plan(self, id: str) -> Plan | None:
        if id not in self._plans:
            self._plans[id] = self.scoped.session.get(Plan, id)
        return self._plans[id]

    def _tours(self, id: str) -> tuple[PlannedTour, ...]:
        if id not in self._planned:
            plan = self._plan(id)
            self._planned[id] = () if plan is None else tuple(tours_of(plan.document))
        return self._planned[id]
