"""The plan that everybody follows on a day, and what of it is under way."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import select

from api.access.scope import Scoped
from api.commitments.open_incidents import WORKER_LATE, OpenIncidents
from api.store import kept_plans, plan_parts
from api.store.cycle_tables import Plan
from api.store.incident_tables import Incident
from api.store.plan_parts import PlannedStop, PlannedTour
from brigade.timing.tour_ways import TourWays, leg_of


def plan_on(scoped: Scoped, basin_id: str, day: date) -> Plan | None:
    """Whoever asks needs no right to plans: what follows from it is theirs to know."""
    asked = select(Plan).where(Plan.basin_id == basin_id, Plan.state == "published", Plan.first_day <= day)
    plan = scoped.session.scalar(asked.order_by(Plan.first_day.desc()).limit(1))
    # The newest plan that began by then may be over before the day.
    return plan if plan is not None and day < plan.first_day + timedelta(days=plan.days) else None


def stops_of(plan: Plan | None, worker_id: str) -> list[tuple[PlannedTour, PlannedStop]]:
    """Hers, in order of time."""
    tours = () if plan is None else plan_parts.tours_of(plan.document)
    found = ((tour, stop) for tour in tours if tour.worker_id == worker_id for stop in tour.stops)
    return sorted(found, key=lambda pair: pair[1].start)


def under_way(plan: Plan | None, worker_id: str, at: datetime) -> PlannedStop | None:
    """The last visit she began before `at`, if her tour is not over."""
    begun = [(tour, stop) for tour, stop in stops_of(plan, worker_id) if stop.start < at]
    return begun[-1][1] if begun and begun[-1][0].back > at else None


def begun_visits(plan: Plan | None, now: datetime, told: OpenIncidents) -> frozenset[str]:
    """The visits of a plan that have begun by now: nothing about them can be changed any more. Who was called
    away before, or did not come, has begun nothing."""
    if plan is None:
        return frozenset()
    return frozenset(
        stop.visit_id
        for stop in plan_parts.stops_of(plan.document)
        if stop.start <= now and not told.never_began(plan.id, stop.visit_id, stop.worker_id, stop.start)
    )


def home_again(scoped: Scoped, plan: Plan | None, worker_id: str, at: datetime) -> datetime:
    """When somebody called away at `at` is home: at once, or after the visit under way, with its delays, and
    the way back."""
    stop = under_way(plan, worker_id, at)
    if plan is None or stop is None:
        return at
    problem = kept_plans.fetch_problem(scoped.session, plan.digest)
    worker, visit = problem.worker_by_id.get(worker_id), problem.visit_by_id.get(stop.visit_id)
    if worker is None or visit is None:
        return max(at, stop.end)
    way = leg_of(TourWays(problem, worker).back(visit))[0]
    return max(
        at, stop.end + _delays(scoped, plan.basin_id, stop) + timedelta(minutes=problem.horizon.minutes(way))
    )


def _delays(scoped: Scoped, basin_id: str, stop: PlannedStop) -> timedelta:
    """What was told of a visit since its plan was made."""
    asked = select(Incident.details).where(
        Incident.basin_id == basin_id,
        Incident.kind == WORKER_LATE,
        Incident.visit_id == stop.visit_id,
        Incident.ended_at.is_(None),
    )
    # Of a plan made since, the delay is in the stop's own hours.
    told = [one for one in scoped.session.scalars(asked) if one.end == stop.end]
    return timedelta(minutes=sum(one.minutes or 0 for one in told))


def published(scoped: Scoped, basin_id: str, first_day: date) -> Plan | None:
    """The plan in force from `first_day`, if there is one."""
    asked = scoped.select(Plan, basin_id).where(Plan.state == "published", Plan.first_day == first_day)
    return scoped.session.scalar(asked)
