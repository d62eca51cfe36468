"""What a search answers: the plan, what is proven of it, and why visits stay uncovered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from brigade.judging.objective import CostBreakdown
from brigade.values.plan import Plan, Proof, Reason, Status
from solver.model.search_settings import SearchSettings


@dataclass(frozen=True, slots=True)
class SolveOutcome:
    """`status` is OPTIMAL only when the bound meets the objective; INFEASIBLE only for strict problems that
    must leave a mandatory visit out; UNKNOWN when the time ran out before a strict problem had a plan. `plan`
    is None in both.

    `worth`: by worker, what one more like him could save at the most, in cost units, by dual prices: they
    only rank whom to try (`solver.worker_value`). `effort`: iterations, columns and seconds by engine, for
    reports and benchmarks. `reserve`: what is said of the room kept for what may still come in; None: no
    policy asked for it.
    """

    status: Status
    plan: Plan | None
    proof: Proof | None
    breakdown: CostBreakdown | None
    settings: SearchSettings
    elapsed_s: float
    worth: Mapping[str, int]
    effort: Mapping[str, float]
    reserve: Reason | None = None
