"""What can go wrong on purpose. Names and addresses never enter here, so no log leaks them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Issue:
    """One fault of an input: a stable code, a place, the values met, something to try."""

    code: str
    where: str
    what: str
    hint: str

    def __str__(self) -> str:
        return f"{self.code} {self.where}: {self.what} — {self.hint}"


class BrigadeError(Exception):
    """The ancestor of everything raised on purpose."""


class NaiveInstant(BrigadeError):
    """A datetime without a time zone was met at the edge."""


class UnknownSite(BrigadeError):
    """A travel matrix has no row for a site."""


class Refused(BrigadeError):
    """An input refused with all its issues at once; nothing of it was kept."""

    def __init__(self, issues: Sequence[Issue]) -> None:
        self.issues = tuple(issues)
        super().__init__("\n".join(str(issue) for issue in self.issues))

    def __reduce__(self) -> tuple[type[Refused], tuple[Sequence[Issue]]]:
        """Whole into another process and back."""
        return type(self), (self.issues,)


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
