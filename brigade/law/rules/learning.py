"""LEARNING: what somebody still learns she does not do alone, until its date has come or enough visits have
been shared; and a shared visit is hers alone."""

from __future__ import annotations

from collections.abc import Iterator

from brigade.law.breach import Met, breach
from brigade.law.rule_traits import AsObstacle, Scope
from brigade.values.plan import Plan, Reason, Route, Stop, Violation
from brigade.values.problem import Problem
from brigade.values.workforce import Learning

CODES = ("LEARNING",)
SCOPE = Scope.WORKER


def _as_obstacle(problem: Problem, visit_id: str, broken: Violation) -> Reason | None:
    said = {name: one for name, one in broken.reason.values if name != "visit"}
    return Reason.of("not_the_learner" if "learner" in said else "not_alone_yet", **said)


AS_OBSTACLE = AsObstacle(rank=1, words=_as_obstacle)


def check(problem: Problem, plan: Plan) -> Iterator[Violation]:
    for route in plan.routes:
        for stop in route.stops:
            yield from _of_stop(problem, route, stop)


def _of_stop(problem: Problem, route: Route, stop: Stop) -> Iterator[Violation]:
    visit, worker = problem.visit_by_id[stop.visit_id], problem.worker_by_id[route.worker_id]
    if visit.shadowing is not None and visit.shadowing.worker_id != worker.id:
        met = {"learner": visit.shadowing.worker_id}
        yield breach(problem, "LEARNING", route, met, detail="other", visit=visit.id)
    for learning in worker.learning:
        if visit.teaches(learning) and not learning.allows_solo(route.day):
            yield breach(problem, "LEARNING", route, _so_far(learning), visit=visit.id)


def _so_far(learning: Learning) -> dict[str, Met]:
    """How many visits she has shared, of how many; from when she may go alone."""
    until = None if learning.solo_from is None else str(learning.solo_from)
    shared = None if learning.shared_needed is None else learning.shared_done
    return {"shared": shared, "needed": learning.shared_needed, "solo_from": until}
