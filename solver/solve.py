"""From Problem to Outcome: the whole flow, each arrow one function."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace

from brigade.judging.checker import certify
from brigade.judging.objective import breakdown
from brigade.values.plan import Plan, Status, UncoveredVisit
from brigade.values.problem import Problem
from solver.engines.portfolio import Solution, search
from solver.explain import ExplanationBudget, reasons, telling_effort
from solver.model.decode import decode
from solver.model.fixed_part import from_now_on, told_too_late, too_late
from solver.model.model import Model, build_model
from solver.model.outcome import SolveOutcome
from solver.model.search_clock import SearchClock
from solver.model.search_settings import Progress, SearchSettings
from solver.proof import proof_of, with_gap
from solver.reserve import plain_part, with_reserve

__all__ = ["Progress", "SearchSettings", "SolveOutcome", "solve"]


def solve(
    problem: Problem,
    settings: SearchSettings | None = None,
    *,
    start: Plan | None = None,
    on_progress: Callable[[Progress], None] | None = None,
    stop: threading.Event | None = None,
) -> SolveOutcome:
    """Search for the best replacement plan in the time or work given, staying close to `start` when there is
    one, and keeping a reserve where the policy asks for one.

    Setting `stop` ends the search soon; the best plan so far is returned. Every plan returned has passed the
    checker.
    Raises: BrokenPromise, when the checker finds a violation: our bug, never the user's.
    """
    settings = settings or SearchSettings()
    telling = None if on_progress is None else lambda told: on_progress(with_gap(problem, told))
    reserve = problem.policy.reserve
    effort = settings if reserve is None else plain_part(settings)
    clock = SearchClock(effort, stop, telling)
    asked, start = from_now_on(problem, start)
    model = build_model(asked, start)  # Problem -> Model
    solution = search(model, effort, clock, start)  # Model -> Solution
    plan = decode(model, solution.orders, solution.starts, start, clock)  # Solution -> Plan
    kept = None
    if reserve is not None and not clock.is_stopped:
        kept = with_reserve(problem, reserve, model, plan, settings, start, stop)
        plan = kept.plan
    plan = replace(
        plan, uncovered=_with_reasons(problem, model, plan, telling_effort(clock, settings)), waivers=()
    )
    certify(problem, plan)
    costs = breakdown(problem, plan, start)
    if kept is not None and kept.report.is_kept:
        # The search proved its own plan the best, not this one.
        solution = replace(solution, objective=max(solution.objective, costs.total))
    proof = proof_of(problem, plan, costs, solution)
    status = _status(problem, plan, solution)
    return SolveOutcome(
        status,
        None if status in (Status.INFEASIBLE, Status.UNKNOWN) else plan,
        proof,
        costs,
        settings,
        clock.elapsed_s,
        _worth(model, solution),
        solution.effort,
        None if kept is None else kept.report.sentence(problem),
    )


def _with_reasons(
    problem: Problem, model: Model, plan: Plan, effort: ExplanationBudget
) -> tuple[UncoveredVisit, ...]:
    """Nobody is asked about visits none of whose hours are left."""
    why = {one.visit_id: one for one in reasons(model, plan, effort, too_late(problem, problem.now))}
    return told_too_late(problem, (why.get(one.visit_id, one) for one in plan.uncovered))


def _worth(model: Model, solution: Solution) -> dict[str, int]:
    """By worker, the best of the tours."""
    worth: dict[str, int] = {}
    for tour, value in solution.worth.items():
        worker = model.tours[tour].worker.id
        worth[worker] = max(value, worth.get(worker, 0))
    return worth


def _status(problem: Problem, plan: Plan, solution: Solution) -> Status:
    """A strict problem has no plan without its mandatory visits: refused when that is proven, unknown until
    then."""
    lacks_mandatory = any(problem.visit_by_id[left.visit_id].mandatory for left in plan.uncovered)
    if problem.policy.strict and lacks_mandatory:
        return Status.INFEASIBLE if solution.proves_mandatory_left_out else Status.UNKNOWN
    return Status.OPTIMAL if solution.is_optimal else Status.FEASIBLE
