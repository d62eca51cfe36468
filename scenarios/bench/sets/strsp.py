"""Technicians and tasks with priorities and a lunch, Damm, Chaves, Riveaux & Ronconi (2024): far more work
than people.

    f1 = sum of the priorities of served tasks - ( sum over technicians of floor(travel_k) ) / C
    (maximise)
so that ceil(f1) is the priority served and travel breaks ties; lunches bring no priority. A task starts at or
after its window's start and ENDS by its window's end, a lunch likewise; a technician stays within his shift
from base to base and eats once, anywhere on the way. Travel is Euclidean, not rounded, in minutes. An idle
technician needs no route, or an
empty one: his lunch changes nothing.

Nodes: 0 the base, 1..n the tasks, n+k the lunch of technician k. No solution format was published; ours, in
    order: {"format": "strsp-solution", "routes": [{"technician": 1, "stops": [{"node": 5, "start": 520.25},
    ...]}, ...]}
Source: Annals of Operations Research 346:945-980, doi 10.1007/s10479-024-06325-6. No licence: read from a
folder.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from brigade.errors import step
from scenarios.bench.sets.ampl import NUMBER
from scenarios.bench.sets.common import (
    LARGEST,
    Evaluation,
    Findings,
    as_whole,
    bare_name,
    breach,
    read_json,
    read_text,
    shorten,
    tidy,
    write_json,
)

FORMAT = "strsp-solution"
TOLERANCE = 1e-6
"""Times are sums of square roots: two that differ by less are equal."""


@dataclass(frozen=True, slots=True)
class Instance:
    """Tuples of nodes go 0..n+m; `abilities[node][k - 1]` and the shifts go by technician k = 1..m.

    `big_m` is a constant of the authors' model that no cost uses; `travel_divisor` is C; `places` covers 0..n
    only.
    """

    name: str
    tasks: int
    technicians: int
    priorities: tuple[float, ...]
    abilities: tuple[tuple[bool, ...], ...]
    durations: tuple[float, ...]
    windows: tuple[tuple[float, float], ...]
    shifts: tuple[tuple[float, float], ...]
    big_m: float
    travel_divisor: float
    places: tuple[tuple[float, float], ...]

    def travel(self, origin: int, target: int) -> float:
        """Minutes between two of the nodes 0..n."""
        return math.dist(self.places[origin], self.places[target])

    def lunch_of(self, technician: int) -> int:
        return self.tasks + technician


@dataclass(frozen=True, slots=True)
class Stop:
    """A task or the lunch, and when it starts."""

    node: int
    start: float


@dataclass(frozen=True, slots=True)
class Route:
    """The stops of technician 1..m, in order."""

    technician: int
    stops: tuple[Stop, ...]


@dataclass(frozen=True, slots=True)
class Solution:
    routes: tuple[Route, ...]


@dataclass(slots=True)
class _Numbers:
    """The numbers of a file, taken one section after the other."""

    values: list[float]
    findings: Findings
    taken: int = 0

    @classmethod
    def of(cls, text: str) -> _Numbers:
        found = cls([], Findings())
        for rank, word in enumerate(text.split(), start=1):
            is_good = NUMBER.fullmatch(word) is not None and abs(float(word)) < LARGEST
            if not is_good:
                found.findings.add("B103", step("word", rank), "word_no_number", {"word": shorten(word)})
            found.values.append(float(word) if is_good else 0.0)
        return found

    def take(self, count: int) -> tuple[float, ...]:
        self.taken += count
        return tuple(self.values[self.taken - count : self.taken])

    def count(self, name: str) -> int:
        """A whole number from 1 to 9999: the first two of a file."""
        value = (self.take(1) or (0.0,))[0]
        whole = as_whole(value)
        if whole is not None and 1 <= whole < 10_000:
            return whole
        self.findings.add("B103", name, "whole_1_to_9999", {"met": str(value)})
        return 0


def read(path: Path) -> Instance:
    """Read an instance, plain or gzipped. Raises: UnreadableInput with all faults (codes in `common`)."""
    numbers = _Numbers.of(read_text(path))
    tasks, technicians = numbers.count("n"), numbers.count("m")
    # Without its two counts nothing else of the file can be told apart.
    numbers.findings.settle()
    nodes = tasks + technicians + 1
    expected = 2 + 4 * nodes + nodes * technicians + 2 * technicians + 2 + 2 * (tasks + 1)
    if len(numbers.values) != expected:
        met = {"count": len(numbers.values), "expected": expected, "tasks": tasks, "technicians": technicians}
        numbers.findings.add("B106", path.name, "numbers_of_instance", met)
        numbers.findings.settle()
    priorities = numbers.take(nodes)
    abilities = tuple(numbers.take(technicians) for _ in range(nodes))
    durations, opens, closes = numbers.take(nodes), numbers.take(nodes), numbers.take(nodes)
    starts, ends = numbers.take(technicians), numbers.take(technicians)
    big_m, divisor = numbers.take(2)
    instance = Instance(
        name=bare_name(path),
        tasks=tasks,
        technicians=technicians,
        priorities=priorities,
        abilities=tuple(tuple(cell == 1 for cell in row) for row in abilities),
        durations=durations,
        windows=tuple(zip(opens, closes, strict=True)),
        shifts=tuple(zip(starts, ends, strict=True)),
        big_m=big_m,
        travel_divisor=divisor,
        places=tuple((x, y) for x, y in (numbers.take(2) for _ in range(tasks + 1))),
    )
    _check_values(instance, abilities, numbers.findings)
    numbers.findings.settle()
    return instance


def _check_values(instance: Instance, abilities: tuple[tuple[float, ...], ...], findings: Findings) -> None:
    for node, row in enumerate(abilities):
        if not set(row) <= {0.0, 1.0}:
            findings.add("B103", step("abilities_of_node", node), "zeros_and_ones", {"row": shorten(row)})
    for node, (duration, priority) in enumerate(zip(instance.durations, instance.priorities, strict=True)):
        if min(duration, priority) < 0:
            findings.add(
                "B103", step("node", node), "at_least_zero", {"duration": duration, "priority": priority}
            )
    spans = [(step("window_of_node", node), span) for node, span in enumerate(instance.windows)]
    spans += [(step("shift_of_technician", rank), span) for rank, span in enumerate(instance.shifts, start=1)]
    for where, (start, end) in spans:
        if start > end:
            findings.add("B103", where, "start_after_end", {"start": start, "end": end})
    if instance.travel_divisor <= 0:
        findings.add("B103", "C", "positive_number", {"met": str(instance.travel_divisor)})


def read_solution(path: Path) -> Solution:
    """Read a solution in our format. Raises: UnreadableInput with all faults; numbers are judged by
    `evaluate`."""
    root = read_json(path)
    root.at("format").word((FORMAT,))
    routes = tuple(
        Route(
            node.at("technician").whole(),
            tuple(
                Stop(stop.at("node").whole(), float(stop.at("start").number()))
                for stop in node.at("stops").items()
            ),
        )
        for node in root.at("routes").items()
    )
    root.findings.settle()
    return Solution(routes)


def write_solution(path: Path, solution: Solution) -> None:
    """Write `solution` in our format, gzipped when the name ends in .gz."""
    routes = [
        {
            "technician": r.technician,
            "stops": [{"node": stop.node, "start": tidy(stop.start)} for stop in r.stops],
        }
        for r in solution.routes
    ]
    write_json(path, {"format": FORMAT, "routes": routes})


def evaluate(instance: Instance, solution: Solution) -> Evaluation:
    """f1 and broken rules; components are priority (served), travel (sum of the floors) and served (number of
    tasks).

    Violation codes: UNKNOWN, DUPLICATE_ROUTE, DUPLICATE_TASK, ABILITY, WINDOW, TRAVEL, SHIFT, LUNCH.
    """
    served = {
        stop.node for route in solution.routes for stop in route.stops if 1 <= stop.node <= instance.tasks
    }
    priority = sum(instance.priorities[task] for task in served)
    # A sum of exact legs such as 3 + 4 must not fall to 6 by the last bit.
    travel = sum(math.floor(_length(instance, route) + 1e-9) for route in solution.routes)
    components = {"priority": priority, "travel": float(travel), "served": float(len(served))}
    violations = [
        *_crowd_faults(instance, solution),
        *(fault for route in solution.routes for fault in _route_faults(instance, route)),
    ]
    return Evaluation(priority - travel / instance.travel_divisor, components, violations)


def _length(instance: Instance, route: Route) -> float:
    path = [0, *(stop.node for stop in route.stops if 1 <= stop.node <= instance.tasks), 0]
    return sum(instance.travel(a, b) for a, b in pairwise(path))


def _crowd_faults(instance: Instance, solution: Solution) -> Iterator[str]:
    for who, count in Counter(route.technician for route in solution.routes).items():
        if not 1 <= who <= instance.technicians:
            yield breach("UNKNOWN", who, last=instance.technicians)
        if count > 1:
            yield breach("DUPLICATE_ROUTE", who, routes=count)
    tasks = Counter(
        stop.node for route in solution.routes for stop in route.stops if stop.node <= instance.tasks
    )
    for task, count in tasks.items():
        if count > 1:
            yield breach("DUPLICATE_TASK", task, times=count)


def _route_faults(instance: Instance, route: Route) -> Iterator[str]:
    """Walk the day: a lunch has no place, so the next task is reached by the road from the last one plus the
    lunch."""
    who = route.technician
    if not 1 <= who <= instance.technicians:
        return
    lunch, (opens, closes) = instance.lunch_of(who), instance.shifts[who - 1]
    lunches = sum(stop.node == lunch for stop in route.stops)
    if route.stops and lunches != 1:
        yield breach("LUNCH", who, lunches=lunches, due=1)
    place, left, ready, end = 0, opens, opens, opens
    for stop in route.stops:
        label = f"{who}/{stop.node}"
        if not 1 <= stop.node <= instance.tasks and stop.node != lunch:
            yield breach("UNKNOWN", label)
            continue
        yield from _stop_faults(instance, who, stop)
        road = instance.travel(place, stop.node) if stop.node != lunch else 0.0
        # `left` counts all the time owed since the last task: its end, plus a lunch on the way.
        earliest = max(end, left + road) if stop.node != lunch else end
        if stop.start < earliest - TOLERANCE:
            yield breach("TRAVEL", label, start=stop.start, earliest=earliest)
        end = stop.start + instance.durations[stop.node]
        if stop.node == lunch:
            left += instance.durations[lunch]
        else:
            place, left = stop.node, end
        ready = max(end, left + instance.travel(place, 0))
    if ready > closes + TOLERANCE:
        yield breach("SHIFT", who, back=ready, closes=closes)


def _stop_faults(instance: Instance, who: int, stop: Stop) -> Iterator[str]:
    opens, closes = instance.windows[stop.node]
    end = stop.start + instance.durations[stop.node]
    if stop.start < opens - TOLERANCE or end > closes + TOLERANCE:
        yield breach("WINDOW", f"{who}/{stop.node}", start=stop.start, end=end, opens=opens, closes=closes)
    if not instance.abilities[stop.node][who - 1]:
        yield breach("ABILITY", f"{who}/{stop.node}")
