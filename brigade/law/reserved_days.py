"""Sundays, public holidays and 25 December: which visits a text admits on them, as data.

A parameter of SUNDAY_HOLIDAY_ACTS names a *condition*: the kinds of day it speaks of and the group of visits
it admits there. Two texts that meet are two conditions, and both must be met.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any

from brigade.values.demand import ActClass


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
