"""What can go wrong on purpose. Names and addresses never enter here, so no log leaks them.

Faults hold codes and values; their sentences stand in the catalogue of each language, and
`brigade.words.say_issue` says them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

Values: TypeAlias = Mapping[str, Any]
"""What was met, by the names of the fields of a sentence: numbers, days, identifiers, pieces of the input;
lists of them; `Clause`; and what has a name in each language, as {"fr": …, "en": …}."""
NO_VALUES: Values = {}


@dataclass(frozen=True, slots=True)
class Clause:
    """A piece of a sentence, itself a sentence of the catalogue (`clause.<words>`), as a value of another."""

    words: str
    values: Values = field(default_factory=dict, hash=False)

    def __str__(self) -> str:
        return f"{self.words}{_told(self.values)}"


@dataclass(frozen=True, slots=True)
class Issue:
    """One fault of an input: a stable code (docs/errors.md), a place, the key of its words, the values met.

    `words`: `fault.<words>.what` says what was met, `fault.<words>.hint` something to try.
    """

    code: str
    where: str
    words: str
    values: Values = field(default_factory=dict, hash=False)

    def __str__(self) -> str:
        """For logs; people read `brigade.words.say_issue`."""
        return f"{self.code} {self.where}: {self.words}{_told(self.values)}"


def _told(values: Values) -> str:
    return f" ({', '.join(f'{name}={value}' for name, value in values.items())})" if values else ""


AND = " && "
"""Between the places of one thing, in `Issue.where`."""


def step(kind: str, value: int | str) -> str:
    """A part of a place that has a word in each language (`place.<kind>`): `row=14`, `column="start"`."""
    return f"{kind}={json.dumps(value, ensure_ascii=False)}"


class BrigadeError(Exception):
    """The ancestor of everything raised on purpose."""


class SaidError(BrigadeError):
    """What went wrong as a clause of the catalogue, which `brigade.words.say_clause` says to people."""

    def __init__(self, clause: Clause) -> None:
        self.clause = clause
        super().__init__(str(clause))

    def __reduce__(self) -> tuple[type[SaidError], tuple[Clause]]:
        """Whole into another process and back."""
        return type(self), (self.clause,)


class Refused(BrigadeError):
    """An input refused with all its issues at once; nothing of it was kept."""

    def __init__(self, issues: Sequence[Issue]) -> None:
        self.issues = tuple(issues)
        super().__init__("\n".join(str(issue) for issue in self.issues))

    def __reduce__(self) -> tuple[type[Refused], tuple[Sequence[Issue]]]:
        """Whole into another process and back."""
        return type(self), (self.issues,)


class NaiveInstant(Refused):
    """A datetime without a time zone was met at the edge."""


class UnknownSite(Refused):
    """A travel matrix has no row for a site."""


class InvalidProblem(Refused):
    """Values that do not make a problem."""


class InvalidPlan(Refused):
    """A plan that does not speak of its problem (unknown visit, worker, ...)."""


class UnreadableInput(Refused):
    """A file, folder or document that could not be read into a problem or a plan."""


class BrokenPromise(BrigadeError):
    """The checker found a violation in a plan of our own solver: our bug, never the user's."""


def refuse(issues: Iterable[Issue]) -> None:
    """Raise: InvalidProblem with all of `issues`, if there is any."""
    found = tuple(issues)
    if found:
        raise InvalidProblem(found)
