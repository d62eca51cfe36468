"""LINK: two visits tied together begin as agreed and are done by the same (or by different) people.

A tie binds when both are covered; a visit that keeps its usual carer binds by its planned start.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from brigade.law.breach import Met, breach
from brigade.law.rule_traits import AsObstacle, Scope
from brigade.timing.duty_days import minutes_of
from brigade.units import Ticks
from brigade.values.demand import Link, LinkKind
from brigade.values.plan import Plan, Violation
from brigade.values.problem import Problem

CODES = ("LINK",)
SCOPE = Scope.TIED
AS_OBSTACLE = AsObstacle()


def check(problem: Problem, plan: Plan) -> Iterator[Violation]:
    for link in problem.links:
        # A link whose two sides are uncovered, or keep their carers, is no doing of the plan. What ties
        # seats is held by rules of their own.
        if link.rule != "LINK":
            continue
        if link.first in plan.covered or link.second in plan.covered:
            yield from _times(problem, plan, link)
            yield from _people(problem, plan, link)


def _times(problem: Problem, plan: Plan, link: Link) -> Iterator[Violation]:
    first, second = _start(problem, plan, link.first), _start(problem, plan, link.second)
    if first is None or second is None:
        return
    gap = second - first
    if link.kind is LinkKind.SAME_START and gap:
        yield _broken(problem, plan, link, "same_start", {"apart_min": minutes_of(problem, abs(gap))})
    if link.kind is LinkKind.GAP and gap < link.min_gap:
        met = {"gap_min": minutes_of(problem, gap), "limit_min": minutes_of(problem, link.min_gap)}
        yield _broken(problem, plan, link, "min_gap", met)
    if link.kind is LinkKind.GAP and link.max_gap is not None and gap > link.max_gap:
        met = {"gap_min": minutes_of(problem, gap), "limit_min": minutes_of(problem, link.max_gap)}
        yield _broken(problem, plan, link, "max_gap", met)


def _people(problem: Problem, plan: Plan, link: Link) -> Iterator[Violation]:
    first, second = plan.stop_of(link.first), plan.stop_of(link.second)
    if first is None or second is None:
        return
    is_same = first[0].worker_id == second[0].worker_id
    if link.kind is LinkKind.SAME_WORKER and not is_same:
        met = {"first_worker": first[0].worker_id, "other_worker": second[0].worker_id}
        yield _broken(problem, plan, link, "same_worker", met)
    if link.kind is LinkKind.DIFFERENT_WORKERS and is_same:
        yield _broken(problem, plan, link, "different_workers")


def _start(problem: Problem, plan: Plan, visit_id: str) -> Ticks | None:
    found = plan.stop_of(visit_id)
    return found[1].start if found else problem.fixed_start(visit_id)


def _broken(
    problem: Problem, plan: Plan, link: Link, detail: str, met: Mapping[str, Met] | None = None
) -> Violation:
    """At the covered side, the first one if both are."""
    visit = link.first if link.first in plan.covered else link.second
    found = plan.stop_of(visit)
    values = {"first": link.first, "second": link.second, **(met or {})}
    return breach(problem, "LINK", found[0] if found else visit, values, detail=detail, visit=visit)
