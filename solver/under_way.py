"""What of a told plan must stay, since it is under way or held by the terms of a replan."""

from __future__ import annotations

from dataclasses import dataclass, replace

from brigade.changes.carry import carried, pushed_back
from brigade.units import Ticks
from brigade.values.demand import Visit
from brigade.values.plan import Plan, Stop
from brigade.values.problem import Problem
from solver.model.fixed_part import FixedPart, fixed_part_of
from solver.replan_terms import ReplanTerms


@dataclass(frozen=True, slots=True)
class FixedParts:
    """`as_told`: with the starts that people were told; `as_begun`: with those at which visits could begin
    once lateness had put them off. Both are the same on a day without lateness."""

    as_told: FixedPart
    as_begun: FixedPart


def fixed_parts(problem: Problem, published: Plan, terms: ReplanTerms) -> FixedParts:
    told, late = carried(problem, published), _longer(problem, published)
    as_told = _fixed(problem, told, terms, late)
    went_on, waiting = pushed_back(problem, told, late)
    if not waiting and went_on == told:
        return FixedParts(as_told, as_told)
    as_begun = _fixed(problem, went_on, terms, late, waiting)
    # A day that no search mends goes on by itself, each visit once the one before it is over.
    days = as_begun.fixed_by_worker.keys() - terms.pinned_workers
    went_on, waiting = pushed_back(problem, told, late, days)
    behind = {route.worker_id for route in told.routes if any(one.visit_id in late for one in route.stops)}
    as_told = replace(as_told, workers_in_breach=as_told.workers_in_breach | behind)
    return FixedParts(as_told, _fixed(problem, went_on, terms, late, waiting))


def _fixed(
    problem: Problem,
    told: Plan,
    terms: ReplanTerms,
    late: frozenset[str],
    waiting: frozenset[str] = frozenset(),
) -> FixedPart:
    """What has begun, unless it is `waiting` for somebody late, and all that the terms and the plan hold."""
    # Within the freeze people are on their way: a better plan that they do not hear of in time is none.
    until = terms.frozen_until(problem.now)
    stops = (stop for route in told.routes for stop in route.stops)
    begun = {one.visit_id for one in stops if one.start < until and not _was_moved(problem, one)} - waiting
    held = begun | told.pinned | ((late | terms.pinned) & told.covered)
    return fixed_part_of(problem, told, held, terms.pinned_workers)


def _longer(problem: Problem, published: Plan) -> frozenset[str]:
    """Visits that take longer than told: their worker is late in them, and keeps the delay whatever else
    changes."""
    stops = (
        stop for route in published.routes for stop in route.stops if stop.visit_id in problem.visit_by_id
    )
    return frozenset(
        stop.visit_id for stop in stops if problem.visit_by_id[stop.visit_id].duration > stop.service.length
    )


def _was_moved(problem: Problem, stop: Stop) -> bool:
    """Whether its hour is past and an event took it away: what nobody wanted then has not begun."""
    before = problem.rostered.get(stop.visit_id)
    return (
        before is not None
        and stop.start < problem.now
        and _admits(before, stop.start)
        and not _admits(problem.visit_by_id[stop.visit_id], stop.start)
    )


def _admits(visit: Visit, start: Ticks) -> bool:
    return any(window.earliest <= start <= window.hard_latest for window in visit.windows)
