"""Every fault of a problem at once: each with a code, a place, the values met and a way out.

What a person can only learn by planning (nobody holds a competency, a window nobody can reach) is no fault:
the visit
stays uncovered and the plan says why.
"""

from __future__ import annotations

from collections.abc import Iterator

from brigade.errors import Issue, refuse
from brigade.values.problem_parts import ProblemParts
from brigade.values.validation import (
    accord_faults,
    codes,
    demand_faults,
    history_faults,
    link_faults,
    place_faults,
    policy_faults,
    rota_faults,
    text_faults,
    workforce_faults,
)


def validate(problem: ProblemParts) -> None:
    """Raises: InvalidProblem, with all issues of `problem`."""
    refuse(issues_of(problem))


def validate_people(problem: ProblemParts) -> None:
    """As `validate`, of what only the workers can get wrong: the rest was found sound before. Raises:
    InvalidProblem."""
    refuse(
        issue for part in (workforce_faults, history_faults, accord_faults) for issue in part.issues(problem)
    )


def validate_demand(problem: ProblemParts) -> None:
    """As `validate`, of what only visits and links can get wrong: the rest was found sound before. Raises:
    InvalidProblem."""
    refuse(issue for part in (demand_faults, rota_faults, link_faults) for issue in part.issues(problem))


def validate_visits(problem: ProblemParts) -> None:
    """As `validate`, of what each visit can get wrong by itself: its links were found sound before. Raises:
    InvalidProblem."""
    refuse(issue for part in (demand_faults, rota_faults) for issue in part.issues(problem))


def issues_of(problem: ProblemParts) -> Iterator[Issue]:
    """The issues, part by part, in the order of the input."""
    yield from text_faults.issues(problem)
    yield from place_faults.issues(problem)
    yield from codes.issues(problem)
    yield from policy_faults.issues(problem)
    yield from demand_faults.issues(problem)
    yield from rota_faults.issues(problem)
    yield from link_faults.issues(problem)
    yield from workforce_faults.issues(problem)
    yield from history_faults.issues(problem)
    yield from accord_faults.issues(problem)
