"""Newcomers: visits shared before somebody goes alone."""

from __future__ import annotations

from brigade.values.demand import FundingLine
from brigade.values.workforce import Learning
from brigade.worked.shared_visits import with_shared_visits
from scenarios.catalogue.sketch import CatalogueCase, Sketch


def first_visits_shared() -> CatalogueCase:
    """B2 has no certificate yet; of V1, V2, V3 she has shared none and needs two."""
    sketch = Sketch()
    sketch.visit("V1", "L1", "08:00", "08:00")
    sketch.visit("V2", "L2", "09:05", "09:15")
    sketch.visit("V3", "L3", "10:10", "10:20")
    sketch.visit("V4", "L3", "10:10", "10:20", 30, needs="UPKEEP")
    sketch.worker("B1")
    learns = Learning(competency="ESSENTIAL_ASSIST", shared_needed=2, funding_line_id="TUTORAT")
    sketch.worker("B2", certificate="AI_DEFAULT", learning=(learns,))
    line = FundingLine("TUTORAT", "Tutorat", 100_000, 2_400)
    return CatalogueCase(
        "first_visits_shared",
        "B2 learns personal care: she shares V1 and V2 with B1, and does V4 alone while B1 is at V3",
        with_shared_visits(sketch.problem(funding_lines=(line,))),
        {("B1", 0): ["V1", "V2", "V3"], ("B2", 0): ["V1:B2", "V2:B2", "V4"]},
        {"SHADOWING": {("B1", 0): ["V2", "V3"], ("B2", 0): ["V1:B2", "V4"]}},
    )


def not_alone_yet() -> CatalogueCase:
    """The client knows B1, who is not there; B2 holds all that V1 asks for."""
    sketch = Sketch()
    sketch.visit("V1", "L1", "08:00", "08:30", client="C1", usual_workers=frozenset({"B1"}))
    sketch.worker("B1", hours=(("13:00", "17:00"),))
    sketch.worker("B2", learning=(Learning(client_id="C1", shared_needed=3, shared_done=1),))
    return CatalogueCase(
        "not_alone_yet",
        "B2 has shared one visit of three at this client's: V1 stays uncovered, with that reason",
        with_shared_visits(sketch.problem()),
        {},
        {"LEARNING": {("B2", 0): ["V1"]}},
        {"V1": "not_alone_yet"},
    )


CASES = (first_visits_shared, not_alone_yet)
