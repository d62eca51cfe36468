"""An instance of the unified set, as published: whole minutes, an asymmetric matrix, weights, rules by
absence.

A component's weight is a whole number, or "HARD" (the measure must be 0, and counts with weight 1), or
absent: then a rule (qualification, incompabilities, caregiver_preferences) is hard and a measure weighs
nothing.

What the authors' own reader lets a file leave out or write in its older form is read as they read it: no
`working_shift` (any time of the day), `arrival_point` (the departing one), `abilities` (none),
`time_window_met` (at service start) or `cost_components`; spans and gaps as lists, a single gap;
`starting_point_id`, `time_window`, `required_caregivers`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, TypeAlias

from scenarios.bench.sets.common import Findings, Node, bare_name, read_json

HARD: Literal["HARD"] = "HARD"
Weight: TypeAlias = int | Literal["HARD"]
COMPONENTS = (
    "travel_time",
    "total_tardiness",
    "highest_tardiness",
    "total_waiting_time",
    "max_waiting_time",
    "total_extra_time",
    "max_idle_time",
    "caregiver_preferences",
    "optional_patients",
    "missed_lunch_break",
    "workload_balance",
    "working_time",
    "qualification",
    "incompabilities",
)
"""Every component with a known formula; the last is spelt as the set spells it."""
AT_START, AT_END = "at_service_start", "at_service_end"
SYNC_TYPES = ("simultaneous", "sequential", "independent")


@dataclass(frozen=True, slots=True)
class Span:
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Lunch:
    """A lunch starts from `start` on, starts or ends by `end` as windows do, lasts `min_duration` or more."""

    start: int
    end: int
    min_duration: int


@dataclass(frozen=True, slots=True)
class Synchronization:
    """Same START ("simultaneous"), second listed `least` to `most` after the first ("sequential"), or no
    link."""

    type: str
    least: int = 0
    most: int = 0


@dataclass(frozen=True, slots=True)
class RequiredService:
    """`duration` is already the service's default where the patient states none."""

    service: str
    duration: int


@dataclass(frozen=True, slots=True)
class Patient:
    """`preferred` is None when the patient has no such list (an empty list would make everybody a
    stranger)."""

    id: str
    place: int
    services: tuple[RequiredService, ...]
    windows: tuple[Span, ...]
    is_optional: bool = False
    synchronization: Synchronization | None = None
    incompatible: frozenset[str] = frozenset()
    preferred: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Caregiver:
    """`departure` and `arrival` are rows of the matrix, those of his terminal points. `shift` None: any time
    of the day."""

    id: str
    abilities: frozenset[str]
    departure: int
    arrival: int
    shift: Span | None
    has_lunch: bool = False


@dataclass(frozen=True, slots=True)
class Instance:
    """`distances[i][j]`: minutes from row i to row j, not symmetric; `place` of everyone is a row of it."""

    name: str
    origin: str
    time_window_met: str
    weights: Mapping[str, Weight]
    distances: tuple[tuple[int, ...], ...]
    terminals: Mapping[str, int]
    caregivers: tuple[Caregiver, ...]
    patients: tuple[Patient, ...]
    services: Mapping[str, str] = field(default_factory=dict)
    """The type of each service, by id."""
    lunch: Lunch | None = None

    @property
    def leaves_at_shift_start(self) -> bool:
        """In the sets converted from Bazirha et al. one leaves the depot at shift start and waits at the
        first door."""
        return self.origin.startswith("bazirha")


def read(path: Path) -> Instance:
    """Read an instance, plain or gzipped. Raises: UnreadableInput with all faults (codes in `common`)."""
    root = read_json(path)
    findings = root.findings
    meta = root.at("metadata")
    distances = root.at("distances").square(0, is_whole=True)
    terminals = {
        node.at("id").text(): _row(node.at("distance_matrix_index"), len(distances))
        for node in root.at("terminal_points").items()
    }
    defaults: dict[str, int] = {}
    services = {node.at("id").text(): _service(node, defaults) for node in root.at("services").items()}
    lunch = root.maybe("lunch_breaks")
    origin = meta.maybe("origin")
    instance = Instance(
        name=bare_name(path),
        origin=origin.text() if origin else "generated",
        time_window_met=met.word((AT_START, AT_END)) if (met := meta.maybe("time_window_met")) else AT_START,
        weights=_weights(costs) if (costs := meta.maybe("cost_components")) else {},
        distances=tuple(tuple(int(cell) for cell in row) for row in distances),
        terminals=terminals,
        caregivers=tuple(_caregiver(node, terminals) for node in root.at("caregivers").items()),
        patients=tuple(_patient(node, len(distances), defaults) for node in root.at("patients").items()),
        services=services,
        lunch=None if lunch is None else _lunch(lunch),
    )
    _cross_check(instance, findings)
    findings.settle()
    return instance


def _row(node: Node, rows: int) -> int:
    row = node.whole(0)
    if row >= rows:
        node.findings.add("B104", node.where, "no_such_row", {"row": row, "rows": rows})
    return row


def _service(node: Node, defaults: dict[str, int]) -> str:
    name = node.at("id").text()
    default, kind = node.maybe("default_duration"), node.maybe("type")
    if default is not None:
        defaults[name] = default.whole(0)
    return kind.text() if kind else name


def _weights(node: Node) -> dict[str, Weight]:
    return {name: _weight(name, value) for name, value in node.fields().items() if value.value is not None}


def _weight(name: str, node: Node) -> Weight:
    if name not in COMPONENTS:
        node.findings.add("B107", node.where, "unknown_component", {"name": name, "known": list(COMPONENTS)})
    return HARD if node.value == HARD else node.whole(0)


def _span(node: Node) -> Span:
    """{"start", "end"}, or the two in a list."""
    start, end = _two(node, "start", "end")
    span = Span(start.whole(), end.whole())
    if span.start > span.end:
        node.findings.add("B103", node.where, "start_after_end", {"start": span.start, "end": span.end})
    return span


def _two(node: Node, *names: str) -> tuple[Node, Node]:
    """The two fields of an object, or the two elements of a list."""
    if isinstance(node.value, list) and len(node.value) == len(names):
        first, second = node.items()
        return first, second
    first, second = (node.at(name) for name in names)
    return first, second


def _lunch(node: Node) -> Lunch:
    span = _span(node)
    return Lunch(span.start, span.end, node.at("min_duration").whole(0))


def _caregiver(node: Node, terminals: Mapping[str, int]) -> Caregiver:
    leaves = node.at("departing_point", "starting_point_id")
    abilities, shift = node.maybe("abilities"), node.maybe("working_shift")
    returns = node.maybe("arrival_point") or leaves
    lunch = node.maybe("lunch_break")
    # By place: where one field stands for both ends its fault is told once.
    for end in {leaves.where: leaves, returns.where: returns}.values():
        if end.text():
            node.findings.known(end.text(), terminals, end.where)
    return Caregiver(
        id=node.at("id").text(),
        abilities=frozenset(abilities.texts()) if abilities else frozenset(),
        departure=terminals.get(leaves.text(), 0),
        arrival=terminals.get(returns.text(), 0),
        shift=_span(shift) if shift else None,
        has_lunch=lunch.flag() if lunch else False,
    )


def _patient(node: Node, rows: int, defaults: Mapping[str, int]) -> Patient:
    needs = tuple(
        _need(item, defaults) for item in node.at("required_services", "required_caregivers").items()
    )
    optional, sync = node.maybe("optional"), node.maybe("synchronization")
    excluded, preferred = node.maybe("incompatible_caregivers"), node.maybe("preferred_caregivers")
    alone = node.maybe("time_window")
    windows = (_span(alone),) if alone else tuple(_span(item) for item in node.at("time_windows").items())
    for name, count in (("required_services", len(needs)), ("time_windows", len(windows))):
        if count == 0:
            node.findings.add("B102", f"{node.where}.{name}", "no_element")
    link = None if sync is None else _synchronization(sync)
    if link is not None and link.type != "independent" and len(needs) != 2:
        node.findings.add("B106", node.where, "linked_services", {"count": len(needs)})
    return Patient(
        id=node.at("id").text(),
        place=_row(node.at("distance_matrix_index"), rows),
        services=needs,
        windows=windows,
        is_optional=optional.flag() if optional else False,
        synchronization=link,
        incompatible=frozenset(excluded.texts()) if excluded else frozenset(),
        preferred=frozenset(preferred.texts()) if preferred else None,
    )


def _need(node: Node, defaults: Mapping[str, int]) -> RequiredService:
    name, duration = node.at("service").text(), node.maybe("duration")
    if duration is None and name not in defaults:
        node.findings.add("B102", node.where, "no_duration", {"name": name})
    return RequiredService(name, duration.whole(0) if duration else defaults.get(name, 0))


def _synchronization(node: Node) -> Synchronization:
    kind = node.at("type").word(SYNC_TYPES)
    if kind != "sequential":
        return Synchronization(kind)
    gap = node.at("distance")
    # A flag is a whole number to Python.
    is_exact = isinstance(gap.value, int | float) and not isinstance(gap.value, bool)
    least, most = (one.whole() for one in ((gap, gap) if is_exact else _two(gap, "min", "max")))
    if least > most:
        node.findings.add("B103", gap.where, "least_after_most", {"least": least, "most": most})
    return Synchronization(kind, least, most)


def _cross_check(instance: Instance, findings: Findings) -> None:
    findings.unique((patient.id for patient in instance.patients), "patients")
    findings.unique((caregiver.id for caregiver in instance.caregivers), "caregivers")
    staff = {caregiver.id for caregiver in instance.caregivers}
    # Both are counted from the shift, so each caregiver needs one.
    if instance.leaves_at_shift_start or "max_idle_time" in instance.weights:
        for caregiver in (one for one in instance.caregivers if one.shift is None):
            findings.add("B102", f"caregivers.{caregiver.id}.working_shift", "shift_missing")
    for caregiver in instance.caregivers:
        for ability in sorted(caregiver.abilities):
            findings.known(ability, instance.services, f"caregivers.{caregiver.id}.abilities")
    for patient in instance.patients:
        where = f"patients.{patient.id}"
        findings.unique((need.service for need in patient.services), f"{where}.required_services")
        for need in patient.services:
            findings.known(need.service, instance.services, f"{where}.required_services")
        for name in sorted(patient.incompatible):
            findings.known(name, staff, f"{where}.incompatible_caregivers")
        for name in sorted(patient.preferred or ()):
            findings.known(name, staff, f"{where}.preferred_caregivers")
    if instance.lunch is None and any(caregiver.has_lunch for caregiver in instance.caregivers):
        findings.add("B102", "lunch_breaks", "break_without_rule")
