"""Why visits stay uncovered, told with the plan: the first obstacle of every worker in a few sentences, and one action.

The answers are those of `solver.advice`, with work counted: each worker's first obstacle only, so many trials by the plain
rules, and actions sought among the changes that the kernel sees at once (`solver.advice.would_cover` looks further).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from brigade.plan import Plan, Reason, UncoveredVisit
from solver.advice.asking import explain
from solver.advice.obstacles import Budget
from solver.advice.session import Session
from solver.advice.suggestions import at_once
from solver.model import Model

TRIALS = 40
"""Limits told with their figures, over all uncovered visits; beyond, the visits in the way stand for them."""
ACTIONS, SURE_ACTIONS = 60, 3
"""Visits, the most important first, for which an action is sought while there is time; for the first ones in any case."""


def reasons(model: Model, plan: Plan, is_late: Callable[[], bool] = lambda: False) -> tuple[UncoveredVisit, ...]:
    """One entry for every open visit that the plan leaves out, in input order. Args: is_late: seek no more actions."""
    left = [request.visit for request in model.requests if request.visit.id not in plan.covered]
    if not left:
        return ()
    session = Session(model.problem, replace(plan, uncovered=()), model)
    budget = Budget(TRIALS)
    told = {visit.id: explain(session, visit.id, budget).summary for visit in left}
    actions = dict[str, Reason]()
    for visit in sorted(left, key=lambda visit: (visit.level, visit.id))[:ACTIONS]:
        if len(actions) >= SURE_ACTIONS and is_late():
            break
        actions[visit.id] = _action(session, visit.id)
    return tuple(UncoveredVisit(visit.id, told[visit.id], actions.get(visit.id, Reason.of("ask_basin"))) for visit in left)


def _action(session: Session, visit_id: str) -> Reason:
    found = at_once(session, visit_id)
    return found.reason if found else Reason.of("ask_basin")
