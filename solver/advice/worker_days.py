"""What a worker's days look like with some visits in them: travel, work, hours left, marking. Plain rules,
one worker."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from brigade.judging.objective import fair_shares, planned_work
from brigade.judging.partial import excerpt
from brigade.law.marking import mark
from brigade.timing.duty_days import hosts_met, minutes_of, monday_of, ticks_of, timeline
from brigade.timing.free_time import own_hours, weekly_work
from brigade.timing.plan_timing import TourKey, retime
from brigade.values.plan import Marking, Plan
from brigade.values.problem import Problem
from brigade.values.workforce import Worker
from brigade.worked.contract_hours import mean_week
from solver.advice.trial_plan import orders_around, pinned_starts


@dataclass(frozen=True, slots=True)
class WorkerMinutes:
    """Minutes of one worker's tours as timed; `hours_left`: see `Candidate`."""

    travel: float
    work: float
    fair: float
    hours_left: float | None
    marking: Marking | None


def days_of(
    problem: Problem, plan: Plan, orders: Mapping[TourKey, Sequence[str]], worker_id: str, visit_id: str
) -> WorkerMinutes:
    """The worker's days in `orders`. Args: plan: as told before, for pins and markings. visit_id: whose day,
    week and marking are meant."""
    problem = problem.driven(plan.drives)
    worker = problem.worker_by_id[worker_id]
    # With the tours tied to hers: alone, her visits would not wait for anybody.
    timed = retime(
        problem, orders_around(problem, orders, [worker_id]), fixed_starts=pinned_starts(plan)
    ).plan
    own = Plan(timed.routes_of(worker_id))
    marked = mark(excerpt(problem, {worker_id}), own, plan).stop_of(visit_id)
    return WorkerMinutes(
        travel=float(minutes_of(problem, own.travel)),
        work=float(minutes_of(problem, planned_work(problem, own, worker))),
        fair=float(minutes_of(problem, fair_shares(problem)[worker_id])),
        hours_left=_hours_left(problem, own, worker, visit_id),
        marking=marked[1].marking if marked else None,
    )


def _hours_left(problem: Problem, own: Plan, worker: Worker, visit_id: str) -> float | None:
    """Contract hours less her own employer's work of the visit's ISO week, negative beyond the contract; else
    the weekly limit less the work for all."""
    found = own.stop_of(visit_id)
    if found is None:
        return None
    days = timeline(problem, own, worker)
    monday = monday_of(found[0].day)
    week = [day for day in days if monday_of(day.day) == monday]
    held = mean_week(worker.contract, problem.rules_for(worker))
    if held is not None:
        return float(minutes_of(problem, held - own_hours(problem, worker, week)))
    limit = problem.rules_for(worker, hosts_met(week)).get("MAX_WEEK_WORK")
    if limit is None:
        return None
    work = weekly_work(problem, worker, days).get(monday, 0)
    return float(minutes_of(problem, ticks_of(problem, limit) - work))
