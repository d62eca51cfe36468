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
    """The best plan so far: costs in cost units, `bound` None until one is proven.

    What a better one could be better by, once that is known: `open_visits` more of `open_level` (0 mandatory,
    1 to 4 as priorities) at the most; where no level is open, `gap`, a share of the soft costs.
    """

    elapsed_s: float
    objective: int
    bound: int | None
    covered: int
    iterations: int
    open_level: int | None = None
    open_visits: int | None = None
    gap: float | None = None
