"""An uncovered visit examined: what stands in the way, and the cheapest change that covers it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from brigade.values.plan import Plan, Reason, UncoveredVisit
from brigade.values.problem import Problem
from solver.advice.advice_session import AdviceSession, NotExamined
from solver.advice.explanations import explain
from solver.advice.suggesting.suggestions import cheapest

NOT_EXAMINED = Reason.of("not_examined")
ASK_BASIN = Reason.of("ask_basin")
"""What is left when neither one change nor two cover the visit."""


def examine(problem: Problem, plan: Plan, visit_id: str) -> UncoveredVisit:
    """What a plan stores of a visit that it leaves out, without regard to time.

    Raises: InvalidPlan, when the visit is not to be covered.
    """
    return _examined(AdviceSession(problem, plan), visit_id)


def examine_rest(problem: Problem, plan: Plan) -> Iterator[UncoveredVisit]:
    """What the plan stores as not examined, one after the other, the gravest first: whoever has enough may
    stop."""
    left = [problem.visit_by_id[one.visit_id] for one in plan.uncovered if is_unexamined(one)]
    if not left:
        return
    session = AdviceSession(problem, plan)
    for visit in sorted(left, key=lambda one: one.gravity):
        yield _examined(session, visit.id)


def is_unexamined(one: UncoveredVisit) -> bool:
    """Whether its obstacles or its action were not reached in the time there was."""
    return NOT_EXAMINED in one.reasons or one.action == ask_for(one.visit_id)


def _examined(session: AdviceSession, visit_id: str) -> UncoveredVisit:
    action = None if visit_id in session.too_late else action_for(session, visit_id)
    return UncoveredVisit(visit_id, reasons_of(session, visit_id), action)


def ask_for(visit_id: str) -> Reason:
    """The action of a visit that nobody examined: to ask for it."""
    return Reason.of("action_not_sought", visit=visit_id)


def reasons_of(session: AdviceSession, visit_id: str) -> tuple[Reason, ...]:
    return explain(session, visit_id).summary


def action_for(session: AdviceSession, visit_id: str, is_late: Callable[[], bool] = lambda: False) -> Reason:
    """The cheapest change that covers the visit; to ask a neighbouring basin only when the others were tried
    in vain; that it was not examined, when there was no time to."""
    try:
        found = cheapest(session, visit_id, is_late)
    except NotExamined:
        return ask_for(visit_id)
    return ASK_BASIN if found is None else found.reason
