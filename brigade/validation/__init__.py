"""Every fault of a problem at once: each with a code, a place, the values met and a way out.

What a person can only learn by planning (nobody holds a competency, a window nobody can reach) is no fault:
the visit
stays uncovered and the plan says why.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from brigade.errors import Issue, refuse
from brigade.validation import codes, demand, history, links, places, policy, rota, rules, texts, workforce

if TYPE_CHECKING:
    from brigade.problem import Problem


def validate(problem: Problem) -> None:
    """Raises: InvalidProblem, with all issues of `problem`."""
    refuse(issues_of(problem))


def validate_people(problem: Problem) -> None:
    """As `validate`, of what only the workers can get wrong: the rest was found sound before. Raises:
    InvalidProblem."""
    refuse(issue for part in (workforce, history, rules) for issue in part.issues(problem))


def validate_demand(problem: Problem) -> None:
    """As `validate`, of what only visits and links can get wrong: the rest was found sound before. Raises:
    InvalidProblem."""
    refuse(issue for part in (demand, rota, links) for issue in part.issues(problem))


def issues_of(problem: Problem) -> Iterator[Issue]:
    """The issues, part by part, in the order of the input."""
    yield from texts.issues(problem)
    yield from places.issues(problem)
    yield from codes.issues(problem)
    yield from policy.issues(problem)
    yield from demand.issues(problem)
    yield from rota.issues(problem)
    yield from links.issues(problem)
    yield from workforce.issues(problem)
    yield from history.issues(problem)
    yield from rules.issues(problem)
