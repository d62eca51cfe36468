"""ADDITIONAL_HOURS: how far a part-time contract goes beyond its own period, below full time; weeks below
their ceiling."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from brigade.texts.rule_sets import RuleSet
from brigade.units import Ticks
from brigade.values.workforce import Contract, WorkingTimeMode
from brigade.worked.contract_hours import ContractPeriod
from solver.kernel.arrays import TOTAL_OWN_WORK
from solver.primitives.contract_periods import counted_periods, total_of

if TYPE_CHECKING:
    from solver.primitives.builder import ModelBuilder
    from solver.primitives.rule_readings import Reader

CODES = ("ADDITIONAL_HOURS",)
RULE = CODES[0]


def contribute(builder: ModelBuilder) -> None:
    for worker in builder.problem.workers:
        contract = worker.contract
        if not contract.full_time:
            for counted in counted_periods(builder, worker):
                total_of(builder, worker, counted, _most(builder, counted.period))
        for days in builder.weeks(worker) if _holds_weeks(contract) else ():
            builder.total(worker, TOTAL_OWN_WORK, days, _most_of_week(builder, contract))


def _most(builder: ModelBuilder, period: ContractPeriod) -> Reader:
    def read(rules: RuleSet) -> Ticks | None:
        limits = []
        part, percent = rules.get(RULE, "part_of_contract"), rules.get(RULE, "percent_of_contract")
        if part is not None:
            # Floored here, multiplied out in the check: in whole ticks both allow the same hours.
            limits.append(period.hours + period.hours // part.value)
        if percent is not None:
            limits.append(period.hours * (100 + percent.value) // 100)
        full = _full_time(builder, rules, period.mode, period.first, period.last)
        if full is not None:
            limits.append(full - 1)  # strictly below: one tick less
        return min(limits, default=None)

    return read


def _full_time(
    builder: ModelBuilder, rules: RuleSet, mode: WorkingTimeMode, first: date, last: date
) -> Ticks | None:
    match mode:
        case WorkingTimeMode.MONTHLY:
            return builder.minutes(rules, RULE, "part_time_month_below")
        case WorkingTimeMode.ANNUAL:
            return builder.minutes(rules, RULE, "part_time_year_below")
    week = builder.minutes(rules, RULE, "part_time_week_below")
    # A lone week of a fortnight is 7 days: it gets one week, not two.
    return None if week is None else week * ((last.toordinal() - first.toordinal() + 1) // 7)


def _holds_weeks(contract: Contract) -> bool:
    """Whether a week is held to anything beyond the contract's own period; it needs no hours told for
    that."""
    return contract.week_ceiling is not None or _in_two_weeks(contract)


def _in_two_weeks(contract: Contract) -> bool:
    return contract.working_time_mode is WorkingTimeMode.TWO_WEEKS and not contract.full_time


def _most_of_week(builder: ModelBuilder, contract: Contract) -> Reader:
    """What each week of a longer period is held to: below full time in two weeks of BAD, and the accord's
    ceiling."""
    in_two_weeks = _in_two_weeks(contract)

    def read(rules: RuleSet) -> Ticks | None:
        below, flag = builder.minutes(rules, RULE, "two_weeks_week_below"), rules.get(RULE, "week_ceiling")
        limits = [] if below is None or not in_two_weeks else [below - 1]
        if flag is not None and flag.value and contract.week_ceiling is not None:
            limits.append(contract.week_ceiling)
        return min(limits, default=None)

    return read
