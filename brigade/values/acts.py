"""Acts of a visit and their class: the editable list behind "essential act of daily living"."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files

from brigade.errors import Issue, refuse


class ActClass(StrEnum):
    """Essential acts of daily living or ordinary ones: drives notice, Sundays and who may do them."""

    ESSENTIAL = "essential"
    ORDINARY = "ordinary"


@dataclass(frozen=True, slots=True)
class Act:
    """`competency`: what the act usually asks for; a visit may require more."""

    code: str
    name: str
    act_class: ActClass
    competency: str


def class_of(codes: Iterable[str], acts: Mapping[str, Act] | None = None) -> ActClass:
    """A visit is essential when one of its acts is. Raises: InvalidProblem naming every unknown act."""
    known = shipped_acts() if acts is None else acts
    asked = list(codes)
    refuse(
        Issue("P304", f"acts.{code}", "unknown_act", {"code": code, "known": list(known)})
        for code in asked
        if code not in known
    )
    essential = any(known[code].act_class is ActClass.ESSENTIAL for code in asked)
    return ActClass.ESSENTIAL if essential else ActClass.ORDINARY


def parse_acts(text: str) -> dict[str, Act]:
    """Read the TOML form: an [act] table of CODE = { name, act_class, competency }."""
    rows = tomllib.loads(text)["act"]
    return {
        code: Act(code, row["name"], ActClass(row["act_class"]), row["competency"])
        for code, row in rows.items()
    }


@cache
def shipped_acts() -> Mapping[str, Act]:
    return parse_acts(files("brigade").joinpath("data/essential_acts.toml").read_text("utf-8"))
