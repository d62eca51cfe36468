"""Tiny days proven: every plan that could still be better is looked at, with all rules and prices.

Pricing and the day entire leave out breaks, limits of days, equity; on a day of some seven visits nothing
need be left out. Land & Doig (1960), Econometrica 28(3): branch on what each visit does, cut by what is
decided.
"""

from __future__ import annotations

import numpy as np

from solver.engines.annealing import Annealing
from solver.kernel.arrays import Ints
from solver.kernel.local_search import Search
from solver.model.model import Model

MOST_VISITS = 12
MOST_SITES = 60
MOST_NODES = 400_000
"""Decisions looked at before this is given up: some tenths of a second."""
WARM_UP = 2000
"""Iterations of local search first: the better the plan known, the sooner branches are cut."""


def is_tiny(model: Model) -> bool:
    """Whether every order may be looked at, or there is only one plan."""
    a = model.arrays
    return not a.pairs.any() or (len(a.visits) <= MOST_VISITS and len(a.travel[0]) <= MOST_SITES)


def is_told_by_orders(model: Model) -> bool:
    """Whether orders alone tell a plan, so that the best of all orders is the best plan. They do not where
    waiting for somebody can be a break (docs/design.md, section 2)."""
    a = model.arrays
    return not a.pairs.any() or bool(a.scalars["steady"]) or not a.scalars["timed_links"]


def has_usual_hours(model: Model) -> bool:
    """Whether stops are brought nearer to their usual hours once the orders are found: then the cheapest
    order need not give the cheapest plan."""
    a = model.arrays
    return bool(a.pairs.any() and a.weights["usual_hour"])


def search_all(model: Model, engine: Search, heat: float) -> bool:
    """Whether every order that could be cheaper was looked at; the best plan of `engine` may get better by
    this. A plan that needs several visits at once, none of them lawful alone, is found here."""
    a = model.arrays
    Annealing(model, engine).run_iterations(WARM_UP, heat)
    # By penalty, then by hour: what is dear to leave out is decided first, so that branches are cut early.
    sequence = np.lexsort((a.visits["opens"], -a.visits["penalty"]))
    return engine.enumerate(model.shortest_travel, _least_roads(a.leg_cost), sequence.tolist(), MOST_NODES)


def _least_roads(leg_cost: Ints) -> Ints:
    """Least cost between sites by profile, detours allowed; nowhere, the last row and column, is no place to
    go through."""
    least = leg_cost.copy()
    for via in range(least.shape[1] - 1 if least.shape[1] <= MOST_SITES else 0):
        np.minimum(least, least[:, :, [via]] + least[:, [via], :], out=least)
    return least
