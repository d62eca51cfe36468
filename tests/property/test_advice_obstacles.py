"""What stands in the way is true, enough and needed: carried out, the worker can come; one thing less, she
cannot.

The carrying out here is the tests' own, by what a coordinator would do; whether a visit then fits is tried on
paper, position by position (`tests.advice.fits`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from itertools import pairwise

from hypothesis import given

from brigade.changes.answers import Obstacle, ObstacleKind, ObstacleSet
from brigade.units import TimeWindow
from brigade.values.demand import Visit
from brigade.values.places import TravelMode
from brigade.values.plan import Plan, Reason
from brigade.values.problem import Problem
from brigade.values.workforce import Availability, Engagement, PersonalLimits, Worker
from solver.advice.explanations import why_uncovered
from tests.advice import fits, on_many_plans, planned
from tests.builders import travel_between

POSSIBLE = {ObstacleKind.NONE, ObstacleKind.PARTNER}
OF_THE_PLAN = {ObstacleKind.BUSY, ObstacleKind.PARTNER, ObstacleKind.NONE}


@on_many_plans
@given(case=planned())
def test_whoever_has_no_obstacle_of_her_own_can_come_and_nobody_else(case: tuple[Problem, Plan]) -> None:
    problem, plan = case
    for left in plan.uncovered:
        told = why_uncovered(problem, plan, left.visit_id)
        assert [one.worker_id for one in told.workers] == [worker.id for worker in problem.workers]
        named = {id for reason in told.summary for id in dict(reason.values).get("workers", ())}
        assert named == set(problem.worker_by_id)
        for one in told.workers:
            possible = fits(problem, plan, left.visit_id, one.worker_id)
            assert possible == (one.first.kind in POSSIBLE), (left.visit_id, one)


@on_many_plans
@given(case=planned())
def test_obstacles_carried_out_let_the_worker_come_and_none_of_them_can_stay(
    case: tuple[Problem, Plan],
) -> None:
    problem, plan = case
    for left in plan.uncovered:
        for one in why_uncovered(problem, plan, left.visit_id).workers:
            own = [it for it in one.obstacles if it.kind not in POSSIBLE]
            if can_be_carried_out(problem, left.visit_id, one):
                assert comes(problem, plan, left.visit_id, one, own), (left.visit_id, one)
                for spared in own:
                    others = [
                        it for it in own if it != spared and (it.rule is None or it.rule != spared.rule)
                    ]
                    assert not comes(problem, plan, left.visit_id, one, others), (left.visit_id, one, spared)


@on_many_plans
@given(case=planned())
def test_of_what_would_be_pushed_out_nothing_is_named_in_vain(case: tuple[Problem, Plan]) -> None:
    problem, plan = case
    for left in plan.uncovered:
        for one in why_uncovered(problem, plan, left.visit_id).workers:
            for busy in (it for it in one.obstacles if it.pushed_out):
                assert set(busy.pushed_out) <= plan.covered
                assert busy.priority == min(problem.visit_by_id[id].level for id in busy.pushed_out)
                if can_be_carried_out(problem, left.visit_id, one):
                    others = [it for it in one.obstacles if it is not busy]
                    eased = carried_out(problem, left.visit_id, one, others)
                    assert fits(eased, plan, left.visit_id, one.worker_id, busy.pushed_out), (
                        left.visit_id,
                        one,
                    )
                    for stays in busy.pushed_out:
                        fewer = tuple(id for id in busy.pushed_out if id not in whole_with(problem, stays))
                        assert not fits(eased, plan, left.visit_id, one.worker_id, fewer), (
                            "nobody is named in vain"
                        )


def whole_with(problem: Problem, visit_id: str) -> set[str]:
    """The visit and those without which it cannot stay."""
    found, ties = {visit_id}, [{link.first, link.second} for link in problem.links if link.together]
    while more := {id for tie in ties if tie & found for id in tie} - found:
        found |= more
    return found


# -- carrying out ------------------------------------------------------------------------------------------
def comes(
    problem: Problem, plan: Plan, visit_id: str, one: ObstacleSet, obstacles: Iterable[Obstacle]
) -> bool:
    """Whether the visit fits into the worker's tours once these obstacles are out of the way."""
    gone = [id for it in obstacles if it.kind is ObstacleKind.BUSY for id in it.pushed_out]
    return fits(carried_out(problem, visit_id, one, obstacles), plan, visit_id, one.worker_id, gone)


def can_be_carried_out(problem: Problem, visit_id: str, one: ObstacleSet) -> bool:
    """Not a day that stands by waiver, nor hours that would give the plan's tours other numbers or lie beyond
    the days."""
    if any(it.reason.code in ("stands_by_waiver", "rule_forbids") for it in one.obstacles):
        return False
    changed = carried_out(problem, visit_id, one, one.obstacles)
    worker = changed.worker_by_id[one.worker_id]
    if any(it.kind is ObstacleKind.AWAY for it in one.obstacles):
        old = problem.worker_by_id[one.worker_id].availability
        return worker.availability[:-1] == old and is_free(problem, worker)
    last = max(window.hard_latest for window in changed.visit_by_id[visit_id].windows)
    return last <= problem.horizon.length and is_free(problem, worker)


def is_free(problem: Problem, worker: Worker) -> bool:
    """Its availabilities neither overlap each other nor work elsewhere, and lie in the horizon."""
    stays = worker.availability
    apart = all(before.hard_end <= after.start for before, after in pairwise(stays))
    clear = all(
        it.hard_end <= away.start or away.end <= it.start for it in stays for away in worker.other_work
    )
    return apart and clear and (not stays or stays[0].start >= 0)


def carried_out(problem: Problem, visit_id: str, one: ObstacleSet, obstacles: Iterable[Obstacle]) -> Problem:
    """The problem with these obstacles removed as a coordinator would: hours given, a paper signed, a tie
    undone, a rule waived. Unchecked: some of it lies beyond the horizon."""
    for it in sorted(obstacles, key=lambda it: it.kind is not ObstacleKind.AWAY):
        problem = without(problem, visit_id, one, it)
    return problem


def with_way(problem: Problem, mode: str, origin: str, destination: str) -> Problem:
    """The places as near each other as the one itself."""
    known = problem.travel[TravelMode(mode)]
    ticks = known.ticks.copy()
    ticks[known.site_ids.index(origin), known.site_ids.index(destination)] = 0
    return changed(problem, travel={**problem.travel, known.mode: replace(known, ticks=ticks)})


def without(problem: Problem, visit_id: str, one: ObstacleSet, obstacle: Obstacle) -> Problem:
    reason, dates = obstacle.reason, problem.horizon.dates
    if obstacle.kind in OF_THE_PLAN:
        return problem
    if obstacle.kind is ObstacleKind.AWAY:
        return with_hours_there(problem, visit_id, one.worker_id)
    if obstacle.kind is ObstacleKind.TIED:
        return changed(
            problem, links=tuple(it for it in problem.links if visit_id not in (it.first, it.second))
        )
    worker = problem.worker_by_id[one.worker_id]
    match reason.code:
        case "lacks_competency":
            return with_worker(
                problem, replace(worker, competencies=worker.competencies | {reason.value("missing")})
            )
        case "not_engaged":
            paper = Engagement(reason.value("provider"), dates[0], dates[-1])
            return with_worker(problem, replace(worker, engagements=(*worker.engagements, paper)))
        case "no_way":
            return with_way(problem, *(reason.value(end) for end in ("mode", "origin", "destination")))
        case "forbidden":
            visit = problem.visit_by_id[visit_id]
            return with_visit(
                problem, replace(visit, forbidden_workers=visit.forbidden_workers - {worker.id})
            )
        case "arrives_too_late":
            return with_visit(problem, open_longer(problem.visit_by_id[visit_id], late(problem, reason)))
        case "delays_visit":
            return with_visit(
                problem, open_longer(problem.visit_by_id[reason.value("visit")], late(problem, reason))
            )
        case "back_too_late":
            return with_worker(problem, with_longer_day(worker, one.tour, late(problem, reason)))
        case "availability_other_work":
            kept = tuple(it for it in worker.other_work if it.start != reason.value("from_at"))
            return with_worker(problem, replace(worker, other_work=kept))
    if obstacle.rule == "PERSONAL_LIMIT":
        return with_worker(problem, replace(worker, limits=asked_less(worker.limits, reason)))
    assert obstacle.rule is not None, obstacle
    return changed(problem, rule_sets_off=problem.rule_sets_off | {obstacle.rule})


def asked_less(limits: PersonalLimits, reason: Reason) -> PersonalLimits:
    """What she asks for, but for the one thing that the reason speaks of."""
    match reason.code:
        case "personal_limit_sunday":
            return replace(limits, no_sundays=False)
        case "personal_limit_holiday":
            return replace(limits, no_holidays=False)
        case "personal_limit_band":
            return replace(
                limits, no_work_bands=tuple(it for it in limits.no_work_bands if it != reason.value("band"))
            )
        case "personal_limit_daily_work":
            return replace(limits, max_daily_work=None)
        case "personal_limit_shorter_day":
            return replace(limits, daily_reduction=None)
        case "personal_limit_span":
            return replace(limits, max_span=None)
        case "personal_limit_rest":
            return replace(limits, daily_rest=None)
        case "personal_limit_week_work":
            return replace(limits, max_week_work=None)
        case "personal_limit_days":
            return replace(limits, max_days_per_week=None)
    assert reason.code == "personal_limit_days_off", reason
    return replace(limits, rest_days_in_row=None)


def late(problem: Problem, reason: Reason) -> int:
    return problem.horizon.ticks(reason.value("late_min"))


def open_longer(visit: Visit, by: int) -> Visit:
    last = visit.windows[-1]
    return replace(
        visit, windows=(*visit.windows[:-1], TimeWindow(last.earliest, last.latest, last.hard_latest + by))
    )


def with_longer_day(worker: Worker, tour: int | None, by: int) -> Worker:
    """Where somebody who was away comes, the hours that are given to her are the last ones; whoever stays
    away altogether has none to lengthen."""
    stays = list(worker.availability)
    if not stays:
        return worker
    number = len(stays) - 1 if tour is None else tour
    stays[number] = replace(stays[number], hard_end=stays[number].hard_end + by)
    return replace(worker, availability=tuple(stays))


def with_hours_there(problem: Problem, visit_id: str, worker_id: str) -> Problem:
    """Hours around the visit's first window, with an hour and a half for each way, and more where it takes
    more."""
    visit, worker = problem.visit_by_id[visit_id], problem.worker_by_id[worker_id]
    site = problem.place_of(visit, worker)
    ways = ((worker.start_site, site), (site, worker.end_site))
    leg = max(problem.horizon.ticks(90), *(travel_between(problem, worker, *way)[0] for way in ways))
    window = visit.windows[0]
    hours = Availability.strict(window.earliest - leg, window.hard_latest + visit.duration + leg)
    stays = sorted((*worker.availability, hours), key=lambda it: it.start)
    return with_worker(problem, replace(worker, availability=tuple(stays)))


def with_worker(problem: Problem, worker: Worker) -> Problem:
    return changed(problem, workers=tuple(worker if it.id == worker.id else it for it in problem.workers))


def with_visit(problem: Problem, visit: Visit) -> Problem:
    return changed(problem, visits=tuple(visit if it.id == visit.id else it for it in problem.visits))


def changed(problem: Problem, **parts: object) -> Problem:
    """The same problem with other parts, built anew but for the validation that hours beyond the horizon
    would not pass."""
    built = object.__new__(Problem)
    for name in Problem.__dataclass_fields__:
        object.__setattr__(built, name, parts.get(name, getattr(problem, name)))
    return built
