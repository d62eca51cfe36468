"""What the bound leaves out, said with every bound: the rules and prices that pricing does not know
(kernel/pricing.c)."""

from __future__ import annotations

from solver.kernel.arrays import (
    B_MEAL,
    B_MEAL_TO,
    B_OWN,
    B_OWN_REQUIRED,
    B_STRETCH,
    C_BALANCE,
    C_EQUITY,
    C_GAP,
    C_LATE,
    C_MAX_IDLE,
    C_MAX_LATE,
    C_MAX_WAIT,
    C_MOVED,
    C_MOVED_VISIT,
    C_NO_MEAL,
    C_PROVIDER,
    C_WAIT,
    FAR,
    L_TIMED,
    L_WORKER,
    R_OVER,
    R_OVER_NIGHT,
    V_WIN1,
    Arrays,
)
from solver.model.model import Model


def relaxed_rules(model: Model, *, knows_meals: bool = True) -> tuple[str, ...]:
    """Names of what binds in this problem and the bound leaves out; empty: it leaves nothing out. Args:
    knows_meals: as pricing
    does those that a tour owes whatever its hosts."""
    a = model.arrays
    weights = {name: int(a.weights[row]) for name, row in _PRICES.items()}
    found = [name for name, weight in weights.items() if weight]
    binding = {
        "REST_BREAK": bool((a.breaks[:, :, B_STRETCH] < FAR).any()),
        "MEAL_BREAK": bool((a.breaks[:, 1:, B_MEAL] > 0).any()) and not (knows_meals and _meals_are_alike(a)),
        "AVAILABILITY": bool((a.breaks[:, 1:, B_OWN] > 0).any()) and not (knows_meals and _meals_are_owed(a)),
        "LINK": bool(len(a.links) and (a.links[:, [L_TIMED, L_WORKER]] > 0).any()),
        "DAY_LIMITS": bool((a.day_limits < FAR).any()) or len(a.longer) > 0,
        "DAYS_OF_A_WORKER": _days_bind(a),
        "lateness": bool(a.weights[C_LATE]) and _late_before_another_window(a),
    }
    return tuple([name for name, binds in binding.items() if binds] + found)


def _meals_are_alike(a: Arrays) -> bool:
    """Pricing knows the meal break that a tour owes whatever its hosts."""
    meals = a.breaks[:, 1:, B_MEAL : B_MEAL_TO + 1]
    return bool((meals == meals[:, :1]).all())


def _meals_are_owed(a: Arrays) -> bool:
    """Pricing knows a meal that a tour owes whatever its hosts; one only wished, or only under some, it
    leaves out."""
    asked = (a.breaks[:, 1:, B_OWN] > 0) & (a.breaks[:, 1:, B_OWN_REQUIRED] > 0)
    return bool((asked.all(axis=1) | ~(a.breaks[:, 1:, B_OWN] > 0).any(axis=1)).all())


def _days_bind(a: Arrays) -> bool:
    rows = (a.totals, a.rests, a.free_days)
    limits = (a.in_a_row, a.nights_in_a_row, a.night_rest[:, :, R_OVER], a.night_rest[:, :, R_OVER_NIGHT])
    return (
        bool((a.rest > 0).any()) or any(map(len, rows)) or any(bool((limit < FAR).any()) for limit in limits)
    )


def _late_before_another_window(a: Arrays) -> bool:
    """A start may be late in a window that is not its visit's last: pricing then asks nothing for it."""
    is_late = a.windows[:, 2] > a.windows[:, 1]
    is_late[a.visits[:, V_WIN1] - 1] = False
    return bool(is_late.any())


_PRICES = {
    "waiting": C_WAIT,
    "workload_balance": C_BALANCE,
    "interruption": C_GAP,
    "equity_workers": C_EQUITY,
    "equity_providers": C_PROVIDER,
    "max_idle": C_MAX_IDLE,
    "max_lateness": C_MAX_LATE,
    "max_waiting": C_MAX_WAIT,
    "missed_meal": C_NO_MEAL,
    "moved_start": C_MOVED,
    "moved_visit": C_MOVED_VISIT,
}
