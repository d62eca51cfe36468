"""ADDITIONAL_HOURS: how far a part-time contract may be exceeded in its own period, and that it stays below
full time.

The period is the contract's (`brigade.worked.contract_hours`): a week, two or four weeks, a month, a year.
Contract hours are owed to one employer: other employers' hours inside the horizon do not count here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from brigade.law.rule_traits import AsObstacle, Scope
from brigade.texts.rule_sets import RuleSet, RuleValue
from brigade.timing.duty_days import WorkDay, by_week, hosts_met, minutes_of, ticks_of, timeline
from brigade.timing.free_time import broken, own_hours, week_name
from brigade.units import Ticks
from brigade.values.plan import Plan, Violation
from brigade.values.problem import Problem
from brigade.values.workforce import Worker, WorkingTimeMode
from brigade.worked.contract_hours import WEEKS, ContractPeriod, hours_in, mode_of, periods_of

CODES = ("ADDITIONAL_HOURS",)
SCOPE = Scope.WORKER
AS_OBSTACLE = AsObstacle()
BELOW = {WorkingTimeMode.MONTHLY: "part_time_month_below", WorkingTimeMode.ANNUAL: "part_time_year_below"}


def check(problem: Problem, plan: Plan) -> Iterator[Violation]:
    """Periods and weeks in which the plan puts something; rules of the hosts met in them. What holds of a
    week holds of contracts too that fix no hours."""
    for worker in problem.workers:
        yield from _of_worker(problem, worker, timeline(problem, plan, worker))


def _of_worker(problem: Problem, worker: Worker, days: tuple[WorkDay, ...]) -> Iterator[Violation]:
    if not worker.contract.full_time:
        for period in periods_of(problem, worker, (day.day for day in days if day.planned)):
            met = hosts_met(day for day in days if day.day in period)
            worked = hours_in(problem, worker, days, period)
            yield from _judge_period(_Amount(problem, problem.rules_for(worker, met), worker, worked), period)
    for monday, week in by_week(days).items():
        if any(day.planned for day in week):
            worked = own_hours(problem, worker, week)
            amount = _Amount(problem, problem.rules_for(worker, hosts_met(week)), worker, worked)
            yield from _judge_week(amount, week_name(monday))


@dataclass(frozen=True, slots=True)
class _Amount:
    """Own work of a stretch of days, and the rules of its hosts."""

    problem: Problem
    rules: RuleSet
    worker: Worker
    work: Ticks

    def rule(self, name: str) -> RuleValue | None:
        return self.rules.get("ADDITIONAL_HOURS", name)

    def beyond(
        self, value: RuleValue, where: str, detail: str, limit: Ticks, **more: int | float
    ) -> Violation:
        met = {"work_min": minutes_of(self.problem, self.work), "limit_min": minutes_of(self.problem, limit)}
        return broken(value, self.worker, where, detail, **met, **more)


def _judge_period(one: _Amount, period: ContractPeriod) -> Iterator[Violation]:
    is_week = period.mode is WorkingTimeMode.WEEKLY
    contract, detail = minutes_of(one.problem, period.hours), "" if is_week else "period"
    part, percent = one.rule("part_of_contract"), one.rule("percent_of_contract")
    # Multiplied out: a third has no whole number of ticks, and a rounded limit would pass or refuse one too
    # many.
    if part is not None and part.value * (one.work - period.hours) > period.hours:
        most = period.hours + period.hours // part.value
        yield one.beyond(part, period.name, detail, most, contract_min=contract, part=part.value)
    if percent is not None and 100 * one.work > period.hours * (100 + percent.value):
        most = period.hours * (100 + percent.value) // 100
        yield one.beyond(percent, period.name, detail, most, contract_min=contract, percent=percent.value)
    # "Below" is strict in the text: reaching full time turns the contract into a full-time one.
    below = one.rule(BELOW.get(period.mode, "part_time_week_below"))
    if below is not None:
        weeks = ((period.last - period.first).days + 1) // 7 if period.mode in WEEKS else 1
        full = weeks * ticks_of(one.problem, below)
        if one.work >= full:
            yield one.beyond(
                below, period.name, "full_week" if is_week else "full_period", full, contract_min=contract
            )


def _judge_week(one: _Amount, where: str) -> Iterator[Violation]:
    """What holds of each week of a longer period."""
    contract, flag = one.worker.contract, one.rule("week_ceiling")
    below = one.rule("two_weeks_week_below")
    in_two_weeks = mode_of(contract) is WorkingTimeMode.TWO_WEEKS and not contract.full_time
    if below is not None and in_two_weeks and one.work >= ticks_of(one.problem, below):
        yield one.beyond(below, where, "week_of_two", ticks_of(one.problem, below))
    if (
        flag is not None
        and flag.value
        and contract.week_ceiling is not None
        and one.work > contract.week_ceiling
    ):
        yield one.beyond(flag, where, "ceiling", contract.week_ceiling)
