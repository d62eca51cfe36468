"""Sundays, public holidays and 25 December: which visits a text admits on them, as data.

A parameter of SUNDAY_HOLIDAY_ACTS names a *condition*: the kinds of day it speaks of and the group of visits
it admits there. Two texts that meet are two conditions, and both must be met.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any

from brigade.texts.rule_sets import RuleSet, RuleValue
from brigade.values.calendar import is_christmas, is_public_holiday, is_sunday
from brigade.values.competencies import CompetencyCatalogue
from brigade.values.demand import ActClass, Visit


class ReservedDay(StrEnum):
    SUNDAY = "sunday"
    HOLIDAY = "holiday"
    CHRISTMAS = "christmas"


@dataclass(frozen=True, slots=True)
class AdmittedVisit:
    """One line of a group; a visit fills it when it fills all that is said. `one_of`: competencies of which
    the visit requires at least one; `no_other_act`: and no further one that the catalogue calls an act."""

    act_class: ActClass | None = None
    fragile: bool | None = None
    one_of: frozenset[str] = frozenset()
    no_other_act: bool = False


@dataclass(frozen=True, slots=True)
class Condition:
    """A parameter of SUNDAY_HOLIDAY_ACTS: on `days` only visits that fill one of `admits`."""

    parameter: str
    days: frozenset[ReservedDay]
    admits: tuple[AdmittedVisit, ...]

    def admits_visit(self, visit: Visit, catalogue: CompetencyCatalogue) -> bool:
        return any(_fills(visit, catalogue, line) for line in self.admits)


def kinds_of(day: date, department: str) -> frozenset[ReservedDay]:
    """What the date is in a department: a Sunday, a public holiday, 25 December, or several of them."""
    facts = {
        ReservedDay.SUNDAY: is_sunday(day),
        ReservedDay.HOLIDAY: is_public_holiday(day, department),
        ReservedDay.CHRISTMAS: is_christmas(day),
    }
    return frozenset(kind for kind, is_so in facts.items() if is_so)


def _fills(visit: Visit, catalogue: CompetencyCatalogue, line: AdmittedVisit) -> bool:
    if line.act_class is not None and visit.act_class is not line.act_class:
        return False
    if line.fragile is not None and visit.fragile != line.fragile:
        return False
    if line.one_of and not visit.required & line.one_of:
        return False
    return not (line.no_other_act and _acts(visit, catalogue) - line.one_of)


def _acts(visit: Visit, catalogue: CompetencyCatalogue) -> frozenset[str]:
    """The required competencies that say an act, not a public or a circumstance."""
    known = catalogue.competencies
    return frozenset(code for code in visit.required if code in known and known[code].act_class is not None)


def unmet_conditions(
    rules: RuleSet, kinds: frozenset[ReservedDay], visit: Visit, catalogue: CompetencyCatalogue
) -> Iterator[tuple[Condition, RuleValue]]:
    """The conditions of `rules` on days of these kinds that do not admit the visit, with their values."""
    for condition in shipped_conditions():
        value = rules.get("SUNDAY_HOLIDAY_ACTS", condition.parameter)
        is_asked = value is not None and value.value and condition.days & kinds
        if value is not None and is_asked and not condition.admits_visit(visit, catalogue):
            yield condition, value


def parse_conditions(text: str) -> tuple[Condition, ...]:
    """Read the TOML form: [admits] groups and [condition] parameters, in its order."""
    data = tomllib.loads(text)
    groups = {name: tuple(_admitted(line) for line in lines) for name, lines in data["admits"].items()}
    return tuple(
        Condition(name, frozenset(ReservedDay(day) for day in row["days"]), groups[row["admits"]])
        for name, row in data["condition"].items()
    )


def _admitted(line: Mapping[str, Any]) -> AdmittedVisit:
    act = line.get("act_class")
    return AdmittedVisit(
        None if act is None else ActClass(act),
        line.get("fragile"),
        frozenset(line.get("one_of", ())),
        line.get("no_other_act", False),
    )


@cache
def shipped_conditions() -> tuple[Condition, ...]:
    return parse_conditions(files("brigade").joinpath("data/reserved_days.toml").read_text("utf-8"))
