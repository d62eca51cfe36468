"""People: work of each, its spread, Sundays, hours beyond contracts, rest owed, calls at short notice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from brigade.figures.counted import CountedPlan, Row
from brigade.figures.coverage_figures import gini
from brigade.texts.rule_sets import RuleSet
from brigade.timing.duty_days import hosts_met, minutes_of, ticks_of, timeline, work_days
from brigade.timing.free_time import FOREVER, rests
from brigade.timing.notice import told_at
from brigade.units import Ticks
from brigade.values.plan import Plan, Stop
from brigade.values.problem import Problem
from brigade.values.workforce import Worker, WorkingTimeMode
from brigade.worked.contract_hours import ContractPeriod, additional_hours

# By `isoweekday`.
SUNDAY = 7


def workers(counted: CountedPlan) -> Iterator[Row]:
    """Work of each person and its spread over those available."""
    problem = counted.problem
    work = {one.id: counted.work_of(one.id) for one in problem.workers if one.availability}
    yield "workers_used", len({route.worker_id for route in counted.plan.routes}), "count", None
    for worker_id, ticks in work.items():
        yield "work", minutes_of(problem, ticks), "min", worker_id
    if work:
        spread = max(work.values()) - min(work.values())
        yield "workload_spread", minutes_of(problem, spread), "min", None
        yield "workload_gini", gini(work.values()), "coefficient", None


# -- Sundays and short notice ------------------------------------------------------------------------------
def sundays(counted: CountedPlan) -> Iterator[Row]:
    found = {worker.id: _sundays(counted.problem, counted.plan, worker) for worker in counted.problem.workers}
    yield "sundays", sum(found.values()), "count", None
    yield from (("sundays", count, "count", id) for id, count in found.items() if count)


def _sundays(problem: Problem, plan: Plan, worker: Worker) -> int:
    days = work_days(problem, plan, worker)
    worked = frozenset(date for day in days for date in day.service_dates)
    return sum(date.isoweekday() == SUNDAY for date in worked)


def short_notice(counted: CountedPlan) -> Iterator[Row]:
    """Stops whose workers are told of them late, whatever they answer."""
    hours = counted.given.short_notice_hours
    calls = Counter(
        route.worker_id for route, stop in counted.stops() if is_short(counted.problem, stop, hours)
    )
    yield "short_notice_calls", calls.total(), "count", None
    yield from (("short_notice_calls", calls[id], "count", id) for id in sorted(calls))


def is_short(problem: Problem, stop: Stop, below_hours: int) -> bool:
    """Notice counts from when its worker was first told of it, else from the making of the plan or the
    absence known later."""
    told = stop.told_at
    if told is None:
        request = problem.request_by_visit.get(stop.visit_id)
        told = problem.now if request is None else told_at(problem, request)
    return stop.start - told < problem.horizon.ticks(60 * below_hours)


# -- rest owed, hours beyond contracts ---------------------------------------------------------------------
def compensating_rest(problem: Problem, plan: Plan) -> Iterator[Row]:
    """Rest owed because an accord shortened the one between two days (CT D3131-2): what each falls short of
    the normal."""
    owed = {worker.id: _rest_owed(problem, plan, worker) for worker in problem.workers}
    yield "compensating_rest", minutes_of(problem, sum(owed.values())), "min", None
    yield from (
        ("compensating_rest", minutes_of(problem, ticks), "min", id) for id, ticks in owed.items() if ticks
    )


def _rest_owed(problem: Problem, plan: Plan, worker: Worker) -> Ticks:
    owed = 0
    for rest in rests(timeline(problem, plan, worker)):
        normal = problem.rules_for(worker, hosts_met((rest.before, rest.after))).get(
            "DAILY_REST", "compensated_under"
        )
        if normal is not None and rest.planned:
            # Days that overlap, which another rule tells, owe one whole rest and no more.
            owed += max(0, ticks_of(problem, normal) - max(0, rest.length))
    return owed


def extra_hours(problem: Problem, plan: Plan) -> Iterator[Row]:
    """Hours beyond contracts, by what the texts pay them (EXTRA_HOURS_PAY): additional hours up to a tenth of
    the contract and beyond, overtime of the first eight hours a week and beyond."""
    for worker in problem.workers:
        met: Counter[str] = Counter()
        for period, beyond in additional_hours(problem, worker, timeline(problem, plan, worker)):
            first = min(beyond, _paid_first(problem, worker, period))
            kind = "overtime" if worker.contract.full_time else "additional"
            met[f"{kind}_first"] += first
            met[f"{kind}_beyond"] += beyond - first
        yield from (
            (name, minutes_of(problem, ticks), "min", worker.id) for name, ticks in met.items() if ticks
        )


def _held_overtime(problem: Problem, rules: RuleSet, period: ContractPeriod, weeks: int) -> Ticks:
    """What the contract itself holds beyond full time: 39 h hold four of the eight hours that are paid at the
    first rate."""
    is_year = period.mode is WorkingTimeMode.ANNUAL
    full = rules.get("FULL_TIME", "year" if is_year else "week")
    return 0 if full is None else max(0, period.hours - ticks_of(problem, full) * (1 if is_year else weeks))


def _paid_first(problem: Problem, worker: Worker, period: ContractPeriod) -> Ticks:
    """How many of a period's extra hours are paid at the first rate; all where no text speaks of a second
    one."""
    rules = problem.rules_for(worker)
    if worker.contract.full_time:
        hours = rules.get("EXTRA_HOURS_PAY", "overtime_first_hours")
        weeks = max(1, ((period.last - period.first).days + 1) // 7)
        if hours is None:
            return FOREVER
        return max(0, weeks * ticks_of(problem, hours) - _held_overtime(problem, rules, period, weeks))
    part = rules.get("EXTRA_HOURS_PAY", "additional_first_part")
    return FOREVER if part is None else period.hours // part.value
