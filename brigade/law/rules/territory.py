"""AI_TERRITORY: no visit outside the communes of the employer's State convention, nor outside the worker's
own.

A site whose commune is not known is outside of any list.
"""

from __future__ import annotations

from collections.abc import Iterator

from brigade.law.breach import breach
from brigade.law.rule_traits import AsObstacle, Scope
from brigade.values.plan import Plan, Reason, Route, Stop, Violation
from brigade.values.problem import Problem

CODES = ("AI_TERRITORY",)
SCOPE = Scope.WORKER


def _as_obstacle(problem: Problem, visit_id: str, broken: Violation) -> Reason | None:
    whose = broken.reason.code.removeprefix("ai_territory_")
    commune = broken.reason.value("commune")
    return Reason.of("outside_territory", commune=commune, whose=whose, article=broken.article)


AS_OBSTACLE = AsObstacle(rank=3, words=_as_obstacle, several=frozenset({"outside_territory"}))


def check(problem: Problem, plan: Plan) -> Iterator[Violation]:
    for route in plan.routes:
        for stop in route.stops:
            yield from _outside(problem, route, stop)


def _outside(problem: Problem, route: Route, stop: Stop) -> Iterator[Violation]:
    worker, visit = problem.worker_by_id[route.worker_id], problem.visit_by_id[stop.visit_id]
    site = problem.site_of(visit)
    # Nobody is lent to a meeting of her own employer.
    if visit.attendance is not None or site is None:
        return
    convention = problem.employer_by_id[worker.employer_id].communes
    rules = problem.rules_for(worker, problem.hosts_at(visit))
    commune = site.commune
    for detail, parameter, communes in (
        ("convention", "convention_only", convention),
        ("own", "own_territory", worker.territory),
    ):
        value = rules.get("AI_TERRITORY", parameter)
        if communes is not None and commune not in communes and value is not None and value.value:
            met = {"commune": commune or "?"}
            yield breach(problem, "AI_TERRITORY", route, met, detail=detail, value=value, visit=visit.id)
