"""What the bound leaves out, said with every bound: the rules and prices that pricing does not know
(kernel/pricing/pricing.c)."""

from __future__ import annotations

from solver.kernel.arrays import (
    FAR,
    Arrays,
)
from solver.kernel.structs import MEAL
from solver.model.model import Model


def relaxed_rules(model: Model, *, knows_meals: bool = True) -> tuple[str, ...]:
    """Names of what binds in this problem and the bound leaves out; empty: it leaves nothing out. Args:
    knows_meals: as pricing
    does those that a tour owes whatever its hosts."""
    a = model.arrays
    weights = {name: int(a.weights[name]) for name in _PRICES}
    found = [name for name, weight in weights.items() if weight]
    binding = {
        "REST_BREAK": bool((a.breaks["stretch"] < FAR).any()),
        "MEAL_BREAK": bool((a.breaks["meal"][:, 1:] > 0).any()) and not (knows_meals and _meals_are_alike(a)),
        "AVAILABILITY": bool((a.breaks["own_meal"][:, 1:] > 0).any())
        and not (knows_meals and _meals_are_owed(a)),
        **{rule: any(_ties(a, row) for row in rows) for rule, rows in _tied_rows(model).items()},
        "VEHICLES": bool((a.tours["vehicle"] >= 0).any()),
        "DAY_LIMITS": bool((a.day_limits < FAR).any()) or len(a.longer) > 0,
        "DAYS_OF_A_WORKER": _days_bind(a),
        "lateness": bool(a.weights["lateness"]) and late_before_another_window(a),
    }
    return tuple([name for name, binds in binding.items() if binds] + found)


def _tied_rows(model: Model) -> dict[str, list[int]]:
    """By the rule that holds its links, the rows of the visits that they name."""
    found: dict[str, list[int]] = {"LINK": [], "SHADOWING": [], "WORK_BLOCKS": []}
    for link in model.problem.links:
        found[link.rule] += [model.visit_row[id] for id in (link.first, link.second) if id in model.visit_row]
    return found


def _ties(a: Arrays, visit: int) -> bool:
    """Whether a link speaks of when the visit begins, or of who does it."""
    links = a.links_of(visit)
    return bool(len(links) and ((links["timed"] > 0) | (links["worker"] > 0)).any())


def _meals_are_alike(a: Arrays) -> bool:
    """Pricing knows the meal break that a tour owes whatever its hosts."""
    meals = a.breaks[list(MEAL)][:, 1:]
    return bool((meals == meals[:, :1]).all())


def _meals_are_owed(a: Arrays) -> bool:
    """Pricing knows a meal that a tour owes whatever its hosts; one only wished, or only under some, it
    leaves out."""
    asked = (a.breaks["own_meal"][:, 1:] > 0) & (a.breaks["own_meal_required"][:, 1:] > 0)
    return bool((asked.all(axis=1) | ~(a.breaks["own_meal"][:, 1:] > 0).any(axis=1)).all())


def _days_bind(a: Arrays) -> bool:
    rows = (a.totals, a.rests, a.free_days)
    limits = (a.in_a_row, a.nights_in_a_row, a.night_rest["over"], a.night_rest["over_night"])
    return (
        bool((a.rest > 0).any()) or any(map(len, rows)) or any(bool((limit < FAR).any()) for limit in limits)
    )


def late_before_another_window(a: Arrays) -> bool:
    """Whether a start may be late in a window that is not its visit's last: pricing then asks nothing for
    it."""
    is_late = a.windows["hard_latest"] > a.windows["latest"]
    is_late[a.visits["end_window"] - 1] = False
    return bool(is_late.any())


_PRICES = (
    "waiting",
    "workload_balance",
    "interruption",
    "equity_workers",
    "equity_providers",
    "max_idle",
    "max_lateness",
    "max_waiting",
    "missed_meal",
    "moved_start",
    "moved_visit",
    "usual_hour",
    "path_essential",
    "path_hours",
    "path_clients",
)
