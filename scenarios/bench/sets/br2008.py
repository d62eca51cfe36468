"""Home care with synchronised visits, Bredstrom & Ronnqvist (2008): hard windows, like staff, visits in
pairs.

    travel     = sum of TimeMatrix over all routes, depot legs included (the usual table; hours = 9 x travel /
    T_MAX) preference = sum of BonusMatrix[visit, staff], lower is better
Every visit is served, by at most NO_Staff routes; start + duration + travel <= next start; return by T_MAX.

Trap: every published value of paper instances 08 (case_3_50_...) and 09 (case_1_80_...) belongs to durations
int(1.4 * d) in IEEE doubles (45 -> 62), not to the printed ones. `read` applies this to files of these names.

No solution format was published; ours has visits in route order, staff and visits numbered as in the
    instance: {"format": "br2008-solution", "routes": [{"staff": 1, "visits": [{"visit": 6, "start": 7},
    ...]}, ...]}
Source: European Journal of Operational Research 191(1):19-31, 2008. No licence: read from a folder the user
gives.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Literal, TypeAlias

from scenarios.bench.sets import ampl
from scenarios.bench.sets.common import Evaluation, bare_name, breach, read_json, read_text, write_json

Objective: TypeAlias = Literal["travel", "preference"]
FORMAT = "br2008-solution"
FORBIDDEN = 10000
"""The travel time of a leg that must not be used: from a visit to itself or to its partner."""
STRETCHED = re.compile(r"case_(3_50|1_80)_")
STRETCH = 1.4
DAY_HOURS = 9
MOST = 999
"""Visits or staff in one file; the set has 80 and 16. A slip must not ask for millions of cells."""


@dataclass(frozen=True, slots=True)
class Instance:
    """Nodes 0 and `visits` + 1 are the depot at both ends of the day, 1..`visits` the visits; tuples go by
    node.

    `preferences[visit][staff]` for staff 1..`staff`: row 0 and column 0 are zeros, so that numbers are the
    file's. `durations` are those that count, `printed_durations` those of the file; papers 08 and 09 only
    tell them apart.
    """

    name: str
    staff: int
    visits: int
    horizon: int
    windows: tuple[tuple[int, int], ...]
    durations: tuple[int, ...]
    printed_durations: tuple[int, ...]
    pairs: tuple[tuple[int, int], ...]
    travel: tuple[tuple[int, ...], ...]
    preferences: tuple[tuple[float, ...], ...]

    @property
    def end(self) -> int:
        """The node of the depot at the end of the day."""
        return self.visits + 1


@dataclass(frozen=True, slots=True)
class Visit:
    visit: int
    start: int


@dataclass(frozen=True, slots=True)
class Route:
    """The visits of staff member 1..NO_Staff, in order."""

    staff: int
    visits: tuple[Visit, ...]


@dataclass(frozen=True, slots=True)
class Solution:
    routes: tuple[Route, ...]


def read(path: Path, *, is_stretched: bool | None = None) -> Instance:
    """Read an instance, plain or gzipped.

    Args: is_stretched: durations int(1.4 * d); None, the default, decides by the file's name (papers 08 and
    09).
    Raises: UnreadableInput with all faults (codes in `common`).
    """
    data = ampl.parse(read_text(path))
    visits, staff = data.whole("NO_Visits", 1, MOST), data.whole("NO_Staff", 1, MOST)
    horizon = data.whole("T_MAX", 1)
    data.findings.settle()  # no table can be judged before these three
    nodes, clients = range(visits + 2), range(1, visits + 1)
    windows = data.table(ampl.UNNAMED, "windows", nodes, ("a", "b"))
    durations = data.table("Duration", "Duration", clients, (ampl.LIST,))
    travel = data.table("TimeMatrix", "TimeMatrix", nodes, [str(node) for node in nodes])
    bonus = data.table("BonusMatrix", "BonusMatrix", clients, [str(person) for person in range(1, staff + 1)])
    pairs = _pairs(data, visits)
    _check_values(data, nodes, windows, {**durations, **travel})
    data.findings.settle()
    printed = (0, *(int(durations[node, ampl.LIST]) for node in clients), 0)
    stretched = bool(STRETCHED.match(path.name)) if is_stretched is None else is_stretched
    return Instance(
        name=bare_name(path),
        staff=staff,
        visits=visits,
        horizon=horizon,
        windows=tuple((int(windows[node, "a"]), int(windows[node, "b"])) for node in nodes),
        durations=tuple(int(STRETCH * duration) for duration in printed) if stretched else printed,
        printed_durations=printed,
        pairs=pairs,
        travel=tuple(tuple(int(travel[a, str(b)]) for b in nodes) for a in nodes),
        preferences=tuple(
            tuple(bonus.get((v, str(p)), 0.0) for p in range(staff + 1)) for v in range(visits + 1)
        ),
    )


def _pairs(data: ampl.DataFile, visits: int) -> tuple[tuple[int, int], ...]:
    """The visits that start together, each pair once, smaller number first."""
    found: set[tuple[int, int]] = set()
    for index, partners in ampl.members(data, "Visit_Demands").items():
        for word in partners:
            where = f"Visit_Demands[{index}]"
            one, other = data.integer(index, where, 1), data.integer(word, where, 1)
            if max(one, other) > visits or one == other:
                data.findings.add(
                    "B104", where, "not_two_visits", {"index": index, "word": word, "visits": visits}
                )
            # Stated from either side, or from both: one pair.
            found.add((min(one, other), max(one, other)))
    return tuple(sorted(found))


def _check_values(data: ampl.DataFile, nodes: range, windows: ampl.Cells, lengths: ampl.Cells) -> None:
    for (row, column), value in [*windows.items(), *lengths.items()]:
        if value != int(value) or value < 0:
            data.findings.add("B103", f"[{row},{column}]", "time_not_whole", {"met": str(value)})
    for node in nodes:
        opens, closes = windows.get((node, "a"), 0), windows.get((node, "b"), 0)
        if opens > closes:
            data.findings.add("B103", f"windows[{node}]", "start_after_end", {"start": opens, "end": closes})


def read_solution(path: Path) -> Solution:
    """Read a solution in our format. Raises: UnreadableInput with all faults; numbers are judged by
    `evaluate`."""
    root = read_json(path)
    root.at("format").word((FORMAT,))
    routes = tuple(
        Route(
            node.at("staff").whole(),
            tuple(
                Visit(stop.at("visit").whole(), stop.at("start").whole())
                for stop in node.at("visits").items()
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
            "staff": route.staff,
            "visits": [{"visit": stop.visit, "start": stop.start} for stop in route.visits],
        }
        for route in solution.routes
    ]
    write_json(path, {"format": FORMAT, "routes": routes})


def evaluate(instance: Instance, solution: Solution, objective: Objective = "travel") -> Evaluation:
    """Cost by the chosen objective, and broken rules; components are travel, hours and preference.

    Violation codes: UNKNOWN, DUPLICATE_ROUTE, DUPLICATE_VISIT, MISSING_VISIT, WINDOW, TRAVEL, FORBIDDEN_LEG,
    HORIZON, SIMULTANEOUS.
    """
    travel, preference = 0, 0.0
    for route in solution.routes:
        stops = [stop.visit for stop in route.visits if 1 <= stop.visit <= instance.visits]
        path = [0, *stops, instance.end] if stops else []
        travel += sum(instance.travel[a][b] for a, b in pairwise(path))
        if 1 <= route.staff <= instance.staff:
            preference += sum(instance.preferences[visit][route.staff] for visit in stops)
    components = {"travel": travel, "hours": DAY_HOURS * travel / instance.horizon, "preference": preference}
    violations = [
        *_staff_faults(instance, solution),
        *(fault for route in solution.routes for fault in _route_faults(instance, route)),
        *_visit_faults(instance, solution),
    ]
    return Evaluation(components[objective], components, violations)


def _staff_faults(instance: Instance, solution: Solution) -> Iterator[str]:
    for person, count in Counter(route.staff for route in solution.routes).items():
        if not 1 <= person <= instance.staff:
            yield breach("UNKNOWN", person, last=instance.staff)
        if count > 1:
            yield breach("DUPLICATE_ROUTE", person, routes=count)


def _route_faults(instance: Instance, route: Route) -> Iterator[str]:
    node, free = 0, instance.windows[0][0]
    for stop in route.visits:
        label = f"{route.staff}/{stop.visit}"
        if not 1 <= stop.visit <= instance.visits:
            yield breach("UNKNOWN", label, last=instance.visits)
            continue
        opens, closes = instance.windows[stop.visit]
        if not opens <= stop.start <= closes:
            yield breach("WINDOW", label, start=stop.start, opens=opens, closes=closes)
        leg = instance.travel[node][stop.visit]
        if leg >= FORBIDDEN:
            yield breach("FORBIDDEN_LEG", label, after=node)
        elif stop.start < free + leg:
            yield breach("TRAVEL", label, start=stop.start, earliest=free + leg)
        node, free = stop.visit, stop.start + instance.durations[stop.visit]
    back = free + instance.travel[node][instance.end]
    latest = min(instance.horizon, instance.windows[instance.end][1])
    # Node 0: this person never left, and an empty route cannot come home late.
    if node and back > latest:
        yield breach("HORIZON", route.staff, back=back, latest=latest)


def _visit_faults(instance: Instance, solution: Solution) -> Iterator[str]:
    starts: dict[int, list[int]] = {}
    for route in solution.routes:
        for stop in route.visits:
            starts.setdefault(stop.visit, []).append(stop.start)
    for visit in range(1, instance.visits + 1):
        times = starts.get(visit, [])
        if not times:
            yield breach("MISSING_VISIT", visit)
        if len(times) > 1:
            yield breach("DUPLICATE_VISIT", visit, times=len(times))
    for one, other in instance.pairs:
        yield from _pair_faults(one, other, starts)


def _pair_faults(one: int, other: int, starts: Mapping[int, list[int]]) -> Iterator[str]:
    # First starts only: a visit done twice, or not at all, is already told.
    if one in starts and other in starts and starts[one][0] != starts[other][0]:
        yield breach("SIMULTANEOUS", f"{one}/{other}", start=starts[one][0], other=starts[other][0])
