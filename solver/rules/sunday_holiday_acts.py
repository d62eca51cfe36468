"""SUNDAY_HOLIDAY_ACTS: on Sundays, public holidays and 25 December only what the texts admit, at the visit's
place.

A visit that could fall on either side of midnight is kept off the tours that could put it on the wrong side.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from brigade.law.reserved_days import Condition, ReservedDay, shipped_conditions
from brigade.texts.rule_sets import RuleSet
from brigade.values.calendar import is_christmas, is_public_holiday, is_sunday
from brigade.values.demand import Visit

if TYPE_CHECKING:
    from solver.primitives.builder import ModelBuilder

CODES = ("SUNDAY_HOLIDAY_ACTS",)


def contribute(builder: ModelBuilder) -> None:
    # Before the loop over tours: what a visit fails to meet does not depend on who comes.
    unmet = [list(_unmet(builder, request.visit)) for request in builder.requests]
    for row, tour in enumerate(builder.tours):
        for number, request in enumerate(builder.requests):
            if not unmet[number]:
                continue
            kinds = _kinds(builder, request.visit, builder.possible_dates(row, number))
            if kinds:
                rules = builder.rules_at(
                    tour.worker, builder.host_class[builder.problem.provider_of(request.visit).id]
                )
                if any(_is_asked(rules, one) and one.days & kinds for one in unmet[number]):
                    builder.forbid(row, [number])


def _unmet(builder: ModelBuilder, visit: Visit) -> Iterator[Condition]:
    """The conditions that the visit does not meet, whoever asks for them."""
    known = builder.problem.catalogue.competencies
    acts = {code for code in visit.required if code in known and known[code].act_class}
    for condition in shipped_conditions():
        met = (
            line.act_class in (None, visit.act_class)
            and line.fragile in (None, visit.fragile)
            and not (line.one_of and line.one_of.isdisjoint(visit.required))
            and not (line.no_other_act and not acts <= line.one_of)
            for line in condition.admits
        )
        if not any(met):
            yield condition


def _kinds(builder: ModelBuilder, visit: Visit, days: set[date]) -> set[ReservedDay]:
    department, kinds = builder.problem.department_at(visit), set()
    for day in days:
        if is_sunday(day):
            kinds.add(ReservedDay.SUNDAY)
        if is_public_holiday(day, department):
            kinds.add(ReservedDay.HOLIDAY)
        if is_christmas(day):
            kinds.add(ReservedDay.CHRISTMAS)
    return kinds


def _is_asked(rules: RuleSet, condition: Condition) -> bool:
    value = rules.get("SUNDAY_HOLIDAY_ACTS", condition.parameter)
    return value is not None and bool(value.value)
