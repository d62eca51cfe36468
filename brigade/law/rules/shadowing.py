"""SHADOWING: a shared visit takes place with the visit that it is beside, when that begins, and with somebody
who knows what is learnt. A visit that keeps its usual carer is done by whoever knows it."""

from __future__ import annotations

from collections.abc import Iterator

from brigade.law.breach import Met, breach
from brigade.law.rule_traits import AsObstacle, Scope
from brigade.timing.duty_days import minutes_of
from brigade.values.demand import Shadowing
from brigade.values.plan import Plan, Route, Stop, Violation
from brigade.values.problem import Problem

CODES = ("SHADOWING",)
SCOPE = Scope.TIED
AS_OBSTACLE = AsObstacle()


def check(problem: Problem, plan: Plan) -> Iterator[Violation]:
    for route in plan.routes:
        for stop in route.stops:
            seat = problem.visit_by_id[stop.visit_id].shadowing
            if seat is not None:
                yield from _shared(problem, plan, route, stop, seat)


def _shared(problem: Problem, plan: Plan, route: Route, stop: Stop, seat: Shadowing) -> Iterator[Violation]:
    met: dict[str, Met] = {"other": seat.visit_id}
    found, start = plan.stop_of(seat.visit_id), problem.fixed_start(seat.visit_id)
    if found is not None:
        host, start = found[0].worker_id, found[1].start
        if host not in seat.guides:
            yield breach(
                problem, "SHADOWING", route, {**met, "by": host}, detail="unguided", visit=stop.visit_id
            )
    if start is None:
        yield breach(problem, "SHADOWING", route, met, detail="without", visit=stop.visit_id)
    elif start != stop.start:
        met["apart_min"] = minutes_of(problem, abs(start - stop.start))
        yield breach(problem, "SHADOWING", route, met, detail="apart", visit=stop.visit_id)
