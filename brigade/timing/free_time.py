"""What the day, week and horizon rules share: naming the place of a violation, and the free time between busy
days."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from itertools import pairwise

from brigade.texts.rule_sets import RuleSet, RuleValue
from brigade.timing.duty_days import (
    UNIT_MINUTES,
    WorkDay,
    fortnight_of,
    monday_of,
    touched_dates,
    work_intervals,
)
from brigade.units import Interval, Ticks
from brigade.values.plan import Reason, Violation
from brigade.values.problem import Problem
from brigade.values.workforce import Worker

FOREVER: Ticks = 10**9
"""Beyond any horizon: 10^9 minutes are nineteen centuries. Time nobody knows of is free."""
DAY = timedelta(days=1)
FORTNIGHT = 14


# -- hours -------------------------------------------------------------------------------------------------
def other_hours(problem: Problem, worker: Worker, days: Iterable[WorkDay]) -> Ticks:
    """Work for other employers on those duty days (by the date each stretch begins), as far as the problem
    knows it."""
    dates = {day.day for day in days}
    return sum(stretch.length for stretch in worker.other_work if problem.day_of(stretch.start) in dates)


def own_hours(problem: Problem, worker: Worker, days: Sequence[WorkDay]) -> Ticks:
    """Work on those days without the other employers'; history counts whole, for it cannot be told apart."""
    return sum(day.work for day in days) - other_hours(problem, worker, days)


def weekly_work(problem: Problem, worker: Worker, days: Iterable[WorkDay]) -> dict[date, Ticks]:
    """Work of the ISO weeks by Monday: `Counters.week_work` for whole weeks before the one the horizon starts
    in, then the known days (`Counters.days` gives the beginning of that week)."""
    first = monday_of(problem.horizon.first_day)
    past = enumerate(reversed(worker.counters.week_work), start=1)
    work = {first - 7 * back * DAY: known for back, known in past}
    for day in days:
        # Earlier days are in `week_work` already, whose weeks are whole.
        if day.day >= first:
            work[monday_of(day.day)] = work.get(monday_of(day.day), 0) + day.work
    return work


def planned_by_date(problem: Problem, days: Iterable[WorkDay]) -> dict[date, Ticks]:
    """Work of the plan's tours by local date, midnight to midnight."""
    work: dict[date, Ticks] = {}
    for day in days:
        rules = (
            problem.rules_for(problem.worker_by_id[day.routes[0].worker_id], day.hosts)
            if day.routes
            else None
        )
        for one in (one for route in day.routes if rules for one in work_intervals(problem, rules, route)):
            for date_ in touched_dates(problem, one.start, one.end):
                work[date_] = work.get(date_, 0) + one.overlap(problem.horizon.day(date_))
    return work


def history_on(problem: Problem, worker: Worker, day: date) -> Ticks:
    """Work before the horizon that must lie on that local date: of a day known by its outer times, what the
    time on its other date cannot hold; and that of calls, as they were."""
    found = sum(call.overlap(problem.horizon.day(day)) for call in worker.calls if call.start >= 0)
    for past in worker.counters.days:
        midnight = problem.horizon.at(past.day + DAY, time())
        if past.day == day:
            found += max(0, past.work - max(0, past.end - midnight))
        elif past.day + DAY == day:
            found += max(0, past.work - max(0, midnight - past.start))
    return found


def other_on(problem: Problem, worker: Worker, day: date) -> Ticks:
    """Work for other employers on that local date, midnight to midnight."""
    return sum(one.overlap(problem.horizon.day(day)) for one in worker.other_work)


# -- saying where ------------------------------------------------------------------------------------------
def broken(
    value: RuleValue, worker: Worker, where: str, detail: str = "", /, **values: int | float | str | None
) -> Violation:
    """A violation of `value` by `worker` at `where`; reason code = rule code in lower case, then the
    detail."""
    code = value.rule.lower() + (f"_{detail}" if detail else "")
    known = {name: met for name, met in values.items() if met is not None}
    return Violation(
        value.rule, worker.id, f"{worker.id} {where}", Reason.of(code, **known), value.article, row=value
    )


def week_name(day: date) -> str:
    """The ISO week of `day`, such as "2026-W11"."""
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02d}"


def limit_min(value: RuleValue) -> int:
    """A rule value that states a length of time, in minutes: what a violation shows."""
    return value.value * UNIT_MINUTES[value.unit]


def month_name(day: date) -> str:
    return f"{day:%Y-%m}"


# -- time on the clock that never jumps --------------------------------------------------------------------
def week_interval(problem: Problem, monday: date) -> Interval:
    """The whole ISO week, local midnight to local midnight: 167, 168 or 169 hours."""
    return Interval(problem.horizon.at(monday, time()), problem.horizon.at(monday + 7 * DAY, time()))


def worked_dates(problem: Problem, worker: Worker, days: Iterable[WorkDay]) -> frozenset[date]:
    """The local dates on which there is a minute of service or other work. A tour that ends after midnight
    touches the next date too, which is no rest day although its duty day is the evening's."""
    days = tuple(days)
    planned = frozenset[date]().union(*(day.service_dates for day in days))
    return planned | known_dates(problem, worker, days)


def known_dates(problem: Problem, worker: Worker, days: Iterable[WorkDay]) -> frozenset[date]:
    """The local dates of work without the plan's: history, Sundays and holidays told of, other work."""
    found = set(worker.counters.sundays_worked | worker.counters.holidays_worked)
    for day in days:
        if not day.planned:
            found.update(touched_dates(problem, day.start, day.end))
    for stretch in (*worker.other_work, *worker.calls):
        found.update(touched_dates(problem, stretch.start, stretch.end))
    return frozenset(found)


def rest_dates(
    problem: Problem, worker: Worker, days: Iterable[WorkDay], dates: Iterable[date]
) -> list[date]:
    """Those of `dates` that are rest days: no minute of work, and no leave."""
    taken = worked_dates(problem, worker, days) | worker.leave_dates
    return [day for day in dates if day not in taken]


def reaching(days: Iterable[WorkDay], dates: Collection[date]) -> list[WorkDay]:
    """The duty days of which the plan's services have time on one of those local dates."""
    return [day for day in days if day.routes and not day.service_dates.isdisjoint(dates)]


def free_stretches(busy: Iterable[Interval]) -> Iterator[Interval]:
    """The free time around and between `busy` (which may overlap), endless at both ends."""
    end = -FOREVER
    for one in sorted(busy):
        if one.start > end:
            yield Interval(end, one.start)
        end = max(end, one.end)
    yield Interval(end, FOREVER)


def runs(days: Iterable[date]) -> Iterator[tuple[date, ...]]:
    """The runs of consecutive dates, in order."""
    run: list[date] = []
    for day in sorted(set(days)):
        if run and day - run[-1] != DAY:
            yield tuple(run)
            run = []
        run.append(day)
    if run:
        yield tuple(run)


# -- fortnights --------------------------------------------------------------------------------------------
ANY_TWO_WEEKS = 2


def anchor_of(rules: RuleSet) -> int:
    """Where fortnights of rest begin: with an odd ISO week (1), an even one (0), or with any
    (ANY_TWO_WEEKS)."""
    anchor, any_two = rules.get("WEEKLY_REST", "anchor"), rules.get("WEEKLY_REST", "any_two_weeks")
    if any_two is not None and any_two.value:
        return ANY_TWO_WEEKS
    return 1 if anchor is None else anchor.value


def fortnights_with(days: Iterable[date], anchor: int) -> list[tuple[date, ...]]:
    """The fortnights that hold one of those dates, all their dates each, in order."""
    if anchor == ANY_TWO_WEEKS:
        # Each date lies in two of them: one begins with its week, one ends with it.
        firsts = {monday_of(day) - back for day in days for back in (timedelta(), timedelta(days=7))}
    else:
        firsts = {fortnight_of(day, anchor) for day in days}
    spans = [[first + offset * DAY for offset in range(FORTNIGHT)] for first in sorted(firsts)]
    return [
        tuple(day for day in dates if anchor == ANY_TWO_WEEKS or fortnight_of(day, anchor) == dates[0])
        for dates in spans
    ]


def without_leave_weeks(worker: Worker, dates: tuple[date, ...]) -> tuple[date, ...]:
    """The dates of two weeks without a week that holds leave and one rest day alone: of such a week nothing
    is owed, and the other stands alone."""
    weeks = {monday_of(day) for day in dates}
    away = {monday for monday in weeks if sum(monday_of(day) == monday for day in worker.leave_dates) > 5}
    return tuple(day for day in dates if monday_of(day) not in away)


@dataclass(frozen=True, slots=True)
class FreeTime:
    """The free time between two known duty days; negative when they overlap."""

    before: WorkDay
    after: WorkDay

    @property
    def length(self) -> Ticks:
        return self.after.start - self.before.end

    @property
    def planned(self) -> bool:
        """Whether the plan has a say in it."""
        return self.before.planned or self.after.planned


def rests(days: Sequence[WorkDay]) -> Iterator[FreeTime]:
    bounding = (day for day in days if not day.is_of_calls)
    for before, after in pairwise(sorted(bounding, key=lambda day: day.day)):
        yield FreeTime(before, after)
