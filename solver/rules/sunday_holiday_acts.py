"""SUNDAY_HOLIDAY_ACTS: on Sundays, public holidays and 25 December only what the texts admit, at the visit's
place.

A visit that could fall on either side of midnight is kept to the right one.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from brigade.texts.rule_sets import RuleSet
from brigade.units import Interval
from brigade.values.demand import Visit
from brigade.values.reserved_days import Condition, kinds_of, shipped_conditions

if TYPE_CHECKING:
    from solver.primitives.builder import ModelBuilder

CODES = ("SUNDAY_HOLIDAY_ACTS",)


def contribute(builder: ModelBuilder) -> None:
    # Before the loop over workers: what a visit fails to meet does not depend on who comes.
    # What may be done at homes on such days says nothing of a meeting.
    visits = (row for row, request in enumerate(builder.requests) if not request.is_attendance)
    refused = {row: found for row in visits if (found := _refused(builder, row))}
    for worker in builder.problem.workers if refused else ():
        hours: dict[int, set[Interval]] = {}
        for row, conditions in refused.items():
            rules = builder.rules_at(worker, builder.host_class_of(row))
            taken = {one for name, on in conditions.items() if _is_asked(rules, name) for one in on}
            hours |= {row: taken} if taken else {}
        builder.keep_off(worker, hours)


def _refused(builder: ModelBuilder, row: int) -> dict[str, tuple[Interval, ...]]:
    """The days on which a condition holds, by each condition that the visit does not meet."""
    visit = builder.requests[row].visit
    department = builder.problem.department_at(visit)
    kinds = {day: kinds for day in builder.all_dates() if (kinds := kinds_of(day, department))}
    hours = (
        (one.parameter, builder.hours_on(row, [day for day, found in kinds.items() if one.days & found]))
        for one in (_unmet(builder, visit) if kinds else ())
    )
    return {name: found for name, found in hours if found}


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


def _is_asked(rules: RuleSet, condition: str) -> bool:
    value = rules.get("SUNDAY_HOLIDAY_ACTS", condition)
    return value is not None and bool(value.value)
