"""What a solution of the unified set costs, and what it breaks, straight from the published formula.

    objective = sum over the components of weight x value        ("HARD" weighs 1, absent weighs 0)

Leaving the depot: first start - travel (no wait at the first door), except where the set says shift start. A
wait is START - (previous END + travel). Lateness of a service is measured from the last window that has begun
at its START.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from scenarios.bench.sets.common import Evaluation, breach
from scenarios.bench.sets.uhhc.instance import AT_START, HARD, Caregiver, Instance, Patient, RequiredService
from scenarios.bench.sets.uhhc.solution import Entry, Route, Solution

RULES = ("qualification", "incompabilities", "caregiver_preferences")
"""Components that are hard rules when the instance gives them no weight."""


@dataclass(frozen=True, slots=True)
class _Day:
    """One used caregiver's day on the clock: `waits[k]` minutes before entry k, or `lags[k]` too few."""

    caregiver: Caregiver
    route: Route
    travel: int
    departure: int
    back: int
    waits: tuple[int, ...]
    lags: tuple[int, ...]

    @property
    def service(self) -> int:
        return sum(entry.end - entry.start for entry in self.route.entries if not entry.is_lunch)

    @property
    def counted_waits(self) -> list[int]:
        """The second entry's wait is free when the first entry is a lunch."""
        free = 1 if self.route.entries[0].is_lunch else -1
        return [wait for rank, wait in enumerate(self.waits) if rank != free]

    @property
    def idle(self) -> int:
        """Before leaving, while waiting, after the return: within the shift; without one while waiting."""
        shift = self.caregiver.shift
        if shift is None:
            return sum(self.waits)
        return max(0, self.departure - shift.start) + sum(self.waits) + max(0, shift.end - self.back)

    @property
    def extra(self) -> int:
        shift = self.caregiver.shift
        return 0 if shift is None else max(0, self.back - shift.end)


@dataclass(frozen=True, slots=True)
class _Service:
    """One service done for a patient who asks for it."""

    caregiver: Caregiver
    patient: Patient
    need: RequiredService
    entry: Entry

    @property
    def label(self) -> str:
        return f"{self.caregiver.id} {self.entry.patient}/{self.entry.service}"


def evaluate(instance: Instance, solution: Solution) -> Evaluation:
    """Weighted cost, the 14 unweighted components (see `instance.COMPONENTS`), and the broken rules.

    Violation codes: UNKNOWN, DUPLICATE_ROUTE, DUPLICATE_SERVICE, MISSING_SERVICE, UNCOVERED, DURATION, EARLY,
    TRAVEL, SHIFT_START, SHIFT_END, SIMULTANEOUS, SEQUENTIAL, LUNCH, HARD (a component that must be 0 and is
    not).
    """
    patients = {patient.id: patient for patient in instance.patients}
    staff = {caregiver.id: caregiver for caregiver in instance.caregivers}
    visited = {e.patient for route in solution.routes for e in route.entries if not e.is_lunch}
    places = {name: patient.place for name, patient in patients.items() if name in visited}
    routes = [Route.of(route.caregiver, route.entries) for route in solution.routes]
    days = [
        _day(instance, staff[r.caregiver], r, places) for r in routes if r.caregiver in staff and r.entries
    ]
    services = list(_services(days, patients))
    components = _components(instance, days, services, visited)
    weight = {name: 1 if value == HARD else value for name, value in instance.weights.items()}
    violations = [
        *_unknown(routes, staff, patients),
        *_day_faults(instance, days),
        *_service_faults(instance, services),
        *_coverage_faults(instance, services),
        *_hard_faults(instance, components),
    ]
    objective = sum(weight.get(name, 0) * value for name, value in components.items())
    return Evaluation(objective, dict(components), violations)


def _day(instance: Instance, caregiver: Caregiver, route: Route, places: Mapping[str, int]) -> _Day:
    """Walk a route; an entry at an unvisited patient's (such as a lunch before leaving) is at the caregiver's
    depot."""
    stops = [places.get(entry.patient, caregiver.departure) for entry in route.entries]
    path = [caregiver.departure, *stops, caregiver.arrival]
    legs = [instance.distances[a][b] for a, b in pairwise(path)]
    first = route.entries[0].start - legs[0]
    departure = caregiver.shift.start if instance.leaves_at_shift_start and caregiver.shift else first
    free = [departure, *(entry.end for entry in route.entries)]
    slack = [entry.start - (free[rank] + legs[rank]) for rank, entry in enumerate(route.entries)]
    waits, lags = tuple(max(0, value) for value in slack), tuple(max(0, -value) for value in slack)
    return _Day(caregiver, route, sum(legs), departure, free[-1] + legs[-1], waits, lags)


def _services(days: Sequence[_Day], patients: Mapping[str, Patient]) -> Iterator[_Service]:
    for day in days:
        for entry in day.route.entries:
            patient = patients.get(entry.patient)
            for need in patient.services if patient and not entry.is_lunch else ():
                if patient and need.service == entry.service:
                    yield _Service(day.caregiver, patient, need, entry)


def _lateness(instance: Instance, service: _Service) -> int:
    """Minutes past the end of the last window begun at START; 0 before the first (EARLY is a violation of its
    own)."""
    begun = [window for window in service.patient.windows if window.start <= service.entry.start]
    if not begun:
        return 0
    moment = service.entry.start if instance.time_window_met == AT_START else service.entry.end
    return max(0, moment - max(begun, key=lambda window: window.start).end)


def _components(
    instance: Instance, days: Sequence[_Day], services: Sequence[_Service], visited: set[str]
) -> dict[str, int]:
    late = [_lateness(instance, service) for service in services]
    waits = [wait for day in days for wait in day.counted_waits]
    shifts = {caregiver.id: caregiver.shift for caregiver in instance.caregivers}
    # Who has no route idles for the whole shift.
    idle = {id: 0 if shift is None else shift.end - shift.start for id, shift in shifts.items()}
    idle.update({day.caregiver.id: day.idle for day in days})
    work = dict.fromkeys((caregiver.id for caregiver in instance.caregivers), 0)
    for day in days:
        work[day.caregiver.id] += day.travel + day.service
    fed = {day.caregiver.id for day in days if any(entry.is_lunch for entry in day.route.entries)}
    return {
        "travel_time": sum(day.travel for day in days),
        "total_tardiness": sum(late),
        "highest_tardiness": max(late, default=0),
        "total_waiting_time": sum(waits),
        "max_waiting_time": max(waits, default=0),
        "total_extra_time": sum(day.extra for day in days),
        "max_idle_time": max(idle.values(), default=0),
        "caregiver_preferences": sum(_is_stranger(service) for service in services),
        "optional_patients": sum(patient.id not in visited for patient in instance.patients),
        "missed_lunch_break": sum(c.has_lunch and c.id not in fed for c in instance.caregivers),
        "workload_balance": _imbalance(list(work.values())),
        "working_time": sum(work.values()),
        "qualification": sum(
            service.entry.service not in service.caregiver.abilities for service in services
        ),
        "incompabilities": sum(service.caregiver.id in service.patient.incompatible for service in services),
    }


def _is_stranger(service: _Service) -> bool:
    return service.patient.preferred is not None and service.caregiver.id not in service.patient.preferred


def _imbalance(work: Sequence[int]) -> int:
    """Sum of ceil(|work - mean|), in whole arithmetic: ceil(|n w - total| / n)."""
    return sum(-(-abs(len(work) * own - sum(work)) // len(work)) for own in work)


def _unknown(
    routes: Sequence[Route], staff: Mapping[str, Caregiver], patients: Mapping[str, Patient]
) -> Iterator[str]:
    for name, count in Counter(route.caregiver for route in routes).items():
        if name not in staff:
            yield breach("UNKNOWN", name)
        if count > 1:
            yield breach("DUPLICATE_ROUTE", name, routes=count)
    for route in routes:
        for entry in route.entries:
            patient = patients.get(entry.patient)
            asked = {need.service for need in patient.services} if patient else set()
            if not entry.is_lunch and entry.service not in asked:
                yield breach("UNKNOWN", f"{route.caregiver}/{entry.patient}/{entry.service}")


def _day_faults(instance: Instance, days: Sequence[_Day]) -> Iterator[str]:
    for day in days:
        who, shift = day.caregiver.id, day.caregiver.shift
        if shift is None and day.departure < 0:
            yield breach("HORIZON", who, departure=day.departure, earliest=0)
        if shift is not None and day.departure < shift.start:
            yield breach("SHIFT_START", who, departure=day.departure, earliest=shift.start)
        if shift is not None and instance.weights.get("working_time") == HARD and day.extra:
            yield breach("SHIFT_END", who, back=day.back, latest=shift.end)
        for entry, lag in zip(day.route.entries, day.lags, strict=True):
            if lag:
                yield breach("TRAVEL", f"{who}/{entry.patient}/{entry.service}", early_min=lag)
        yield from _lunch_faults(instance, day)


def _lunch_faults(instance: Instance, day: _Day) -> Iterator[str]:
    who, rule = day.caregiver.id, instance.lunch
    lunches = [entry for entry in day.route.entries if entry.is_lunch]
    if len(lunches) > 1:
        yield breach("LUNCH", who, lunches=len(lunches), due=1)
    for lunch in lunches:
        if rule is None:
            yield breach("LUNCH", who, lunches=len(lunches), due=0)
            continue
        moment = lunch.start if instance.time_window_met == AT_START else lunch.end
        if lunch.start < rule.start or moment > rule.end:
            yield breach("LUNCH", who, start=lunch.start, end=lunch.end, opens=rule.start, closes=rule.end)
        if lunch.end - lunch.start < rule.min_duration:
            yield breach("LUNCH", who, lasts=lunch.end - lunch.start, least=rule.min_duration)


def _service_faults(instance: Instance, services: Sequence[_Service]) -> Iterator[str]:
    for service in services:
        entry, opens = service.entry, min(window.start for window in service.patient.windows)
        if entry.start < opens:
            yield breach("EARLY", service.label, start=entry.start, opens=opens)
        if entry.end - entry.start != service.need.duration:
            yield breach("DURATION", service.label, lasts=entry.end - entry.start, due=service.need.duration)


def _coverage_faults(instance: Instance, services: Sequence[_Service]) -> Iterator[str]:
    starts: dict[tuple[str, str], list[int]] = {}
    for service in services:
        starts.setdefault((service.patient.id, service.need.service), []).append(service.entry.start)
    for patient in instance.patients:
        done = [starts.get((patient.id, need.service), []) for need in patient.services]
        if not any(done):
            if not patient.is_optional:
                yield breach("UNCOVERED", patient.id)
            continue
        for need, times in zip(patient.services, done, strict=True):
            if not times:
                yield breach("MISSING_SERVICE", f"{patient.id}/{need.service}")
            if len(times) > 1:
                yield breach("DUPLICATE_SERVICE", f"{patient.id}/{need.service}", times=len(times))
        if all(done):
            # First starts only: a service done twice is already told as a duplicate.
            yield from _link_faults(patient, [times[0] for times in done])


def _link_faults(patient: Patient, starts: Sequence[int]) -> Iterator[str]:
    link = patient.synchronization
    if link is None or link.type == "independent":
        return
    gap = starts[1] - starts[0]
    if link.type == "simultaneous" and gap:
        yield breach("SIMULTANEOUS", patient.id, gap_min=gap)
    if link.type == "sequential" and not link.least <= gap <= link.most:
        yield breach("SEQUENTIAL", patient.id, gap_min=gap, least=link.least, most=link.most)


def _hard_faults(instance: Instance, components: Mapping[str, int]) -> Iterator[str]:
    """`working_time` is told by SHIFT_END: its measure, the whole work, is never 0."""
    for name, value in components.items():
        is_hard = instance.weights.get(name, HARD if name in RULES else 0) == HARD
        if is_hard and value and name != "working_time":
            yield breach("HARD", name, met=value, due=0)
