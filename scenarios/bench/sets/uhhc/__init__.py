"""The unified home healthcare set of Ceschia et al. (2026): read, write, cost.

`instance` and `solution` tell the formats, `cost` the formula.

Source: Ceschia, Da Ros, Di Gaspero, Mancini, Maniezzo, Montemanni, Rosati & Schaerf, A Unified Formulation
for Home Healthcare Routing and Scheduling Problems, ITOR 2026, doi 10.1111/itor.70140; iolab-uniud/uhhc.
"""

from scenarios.bench.sets.uhhc.cost import evaluate
from scenarios.bench.sets.uhhc.instance import (
    HARD,
    Caregiver,
    Instance,
    Lunch,
    Patient,
    RequiredService,
    Span,
    Synchronization,
    Weight,
    read,
)
from scenarios.bench.sets.uhhc.solution import LUNCH, Entry, Route, Solution, read_solution, write_solution

__all__ = [
    "HARD",
    "LUNCH",
    "Caregiver",
    "Entry",
    "Instance",
    "Lunch",
    "Patient",
    "RequiredService",
    "Route",
    "Solution",
    "Span",
    "Synchronization",
    "Weight",
    "evaluate",
    "read",
    "read_solution",
    "write_solution",
]
