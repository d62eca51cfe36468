"""Child care, as the texts know it: whose job it is, and which visits are it (`data/child_care.toml`)."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class ChildCare:
    """`competency`: of whoever also does the essential acts of children; `publics`: a visit that requires one
    of them is child care."""

    competency: str
    publics: frozenset[str]


@cache
def shipped_child_care() -> ChildCare:
    data = tomllib.loads(files("brigade").joinpath("data/child_care.toml").read_text("utf-8"))
    return ChildCare(data["competency"], frozenset(data["publics"]))
