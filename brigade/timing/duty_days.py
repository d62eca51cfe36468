"""What counts as work: the duty days of a person, measured from a plan (docs/design.md §3).

Hours and rests are a person's, over all employers: a day here holds the plan's tours and `Worker.other_work`
of that date together; the timeline adds what was worked before the horizon. Days that nobody knows of are
free days.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from itertools import pairwise
from typing import TypeAlias

from brigade.texts.rule_sets import RuleSet, RuleValue
from brigade.timing.night_presence import counted
from brigade.timing.tour_ways import leg_of, ways_of
from brigade.units import Interval, Ticks
from brigade.values.plan import Plan, Route, Stop
from brigade.values.problem import Problem
from brigade.values.workforce import Engagement, EngagementStatus, Worker

UNIT_MINUTES = {"min": 1, "h": 60}
"""Minutes in one unit of the rule values that state a length of time."""


@dataclass(frozen=True, slots=True)
class WorkDay:
    """One duty day of one person.

    `start`, `end`: first start and last end of its services and of other work of that date; `end - start` is
    the span. `work`: effective work; `night`: what of it lies inside the night band, both in ticks.
    `interruptions`: length of each, in order. `hosts`: providers visited. `routes`: its tours in order of
    departure; none: history or other work only. `service_dates`: the local dates on which the services of
    the tours have time. `is_of_calls`: of calls alone, which are work and bound no rest between days: the
    rest after a call is ON_CALL's.
    """

    day: date
    start: Ticks
    end: Ticks
    work: Ticks
    night: Ticks = 0
    interruptions: tuple[Ticks, ...] = ()
    hosts: frozenset[str] = frozenset()
    routes: tuple[Route, ...] = ()
    # Kept, for a dozen rules ask for them, each several times a week and fortnight.
    service_dates: frozenset[date] = frozenset()
    is_of_calls: bool = False

    @property
    def span(self) -> Ticks:
        return self.end - self.start

    @property
    def planned(self) -> bool:
        """Whether the plan has a say in this day."""
        return bool(self.routes)


# -- days --------------------------------------------------------------------------------------------------
_DaysOf: TypeAlias = dict[str, tuple[Worker, tuple[WorkDay, ...]]]


@dataclass(frozen=True, slots=True)
class _Measured:
    """What was measured of a plan so far, by worker id: `planned` by `work_days`, `known` by `timeline`."""

    problem: Problem
    plan: Plan
    planned: _DaysOf
    known: _DaysOf


_last_measured: list[_Measured] = []
"""At most one entry, of the plan asked about last: a dozen rules ask for the same days, one after the other.
It is replaced whole, so that threads do not mix plans."""


def work_days(problem: Problem, plan: Plan, worker: Worker) -> tuple[WorkDay, ...]:
    """The duty days that `plan` gives to `worker`, in date order, other work of those dates included."""
    return _once(_measured(problem, plan).planned, worker, lambda: _work_days(problem, plan, worker))


def timeline(problem: Problem, plan: Plan, worker: Worker) -> tuple[WorkDay, ...]:
    """All known days of `worker` in date order: history, the plan's duty days, days of other work alone."""
    return _once(_measured(problem, plan).known, worker, lambda: _timeline(problem, plan, worker))


def _measured(problem: Problem, plan: Plan) -> _Measured:
    last = _last_measured[-1:]
    if last and last[0].problem is problem and last[0].plan is plan:
        return last[0]
    made = _Measured(problem, plan, {}, {})
    _last_measured[:] = [made]
    return made


def _once(days: _DaysOf, worker: Worker, measure: Callable[[], tuple[WorkDay, ...]]) -> tuple[WorkDay, ...]:
    """The days of this very object: another worker of that id may have other hours."""
    if worker.id not in days or days[worker.id][0] is not worker:
        days[worker.id] = worker, measure()
    return days[worker.id][1]


def _work_days(problem: Problem, plan: Plan, worker: Worker) -> tuple[WorkDay, ...]:
    tours: dict[date, list[Route]] = {}
    for route in plan.routes_of(worker.id):
        # A plan yet to be judged may hold a tour without stops: nobody works in it.
        if route.stops:
            tours.setdefault(route.day, []).append(route)
    return tuple(_work_day(problem, worker, day, tours[day]) for day in sorted(tours))


def _timeline(problem: Problem, plan: Plan, worker: Worker) -> tuple[WorkDay, ...]:
    days = {day.day: day for day in work_days(problem, plan, worker)}
    for day, stretches in _other_work_by_date(problem, worker).items():
        # `work_days` has counted it already in planned days.
        if day not in days:
            days[day] = _other_day(day, stretches)
    for day, called in calls_by_date(problem, worker).items():
        if day not in days:
            days[day] = replace(_other_day(day, called), is_of_calls=True)
        elif not days[day].planned:
            days[day] = replace(days[day], work=days[day].work + sum(one.length for one in called))
    for past in worker.counters.days:
        # The horizon may begin within a duty day: what was done of it before joins what is planned of it.
        known = WorkDay(past.day, past.start, past.end, past.work)
        days[past.day] = _joined(days[past.day], known) if past.day in days else known
    return tuple(days[day] for day in sorted(days))


def _work_day(problem: Problem, worker: Worker, day: date, routes: Iterable[Route]) -> WorkDay:
    ordered = tuple(sorted(routes, key=lambda route: (route.departure, route.tour)))
    hosts = hosts_of(problem, ordered)
    rules = problem.rules_for(worker, hosts)
    other = _other_work_by_date(problem, worker).get(day, [])
    taken = [stop.service for route in ordered for stop in route.stops] + other
    return WorkDay(
        day=day,
        start=min(one.start for one in taken),
        end=max(one.end for one in taken),
        work=sum(route_work(problem, rules, route) for route in ordered)
        + rebuilt_travel(problem, worker, rules, ordered)
        + sum(one.length for one in (*other, *calls_by_date(problem, worker).get(day, []))),
        night=sum(
            night_ticks(problem, rules, one)
            for route in ordered
            for one in work_intervals(problem, rules, route)
        ),
        interruptions=tuple(_interruptions(problem, rules, ordered)),
        hosts=hosts,
        routes=ordered,
        service_dates=frozenset(
            date
            for route in ordered
            for stop in route.stops
            for date in touched_dates(problem, stop.start, stop.end)
        ),
    )


def touched_dates(problem: Problem, start: Ticks, end: Ticks) -> tuple[date, ...]:
    """The local dates that the span [start, end) has time in: a night from 22:00 to 07:00 touches two."""
    # The end is excluded: work until midnight does not touch the date that begins then.
    first, last = problem.day_of(start), problem.day_of(max(start, end - 1))
    if first == last:
        return (first,)
    return tuple(first + timedelta(days=offset) for offset in range((last - first).days + 1))


def _other_work_by_date(problem: Problem, worker: Worker) -> dict[date, list[Interval]]:
    """Other work by the local date on which each stretch begins."""
    found: dict[date, list[Interval]] = {}
    for stretch in sorted(worker.other_work):
        found.setdefault(problem.day_of(stretch.start), []).append(stretch)
    return found


def calls_by_date(problem: Problem, worker: Worker) -> dict[date, list[Interval]]:
    """Calls by the local date on which each begins. Of the days before, history holds their work."""
    found: dict[date, list[Interval]] = {}
    for call in sorted(worker.calls):
        if call.start >= 0:
            found.setdefault(problem.day_of(call.start), []).append(call)
    return found


def _other_day(day: date, stretches: list[Interval]) -> WorkDay:
    work = sum(stretch.length for stretch in stretches)
    return WorkDay(day, stretches[0].start, max(stretch.end for stretch in stretches), work)


def _joined(planned: WorkDay, known: WorkDay) -> WorkDay:
    start, end = min(planned.start, known.start), max(planned.end, known.end)
    return replace(planned, start=start, end=end, work=planned.work + known.work)


# -- inside a day ------------------------------------------------------------------------------------------
def hosts_of(problem: Problem, routes: Iterable[Route]) -> frozenset[str]:
    """Ids of the providers whose visits are in `routes`."""
    visits = (problem.visit_by_id[stop.visit_id] for route in routes for stop in route.stops)
    return frozenset(host for visit in visits for host in problem.hosts_at(visit))


def day_rules(problem: Problem, plan: Plan, route: Route) -> RuleSet:
    """The rule values of the duty day that `route` is part of: hosts of all the worker's tours of that
    date."""
    tours = (one for one in plan.routes_of(route.worker_id) if one.day == route.day)
    return problem.rules_for(problem.worker_by_id[route.worker_id], hosts_of(problem, tours))


def route_work(problem: Problem, rules: RuleSet, route: Route) -> Ticks:
    """Service, travel between stops where it is work, short waits. Home legs are commute, pauses are no
    work."""
    return sum(one.length for one in work_intervals(problem, rules, route))


def work_intervals(problem: Problem, rules: RuleSet, route: Route) -> Iterator[Interval]:
    """When a tour is work, in order. A short wait lies right before the service: a pause beside it comes
    first."""
    short, travels = short_gap(problem, rules), travel_is_work(rules)
    for number, stop in enumerate(route.stops):
        yield from lead_work(stop, travels=travels and number > 0, short=short)
        yield _counted_service(problem, route.worker_id, stop)


def _counted_service(problem: Problem, worker_id: str, stop: Stop) -> Interval:
    visit = problem.visit_by_id[stop.visit_id]
    if visit.counted_percent is None:
        return stop.service
    # Kept stops may be shorter than the visit, and no more than all of them is work.
    part = counted(problem, problem.worker_by_id[worker_id], visit)
    return Interval(stop.start, min(stop.end, stop.start + part))


def lead_work(stop: Stop, *, travels: bool, short: Ticks) -> Iterator[Interval]:
    """What of the way to a stop is work. Args: travels: whether its travel is; short: waits strictly below
    this are."""
    if travels:
        yield Interval(stop.arrival - stop.travel, stop.arrival)
    if 0 < stop.wait < short:
        yield Interval(stop.start - stop.wait, stop.start)


def waits(problem: Problem, rules: RuleSet, route: Route) -> tuple[tuple[Ticks, ...], tuple[Ticks, ...]]:
    """The positive waits of a tour, in order: short ones, which are work; the others, which are
    interruptions."""
    short = short_gap(problem, rules)
    found = [stop.wait for stop in route.stops if stop.wait > 0]
    return tuple(wait for wait in found if wait < short), tuple(wait for wait in found if wait >= short)


def _interruptions(problem: Problem, rules: RuleSet, routes: tuple[Route, ...]) -> Iterator[Ticks]:
    """Waits that are no work, and the time between two tours: the ways home and back are no work either."""
    yield from waits(problem, rules, routes[0])[1]
    for previous, following in pairwise(routes):
        free = following.stops[0].start - previous.stops[-1].end
        if free > 0 and free >= short_gap(problem, rules):
            yield free
        yield from waits(problem, rules, following)[1]


def rebuilt_travel(problem: Problem, worker: Worker, rules: RuleSet, routes: tuple[Route, ...]) -> Ticks:
    """Between two tours of a day, the travel that visits in a row would have needed: work, where the contract
    chose that in return for interruptions and the employer's text knows it (INTERRUPTIONS
    `counterpart_travel`)."""
    known = problem.rules_for(worker).get("INTERRUPTIONS", "counterpart_travel")
    if not worker.contract.rebuilt_travel or known is None or known.value == 0:
        return 0
    total = 0
    for previous, following in pairwise(routes):
        before, after = previous.stops[-1], following.stops[0]
        free = after.start - before.end
        if free > 0 and free >= short_gap(problem, rules):
            left, reached = (problem.visit_by_id[stop.visit_id] for stop in (before, after))
            total += leg_of(ways_of(problem, following).between(left, reached))[0]
    return total


def travel_is_work(rules: RuleSet) -> bool:
    value = rules.get("TRAVEL_IS_WORK")
    return value is not None and value.value != 0


def dead_time_is_work(rules: RuleSet) -> bool:
    """Whether the planned slot of a client who was not there counts (DEAD_TIME)."""
    value = rules.get("DEAD_TIME")
    return value is not None and value.value != 0


def short_gap(problem: Problem, rules: RuleSet) -> Ticks:
    """Waits strictly below this are work (SHORT_GAP_PAID); 0 where no rule says so: every wait interrupts."""
    return problem.horizon.ticks(short_gap_minutes(rules))


def short_gap_minutes(rules: RuleSet) -> int:
    value = rules.get("SHORT_GAP_PAID")
    return 0 if value is None else value.value * UNIT_MINUTES[value.unit]


def night_ticks(problem: Problem, rules: RuleSet, work: Interval) -> Ticks:
    """Ticks of `work` inside NIGHT_WINDOW (`from`, `to`: minutes of the local day); 0 where no night is
    named."""
    first, last = rules.get("NIGHT_WINDOW", "from"), rules.get("NIGHT_WINDOW", "to")
    if first is None or last is None:
        return 0
    return sum(
        work.overlap(band) for band in problem.horizon.bands(wall_time(first.value), wall_time(last.value))
    )


# -- weeks -------------------------------------------------------------------------------------------------
def monday_of(day: date) -> date:
    """The Monday of the ISO week of `day`."""
    return day - timedelta(days=day.weekday())


def fortnight_of(day: date, anchor: int = 1) -> date:
    """The Monday on which the fortnight of `day` begins: its first week has an ISO number of the parity of
    `anchor` (1 odd, 0 even). After a week 53 the next fortnight begins at once: week 53 stands alone."""
    monday = monday_of(day)
    return monday if monday.isocalendar().week % 2 == anchor % 2 else monday - timedelta(days=7)


def by_week(days: Iterable[WorkDay]) -> dict[date, tuple[WorkDay, ...]]:
    """Days by the Monday of their ISO week, in date order."""
    return _grouped(days, monday_of)


def by_fortnight(days: Iterable[WorkDay], anchor: int = 1) -> dict[date, tuple[WorkDay, ...]]:
    """Days by the first Monday of their fortnight, in date order."""
    return _grouped(days, lambda day: fortnight_of(day, anchor))


def planned_weeks(problem: Problem) -> tuple[date, ...]:
    """The Mondays of the ISO weeks that the horizon touches."""
    return tuple(sorted({monday_of(day) for day in problem.horizon.dates}))


def _grouped(days: Iterable[WorkDay], key: Callable[[date], date]) -> dict[date, tuple[WorkDay, ...]]:
    found: dict[date, tuple[WorkDay, ...]] = {}
    for day in sorted(days, key=lambda one: one.day):
        found[key(day.day)] = (*found.get(key(day.day), ()), day)
    return found


def hosts_met(days: Iterable[WorkDay]) -> frozenset[str]:
    """Providers visited in any of `days`."""
    return frozenset[str]().union(*(day.hosts for day in days))


# -- amounts -----------------------------------------------------------------------------------------------
def ticks_of(problem: Problem, value: RuleValue) -> Ticks:
    """A rule value that states a length of time (unit min or h), in ticks. Raises: KeyError for any other
    unit."""
    return problem.horizon.ticks(value.value * UNIT_MINUTES[value.unit])


def minutes_of(problem: Problem, ticks: Ticks) -> int | float:
    """Ticks as minutes, whole where they are whole: what violations and reports show."""
    minutes = problem.horizon.minutes(ticks)
    return int(minutes) if minutes == int(minutes) else minutes


def wall_time(minute_of_day: int) -> time:
    """Minutes of the day as a wall clock time; 1440 is the next midnight, 00:00."""
    return time(minute_of_day // 60 % 24, minute_of_day % 60)


def engagement_of(worker: Worker, provider_id: str, day: date) -> Engagement | None:
    """The engagement that lets `worker` work for the provider on `day`, a signed one first; None: not
    allowed."""
    found = [
        one for one in worker.engagements if one.provider_id == provider_id and one.first <= day <= one.last
    ]
    return min(found, key=lambda one: one.status is not EngagementStatus.SIGNED, default=None)
