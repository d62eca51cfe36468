"""Under which contract: leave, changes of hours, public service, on call, nights spent at a client's."""

from __future__ import annotations

from datetime import date

from brigade.units import Interval
from brigade.values.demand import LegalStatus, Priority, Provider
from brigade.values.workforce import Contract, DatedHours, EmployerKind, Leave, LeaveKind
from scenarios.catalogue.sketch import CatalogueCase, Sketch

MONDAY, SUNDAY = date(2026, 3, 9), date(2026, 3, 15)


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


def public_service() -> CatalogueCase:
    """An agent of the town, from seven to seven: the décret's twelve hours, where the code would let
    thirteen."""
    sketch = Sketch()
    sketch.employer("S1", EmployerKind.PROVIDER, "fpt", name="CCAS")
    sketch.providers["S1"] = Provider("S1", "CCAS", LegalStatus.PUBLIC, "fpt")
    for id, at in (("V1", "07:00"), ("V2", "12:00"), ("V3", "17:30")):
        sketch.visit(id, "L1", at, at, priority=Priority.P1)
    sketch.visit("V4", "L1", "18:30", "18:30", 35)
    sketch.worker("B1", hours=(("06:30", "20:00"),), employer="S1")
    return CatalogueCase(
        "public_service",
        "a public service: two interruptions for a part-timer, which the code would not let, and a span of "
        "12 h at most: V4 ends five minutes after it",
        sketch.problem(),
        {("B1", 0): ["V1", "V2", "V3"]},
        {"MAX_SPAN": {("B1", 0): ["V1", "V2", "V3", "V4"]}},
    )


def more_hours_from_wednesday() -> CatalogueCase:
    """14 h a week, 21 h from Wednesday: 19 h of this one, and a third more is 25 h 20."""
    sketch = Sketch(first_day=MONDAY, days=5)
    for day in range(5):
        sketch.visit(f"V{day + 1}", "L1", f"08:00+{day}", f"08:00+{day}", 360, priority=Priority.P2)
    sketch.employer("S1", EmployerKind.PROVIDER, "bad")
    sketch.worker(
        "B1",
        employer="S1",
        hours=tuple((f"07:00+{day}", f"16:00+{day}") for day in range(5)),
        contract=Contract(weekly=14 * 60),
        dated_hours=(DatedHours(date(2026, 3, 11), None, 21 * 60),),
    )
    asked = {("B1", day): [f"V{day + 1}"] for day in range(5)}
    return CatalogueCase(
        "more_hours_from_wednesday",
        "an amendment in mid-week: 19 h are the contract's, 25 h 20 the most, so four mornings of six hours "
        "and not five",
        sketch.problem(),
        {tour: order for tour, order in asked.items() if tour[1] < 4},
        {"ADDITIONAL_HOURS": asked},
    )


def called_out() -> CatalogueCase:
    """On call by night and called out to 23:00: the eleven hours of rest are over at 10:00."""
    sketch = Sketch(first_day=MONDAY, days=2)
    sketch.visit("V1", "L1", "08:00+1", "08:30+1", priority=Priority.P1)
    sketch.visit("V2", "L1", "10:00+1", "10:30+1")
    night = Interval(sketch.at("20:00"), sketch.at("07:00+1"))
    call = Interval(sketch.at("21:15"), sketch.at("23:00"))
    sketch.worker("B1", hours=(("07:00+1", "20:00+1"),), on_call=(night,), calls=(call,))
    return CatalogueCase(
        "called_out",
        "on call by night, called out until 23:00 with both ways: the rest begins anew, so V2 at 10:00 and "
        "not V1 at 08:00",
        sketch.problem(),
        {("B1", 0): ["V2"]},
        {"ON_CALL": {("B1", 0): ["V1", "V2"]}},
    )


def sunday_before_on_call() -> CatalogueCase:
    """On call on Sunday 22 March: the agreement lets nobody work on the one before."""
    sketch = Sketch(first_day=SUNDAY)
    sketch.visit("V1", "L1", "09:00", "09:30", priority=Priority.P1)
    on_call = Interval(sketch.at("07:00+7"), sketch.at("20:00+7"))
    sketch.worker("B1", on_call=(on_call,))
    sketch.worker("B2", start_site="L4", end_site="L4")
    return CatalogueCase(
        "sunday_before_on_call",
        "B1 is nearer, and on call on the next Sunday: the visit of this one is B2's",
        sketch.problem(),
        {("B2", 0): ["V1"]},
        {"ON_CALL": {("B1", 0): ["V1"]}},
    )


def night_at_home() -> CatalogueCase:
    """Ten hours from 21:00, of which half are work: with an hour of evening six."""
    sketch = Sketch(first_day=MONDAY, days=2)
    sketch.employer("S1", EmployerKind.PROVIDER, "sap")
    sketch.provider("S1", LegalStatus.COMPANY)
    sketch.visit("V1", "L1", "19:30", "19:30", 60, fragile=True, priority=Priority.P1)
    sketch.visit("V2", "L1", "21:05", "21:05", 600, fragile=True, priority=Priority.P1, counted_percent=50)
    sketch.worker("B1", hours=(("18:30", "08:00+1"),), employer="S1", contract=Contract(2100, full_time=True))
    return CatalogueCase(
        "night_at_home",
        "a night spent at a client's, of which half counts: with an hour of evening six of work, where "
        "all of it would be eleven",
        sketch.problem(),
        {("B1", 0): ["V1", "V2"]},
    )


CASES = (
    night_at_home,
    called_out,
    sunday_before_on_call,
    leave_is_no_rest,
    more_hours_from_wednesday,
    public_service,
)
