"""Why is this visit uncovered? What its ties lack, every worker's obstacles, and the same in a few
sentences."""

from __future__ import annotations

from brigade.changes.answers import Explanation
from brigade.values.plan import WANTS_NOBODY, Plan
from brigade.values.problem import Problem
from solver.advice.advice_session import AdviceSession
from solver.advice.obstacles.worker_obstacles import obstacles_between
from solver.advice.summary import summary_of
from solver.advice.tied_visits import ties_of
from solver.model.fixed_part import too_late_now


def why_uncovered(problem: Problem, plan: Plan, visit_id: str) -> Explanation:
    """What stands in every worker's way, in the problem's order of workers. Ask a `AdviceSession` for several
    visits.

    Raises: InvalidPlan, when the visit is not to be covered.
    """
    return explain(AdviceSession(problem, plan), visit_id)


def explain(session: AdviceSession, visit_id: str) -> Explanation:
    """The same on a loaded session. Of a visit whose client wants nobody, or none of whose hours is left,
    that."""
    if visit_id in {visit.id for visit in session.problem.unwanted}:
        return Explanation(visit_id, (), (WANTS_NOBODY,))
    row = session.row(visit_id)
    if visit_id in session.too_late:
        return Explanation(visit_id, (), (too_late_now(session.problem),))
    found = tuple(obstacles_between(session, row, worker.id) for worker in session.problem.workers)
    return Explanation(visit_id, found, (*ties_of(session, row, found), *summary_of(found)))
