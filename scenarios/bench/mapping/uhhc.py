"""The unified home-care set in the product's words: optional and linked visits, soft windows, overtime, a
wished lunch.

What the model cannot say is refused (`Unmapped`), never rounded away. Prices are the set's, a unit for each
of its points.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from brigade.errors import Clause
from brigade.judging.objective import CostBreakdown
from brigade.timing.meals import where_meal_begins
from brigade.units import TimeWindow
from brigade.values.demand import Link, LinkKind, Visit
from brigade.values.places import Site
from brigade.values.plan import Plan, Route
from brigade.values.policy import CoverageMode, Policy, Weights
from brigade.values.problem import Problem
from brigade.values.workforce import Availability, Worker
from scenarios.bench.mapping.base import (
    Scale,
    Unmapped,
    both_or_none,
    matrix,
    only,
    problem,
    routes_by_worker,
    scale,
    visit,
    worker,
)
from scenarios.bench.sets import uhhc
from scenarios.bench.sets.uhhc.instance import AT_START

TERMS = {
    "travel_time": "travel",
    "total_tardiness": "lateness",
    "highest_tardiness": "max_lateness",
    "total_waiting_time": "interruption",
    "max_waiting_time": "max_waiting",
    "total_extra_time": "overtime",
    "max_idle_time": "max_idle",
    "caregiver_preferences": "not_preferred",
    "missed_lunch_break": "missed_meal",
}
"""The measures that the product prices, under its own names."""
COUNTED = frozenset({"caregiver_preferences", "missed_lunch_break"})
HARD_AS_RULES = frozenset(
    {
        "total_tardiness",
        "highest_tardiness",
        "total_extra_time",
        "working_time",
        "missed_lunch_break",
        "optional_patients",
    }
    | {"qualification", "incompabilities", "caregiver_preferences"}
)
"""Components that the mapping turns into rules when they must be 0."""
MANDATORY_POINTS = 1_000_000
"""Far above any cost of the set, far below the limits of 64 bits."""


def problem_of(instance: uhhc.Instance) -> Problem:
    """The product's own problem. Raises: Unmapped, for components that it has no words for."""
    _refuse(instance)
    measure = _scale(instance)
    sites = [Site(f"s{row}") for row in range(len(instance.distances))]
    services = {ability for one in instance.caregivers for ability in one.abilities}
    services |= {need.service for patient in instance.patients for need in patient.services}
    return problem(
        instance.name,
        measure,
        sites,
        matrix(measure, sites, instance.distances),
        {f"c{rank}": f"s{patient.place}" for rank, patient in enumerate(instance.patients)},
        _visits(instance, measure),
        (_worker(instance, measure, rank, one) for rank, one in enumerate(instance.caregivers)),
        _links(instance, measure),
        services,
        Policy(
            CoverageMode.WEIGHTED,
            points={0: MANDATORY_POINTS, 1: 0, 2: 0, 3: 0, 4: 0},
            units_per_point=1,
            weights=_weights(instance, measure),
            strict=True,
        ),
    )


def _weight(instance: uhhc.Instance, name: str) -> int:
    """The price of a component; 0 where it must be 0 anyway: then a rule says so."""
    value = instance.weights.get(name, 0)
    # Travel cannot be 0 by a rule: where the set calls it hard it costs the least there is.
    return 1 if value == uhhc.HARD and name == "travel_time" else 0 if value == uhhc.HARD else int(value)


def _is_hard(instance: uhhc.Instance, name: str) -> bool:
    return instance.weights.get(name) == uhhc.HARD


def _weights(instance: uhhc.Instance, measure: Scale) -> Weights:
    prices = {term: _weight(instance, name) for name, term in TERMS.items()}
    counted = {TERMS[name] for name in COUNTED}
    return only(
        **{term: price * (1 if term in counted else measure.stretch) for term, price in prices.items()}
    )


def _refuse(instance: uhhc.Instance) -> None:
    weights = {name: value for name, value in instance.weights.items() if value != 0}
    said = set(TERMS) | {"optional_patients"}
    unknown = [name for name, value in weights.items() if (name not in said and value != uhhc.HARD)]
    unknown += [
        name
        for name, value in weights.items()
        if value == uhhc.HARD and name not in HARD_AS_RULES | {"travel_time"}
    ]
    eats = any(caregiver.has_lunch for caregiver in instance.caregivers)
    if eats and "max_waiting_time" in weights:
        unknown.append("max_waiting_time + lunch_break")
    if instance.leaves_at_shift_start and weights.keys() & {
        "total_waiting_time",
        "max_waiting_time",
        "max_idle_time",
    }:
        unknown.append("departure at shift start")
    if eats and any(one.departure != one.arrival for one in instance.caregivers):
        unknown.append("lunch_break between two terminals")
    if any(patient.preferred == frozenset() for patient in instance.patients):
        unknown.append("preferred_caregivers: []")
    if any(window.end - need.duration < window.start for window, need in _late_anyway(instance)):
        unknown.append("window shorter than its service")
    if unknown:
        raise Unmapped(Clause("set_beyond_the_model", {"name": instance.name, "what": sorted(unknown)}))


def _late_anyway(instance: uhhc.Instance) -> Iterator[tuple[uhhc.Span, uhhc.RequiredService]]:
    if instance.time_window_met != AT_START:
        for patient in instance.patients:
            yield from ((window, need) for window in patient.windows for need in patient.services)


def _scale(instance: uhhc.Instance) -> Scale:
    """Room for everything that could still be done after the last window and the last shift."""
    ends = [window.end for patient in instance.patients for window in patient.windows]
    last = max(
        ends + [caregiver.shift.end for caregiver in instance.caregivers if caregiver.shift], default=0
    )
    longest = max((max(row, default=0) for row in instance.distances), default=0)
    return scale(1, 2 * last + longest)


# -- visits ------------------------------------------------------------------------------------------------
def _visits(instance: uhhc.Instance, measure: Scale) -> Iterator[Visit]:
    staff = frozenset(caregiver.id for caregiver in instance.caregivers)
    rows = {caregiver.id: f"w{rank}" for rank, caregiver in enumerate(instance.caregivers)}
    prefers = instance.weights.get("caregiver_preferences", uhhc.HARD)
    for rank, patient in enumerate(instance.patients):
        strangers = (
            staff - patient.preferred
            if patient.preferred is not None and prefers == uhhc.HARD
            else frozenset()
        )
        liked = patient.preferred if patient.preferred is not None and prefers != uhhc.HARD else frozenset()
        price = _price(instance, patient)
        for number, need in enumerate(patient.services):
            # What is left of the division goes to the first services: the parts add up to the price of the
            # patient.
            share = (
                None
                if price is None
                else price // len(patient.services) + (number < price % len(patient.services))
            )
            forbidden = frozenset(rows[name] for name in patient.incompatible | strangers)
            yield visit(
                _visit_id(rank, number),
                f"c{rank}",
                need.duration,
                tuple(_windows(instance, measure, patient, need)),
                (need.service,),
                points=share,
                preferred_workers=frozenset(rows[name] for name in liked) - forbidden,
                forbidden_workers=forbidden,
            )


def _price(instance: uhhc.Instance, patient: uhhc.Patient) -> int | None:
    """What it costs to leave the patient out; None: he must be visited."""
    if not patient.is_optional or _is_hard(instance, "optional_patients"):
        return None
    return _weight(instance, "optional_patients")


def _visit_id(rank: int, number: int) -> str:
    return f"v{rank}-{number}"


def _windows(
    instance: uhhc.Instance, measure: Scale, patient: uhhc.Patient, need: uhhc.RequiredService
) -> Iterator[TimeWindow]:
    """Lateness counts from the last window begun, so one lasts until the next begins."""
    starts = {
        window.start: window for window in sorted(patient.windows, key=lambda one: (one.start, one.end))
    }
    ordered = [*starts.values()]
    late = 0 if instance.time_window_met == AT_START else need.duration
    ends = [after.start - 1 for _, after in pairwise(ordered)] + [measure.horizon.length]
    is_hard = _is_hard(instance, "total_tardiness") or _is_hard(instance, "highest_tardiness")
    for window, end in zip(ordered, ends, strict=True):
        latest = min(window.end - late, end)
        yield TimeWindow(window.start, latest, latest if is_hard else end)


def _links(instance: uhhc.Instance, measure: Scale) -> Iterator[Link]:
    for rank, patient in enumerate(instance.patients):
        ids, link = (_visit_id(rank, 0), _visit_id(rank, 1)), patient.synchronization
        if len(patient.services) < 2:
            continue
        if link is not None and link.type == "simultaneous":
            yield Link(LinkKind.SAME_START, *ids)
        elif link is not None and link.type == "sequential":
            yield Link(LinkKind.GAP, *ids, link.least, link.most)
        else:
            yield both_or_none(*ids)


# -- people ------------------------------------------------------------------------------------------------
def _worker(instance: uhhc.Instance, measure: Scale, rank: int, caregiver: uhhc.Caregiver) -> Worker:
    start, end = (
        (caregiver.shift.start, caregiver.shift.end) if caregiver.shift else (0, measure.horizon.length)
    )
    is_strict = (
        caregiver.shift is None
        or _is_hard(instance, "working_time")
        or _is_hard(instance, "total_extra_time")
    )
    lunch = instance.lunch if caregiver.has_lunch and _has_time_to_eat(instance, caregiver) else None
    late = 0 if lunch is None or instance.time_window_met == AT_START else lunch.min_duration
    stay = Availability(
        start,
        end,
        end if is_strict else min(measure.horizon.length, start + 24 * 60 * measure.stretch),
        meal=lunch.min_duration if lunch else None,
        meal_earliest=lunch.start if lunch else None,
        meal_latest=lunch.end - late if lunch else None,
        meal_required=lunch is not None and _is_hard(instance, "missed_lunch_break"),
    )
    return worker(f"w{rank}", stay, f"s{caregiver.departure}", f"s{caregiver.arrival}", caregiver.abilities)


def _has_time_to_eat(instance: uhhc.Instance, caregiver: uhhc.Caregiver) -> bool:
    """Whether the shift holds the lunch at all; else it is missed whatever happens."""
    if instance.lunch is None:
        return False
    late = 0 if instance.time_window_met == AT_START else instance.lunch.min_duration
    begin = _earliest_lunch(caregiver, instance.lunch)
    is_over_in_time = caregiver.shift is None or begin + instance.lunch.min_duration <= caregiver.shift.end
    return begin <= instance.lunch.end - late and is_over_in_time


def _earliest_lunch(caregiver: uhhc.Caregiver, lunch: uhhc.Lunch) -> int:
    return max(caregiver.shift.start, lunch.start) if caregiver.shift else lunch.start


# -- back to the set ---------------------------------------------------------------------------------------
def solution_of(instance: uhhc.Instance, problem: Problem, plan: Plan) -> uhhc.Solution:
    """The plan in the set's own format; who stays at home has lunch there."""
    routes = routes_by_worker(plan)
    visited = {_service(instance, stop.visit_id)[0].id for route in plan.routes for stop in route.stops}
    absent = next((patient.id for patient in instance.patients if patient.id not in visited), "home")
    found = []
    for rank, caregiver in enumerate(instance.caregivers):
        route = routes.get(f"w{rank}")
        entries = _entries(instance, problem, route, absent) if route else _stays(instance, caregiver, absent)
        found.append(uhhc.Route.of(caregiver.id, entries))
    return uhhc.Solution(tuple(found))


def _service(instance: uhhc.Instance, visit_id: str) -> tuple[uhhc.Patient, uhhc.RequiredService]:
    row, _, number = visit_id[1:].partition("-")
    patient = instance.patients[int(row)]
    return patient, patient.services[int(number)]


def _stays(instance: uhhc.Instance, caregiver: uhhc.Caregiver, absent: str) -> list[uhhc.Entry]:
    if not caregiver.has_lunch or instance.lunch is None or not _has_time_to_eat(instance, caregiver):
        return []
    begin = _earliest_lunch(caregiver, instance.lunch)
    return [uhhc.Entry(absent, uhhc.LUNCH, begin, begin + instance.lunch.min_duration)]


def _entries(instance: uhhc.Instance, problem: Problem, route: Route, absent: str) -> list[uhhc.Entry]:
    """Visits in order, and the lunch where the plan has it. At home it stands at the depot: under the name of
    a patient whom nobody visits."""
    made = []
    for stop in route.stops:
        patient, need = _service(instance, stop.visit_id)
        made.append(uhhc.Entry(patient.id, need.service, stop.start, stop.end))
    meal, lunch = where_meal_begins(problem, route), instance.lunch
    if meal is None or lunch is None:
        return made
    is_between, near = 0 < meal.position < len(made), meal.position if meal.at_next else meal.position - 1
    place = made[near].patient if is_between else absent
    made.insert(meal.position, uhhc.Entry(place, uhhc.LUNCH, meal.begin, meal.begin + lunch.min_duration))
    return made


def objective(instance: uhhc.Instance, plan: Plan, costs: CostBreakdown) -> float:
    """The set's cost: the plan's soft cost and the patients left out, and the lunches missed whatever
    happens."""
    hungry = sum(one.has_lunch and not _has_time_to_eat(instance, one) for one in instance.caregivers)
    return (
        costs.soft / _scale(instance).stretch
        + costs.points
        + _weight(instance, "missed_lunch_break") * hungry
    )
