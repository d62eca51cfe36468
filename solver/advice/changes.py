"""A suggestion carried out: the problem with its one change, and the plan that then covers the visit."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from brigade.advice import Suggestion, SuggestionKind
from brigade.demand import Visit
from brigade.errors import BrokenPromise
from brigade.marking import mark
from brigade.places import TravelMode
from brigade.plan import Plan
from brigade.problem import Problem
from brigade.timing import TourKey, retime
from brigade.units import Ticks, TimeWindow
from brigade.workforce import Availability, Engagement, EngagementStatus, Worker
from solver.advice.trial import orders_of, pinned_starts


def apply_suggestion(problem: Problem, suggestion: Suggestion) -> Problem:
    """The problem with that one change; the same problem for ADD and REARRANGE, which only change the plan.

    Raises: InvalidProblem, when the change does not make a problem (a window beyond the horizon, say).
    """
    match suggestion.kind:
        case SuggestionKind.SHIFT_WINDOW | SuggestionKind.MOVE:
            return _with_visits(problem, suggestion, lambda visit: _shifted(visit, suggestion.shift))
        case SuggestionKind.DROP:
            return _with_visits(problem, suggestion, lambda visit: replace(visit, wants_replacement=False))
        case SuggestionKind.SPLIT:
            pair = {suggestion.visit_id, suggestion.other}
            return replace(problem, links=tuple(one for one in problem.links if {one.first, one.second} != pair))
        case SuggestionKind.EXTEND | SuggestionKind.LEND_CAR | SuggestionKind.SIGN | SuggestionKind.COMPETENCY:
            people = (_changed(problem, one, suggestion) if one.id == suggestion.worker_id else one for one in problem.workers)
            return replace(problem, workers=tuple(people))
    return problem


def enact(problem: Problem, plan: Plan, suggestion: Suggestion) -> Plan:
    """The plan of the changed problem that covers the visit: placements as told, everything else in its order.

    Raises: InvalidProblem, as `apply_suggestion`; BrokenPromise, when the placements are not those of this plan.
    """
    changed = apply_suggestion(problem, suggestion)
    timed = retime(changed, orders_after(plan, suggestion), fixed_starts=pinned_starts(plan))
    if timed.issues:
        raise BrokenPromise("\n".join(map(str, timed.issues)))
    return replace(mark(changed, timed.plan, plan), waivers=plan.waivers)


def orders_after(plan: Plan, suggestion: Suggestion) -> Mapping[TourKey, list[str]]:
    """Who does what in which order once the suggestion is followed."""
    orders = orders_of(plan)
    leaving = {one.visit_id for one in suggestion.placements}
    if suggestion.kind is SuggestionKind.DROP:
        leaving |= set(suggestion.changed_visits)
    orders = {key: [id for id in order if id not in leaving] for key, order in orders.items()}
    for one in suggestion.placements:
        orders.setdefault((one.worker_id, one.tour), []).insert(one.position, one.visit_id)
    return {key: order for key, order in orders.items() if order}


# -- one change ----------------------------------------------------------------------------------------------------
def _with_visits(problem: Problem, suggestion: Suggestion, change: Callable[[Visit], Visit]) -> Problem:
    named = set(suggestion.changed_visits)
    return replace(problem, visits=tuple(change(one) if one.id in named else one for one in problem.visits))


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
        stays[suggestion.tour] = Availability(stay.start - suggestion.earlier, end, hard)
    return stays
