"""The figures of a plan, counted anew from the plan and its problem alone: loops and sums, nothing of
`brigade.figures`.

Also without the plan's own measures: what is work is written out once more, from docs/figures.md.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from brigade.values.plan import Plan
from brigade.values.problem import Problem

Told = Mapping[tuple[str, str | None], float]
CO2 = {"car": 218, "licence_free_car": 140, "e_bike": 11, "bus": 113, "foot": 0}


def by_hand(problem: Problem, plan: Plan) -> Told:
    """By figure and part. One tick is a minute."""
    assert problem.horizon.ticks_per_minute == 1
    found: dict[tuple[str, str | None], float] = defaultdict(int)
    _requests(problem, plan, found)
    for route in plan.routes:
        _route(problem, plan, route, found)
    _people(problem, found)
    return found


def _requests(problem: Problem, plan: Plan, found: dict[Any, float]) -> None:
    covered = {stop.visit_id for route in plan.routes for stop in route.stops}
    carers = {entry.visit_id: entry for feed in problem.rota for entry in feed.entries}
    for visit in problem.visits:
        entry = carers.get(visit.id)
        if (
            entry is not None and _absence(problem, entry, visit.duration) is None
        ) or not visit.wants_replacement:
            continue
        provider = next(one.provider_id for one in problem.clients if one.id == visit.client_id)
        for part in (None, f"P{int(visit.priority)}", provider, *(["mandatory"] if visit.mandatory else [])):
            found["requests", part] += 1
            found["covered", part] += visit.id in covered
            found["coverage_rate", part] = found["covered", part] / found["requests", part]
        if visit.id not in covered:
            found["service_breaks", None] += visit.mandatory or visit.priority <= 2
            found["mandatory_uncovered", None] += visit.mandatory
    rates = [found["coverage_rate", one.id] for one in problem.providers if ("requests", one.id) in found]
    found["equity_providers_range", None] = max(rates) - min(rates)


def _route(problem: Problem, plan: Plan, route: Any, found: dict[Any, float]) -> None:
    worker = next(one for one in problem.workers if one.id == route.worker_id)
    employer = next(one for one in problem.employers if one.id == worker.employer_id)
    day = [one for one in plan.routes if (one.worker_id, one.day) == (route.worker_id, route.day)]
    stops_of_day = [stop.visit_id for one in day for stop in one.stops]
    hosts = {problem.provider_of(visit).id for visit in problem.visits if visit.id in stops_of_day}
    short = problem.rules_for(worker, hosts).get("SHORT_GAP_PAID")
    work = 0
    for number, stop in enumerate(route.stops):
        visit = next(one for one in problem.visits if one.id == stop.visit_id)
        found["commute" if number == 0 else "travel", None] += stop.travel
        wait = stop.start - stop.arrival - stop.pause
        work += (
            visit.duration
            + (stop.travel if number else 0)
            + (wait if short and 0 < wait < short.value else 0)
        )
        known = visit.usual_workers | visit.preferred_workers
        found["known_visits", None] += bool(known)
        found["familiar_visits", None] += worker.id in known
        latest = next(one.latest for one in visit.windows if one.earliest <= stop.start <= one.hard_latest)
        found["lateness", None] += max(0, stop.start - latest)
        found["to_offer", None] += stop.marking.kind == "to_offer"
        for part in (None, worker.id):
            found["short_notice_calls", part] += stop.start - stop.told_at < 96 * 60
        if employer.kind == "ai" and visit.act_class == "essential":
            found["ai_essential_service", None] += visit.duration
        _paid(problem, visit, found)
    found["commute", None] += route.travel_back
    metres = sum(stop.metres for stop in route.stops) + route.metres_back
    for part in (None, worker.id):
        found["distance", part] += metres
    found["co2", None] += metres * CO2[worker.mode] / 1000
    found["work", worker.id] += work
    found["employer_work", str(employer.kind)] += work
    found["ai_work", None] += work if employer.kind == "ai" else 0


def _paid(problem: Problem, visit: Any, found: dict[Any, float]) -> None:
    entry = next((one for feed in problem.rota for one in feed.entries if one.visit_id == visit.id), None)
    absence = None if entry is None else _absence(problem, entry, visit.duration)
    if absence is None:
        return
    found["training_service", None] += visit.duration if absence.kind.endswith("_release") else 0
    for line in problem.funding_lines:
        if line.id == absence.funding_line_id:
            found["funded_service", line.id] += visit.duration
            found["funded", line.id] += int(visit.duration * line.hourly_rate_cents / 60 + 0.5)


def _absence(problem: Problem, entry: Any, minutes: int) -> Any:
    """The first absence of its carer that falls into a visit's time; None: its carer comes."""
    for one in problem.absences:
        if (
            one.employee_id == entry.employee_id
            and one.interval.start < entry.start + minutes
            and entry.start < one.interval.end
        ):
            return one
    return None


def _people(problem: Problem, found: dict[Any, float]) -> None:
    """Costs of the days of each; one day here."""
    for worker in problem.workers:
        cents = int(found["distance", worker.id] * worker.cents_per_km / 1000 + 0.5)
        found["mileage_cost", worker.id] = cents
        found["mileage_cost", None] += cents
    if found["known_visits", None]:
        found["continuity", None] = found["familiar_visits", None] / found["known_visits", None]
