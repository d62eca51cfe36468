"""What a plan costs, term by term (docs/design.md, section 5)."""

from __future__ import annotations

from collections import Counter
from datetime import date

from tests.second_checker import paths
from tests.second_checker.days import Day, Person
from tests.second_checker.driving import days_out, mileage
from tests.second_checker.reading import Case, Stop, Tour, Worker
from tests.second_checker.visits import held, sector_distance
from tests.second_checker.weeks import hours_in, periods

WEIGHTS = {
    "travel": 10,
    "travel_cost": 1,
    "lateness": 20,
    "unfamiliar": 60,
    "not_preferred": 60,
    "missing_preferred": 40,
    "waiting": 2,
    "interruption": 1,
    "overtime": 30,
    "additional_hours": 3,
    "equity_providers": 30,
    "equity_workers": 1,
    "shared_visits": 600,
    "path_essential": 120,
    "path_hours": 2,
    "path_clients": 60,
}
"""What weighs unless a document says otherwise."""
TOLD_BEFORE = ["moved_start", "moved_visit", "changed_worker"]
ASKED_FOR = [
    "used_worker",
    "max_lateness",
    "max_waiting",
    "max_idle",
    "workload_balance",
    "usual_hour",
    "neighbour_sector",
    "other_sector",
    *TOLD_BEFORE,
]
"""What weighs only where a document says so."""
POINTS = {"mandatory": 1000, "P1": 100, "P2": 30, "P3": 10, "P4": 3}


def terms(case: Case, people: list[Person], told: Case | None) -> dict[str, int]:
    """Cost of each soft term, weight included; of the uncovered visits too where coverage is weighted."""
    amounts = _amounts(case, people) | (_disruption(case, told) if told else {})
    weights = WEIGHTS | (case.policy.get("weights") or {})
    found = {name: amount * weights.get(name, 0) for name, amount in amounts.items()}
    if case.policy.get("mode", "lexicographic") == "weighted":
        found["uncovered"] = _points(case) * case.policy.get("units_per_point", 6000) * case.clock.per_minute
    return found


def left_out(case: Case) -> list[int]:
    """Open visits that nobody does: mandatory ones, then by priority."""
    levels = ["mandatory", "P1", "P2", "P3", "P4"]
    found = [case.visits[id] for id in case.open - _covered(case) - _shared(case)]
    count = Counter("mandatory" if visit.get("mandatory") else visit["priority"] for visit in found)
    return [count[level] for level in levels]


def _disruption(case: Case, told: Case) -> dict[str, int]:
    """Against a plan that everybody knows."""
    then, now = (
        {stop.visit["id"]: (t.worker_id, stop.start) for t in one.tours for stop in t.stops}
        for one in (told, case)
    )
    both, lost, one = then.keys() & now.keys(), then.keys() & case.open - now.keys(), case.clock.per_minute
    moved = [abs(now[id][1] - then[id][1]) for id in both]
    return {
        "moved_start": sum(moved),
        "moved_visit": one * (sum(ticks > 0 for ticks in moved) + len(lost)),
        "changed_worker": one * (sum(now[id][0] != then[id][0] for id in both) + len(lost)),
    }


def _covered(case: Case) -> set[str]:
    return {stop.visit["id"] for tour in case.tours for stop in tour.stops}


def _shared(case: Case) -> set[str]:
    return {visit["id"] for visit in case.shared}


def _points(case: Case) -> int:
    points = POINTS | (case.policy.get("points") or {})
    found = 0
    for id in case.open - _covered(case) - _shared(case):
        visit = case.visits[id]
        own = visit.get("points")
        level = "mandatory" if visit.get("mandatory") else visit["priority"]
        found += points[level] if own is None else own
    return found


def _amounts(case: Case, people: list[Person]) -> dict[str, int]:
    one = case.clock.per_minute
    found: Counter[str] = Counter(dict.fromkeys([*WEIGHTS, *ASKED_FOR], 0))
    latenesses, waits = [0], [0]
    found["travel_cost"] += days_out(case) * one
    for person in people:
        for tour in case.tours_of(person.worker.id):
            found["used_worker"] += one
            rules = person.rules([person.days[tour.day]]) if tour.stops else person.rules([])
            found["overtime"] += max(0, tour.back - person.worker.tours[tour.number][1])
            found["travel"] += sum(stop.travel for stop in tour.stops) + tour.travel_back
            found["travel_cost"] += mileage(case, tour, person.worker) * one
            for stop in tour.stops:
                latenesses.append(_lateness(case, stop))
                waits.append(stop.wait)
                found["usual_hour"] += _from_usual_hour(case, stop)
                found["waiting" if stop.wait < person.short(rules) else "interruption"] += stop.wait
                near = sector_distance(case, person.worker, stop.visit)
                found["neighbour_sector"] += one * (near == 1)
                found["other_sector"] += one * (near == 2)
                found.update(_wishes(case, person.worker, stop.visit, tour.day))
        for name, count in paths.missed(person).items():
            found[name] += count * (1 if name == "path_hours" else one)
        for period, _ in periods(person):
            if period.hours is not None:
                found["additional_hours"] += max(0, hours_in(person, period) - period.hours)
    found["lateness"], found["max_lateness"], found["max_waiting"] = (
        sum(latenesses),
        max(latenesses),
        max(waits),
    )
    shared = _shared(case)
    found["shared_visits"] = one * len(shared & case.open - _covered(case))
    left = Counter(
        host for id in case.open - _covered(case) - shared for host in case.hosts_of(case.visits[id])
    )
    found["equity_providers"] = sum(u * (u - 1) // 2 for u in left.values()) * one
    _shares(case, people, found)
    found["max_idle"] = max(
        (_idle(case, person, n) for person in people for n in range(len(person.worker.tours))), default=0
    )
    return dict(found)


def _lateness(case: Case, stop: Stop) -> int:
    """After the soft end of the last window that has begun."""
    of = case.clock.of
    begun = [of(one["latest"]) for one in stop.visit["windows"] if of(one["earliest"]) <= stop.start]
    return max(0, stop.start - max(begun)) if begun else 0


def _from_usual_hour(case: Case, stop: Stop) -> int:
    """From the hour agreed with the client, else from that of the rota."""
    feeds = case.problem["demand"].get("rota", [])
    rota = {one["visit_id"]: one["start"] for feed in feeds for one in feed["entries"]}
    usual = stop.visit.get("planned_start") or rota.get(stop.visit["id"])
    return abs(stop.start - case.clock.of(usual)) if usual else 0


def _wishes(case: Case, worker: Worker, visit: dict[str, list[str]], day: date) -> dict[str, int]:
    one = case.clock.per_minute
    preferred, usual = visit.get("preferred_workers", []), visit.get("usual_workers", [])
    lacking = set(visit.get("preferred", [])) - held(case, worker, day)
    return {
        "unfamiliar": one * bool((preferred or usual) and worker.id not in [*preferred, *usual]),
        "not_preferred": one * bool(preferred and worker.id not in preferred),
        "missing_preferred": one * len(lacking),
    }


def _shares(case: Case, people: list[Person], found: Counter[str]) -> None:
    open_work = sum(case.clock.length(case.visits[id]["duration_min"]) for id in case.open)
    available = {
        person.worker.id: sum(end - start for start, end, _ in person.worker.tours) for person in people
    }
    everybody = sum(available.values())
    work = {person.worker.id: sum(_clocked(person, day) for day in person.planned) for person in people}
    for id, ticks in work.items():
        share = open_work * available[id] // everybody if everybody else 0
        found["equity_workers"] += max(0, ticks - share)
    mean = sum(work.values()) // len(work) if work else 0
    found["workload_balance"] = sum(abs(ticks - mean) for ticks in work.values())


def _clocked(person: Person, day: Day) -> int:
    """Its work that has hours of the clock."""
    return sum(end - start for start, end in person.intervals(day, person.rules([day])))


def _idle(case: Case, person: Person, number: int) -> int:
    start, end, _ = person.worker.tours[number]
    tours: list[Tour] = [one for one in case.tours_of(person.worker.id) if one.number == number and one.stops]
    if not tours:
        return end - start
    (tour,) = tours[:1]
    return max(0, tour.departure - start) + sum(stop.wait for stop in tour.stops) + max(0, end - tour.back)
