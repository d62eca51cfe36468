"""A solution of the unified set, in the set's own JSON.

{"routes": [{"caregiver_id", "locations": [{"patient", "service", "arrival_time", "departure_time"}]}]}:
arrival is the
START of the service, departure its END. A lunch is an entry whose service is "lunch_break", taken at the
place of that patient, or at the caregiver's own depot when nobody visits that patient. Published files stand
in two dialects: lunch last in the list with start_time and end_time, or in its place with arrival_time and
departure_time; both are read, and every route is sorted by start. We write the second, which both published
tools read.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from scenarios.bench.sets.common import Node, read_json, write_json

LUNCH = "lunch_break"


@dataclass(frozen=True, slots=True)
class Entry:
    """A service, or a lunch (`service == LUNCH`), from `start` to `end` in minutes."""

    patient: str
    service: str
    start: int
    end: int

    @property
    def is_lunch(self) -> bool:
        return self.service == LUNCH


@dataclass(frozen=True, slots=True)
class Route:
    """Entries by start; an unused caregiver has none, or no route at all."""

    caregiver: str
    entries: tuple[Entry, ...]

    @classmethod
    def of(cls, caregiver: str, entries: Sequence[Entry]) -> Route:
        """A route with its entries in order of start, then of end: a visit of no length comes first."""
        return cls(caregiver, tuple(sorted(entries, key=lambda entry: (entry.start, entry.end))))


@dataclass(frozen=True, slots=True)
class Solution:
    routes: tuple[Route, ...]


def read_solution(path: Path) -> Solution:
    """Read a solution of either dialect. Raises: UnreadableInput with all faults; names are judged by
    `evaluate`."""
    root = read_json(path)
    routes = tuple(_route(node) for node in root.at("routes").items())
    root.findings.settle()
    return Solution(routes)


def _route(node: Node) -> Route:
    locations = node.maybe("locations")
    return Route.of(
        node.at("caregiver_id").text(), [_entry(item) for item in locations.items()] if locations else []
    )


def _entry(node: Node) -> Entry:
    return Entry(
        node.at("patient").text(),
        node.at("service").text(),
        node.at("arrival_time", "start_time").whole(),
        node.at("departure_time", "end_time").whole(),
    )


def write_solution(path: Path, solution: Solution) -> None:
    """Write `solution`, gzipped when the name ends in .gz."""
    routes = [
        {
            "caregiver_id": route.caregiver,
            "locations": [
                {
                    "patient": entry.patient,
                    "service": entry.service,
                    "arrival_time": entry.start,
                    "departure_time": entry.end,
                }
                for entry in route.entries
            ],
        }
        for route in solution.routes
    ]
    # The published validator reads "cost_components" before anything else: an empty object keeps it content.
    write_json(path, {"routes": routes, "cost_components": {}})
