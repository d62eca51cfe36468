"""Help from beyond the brigade: present staff of the services, people lent by a neighbour basin."""

from __future__ import annotations

from datetime import date

from brigade.units import Interval
from brigade.values.demand import Priority
from brigade.values.places import TravelMode
from brigade.values.workforce import EngagementStatus
from scenarios.catalogue.sketch import CatalogueCase, Sketch


def swap_with_present_staff() -> CatalogueCase:
    """E02 keeps V2 and V3; B1, who does no transfers, could be at V3 instead of her."""
    sketch = Sketch()
    sketch.provider(swap_notice=120)
    sketch.visit("V1", "L4", "10:00", "10:15", needs="ESSENTIAL_ASSIST TRANSFER_HOIST")
    sketch.visit("V2", "L1", "08:00", "09:00")
    sketch.visit("V3", "L2", "10:00", "10:30", 45, needs="UPKEEP", priority=Priority.P3)
    sketch.absent("S1-E01", [("V1", "10:00")])
    sketch.absent(
        "S1-E02",
        [("V2", "08:15"), ("V3", "10:00")],
        present=True,
        hours=(Interval(sketch.at("07:30"), sketch.at("13:00")),),
        mode=TravelMode.CAR,
        start_site="D",
        competencies=frozenset({"TRANSFER_HOIST"}),
        certificates=frozenset({"DEAVS"}),
        weekly=30 * 60,
        known_since=date(2026, 2, 23),
    )
    sketch.worker("B1", certificate="ADVF")
    return CatalogueCase(
        "swap_with_present_staff",
        "V1 asks for a transfer by hoist, which B1 cannot do: E02 of the service could, if B1 did V3 for "
        "her; it is asked, not planned",
        sketch.problem(),
        {},
        reasons={"V1": "nobody_has_competency"},
        asked={"V1": ("S1-E02", "V3")},
    )


def lent_for_the_day() -> CatalogueCase:
    """B07 is of Douai, which lends her from eight to noon: she has a promised paper, and a visit of her own
    basin at two, which is work elsewhere."""
    sketch = Sketch()
    sketch.visit("V1", "L2", "09:00", "09:30", needs="ESSENTIAL_ASSIST TRANSFER_HOIST")
    sketch.visit("V2", "L1", "14:00", "14:30", needs="UPKEEP")
    sketch.visit("V3", "L4", "14:00", "14:30", needs="ESSENTIAL_ASSIST")
    sketch.worker("B1", certificate="ADVF")
    sketch.worker(
        "B07@3205",
        (("08:00", "12:00"),),
        papers={"S1": EngagementStatus.PROMISED},
        competencies=frozenset({"TRANSFER_HOIST"}),
        other_work=(Interval(sketch.at("14:00"), sketch.at("15:00")),),
        lent_by="Douai",
    )
    return CatalogueCase(
        "lent_for_the_day",
        "B07 of Douai, lent until noon, does V1, which B1 cannot, if she agrees; at two she is back in her "
        "own basin, and of V2 and V3 B1 does one",
        sketch.problem(),
        {("B07@3205", 0): ["V1"], ("B1", 0): ["V3"]},
        {"COMPETENCIES": {("B1", 0): ["V1", "V3"]}},
        {"V2": "not_available"},
    )


CASES = (swap_with_present_staff, lent_for_the_day)
