"""A suggestion carried out: the problem with its one change, and the plan that then covers the visit."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import reduce

from brigade.changes.answers import Candidate, Placement, Suggestion, SuggestionKind
from brigade.errors import BrokenPromise
from brigade.law.marking import mark
from brigade.timing.plan_timing import TourKey, retime
from brigade.units import Ticks, TimeWindow
from brigade.values.demand import Visit
from brigade.values.places import TravelMode
from brigade.values.plan import Plan
from brigade.values.problem import Problem
from brigade.values.workforce import Availability, Engagement, EngagementStatus, Worker
from solver.advice.trial_plan import orders_of, pinned_starts
from solver.model.fixed_part import from_now_on
from solver.model.usual_hours import at_usual_hours


def apply_suggestion(problem: Problem, suggestion: Suggestion) -> Problem:
    """The problem with that change; the same problem for ADD and REARRANGE, which only change the plan.

    Raises: InvalidProblem, when the change does not make a problem (a window beyond the horizon, say).
    """
    match suggestion.kind:
        case SuggestionKind.TWO:
            return reduce(apply_suggestion, suggestion.parts, problem)
        case SuggestionKind.SHIFT_WINDOW | SuggestionKind.MOVE:
            return _with_visits(problem, suggestion, lambda visit: _shifted(visit, suggestion.shift))
        case SuggestionKind.DROP:
            return _given_up(problem, set(suggestion.changed_visits))
        case SuggestionKind.SPLIT:
            pair = {suggestion.visit_id, suggestion.other}
            return problem.with_demand(
                links=tuple(one for one in problem.links if {one.first, one.second} != pair)
            )
        case (
            SuggestionKind.EXTEND | SuggestionKind.LEND_CAR | SuggestionKind.SIGN | SuggestionKind.COMPETENCY
        ):
            people = (
                _changed(problem, one, suggestion) if one.id == suggestion.worker_id else one
                for one in problem.workers
            )
            return problem.with_workers(tuple(people))
    return problem


def enact(problem: Problem, plan: Plan, suggestion: Suggestion) -> Plan:
    """The plan of the changed problem that covers the visit: placements as told, everything else in its
    order.

    Raises: InvalidProblem, as `apply_suggestion`; BrokenPromise, when the placements are not those of this
    plan.
    """
    return timed_from_now_on(apply_suggestion(problem, suggestion), plan, orders_after(plan, suggestion))


def plan_with(problem: Problem, plan: Plan, candidate: Candidate) -> Plan:
    """The plan in which the candidate takes the visits, whoever has to move or go included.

    Raises: BrokenPromise, when the placements are not those of this plan.
    """
    # A pin on the visit itself would hold it where the candidate is to take it from.
    freed = replace(plan, pinned=plan.pinned - {one.visit_id for one in candidate.placements})
    return timed_from_now_on(problem, freed, orders_with(freed, candidate.placements, candidate.dropped))


def timed_from_now_on(problem: Problem, plan: Plan, orders: Mapping[TourKey, list[str]]) -> Plan:
    """These orders in place of the plan's, marked, its pins and waivers kept; nothing new begins before
    `now`.

    Raises: BrokenPromise, where the orders have no lawful timing and those of the plan had one.
    """
    problem = problem.driven(plan.drives)
    ahead, begun = from_now_on(problem, plan)
    pins = pinned_starts(begun or plan)
    timed = retime(ahead, orders, fixed_starts=pins)
    # A day that goes beyond its hours by waiver, or since an event, still does.
    known = {(one.code, one.where) for one in retime(ahead, orders_of(plan), fixed_starts=pins).issues}
    ours = [one for one in timed.issues if (one.code, one.where) not in known]
    if ours:
        raise BrokenPromise("\n".join(map(str, ours)))
    pinned = plan.pinned & timed.plan.covered
    kept = at_usual_hours(ahead, timed.plan, start=plan)
    return replace(mark(problem, kept, plan), waivers=plan.waivers, pinned=pinned)


def orders_after(plan: Plan, suggestion: Suggestion) -> Mapping[TourKey, list[str]]:
    """Who does what in which order once the suggestion is followed."""
    drops = [one for one in (suggestion, *suggestion.parts) if one.kind is SuggestionKind.DROP]
    return orders_with(plan, suggestion.placements, [id for one in drops for id in one.changed_visits])


def orders_with(
    plan: Plan, placements: Iterable[Placement], dropped: Iterable[str]
) -> dict[TourKey, list[str]]:
    """The plan's orders: everything named leaves first; then one placement after the other."""
    placed = tuple(placements)
    leaving = {*dropped, *(one.visit_id for one in placed)}
    orders = {key: [id for id in order if id not in leaving] for key, order in orders_of(plan).items()}
    for one in placed:
        # In their order: a position counts the visits that the placements before it put there.
        orders.setdefault((one.worker_id, one.tour), []).insert(one.position, one.visit_id)
    return {key: order for key, order in orders.items() if order}


# -- one change --------------------------------------------------------------------------------------------
def _with_visits(problem: Problem, suggestion: Suggestion, change: Callable[[Visit], Visit]) -> Problem:
    named = set(suggestion.changed_visits)
    return problem.with_demand(
        visits=tuple(change(one) if one.id in named else one for one in problem.visits)
    )


def _given_up(problem: Problem, visit_ids: set[str]) -> Problem:
    """Nobody is sent there: the visits are not open any more, and what does not take place ties nothing."""
    visits = (replace(one, wants_replacement=False) if one.id in visit_ids else one for one in problem.visits)
    links = (one for one in problem.links if not {one.first, one.second} & visit_ids)
    return problem.with_demand(visits=tuple(visits), links=tuple(links))


def _shifted(visit: Visit, by: Ticks) -> Visit:
    windows = (TimeWindow(one.earliest + by, one.latest + by, one.hard_latest + by) for one in visit.windows)
    return replace(visit, windows=tuple(windows))


def _changed(problem: Problem, worker: Worker, suggestion: Suggestion) -> Worker:
    match suggestion.kind:
        case SuggestionKind.EXTEND:
            return replace(worker, availability=tuple(_grown(worker, suggestion)))
        case SuggestionKind.LEND_CAR:
            return replace(worker, mode=TravelMode.CAR)
        case SuggestionKind.COMPETENCY if suggestion.competency is not None:
            return replace(worker, competencies=worker.competencies | {suggestion.competency})
        case SuggestionKind.SIGN if suggestion.provider_id is not None:
            dates = problem.horizon.dates
            paper = Engagement(suggestion.provider_id, dates[0], dates[-1], EngagementStatus.SIGNED)
            return replace(worker, engagements=(*worker.engagements, paper))
    return worker


def _grown(worker: Worker, suggestion: Suggestion) -> list[Availability]:
    """What is agreed on is no overtime: the end and the hard end become one where it grows."""
    stays = list(worker.availability)
    if suggestion.tour is not None:
        stay = stays[suggestion.tour]
        hard = stay.hard_end + suggestion.later
        end = hard if suggestion.later else stay.end
        stays[suggestion.tour] = replace(stay, start=stay.start - suggestion.earlier, end=end, hard_end=hard)
    return stays
