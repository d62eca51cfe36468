"""An obstacle out of the way: the problem as it would be without it.

Where a person can lift it, what is changed is what that person would change (a paper, a competency, hours, a
window, a tie); for a limit, its rule is switched off. The changed problem is a view for questions: nothing
validates it again.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import cached_property
from typing import Any

from brigade.changes.answers import Obstacle, ObstacleKind
from brigade.timing.duty_days import touched_dates
from brigade.units import Ticks, TimeWindow
from brigade.values.demand import Visit
from brigade.values.places import TravelMode
from brigade.values.problem import Problem
from brigade.values.workforce import Availability, Engagement, EngagementStatus, PersonalLimits, Worker

COMPUTED = frozenset(
    name for kind in Problem.mro() for name, one in vars(kind).items() if isinstance(one, cached_property)
)
WHOLE = frozenset(
    {"site_by_id", "provider_by_id", "client_by_id", "employer_by_id", "absence_by_id", "rota_entry_by_visit"}
)
"""Lookups that no change made here touches."""
RULES = frozenset({"binding_texts"})
OWN_LIMIT = "PERSONAL_LIMIT"
"""What she herself has asked for: lifted for her alone, since other people's tours are timed by theirs."""
LIMIT_FIELDS = {
    "daily_work": "max_daily_work",
    "shorter_day": "daily_reduction",
    "span": "max_span",
    "rest": "daily_rest",
    "week_work": "max_week_work",
    "days": "max_days_per_week",
    "days_off": "rest_days_in_row",
}
"""By what the rule says was passed, the limit of hers that it is."""
OF_PART = {
    "workers": frozenset({"worker_by_id"}),
    "visits": frozenset(
        {
            "visit_by_id",
            "requests",
            "request_by_visit",
            "unwanted",
            "_without_carer",
            "_ids_without_carer",
            "at_soft_cost",
        }
    ),
    "travel": frozenset({"ways"}),
    "rule_sets_off": frozenset({"_joined", "_apart"}),
}
"""Lookups that are kept as long as their part is: to make them again takes longer than the question."""


def eased(
    problem: Problem, visit_id: str, worker_id: str, tour: int | None, obstacles: Iterable[Obstacle]
) -> Problem:
    """The problem without these obstacles between the worker and the visit. `tour`: the availability they
    were found in.

    BUSY and PARTNER speak of the plan and AWAY of a tour that is not there: they change nothing here (see
    `with_hours`).
    """
    for one in obstacles:
        problem = _without(problem, visit_id, worker_id, tour, one)
    return problem


def _without(problem: Problem, visit_id: str, worker_id: str, tour: int | None, one: Obstacle) -> Problem:
    code, values = one.reason.code, dict(one.reason.values)
    ticks = problem.horizon.ticks
    if one.kind in (ObstacleKind.BUSY, ObstacleKind.PARTNER, ObstacleKind.AWAY):
        return problem
    if one.kind is ObstacleKind.TIED:
        return _view(
            problem, links=tuple(it for it in problem.links if visit_id not in (it.first, it.second))
        )
    match code:
        case "lacks_competency":
            held = frozenset({str(values["missing"])})
            return _with_worker(
                problem, worker_id, lambda it: replace(it, competencies=it.competencies | held)
            )
        case "not_engaged":
            return _with_worker(problem, worker_id, lambda it: _engaged(problem, it, str(values["provider"])))
        case "forbidden":
            return _with_visit(
                problem,
                visit_id,
                lambda it: replace(it, forbidden_workers=it.forbidden_workers - {worker_id}),
            )
        case "not_participant":
            return _with_visit(problem, visit_id, lambda it: _seating(it, worker_id))
        case "no_way":
            return _with_way(problem, *(str(values[name]) for name in ("mode", "origin", "destination")))
        case "arrives_too_late":
            return _with_visit(problem, visit_id, lambda it: _open_longer(it, ticks(values["late_min"])))
        case "delays_visit":
            return _with_visit(
                problem, str(values["visit"]), lambda it: _open_longer(it, ticks(values["late_min"]))
            )
        case "back_too_late" if tour is not None:
            more = ticks(values["late_min"])
            return _with_stay(problem, worker_id, tour, lambda it: replace(it, hard_end=it.hard_end + more))
        case "availability_start" if tour is not None:
            return _with_stay(
                problem, worker_id, tour, lambda it: replace(it, start=int(values["departure_at"]))
            )
        case "availability_meal" if tour is not None:
            return _with_stay(problem, worker_id, tour, Availability.fed)
        case "availability_other_work":
            return _with_worker(problem, worker_id, lambda it: _free_of(it, values["from_at"]))
    if one.rule == OWN_LIMIT:
        return _with_worker(
            problem, worker_id, lambda it: replace(it, limits=_without_limit(it.limits, code, values))
        )
    return problem if one.rule is None else _view(problem, rule_sets_off=problem.rule_sets_off | {one.rule})


def with_hours(
    problem: Problem, worker_id: str, visit: Visit, around: tuple[Ticks, Ticks], soonest: Ticks
) -> tuple[Problem, int] | None:
    """The problem in which the worker is available for the visit's first window, and that tour's number; None
    where another availability, work elsewhere, leave or hours on call lie in it. Args: around: time to be
    given before and after it. soonest: no hours before."""
    worker, window = problem.worker_by_id[worker_id], visit.windows[0]
    start = max(soonest, window.earliest - around[0])
    end = min(problem.horizon.length, window.hard_latest + visit.duration + around[1])
    stays = [one for one in worker.availability if one.hard_end <= start]
    later = worker.availability[len(stays) :]
    if any(one.start < end for one in later) or any(
        one.start < end and start < one.end for one in (*worker.other_work, *worker.on_call)
    ):
        return None
    dates = touched_dates(problem, start, end)
    if any(leave.first <= dates[-1] and dates[0] <= leave.last for leave in worker.leave):
        return None
    grown = (*stays, Availability.strict(start, end), *later)
    return _with_worker(problem, worker_id, lambda it: replace(it, availability=grown)), len(stays)


def _seating(visit: Visit, worker_id: str) -> Visit:
    """The seat as hers too."""
    seat = visit.attendance
    return (
        visit
        if seat is None
        else replace(visit, attendance=replace(seat, workers=seat.workers | {worker_id}))
    )


# -- one change --------------------------------------------------------------------------------------------
def _without_limit(limits: PersonalLimits, code: str, values: Mapping[str, object]) -> PersonalLimits:
    """Her other limits stay: they time her tours."""
    match detail := code.removeprefix("personal_limit_"):
        case "rule_forbids":  # told by its name alone: which of them it is, nobody said
            return PersonalLimits()
        case "sunday":
            return replace(limits, no_sundays=False)
        case "holiday":
            return replace(limits, no_holidays=False)
        case "band":
            return replace(
                limits, no_work_bands=tuple(one for one in limits.no_work_bands if one != values["band"])
            )
        case limit if limit in LIMIT_FIELDS:
            lifted: dict[str, Any] = {LIMIT_FIELDS[limit]: None}
            return replace(limits, **lifted)
    raise ValueError(f"{OWN_LIMIT} says {detail!r}, of which no limit is known here")


def _with_way(problem: Problem, mode: str, origin: str, destination: str) -> Problem:
    """As if the two places were one: nobody knows how long a way would be that is not there."""
    matrix = problem.travel[TravelMode(mode)].with_free_way(origin, destination)
    return _view(problem, travel={**problem.travel, matrix.mode: matrix})


def _engaged(problem: Problem, worker: Worker, provider_id: str) -> Worker:
    dates = problem.horizon.dates
    paper = Engagement(provider_id, dates[0], dates[-1], EngagementStatus.SIGNED)
    return replace(worker, engagements=(*worker.engagements, paper))


def _open_longer(visit: Visit, by: Ticks) -> Visit:
    """Its last window ends so much later."""
    last = visit.windows[-1]
    return replace(
        visit, windows=(*visit.windows[:-1], TimeWindow(last.earliest, last.latest, last.hard_latest + by))
    )


def _with_stay(
    problem: Problem, worker_id: str, tour: int, change: Callable[[Availability], Availability]
) -> Problem:
    def changed(worker: Worker) -> Worker:
        stays = list(worker.availability)
        stays[tour] = change(stays[tour])
        return replace(worker, availability=tuple(stays))

    return _with_worker(problem, worker_id, changed)


def _free_of(worker: Worker, start: Ticks) -> Worker:
    return replace(worker, other_work=tuple(one for one in worker.other_work if one.start != start))


def _with_worker(problem: Problem, worker_id: str, change: Callable[[Worker], Worker]) -> Problem:
    return _view(
        problem, workers=tuple(change(one) if one.id == worker_id else one for one in problem.workers)
    )


def _with_visit(problem: Problem, visit_id: str, change: Callable[[Visit], Visit]) -> Problem:
    return _view(problem, visits=tuple(change(one) if one.id == visit_id else one for one in problem.visits))


def _view(problem: Problem, **changed: Any) -> Problem:
    """The problem with other parts; what was computed from the old ones is computed again when asked for."""
    joined = problem.__dict__.setdefault(
        "_joined_without", {}
    )  # shared by all views: the rules of a mix are slow to join
    apart = problem.__dict__.setdefault("_apart_without", {})
    view = copy.copy(problem)
    kept = WHOLE.union(RULES, *(names for part, names in OF_PART.items() if part not in changed))
    for name in COMPUTED - kept:
        # Dropped rather than made anew: most questions never ask for them.
        view.__dict__.pop(name, None)
    for name, value in changed.items():
        object.__setattr__(view, name, value)
    if "rule_sets_off" in changed:
        view.__dict__["_joined"] = joined.setdefault(view.rule_sets_off, {})
        view.__dict__["_apart"] = apart.setdefault(view.rule_sets_off, {})
    return view
