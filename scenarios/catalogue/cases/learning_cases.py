"""Newcomers: visits shared before somebody goes alone."""

from __future__ import annotations

from datetime import date

from brigade.values.demand import FundingLine
from brigade.values.workforce import Counters, Learning, PastDay, PathStep
from brigade.worked.shared_visits import with_shared_visits
from scenarios.catalogue.sketch import CatalogueCase, Sketch

LONG_AGO = date(2025, 1, 1)


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


def growing_path() -> CatalogueCase:
    """On Tuesday two fifths of B1's week are due: 4 of 10 hours, 2 of 4 clients who know her. Of her visits
    half are to be of essential acts; on Monday one of three was. B2 lives at V1's door."""
    sketch = Sketch()
    sketch.visit("V1", "L1", "08:00", "08:15", 120, client="C1", usual_workers=frozenset({"B1", "B2"}))
    sketch.visit("V2", "L1", "08:00", "08:15", 30, needs="UPKEEP", client="C2")
    monday = PastDay(date(2026, 3, 9), sketch.at("08:00-1"), sketch.at("10:00-1"), 120)
    counters = Counters(
        days=(monday,), week_visits=3, week_essential=1, week_clients=frozenset({"C3"}), known_since=LONG_AGO
    )
    step = PathStep(date(2026, 3, 9), essential_percent=50, weekly=600, familiar_clients=4)
    sketch.worker("B1", counters=counters, path=(step,))
    sketch.worker("B2", start_site="L1", end_site="L1")
    return CatalogueCase(
        "growing_path",
        "B1’s path asks for essential acts, hours and people who know her: V1 is hers although B2 is nearer",
        sketch.problem(),
        {("B1", 0): ["V1"], ("B2", 0): ["V2"]},
    )


CASES = (first_visits_shared, not_alone_yet, growing_path)
