"""SUNDAY_HOLIDAY_ACTS: on Sundays and public holidays only what the texts allow.

A visit that could fall on either side of midnight is kept off the tours that could put it on the wrong side.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from brigade.calendar import is_sunday_or_holiday
from brigade.demand import ActClass, Visit
from brigade.labour import RuleSet

if TYPE_CHECKING:
    from solver.builder import ModelBuilder

CODES = ("SUNDAY_HOLIDAY_ACTS",)


def contribute(builder: ModelBuilder) -> None:
    problem = builder.problem
    if not any(is_sunday_or_holiday(day, problem.basin.department) for day in builder.all_dates()):
        return
    for row, tour in enumerate(builder.tours):
        for visit, request in enumerate(builder.requests):
            dates = builder.possible_dates(row, visit)
            if any(is_sunday_or_holiday(day, problem.basin.department) for day in dates):
                rules = builder.rules(tour.worker, 1 << builder.host_class[problem.provider_of(request.visit).id])
                if not _suits(rules, request.visit):
                    builder.forbid(row, [visit])


def _suits(rules: RuleSet, visit: Visit) -> bool:
    essential, fragile = rules.get("SUNDAY_HOLIDAY_ACTS", "essential_only"), rules.get("SUNDAY_HOLIDAY_ACTS", "fragile_only")
    if essential is not None and essential.value and visit.act_class is not ActClass.ESSENTIAL:
        return False
    return not (fragile is not None and fragile.value and not visit.fragile)
