"""What stands in the way is true: the slow and plain way agrees, and an obstacle taken away is named no more."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given

from brigade.advice import InTheWay, Obstacle, ObstacleKind
from brigade.plan import Plan
from brigade.problem import Problem
from brigade.units import TimeWindow
from brigade.workforce import Availability
from solver.advice.asking import why_uncovered
from tests.advice import fits, on_many_plans, planned

POSSIBLE = {ObstacleKind.NONE, ObstacleKind.PARTNER}


@on_many_plans
@given(case=planned())
def test_every_worker_has_an_obstacle_and_it_is_true(case: tuple[Problem, Plan]) -> None:
    problem, plan = case
    for left in plan.uncovered:
        told = why_uncovered(problem, plan, left.visit_id)
        assert [one.worker_id for one in told.workers] == [worker.id for worker in problem.workers]
        assert {id for reason in told.summary for id in reason.value("workers")} == set(problem.worker_by_id)
        for one in told.workers:
            possible = fits(problem, plan, left.visit_id, one.worker_id)
            assert possible == (one.first.kind in POSSIBLE), (left.visit_id, one)


@on_many_plans
@given(case=planned())
def test_without_what_would_be_pushed_out_the_visit_fits_and_with_any_of_it_not(case: tuple[Problem, Plan]) -> None:
    problem, plan = case
    for left in plan.uncovered:
        for one in why_uncovered(problem, plan, left.visit_id).workers:
            for busy in (it for it in one.obstacles if it.kind is ObstacleKind.BUSY):
                assert set(busy.pushed_out) <= plan.covered
                assert busy.priority == min(problem.visit_by_id[id].level for id in busy.pushed_out)
                assert fits(problem, plan, left.visit_id, one.worker_id, busy.pushed_out), (left.visit_id, one)
                for stays in busy.pushed_out:
                    fewer = tuple(id for id in busy.pushed_out if id != stays)
                    assert not fits(problem, plan, left.visit_id, one.worker_id, fewer), "nobody is named in vain"


@on_many_plans
@given(case=planned())
def test_an_obstacle_taken_away_is_named_no_more(case: tuple[Problem, Plan]) -> None:
    problem, plan = case
    for left in plan.uncovered:
        for one in why_uncovered(problem, plan, left.visit_id).workers:
            for obstacle in one.obstacles:
                eased = without(problem, left.visit_id, one, obstacle)
                if eased is not None:
                    again = why_uncovered(eased, plan, left.visit_id).of(one.worker_id)
                    assert obstacle not in again.obstacles, (left.visit_id, one, again)
                    possible = fits(eased, plan, left.visit_id, one.worker_id)
                    assert possible == (again.first.kind in POSSIBLE), "then it fits, or the next obstacle is named"


def without(problem: Problem, visit_id: str, one: InTheWay, obstacle: Obstacle) -> Problem | None:
    """The problem with the obstacle removed: the hours it speaks of given, the tie undone, or its rule switched off. None for
    what is no part of the problem (other visits of the plan)."""
    values = dict(obstacle.reason.values)
    if obstacle.kind is ObstacleKind.AWAY:
        return with_hours_there(problem, visit_id, one.worker_id)
    if obstacle.kind is ObstacleKind.PARTNER:
        return without_links(problem, visit_id)
    if obstacle.reason.code == "arrives_too_late":
        return with_later_window(problem, visit_id, round(values["late_min"]))
    if obstacle.reason.code == "back_too_late":
        return with_later_end(problem, one, round(values["late_min"]))
    if obstacle.rule == "LINK":
        return without_links(problem, visit_id)
    if obstacle.kind in (ObstacleKind.RULE, ObstacleKind.TIED) and obstacle.rule is not None:
        return replace(problem, rule_sets_off=problem.rule_sets_off | {obstacle.rule})
    return None


def without_links(problem: Problem, visit_id: str) -> Problem:
    return replace(problem, links=tuple(link for link in problem.links if visit_id not in (link.first, link.second)))


def with_later_window(problem: Problem, visit_id: str, by: int) -> Problem | None:
    visit = problem.visit_by_id[visit_id]
    last = visit.windows[-1]
    longer = TimeWindow(last.earliest, last.latest, last.hard_latest + by)
    if longer.hard_latest > problem.horizon.length:
        return None
    changed = replace(visit, windows=(*visit.windows[:-1], longer))
    return replace(problem, visits=tuple(changed if it.id == visit_id else it for it in problem.visits))


def with_hours_there(problem: Problem, visit_id: str, worker_id: str) -> Problem | None:
    """Hours around the visit's first window for a worker who has none there; None where they work elsewhere then, or where the
    plan's tours would be numbered anew."""
    visit, worker = problem.visit_by_id[visit_id], problem.worker_by_id[worker_id]
    hour = problem.horizon.ticks(60)
    start, end = visit.windows[0].earliest - hour, visit.windows[0].hard_latest + visit.duration + hour
    taken = [(one.start, one.end) for one in worker.other_work]
    last = max((one.hard_end for one in worker.availability), default=-1)
    if start <= last or end > problem.horizon.length or any(one <= end and start <= other for one, other in taken):
        return None
    changed = replace(worker, availability=(*worker.availability, Availability.strict(start, end)))
    return replace(problem, workers=tuple(changed if it.id == worker_id else it for it in problem.workers))


def with_later_end(problem: Problem, one: InTheWay, by: int) -> Problem | None:
    worker = problem.worker_by_id[one.worker_id]
    stays = list(worker.availability)
    tour = one.tour or 0
    stays[tour] = replace(stays[tour], hard_end=stays[tour].hard_end + by)
    if tour + 1 < len(stays) and stays[tour].hard_end > stays[tour + 1].start:
        return None
    changed = replace(worker, availability=tuple(stays))
    return replace(problem, workers=tuple(changed if it.id == worker.id else it for it in problem.workers))
