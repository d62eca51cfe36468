"""Under which contract: leave, changes of hours, public service, on call, nights spent at a client's."""

from __future__ import annotations

from datetime import date

from brigade.values.demand import Priority
from brigade.values.workforce import Leave, LeaveKind
from scenarios.catalogue.sketch import CatalogueCase, Sketch

MONDAY = date(2026, 3, 9)


def leave_is_no_rest() -> CatalogueCase:
    """Two weeks, three of their days on leave: of the eleven others four are rest, and seven are left."""
    sketch = Sketch(first_day=MONDAY, days=14)
    mornings = [0, 1, 2, 3, 4, 5, 10, 11, 12]
    for day in mornings:
        sketch.visit(f"V{day + 1}", "L1", f"08:00+{day}", f"08:30+{day}", priority=Priority.P2, fragile=True)
    sketch.worker(
        "B1",
        hours=tuple((f"07:00+{day}", f"12:00+{day}") for day in mornings),
        leave=(Leave(date(2026, 3, 16), date(2026, 3, 18), LeaveKind.PAID),),
    )
    asked = [[f"V{day + 1}"] for day in mornings]
    kept = [order for order in asked if order not in (["V12"], ["V13"])]
    return CatalogueCase(
        "leave_is_no_rest",
        "three days on leave are no rest days: four others of the two weeks are, two in a row, and two of "
        "nine mornings stay uncovered",
        sketch.problem(),
        {("B1", asked.index(order)): order for order in kept},
        {"WEEKLY_REST": {("B1", tour): order for tour, order in enumerate(asked)}},
    )


CASES = (leave_is_no_rest,)
