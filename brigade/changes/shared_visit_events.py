"""What happens to a shared visit: whoever names it speaks of the learner and the visit beside it."""

from __future__ import annotations

from dataclasses import replace

from brigade.changes.late_workers import with_visit, with_visits
from brigade.units import TimeWindow
from brigade.values.demand import Shadowing, Visit
from brigade.values.problem import Problem


def not_shared(problem: Problem, seat: Shadowing) -> Problem:
    """She does not share this visit; it is not hers alone either."""
    visit = problem.visit_by_id[seat.visit_id]
    wanted, barred = visit.preferred_workers - {seat.worker_id}, visit.forbidden_workers | {seat.worker_id}
    return with_visit(problem, replace(visit, preferred_workers=wanted, forbidden_workers=barred))


def moved_with_seats(problem: Problem, visit: Visit, windows: tuple[TimeWindow, ...]) -> Problem:
    """The visit at other hours, with whoever shares it."""
    seats = [one for one in problem.visits if one.shadowing and one.shadowing.visit_id == visit.id]
    return with_visits(problem, [replace(one, windows=windows) for one in (visit, *seats)])
