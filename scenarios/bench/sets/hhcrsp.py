"""The home health care routing and scheduling problem of Mankowska, Meisel & Bierwirth (2014), in Kummer's
JSON.

    cost = (D + T + Tmax) / 3    D    = travel of all routes, depot legs included
                                 T    = sum over the services of max(0, start - window end)
                                 Tmax = the largest single one of these
Windows are hard at their start and soft at their end; waiting is free; no shift, no load. Times are floats as
in the files (whole in Kummer's, not in all of Mankowska's); `distances` need not be symmetric.
Solution: {"routes": [{"caregiver_id", "locations": [{"patient", "service", "arrival_time",
"departure_time"}]}]} where arrival is the START of the service and departure its END (`patient_id`,
`service_id` are read as well).
Source: Mankowska et al. (2014), Health Care Management Science 17; Kummer (2021), thesis, UFRGS;
iolab-uniud/hhcrsp.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from scenarios.bench.sets.common import (
    Evaluation,
    Findings,
    Node,
    bare_name,
    breach,
    read_json,
    tidy,
    write_json,
)

TOLERANCE = 1e-6
"""Published times are decimal floats: two that differ by less are equal."""
SYNC_TYPES = ("simultaneous", "sequential")


@dataclass(frozen=True, slots=True)
class Synchronization:
    """The second listed service starts with the first ("simultaneous") or `least` to `most` after
    ("sequential")."""

    type: str
    least: float = 0.0
    most: float = 0.0


@dataclass(frozen=True, slots=True)
class RequiredService:
    service: str
    duration: float


@dataclass(frozen=True, slots=True)
class Patient:
    """One place with one service, or two linked ones; his row in `distances` is his rank plus one."""

    id: str
    location: tuple[float, float] | None
    window: tuple[float, float]
    services: tuple[RequiredService, ...]
    synchronization: Synchronization | None = None


@dataclass(frozen=True, slots=True)
class Caregiver:
    id: str
    abilities: frozenset[str]


@dataclass(frozen=True, slots=True)
class Instance:
    """`distances`: travel time = distance, shape (patients + 1) squared, row and column 0 = the depot."""

    name: str
    patients: tuple[Patient, ...]
    caregivers: tuple[Caregiver, ...]
    services: Mapping[str, float]
    depot: tuple[float, float] | None
    distances: tuple[tuple[float, ...], ...]


@dataclass(frozen=True, slots=True)
class Visit:
    patient: str
    service: str
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Route:
    caregiver: str
    visits: tuple[Visit, ...]


@dataclass(frozen=True, slots=True)
class Solution:
    routes: tuple[Route, ...]


def read(path: Path) -> Instance:
    """Read an instance, plain or gzipped. Raises: UnreadableInput with all faults (codes in `common`)."""
    root = read_json(path)
    findings = root.findings
    services = {
        node.at("id").text(): node.at("default_duration").number(0) for node in root.at("services").items()
    }
    patients = tuple(_patient(node) for node in root.at("patients").items())
    caregivers = tuple(_caregiver(node) for node in root.at("caregivers").items())
    offices = root.at("central_offices").items()
    if len(offices) != 1:
        findings.add("B106", "central_offices", "one_depot", {"count": len(offices)})
    depot = _place(offices[0]) if offices else None
    distances = root.at("distances").square(len(patients) + 1, is_whole=False)
    instance = Instance(bare_name(path), patients, caregivers, services, depot, distances)
    _cross_check(instance, findings)
    findings.settle()
    return instance


def _caregiver(node: Node) -> Caregiver:
    return Caregiver(node.at("id").text(), frozenset(node.at("abilities").texts()))


def _patient(node: Node) -> Patient:
    window = _pair(node.at("time_window"))
    if window[0] > window[1]:
        node.findings.add(
            "B103", f"{node.where}.time_window", "window_reversed", {"window": str(list(window))}
        )
    services = tuple(
        RequiredService(item.at("service").text(), item.at("duration").number(0))
        for item in node.at("required_caregivers").items()
    )
    sync = node.maybe("synchronization")
    link = None if sync is None else _synchronization(sync)
    if (len(services), link is None) not in {(1, True), (2, False)}:
        words = "services_without_link" if link is None else "services_with_link"
        node.findings.add("B106", node.where, words, {"count": len(services)})
    return Patient(node.at("id").text(), _place(node), window, services, link)


def _synchronization(node: Node) -> Synchronization:
    kind = node.at("type").word(SYNC_TYPES)
    if kind == "simultaneous":
        return Synchronization(kind)
    least, most = _pair(node.at("distance"))
    if least > most:
        node.findings.add(
            "B103", f"{node.where}.distance", "least_after_most", {"least": least, "most": most}
        )
    return Synchronization(kind, least, most)


def _place(node: Node) -> tuple[float, float] | None:
    """Where it lies, for maps only: no cost depends on it."""
    location = node.maybe("location")
    return None if location is None else _pair(location)


def _pair(node: Node) -> tuple[float, float]:
    values = [item.number() for item in node.items()]
    if len(values) != 2:
        if isinstance(node.value, list):
            node.findings.add("B106", node.where, "two_numbers", {"count": len(values)})
        return (0.0, 0.0)
    return (values[0], values[1])


def _cross_check(instance: Instance, findings: Findings) -> None:
    findings.unique((patient.id for patient in instance.patients), "patients")
    findings.unique((caregiver.id for caregiver in instance.caregivers), "caregivers")
    rows, wanted = len(instance.distances), len(instance.patients) + 1
    if rows > wanted:
        findings.add("B106", "distances", "rows_with_depot", {"rows": rows, "wanted": wanted})
    for caregiver in instance.caregivers:
        for ability in sorted(caregiver.abilities):
            findings.known(ability, instance.services, f"caregivers.{caregiver.id}.abilities")
    for patient in instance.patients:
        findings.unique(
            (need.service for need in patient.services), f"patients.{patient.id}.required_caregivers"
        )
        for need in patient.services:
            findings.known(need.service, instance.services, f"patients.{patient.id}.required_caregivers")


def read_solution(path: Path) -> Solution:
    """Read a solution in the set's format. Raises: UnreadableInput with all faults; names are judged by
    `evaluate`."""
    root = read_json(path)
    routes = tuple(
        Route(node.at("caregiver_id").text(), tuple(_visit(stop) for stop in node.at("locations").items()))
        for node in root.at("routes").items()
    )
    root.findings.settle()
    return Solution(routes)


def _visit(node: Node) -> Visit:
    return Visit(
        node.at("patient", "patient_id").text(),
        node.at("service", "service_id").text(),
        float(node.at("arrival_time").number()),
        float(node.at("departure_time").number()),
    )


def write_solution(path: Path, solution: Solution) -> None:
    """Write `solution` in the set's format, gzipped when the name ends in .gz."""
    routes = [
        {
            "caregiver_id": route.caregiver,
            "locations": [
                {
                    "patient": visit.patient,
                    "service": visit.service,
                    "arrival_time": tidy(visit.start),
                    "departure_time": tidy(visit.end),
                }
                for visit in route.visits
            ],
        }
        for route in solution.routes
    ]
    write_json(path, {"routes": routes})


def evaluate(instance: Instance, solution: Solution) -> Evaluation:
    """Cost and broken rules; components are distance (D), tardiness (T) and max_tardiness (Tmax).

    Violation codes: UNKNOWN, DUPLICATE_ROUTE, DUPLICATE_SERVICE, MISSING_SERVICE, ABILITY, EARLY, DURATION,
    TRAVEL, SIMULTANEOUS, SEQUENTIAL.
    """
    patients = {patient.id: patient for patient in instance.patients}
    row = {patient.id: rank for rank, patient in enumerate(instance.patients, start=1)}
    distance = sum(_travel(instance, route, row) for route in solution.routes)
    late = [
        max(0.0, visit.start - patients[visit.patient].window[1])
        for route in solution.routes
        for visit in route.visits
        if visit.patient in patients
    ]
    tardiness, worst = sum(late), max(late, default=0.0)
    violations = [*_route_faults(instance, solution, patients, row), *_patient_faults(instance, solution)]
    components = {"distance": distance, "tardiness": tardiness, "max_tardiness": worst}
    return Evaluation((distance + tardiness + worst) / 3, components, violations)


def _travel(instance: Instance, route: Route, row: Mapping[str, int]) -> float:
    stops = [row[visit.patient] for visit in route.visits if visit.patient in row]
    places = [0, *stops, 0]
    # An empty route costs nothing, whatever the file says of the way from the depot to itself.
    return sum(instance.distances[a][b] for a, b in pairwise(places)) if stops else 0.0


def _route_faults(
    instance: Instance, solution: Solution, patients: Mapping[str, Patient], row: Mapping[str, int]
) -> Iterator[str]:
    abilities = {caregiver.id: caregiver.abilities for caregiver in instance.caregivers}
    met: set[str] = set()
    for route in solution.routes:
        who = route.caregiver
        if who not in abilities:
            yield breach("UNKNOWN", who)
        if who in met:
            yield breach("DUPLICATE_ROUTE", who, routes=2)
        met.add(who)
        place, free = 0, 0.0
        for visit in route.visits:
            label = f"{who}/{visit.patient}/{visit.service}"
            patient = patients.get(visit.patient)
            need = (
                next((need for need in patient.services if need.service == visit.service), None)
                if patient
                else None
            )
            if patient is None or need is None:
                yield breach("UNKNOWN", label)
                continue
            yield from _visit_faults(
                label, visit, patient, need, visit.service in abilities.get(who, frozenset())
            )
            arrival = free + instance.distances[place][row[patient.id]]
            if visit.start < arrival - TOLERANCE:
                yield breach("TRAVEL", label, start=visit.start, earliest=arrival)
            place, free = row[patient.id], visit.end


def _visit_faults(
    label: str, visit: Visit, patient: Patient, need: RequiredService, is_able: bool
) -> Iterator[str]:
    if not is_able:
        yield breach("ABILITY", label)
    if visit.start < patient.window[0] - TOLERANCE:
        yield breach("EARLY", label, start=visit.start, opens=patient.window[0])
    if abs(visit.end - visit.start - need.duration) > TOLERANCE:
        yield breach("DURATION", label, lasts=visit.end - visit.start, due=need.duration)


def _patient_faults(instance: Instance, solution: Solution) -> Iterator[str]:
    starts: dict[tuple[str, str], list[float]] = {}
    for route in solution.routes:
        for visit in route.visits:
            starts.setdefault((visit.patient, visit.service), []).append(visit.start)
    for patient in instance.patients:
        done = [starts.get((patient.id, need.service), []) for need in patient.services]
        for need, times in zip(patient.services, done, strict=True):
            if not times:
                yield breach("MISSING_SERVICE", f"{patient.id}/{need.service}")
            if len(times) > 1:
                yield breach("DUPLICATE_SERVICE", f"{patient.id}/{need.service}", times=len(times))
        if patient.synchronization is not None and all(done):
            # First starts only: a service done twice is already told as a duplicate.
            yield from _link_faults(patient.id, patient.synchronization, done[1][0] - done[0][0])


def _link_faults(label: str, link: Synchronization, gap: float) -> Iterator[str]:
    if link.type == "simultaneous" and abs(gap) > TOLERANCE:
        yield breach("SIMULTANEOUS", label, gap=gap)
    if link.type == "sequential" and not link.least - TOLERANCE <= gap <= link.most + TOLERANCE:
        yield breach("SEQUENTIAL", label, gap=gap, least=link.least, most=link.most)
