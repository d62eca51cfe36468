"""Why is this visit uncovered? Every worker's obstacles, and the same in a few sentences."""

from __future__ import annotations

from brigade.advice import Explanation
from brigade.plan import Plan
from brigade.problem import Problem
from solver.advice.obstacles import Budget, in_the_way
from solver.advice.session import Session
from solver.advice.summary import summary_of


def why_uncovered(problem: Problem, plan: Plan, visit_id: str) -> Explanation:
    """What stands in every worker's way, in the problem's order of workers. Ask a `Session` for several visits.

    Raises: InvalidPlan, when the visit is not to be covered.
    """
    return explain(Session(problem, plan), visit_id)


def explain(session: Session, visit_id: str, budget: Budget | None = None) -> Explanation:
    """The same on a loaded session. Args: budget: with one, only each worker's first obstacle, cheaply."""
    row = session.row(visit_id)
    found = tuple(in_the_way(session, row, worker.id, budget) for worker in session.problem.workers)
    return Explanation(visit_id, found, summary_of(found))
