"""MULTI_EMPLOYER: the longest day and week bind the sum over all employers, the longer days of each text
included."""

from __future__ import annotations

from typing import TYPE_CHECKING

from brigade.texts.rule_sets import LONG_DATES, LONG_DAYS, RuleSet
from brigade.units import Ticks
from solver.kernel.arrays import DATE_WORK, TOTAL_WORK, WORK
from solver.rules.max_daily_work import hold_days

if TYPE_CHECKING:
    from solver.primitives.builder import ModelBuilder

CODES = ("MULTI_EMPLOYER",)


def contribute(builder: ModelBuilder) -> None:
    for worker in builder.problem.workers:
        if worker.other_work:
            summed = {mix for mix, rules in builder.rules_by_mix(worker) if _is_summed(rules)}
            for condition, measure, kind in ((LONG_DAYS, WORK, ""), (LONG_DATES, DATE_WORK, "civil_")):
                for text, mixes in builder.texts_apart(worker, condition):
                    # Under the mixes alone whose texts sum employers: elsewhere only the plan's own hours are
                    # limited.
                    hold_days(builder, worker, measure, (text, [mix for mix in mixes if mix in summed]), kind)
            for days in builder.weeks(worker):
                builder.total(worker, TOTAL_WORK, days, lambda rules: _week(builder, rules))


def _is_summed(rules: RuleSet) -> bool:
    rule = rules.get("MULTI_EMPLOYER", "all_employers")
    return rule is not None and bool(rule.value)


def _week(builder: ModelBuilder, rules: RuleSet) -> Ticks | None:
    return builder.minutes(rules, "MAX_WEEK_WORK") if _is_summed(rules) else None
