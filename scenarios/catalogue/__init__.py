"""Named scenarios, committed as documents: small ones that each show one thing, and `demo`, a whole day."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from brigade.errors import Issue, Refused
from brigade.exchange.documents.problem_document import read_problem
from brigade.values.problem import Problem

DEMO = "demo"


class UnknownScenario(Refused):
    """A name that the catalogue does not hold."""


def names() -> tuple[str, ...]:
    """All names, from the smallest story to the demonstration."""
    return tuple(stories())


@cache
def stories() -> Mapping[str, str]:
    """Name -> what it must show, in French."""
    return dict(json.loads(_read("index.json")))


def load(name: str) -> Problem:
    """Raises: UnknownScenario (S010), with the names known."""
    if name not in stories():
        raise UnknownScenario(
            [Issue("S010", "scenario", "unknown_scenario", {"name": name, "names": names()})]
        )
    return read_problem(_read(f"{name}.json"))


def _read(file: str) -> bytes:
    return files("scenarios.catalogue").joinpath(file).read_bytes()
