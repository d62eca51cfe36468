"""The exact choice among columns: which route each tour drives, by CP-SAT.

Only columns whose reduced cost is within the gap can be part of a better plan than the incumbent.
"""

from __future__ import annotations

from collections.abc import Callable

from ortools.sat.python import cp_model

from solver.engines.column_generation.columns import Column, ColumnGeneration
from solver.engines.cpsat import run, solver_for
from solver.kernel.local_search import Orders

MOST_COLUMNS = 2000
"""With more, dives find better plans in the same time."""


def choose_among(
    generation: ColumnGeneration,
    orders: Orders,
    objective: int,
    limit_s: float,
    seed: int,
    is_over: Callable[[], bool],
) -> dict[int, tuple[int, ...]]:
    """Routes by tour that cost least together with the visits left out (as pricing sees costs); empty when
    none was found in time or too many columns are within the gap. A visit may be in two of them: the caller
    keeps it in one.

    Args: orders, objective: the plan at hand, where the search starts.
    """
    gap = objective - generation.bound
    columns = sorted(column for column in generation.columns if generation.reduced_cost(column) <= gap)
    if not 0 < len(columns) <= MOST_COLUMNS or limit_s <= 0:
        return {}
    model, chosen, left = _model(generation, columns)
    at_hand = {(tour, tuple(order)) for tour, order in enumerate(orders)}
    covered = {visit for column in columns if column in at_hand for visit in column[1]}
    for column, variable in zip(columns, chosen, strict=True):
        model.add_hint(variable, column in at_hand)
    for group, variable in zip(generation.groups, left, strict=True):
        model.add_hint(variable, not covered.issuperset(group))
    solver = solver_for(limit_s, seed)
    if run(solver, model, is_over) not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return {}
    return {
        tour: route
        for (tour, route), variable in zip(columns, chosen, strict=True)
        if solver.boolean_value(variable)
    }


def _model(
    generation: ColumnGeneration, columns: list[Column]
) -> tuple[cp_model.CpModel, list[cp_model.IntVar], list[cp_model.IntVar]]:
    model = cp_model.CpModel()
    chosen = [model.new_bool_var("") for _ in columns]
    holding: dict[int, list[cp_model.IntVar]] = {visit: [] for visit in generation.visits}
    # By availability: one tour of it, whatever the vehicle.
    driving: dict[int, list[cp_model.IntVar]] = {row: [] for row in generation.row_of_tour.values()}
    for (tour, route), variable in zip(columns, chosen, strict=True):
        driving[generation.row_of_tour[tour]].append(variable)
        for visit in route:
            holding[visit].append(variable)
    left = [model.new_bool_var("") for _ in generation.groups]
    for group, variable in zip(generation.groups, left, strict=True):
        for visit in group:
            model.add_bool_or([*holding[visit], variable])
    for variables in driving.values():
        model.add_at_most_one(variables)
    costs = [generation.columns[column] for column in columns]
    penalties = [int(penalty) for penalty in generation.penalties]
    terms = cp_model.LinearExpr.weighted_sum([*chosen, *left], [*costs, *penalties])
    model.minimize(terms)
    return model, chosen, left
