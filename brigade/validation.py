"""Every fault of a problem at once: each with a code, a place, the values met and a way out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from brigade.errors import Issue, refuse

if TYPE_CHECKING:
    from brigade.problem import Problem


def validate(problem: Problem) -> None:
    """Raises: InvalidProblem, with all issues of `problem`."""
    refuse(issues_of(problem))


def issues_of(problem: Problem) -> Iterator[Issue]:
    """The issues, part by part, in the order of the input."""
    seen: set[str] = set()
    for visit in problem.visits:
        if visit.id in seen:
            yield Issue("P101", f"visits.{visit.id}", "identifiant déjà pris", "donner un identifiant par intervention")
        seen.add(visit.id)
