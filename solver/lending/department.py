"""A department solved as one, decomposed by basin: every basin by itself, then a search over what they leave
and whoever may be lent for it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

from brigade.changes.answers import Candidate
from brigade.changes.help.lending import LendingAgreement, LentStop, ProposedLending
from brigade.judging.coverage_levels import points_of, uncovered_by_level
from brigade.values.plan import Plan
from brigade.values.problem import Problem
from solver.advice import candidates
from solver.lending.joint_day import JointDay, joint_day, ticks_of_travel
from solver.lending.planned_basin import PlannedBasin, refuse_apart
from solver.model.outcome import SolveOutcome
from solver.model.search_settings import SearchSettings

BASINS_SHARE, LENDING_SHARE = 0.5, 0.15
"""Of the time: for the basins, and for what they leave; the rest goes into models, reasons and travel between
basins."""


SolveFunction = Callable[..., SolveOutcome]
"""`solver.solve.solve`, which stands on all folders."""


@dataclass(frozen=True)
class DepartmentPlan:
    """`days`: each basin with its own plan. `lendings`: what neighbours could be asked, by lender and worker.
    `joint`, `with_lent`: the problem and the plan in which everybody can check them; None: nobody could be
    lent for anything. `uncovered`, `uncovered_with_lent`: visits left by level 0 to 4, without and with
    them; `points`: those of what they take over."""

    days: tuple[PlannedBasin, ...]
    outcomes: tuple[SolveOutcome, ...]
    lendings: tuple[ProposedLending, ...]
    joint: Problem | None
    with_lent: Plan | None
    uncovered: tuple[int, ...]
    uncovered_with_lent: tuple[int, ...]
    points: int

    @property
    def names(self) -> dict[str, str]:
        """Of basins, by id."""
        return {day.id: day.problem.basin.name for day in self.days}


def solve_department(
    problems: Sequence[Problem],
    agreements: Sequence[LendingAgreement],
    settings: SearchSettings,
    solve: SolveFunction,
    *,
    stop: threading.Event | None = None,
) -> DepartmentPlan:
    """Args: settings: of all of it: time and work are shared out, basins by their visits.

    Raises: InvalidProblem, when the basins are not of the same days, or an agreement names nobody.
    """
    refuse_apart([PlannedBasin(one, Plan(())) for one in problems], agreements)
    total = max(1, sum(len(one.requests) for one in problems))
    lanes = max(1, min(settings.threads, len(problems)))

    def one(problem: Problem) -> SolveOutcome:
        share = len(problem.requests) / total
        return solve(problem, shared(settings, BASINS_SHARE * share, lanes), stop=stop)

    # The largest first: the last to end then is a short one.
    order = sorted(range(len(problems)), key=lambda number: -len(problems[number].requests))
    with ThreadPoolExecutor(lanes) as lane:
        found = dict(zip(order, lane.map(one, [problems[number] for number in order]), strict=True))
    outcomes = tuple(found[number] for number in range(len(problems)))
    days = tuple(
        PlannedBasin(problem, outcome.plan or Plan(()))
        for problem, outcome in zip(problems, outcomes, strict=True)
    )
    return lend(days, outcomes, agreements, shared(settings, LENDING_SHARE, 1), solve, stop)


def shared(settings: SearchSettings, share: float, lanes: int) -> SearchSettings:
    """A share of the whole on one thread, where so many go side by side."""
    time, work = settings.time_limit_s, settings.iterations
    return replace(
        settings,
        time_limit_s=None if time is None else max(0.5, lanes * share * time),
        iterations=None if work is None else max(1, round(share * work)),
        threads=1,
    )


def lend(
    days: Sequence[PlannedBasin],
    outcomes: tuple[SolveOutcome, ...],
    agreements: Sequence[LendingAgreement],
    settings: SearchSettings,
    solve: SolveFunction,
    stop: threading.Event | None = None,
) -> DepartmentPlan:
    """What neighbours could be asked beside the plans that basins have."""
    left = _added(uncovered_by_level(day.problem, day.plan) for day in days)
    joint = joint_day(days, agreements)
    with_lent = None
    if joint is not None:
        with_lent = solve(joint.problem, settings, start=joint.plan, stop=stop).plan
    if joint is None or with_lent is None:
        return DepartmentPlan(tuple(days), outcomes, (), None, None, left, left, 0)
    lendings = lendings_of(joint, with_lent, agreements)
    taken = [
        joint.problem.visit_by_id[stop.visit_id]
        for route in with_lent.routes
        for stop in route.stops
        if stop.visit_id not in joint.plan.pinned
    ]
    fewer = [sum(one.level == level for one in taken) for level in range(len(left))]
    after = tuple(before - less for before, less in zip(left, fewer, strict=True))
    points = sum(points_of(joint.problem, one) for one in taken)
    return DepartmentPlan(tuple(days), outcomes, lendings, joint.problem, with_lent, left, after, points)


def _added(rows: Iterable[Sequence[int]]) -> tuple[int, ...]:
    """Level by level."""
    return tuple(sum(level) for level in zip(*rows, strict=True))


def lendings_of(
    joint: JointDay, plan: Plan, agreements: Sequence[LendingAgreement]
) -> tuple[ProposedLending, ...]:
    """By lender, worker and borrower."""
    found: dict[tuple[str, str, str], list[LentStop]] = {}
    for route in plan.routes:
        lender, worker = joint.basin_of[route.worker_id]
        for stop in route.stops:
            if stop.visit_id not in joint.plan.pinned:
                borrower, visit = joint.basin_of[stop.visit_id]
                lent = LentStop(visit, route.tour, stop.arrival, stop.start, stop.end)
                found.setdefault((lender, worker, borrower), []).append(lent)
    return tuple(
        ProposedLending(
            worker_id=worker,
            lender=lender,
            borrower=borrower,
            stops=tuple(sorted(stops, key=lambda one: one.start)),
            travel=_more_travel(joint, plan, f"{lender}:{worker}"),
            paid_by=next(
                one.paid_by
                for one in agreements
                if (one.lender, one.borrower) == (lender, borrower) and one.lends(worker)
            ),
        )
        for (lender, worker, borrower), stops in sorted(found.items())
    )


def _more_travel(joint: JointDay, plan: Plan, worker_id: str) -> int:
    before = ticks_of_travel(joint.plan.routes_of(worker_id))
    return ticks_of_travel(plan.routes_of(worker_id)) - before


def lenders_for(
    days: Sequence[PlannedBasin], agreements: Sequence[LendingAgreement], borrower: str, visit_id: str
) -> tuple[tuple[str, Candidate], ...]:
    """Who of the neighbours could take one visit that its own basin leaves, with the basin that would lend
    her: ranked by what it costs, each checked by every rule over both days. After what the own basin can do:
    a visit that its plan covers is none."""
    joint = joint_day(days, agreements, frozenset({f"{borrower}:{visit_id}"}))
    if joint is None or f"{borrower}:{visit_id}" not in joint.problem.request_by_visit:
        return ()
    ranked = candidates(joint.problem, joint.plan, f"{borrower}:{visit_id}").ranked
    return tuple((joint.basin_of[one.worker_id][0], one) for one in ranked)
