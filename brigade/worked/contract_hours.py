"""The hours of a contract: over which period they are counted, how many it holds, and how many a plan makes
of it.

A contract counts its hours by the week, by two or four civil weeks, by the calendar month or by a year of
twelve months (`Contract.working_time_mode`); one that does not say counts them by the week. Hours are owed to
one employer: what is done for others is not in them, save in a history that cannot tell them apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from brigade.texts.rule_sets import RuleSet
from brigade.timing.duty_days import WorkDay, fortnight_of, monday_of
from brigade.timing.free_time import DAY, own_hours, week_name
from brigade.units import Ticks
from brigade.values.problem import Problem
from brigade.values.workforce import Contract, HoursKind, Worker, WorkingTimeMode

MODE = WorkingTimeMode
WEEKS = {MODE.WEEKLY: 1, MODE.TWO_WEEKS: 2, MODE.FOUR_WEEKS: 4}
FULL_TIME = {MODE.MONTHLY: "month", MODE.ANNUAL: "year"}
"""The row that says how many hours full time makes of such a period: other contracts hold as much less of it
as of a week."""


@dataclass(frozen=True, slots=True)
class ContractPeriod:
    """A period over which contract hours are counted, last date included. `hours`: what the contract says of
    it."""

    mode: WorkingTimeMode
    first: date
    last: date
    hours: Ticks

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last

    @property
    def name(self) -> str:
        """ "2026-W11" of a week, "2026-03" of a month, else both dates."""
        match self.mode:
            case MODE.WEEKLY:
                return week_name(self.first)
            case MODE.MONTHLY:
                return f"{self.first:%Y-%m}"
        return f"{self.first}..{self.last}"


# -- which period ------------------------------------------------------------------------------------------
def has_hours(contract: Contract) -> bool:
    """Whether the contract fixes hours of the periods they are counted over: a full-time month's say nothing
    of its weeks."""
    is_of_period = mode_of(contract) is (contract.working_time_mode or MODE.WEEKLY)
    return contract.weekly is not None or (is_of_period and contract.period_hours is not None)


def mode_of(contract: Contract) -> WorkingTimeMode:
    """Over what hours are counted. Of a full-time month they are counted by the week all the same: the month
    is how they are paid (BAD V.40, CT L3121-29)."""
    mode = contract.working_time_mode or MODE.WEEKLY
    return MODE.WEEKLY if mode is MODE.MONTHLY and contract.full_time else mode


def period_of(problem: Problem, worker: Worker, day: date) -> ContractPeriod | None:
    """The contract's period that `day` lies in; None: no fixed hours."""
    contract = worker.contract
    if not has_hours(contract):
        return None
    mode = mode_of(contract)
    first, last = _bounds(problem, worker, mode, day)
    return ContractPeriod(mode, first, last, _hours(problem, worker, mode, first, last))


def periods_of(problem: Problem, worker: Worker, days: Iterable[date]) -> Iterator[ContractPeriod]:
    """The periods that any of `days` lie in, in order."""
    found = (period_of(problem, worker, day) for day in sorted(set(days)))
    yield from dict.fromkeys(period for period in found if period is not None)


def _bounds(problem: Problem, worker: Worker, mode: WorkingTimeMode, day: date) -> tuple[date, date]:
    begins = worker.contract.period_start
    if mode is MODE.MONTHLY:
        first = day.replace(day=1)
        return first, _next_month(first) - DAY
    if mode is MODE.ANNUAL:
        return _year(day, begins or day.replace(month=1, day=1))
    if mode is MODE.WEEKLY or (mode is MODE.FOUR_WEEKS and begins is None):
        return monday_of(day), monday_of(day) + 7 * WEEKS[mode] * DAY - DAY
    if begins is not None:
        # Python's remainder is never negative: it holds for days before `begins` too.
        first = day - timedelta(days=(day - begins).days % (7 * WEEKS[mode]))
        return first, first + 7 * WEEKS[mode] * DAY - DAY
    anchor = problem.rules_for(worker).get("WEEKLY_REST", "anchor")
    parity = 1 if anchor is None else anchor.value
    first = fortnight_of(day, parity)
    # Week 53 stands alone: the fortnight it opens has one week.
    return first, first + (14 if fortnight_of(first + 7 * DAY, parity) == first else 7) * DAY - DAY


def _next_month(first: date) -> date:
    return (first + 31 * DAY).replace(day=1)


def _year(day: date, begins: date) -> tuple[date, date]:
    """The twelve months that `day` lies in, counted from the date of `begins`."""
    first = _anniversary(begins, day.year)
    if first > day:
        first = _anniversary(begins, day.year - 1)
    return first, _anniversary(begins, first.year + 1) - DAY


def _anniversary(begins: date, year: int) -> date:
    """That date of another year; of 29 February, 1 March where there is none."""
    try:
        return begins.replace(year=year)
    except ValueError:
        return date(year, 3, 1)


def _hours(problem: Problem, worker: Worker, mode: WorkingTimeMode, first: date, last: date) -> Ticks:
    """What the contract says of the period, else its weekly hours carried over; a lone week of two holds
    half. Each date of the period holds an equal part of it: an amendment changes that of its dates, another
    contract adds to it."""
    own, days = _own_hours(problem, worker, mode, first, last), (last - first).days + 1
    if not worker.dated_hours:
        return own
    whole = {one: _carried_over(problem, worker, mode, days, one.weekly) for one in worker.dated_hours}
    total = 0
    for day in (first + n * DAY for n in range(days)):
        held = {kind: [whole[one] for one in whole if one.kind is kind and day in one] for kind in HoursKind}
        total += sum(held[HoursKind.AMENDMENT] or [own]) + sum(held[HoursKind.CONTRACT])
    return total // days


def _own_hours(problem: Problem, worker: Worker, mode: WorkingTimeMode, first: date, last: date) -> Ticks:
    """By the contract alone."""
    contract, days = worker.contract, (last - first).days + 1
    told = contract.period_hours if mode is (contract.working_time_mode or MODE.WEEKLY) else None
    if told is None:
        return _carried_over(problem, worker, mode, days, contract.weekly or 0)
    return told * days // (7 * WEEKS[mode]) if mode in WEEKS else told


def _carried_over(problem: Problem, worker: Worker, mode: WorkingTimeMode, days: int, weekly: Ticks) -> Ticks:
    """Weekly hours as those of some weeks, a month or a year: 24 h are 104 h a month, 20 h are 918 h 17 a
    year of 1 607 h."""
    if mode in WEEKS:
        return weekly * days // 7
    rules = problem.rules_for(worker)
    week, whole = rules.get("FULL_TIME", "week"), rules.get("FULL_TIME", FULL_TIME[mode])
    if week is None or whole is None:
        return weekly * days // 7
    return weekly * whole.value // week.value


def mean_week(contract: Contract, rules: RuleSet) -> Ticks | None:
    """The contract's hours of a week: as it says them, else its period's over the period's weeks; None: no
    fixed hours.

    Args: rules: the employer's, whose FULL_TIME says how much of a full week a month's or a year's hours are.
    """
    hours, mode = contract.period_hours, contract.working_time_mode or MODE.WEEKLY
    if contract.weekly is not None or hours is None:
        return contract.weekly
    if mode in WEEKS:
        return hours // WEEKS[mode]
    week, whole = rules.get("FULL_TIME", "week"), rules.get("FULL_TIME", FULL_TIME[mode])
    return None if week is None or whole is None else hours * week.value // whole.value


# -- how many hours ----------------------------------------------------------------------------------------
def hours_in(problem: Problem, worker: Worker, days: Sequence[WorkDay], period: ContractPeriod) -> Ticks:
    """Own hours of the period: done before the horizon, planned in it, promised after it, as far as anybody
    said.

    Args: days: the whole timeline.
    """
    first, last = problem.horizon.first_day, problem.horizon.dates[-1]
    planned = own_hours(problem, worker, [day for day in days if day.day in period and first <= day.day])
    promised = worker.counters.period_promised if period.last > last and last in period else None
    return done_before(problem, worker, period) + planned + (promised or 0)


def done_before(problem: Problem, worker: Worker, period: ContractPeriod) -> Ticks:
    """Hours of the period before the horizon: counted for the employer (`Counters.period_work`), else those
    that the known weeks and days hold."""
    first, counters = problem.horizon.first_day, worker.counters
    if period.first >= first:
        return 0
    if counters.period_work is not None and first in period:
        return counters.period_work
    monday = monday_of(first)
    weeks = {monday - 7 * back * DAY: work for back, work in enumerate(reversed(counters.week_work), start=1)}
    # A week that is only half in the period cannot be shared out: its days count one by one, where they are
    # known.
    whole = {week: work for week, work in weeks.items() if week in period and week + 6 * DAY in period}
    lone = (day for day in counters.days if day.day in period and monday_of(day.day) not in whole)
    return sum(whole.values()) + sum(day.work for day in lone)


def additional_hours(
    problem: Problem, worker: Worker, days: Sequence[WorkDay]
) -> Iterator[tuple[ContractPeriod, Ticks]]:
    """Of each period in which the plan puts something, the hours beyond the contract; none of it, no
    entry."""
    for period in periods_of(problem, worker, (day.day for day in days if day.planned)):
        beyond = hours_in(problem, worker, days, period) - period.hours
        if beyond > 0:
            yield period, beyond
