"""What of a told plan must stay, since it is under way or held by the terms of a replan."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from brigade.changes.carry import carried
from brigade.changes.lateness import HeldVisits, delayed
from brigade.units import Ticks
from brigade.values.plan import Plan, Stop
from brigade.values.problem import Problem
from solver.model.fixed_part import FixedPart, fixed_part_of
from solver.replan_terms import ReplanTerms


@dataclass(frozen=True, slots=True)
class FixedParts:
    """`as_told`: with the starts that people were told; `as_begun`: with those that visits could have once
    lateness had put them off. Both are the same on a day without lateness. `earliest`: by visit whose told
    hour cannot be kept, when its worker can be there. `told`, `held`: what both were made of."""

    as_told: FixedPart
    as_begun: FixedPart
    earliest: Mapping[str, Ticks]
    told: Plan
    held: HeldVisits

    def left_alone(
        self, problem: Problem, begun: FixedPart, lost: Collection[str], pinned_workers: Collection[str]
    ) -> FixedPart:
        """With the workers of `lost` out of the search as well: their days go on by themselves, each visit
        once the one before it is over."""
        more = _workers_with(self.told, frozenset(lost))
        whole_days = (begun.fixed_by_worker.keys() | more) - frozenset(pinned_workers)
        went_on = delayed(problem, self.told, self.held, whole_days)
        return replace(begun, plan=went_on.plan).with_fixed(problem, lost)


def fixed_parts(problem: Problem, published: Plan, terms: ReplanTerms) -> FixedParts:
    told = carried(problem, published)
    held = _held(problem, told, _longer(problem, published), terms)
    as_told = _fixed(problem, told, held, terms)
    went_on = delayed(problem, told, held)
    if not went_on.free and went_on.plan == told:
        return FixedParts(as_told, as_told, went_on.earliest, told, held)
    as_begun = _fixed(problem, went_on.plan, held, terms, went_on.free)
    # A day that no search mends goes on by itself, each visit once the one before it is over.
    went_on = delayed(problem, told, held, as_begun.fixed_by_worker.keys() - terms.pinned_workers)
    behind = _workers_with(told, held.late | went_on.earliest.keys())
    as_told = replace(as_told, workers_in_breach=as_told.workers_in_breach | behind)
    as_begun = _fixed(problem, went_on.plan, held, terms, went_on.free)
    return FixedParts(as_told, as_begun, went_on.earliest, told, held)


def _workers_with(told: Plan, visits: frozenset[str]) -> frozenset[str]:
    return frozenset(
        route.worker_id for route in told.routes if any(stop.visit_id in visits for stop in route.stops)
    )


def _held(problem: Problem, told: Plan, late: frozenset[str], terms: ReplanTerms) -> HeldVisits:
    """Visits that have begun, and those that the terms and the plan hold; `late` take longer than told."""
    # Within the freeze people are on their way: a better plan that they do not hear of in time is none.
    until = terms.frozen_until(problem.now)
    stops = [stop for route in told.routes for stop in route.stops]
    frozen = {one.visit_id for one in stops if one.start < until and not _was_moved(problem, one)}
    days = (route for route in told.routes if route.worker_id in terms.pinned_workers)
    pinned = {stop.visit_id for route in days for stop in route.stops}
    firm = told.pinned | ((late | terms.pinned) & told.covered) | pinned
    return HeldVisits(firm, frozenset(frozen), until, late)


def _fixed(
    problem: Problem, plan: Plan, held: HeldVisits, terms: ReplanTerms, free: frozenset[str] = frozenset()
) -> FixedPart:
    return fixed_part_of(problem, plan, held.firm | (held.frozen - free), terms.pinned_workers)


def _longer(problem: Problem, published: Plan) -> frozenset[str]:
    """Visits that take longer than told: their worker is late in them, and keeps the delay whatever else
    changes."""
    known = problem.visit_by_id
    return frozenset(
        stop.visit_id
        for route in published.routes
        for stop in route.stops
        if stop.visit_id in known and known[stop.visit_id].service_by(route.worker_id) > stop.service.length
    )


def _was_moved(problem: Problem, stop: Stop) -> bool:
    """Whether its hour is past and an event took it away: what nobody wanted then has not begun."""
    before = problem.rostered.get(stop.visit_id)
    return (
        before is not None
        and stop.start < problem.now
        and before.may_begin(stop.start)
        and not problem.visit_by_id[stop.visit_id].may_begin(stop.start)
    )
