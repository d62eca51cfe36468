"""How much effort a search may take, and what it tells while it runs."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SearchSettings:
    """`time_limit_s`: wall clock. `iterations`: a work limit instead of the clock: same problem, seed and
    work, same plan. `threads`: with two, the bound is sought beside the plan. `prove`: seek a bound at
    all."""

    time_limit_s: float | None = 10.0
    seed: int = 1
    iterations: int | None = None
    threads: int = 2
    prove: bool = True


@dataclass(frozen=True, slots=True)
class Progress:
    """The best plan so far: costs in cost units, `bound` None until one is proven."""

    elapsed_s: float
    objective: int
    bound: int | None
    covered: int
    iterations: int
