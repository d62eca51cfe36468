"""COMPETENCIES: what a visit requires is held on the duty day; there is no "close enough".

Where an agreement keeps its first level off essential acts (`first_level_excluded`), an essential act asks
for at least one competency of that class, even if the input forgot to require it; where it leaves the acts of
children to whoever looks after them (`first_level_child_care`), these ask for that competency instead. Each
text is asked by itself: what one leaves to child care, another may forbid. Where an agreement keeps that
level off night work (`first_level_no_night`), a duty day that is a night asks for such a competency, or for
`NIGHT`.
"""

from __future__ import annotations

from collections.abc import Iterator

from brigade.law.breach import breach
from brigade.law.rule_traits import AsObstacle, Scope
from brigade.law.rules.night_limits import is_night, night_work
from brigade.texts.child_care import shipped_child_care
from brigade.texts.rule_sets import RuleValue
from brigade.timing.duty_days import WorkDay, minutes_of, work_days
from brigade.timing.free_time import broken
from brigade.values.demand import ActClass, Visit
from brigade.values.plan import Plan, Reason, Violation
from brigade.values.problem import Problem
from brigade.values.workforce import Worker

CODES = ("COMPETENCIES",)
SCOPE = Scope.WORKER


def _as_obstacle(problem: Problem, visit_id: str, broken: Violation) -> Reason | None:
    if broken.reason.code != "competencies":
        return None
    said = {name: value for name, value in broken.reason.values if name not in ("visit", "day")}
    return Reason.of("lacks_competency", **said)


AS_OBSTACLE = AsObstacle(rank=1, words=_as_obstacle, several=frozenset({"lacks_competency"}))
NIGHT = frozenset({"NIGHT"})
"""What a grade or a training grants to whoever may work at night."""


def check(problem: Problem, plan: Plan) -> Iterator[Violation]:
    above = essential_competencies(problem)
    for route in plan.routes:
        worker = problem.worker_by_id[route.worker_id]
        held = problem.competencies_of(worker, route.day)
        for stop in route.stops:
            visit = problem.visit_by_id[stop.visit_id]
            for lacking in sorted(visit.required - held):
                known = problem.catalogue.invalid_grant(worker, route.day, frozenset({lacking}))
                met = {"missing": lacking, "day": str(route.day), **known}
                yield breach(problem, "COMPETENCIES", route, met, visit=visit.id)
            level = (
                _first_level_excluded(problem, worker, visit, held) if above and not held & above else None
            )
            if level is not None:
                met = problem.catalogue.invalid_grant(worker, route.day, above)
                yield breach(
                    problem, "COMPETENCIES", route, met, detail="first_level", value=level, visit=visit.id
                )

    for worker in problem.workers:
        # Night is judged by the duty day and not by the visit: two visits that each hold little of it may
        # make a night.
        for day in work_days(problem, plan, worker):
            yield from _night(problem, worker, day, above | NIGHT & problem.catalogue.competencies.keys())


def _night(problem: Problem, worker: Worker, day: WorkDay, above: frozenset[str]) -> Iterator[Violation]:
    """A first level's duty day that is a night: nobody knows of a level but by the competencies that come
    with it."""
    rules = problem.rules_for(worker, day.hosts)
    value = rules.get("COMPETENCIES", "first_level_no_night")
    if value is None or not value.value or not above or not is_night(problem, worker, rules, day):
        return
    if not problem.competencies_of(worker, day.day) & above:
        night = minutes_of(problem, night_work(problem, worker, rules, day))
        known = problem.catalogue.invalid_grant(worker, day.day, above)
        yield broken(value, worker, str(day.day), "night", night_min=night, **known)


def _cares_for_children(visit: Visit, held: frozenset[str]) -> bool:
    care = shipped_child_care()
    return care.competency in held and bool(visit.required & care.publics)


def essential_competencies(problem: Problem) -> frozenset[str]:
    """Codes of the catalogue that let people do essential acts."""
    known = problem.catalogue.competencies.values()
    return frozenset(one.code for one in known if one.act_class == ActClass.ESSENTIAL)


def _first_level_excluded(
    problem: Problem, worker: Worker, visit: Visit, held: frozenset[str]
) -> RuleValue | None:
    """The value that keeps a worker of the first level off this visit, if its act and one of her texts do."""
    # Who shares a visit does not do its acts: whoever she shares it with does.
    if visit.act_class is not ActClass.ESSENTIAL or visit.shadowing is not None:
        return None
    for text in problem.texts_for(worker, problem.hosts_at(visit)):
        value, children = (
            text.get("COMPETENCIES", f"first_level_{name}") for name in ("excluded", "child_care")
        )
        is_theirs = children is not None and bool(children.value) and _cares_for_children(visit, held)
        if value is not None and value.value and not is_theirs:
            return value
    return None
