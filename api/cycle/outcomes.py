"""After the day: what was done, by whom. It feeds familiar faces, the ledger and the indicators."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from api.cycle import offers
from api.cycle.diff import covered
from api.faults import Conflict, Unfit
from api.scope import Scoped, expect
from api.shapes import OutcomeIn
from api.store import plans as kept
from api.store.cycle import Outcome, Plan
from api.store.data import Visit, Worker
from brigade.funding import euro_cents
from brigade.units import PARIS

SOON = timedelta(hours=1)


def record(scoped: Scoped, basin_id: str, visit_id: str, given: OutcomeIn, version: int | None) -> tuple[Outcome, bool]:
    """The outcome of a visit, and whether it is new; one that stands is corrected at its version.

    Raises: NotFound, Forbidden, Stale, NoPrecondition; Conflict when no published plan speaks of the visit or it has not
        begun; Unfit when done without anybody or with times in disorder.
    """
    visit = scoped.one(Visit, basin_id, visit_id)
    standing = scoped.session.scalar(scoped.select(Outcome, basin_id).where(Outcome.visit_id == visit_id).with_for_update())
    if standing is not None:
        expect(standing, version)
    plan = _plan_of(scoped, visit)
    told = covered(plan.document).get(visit_id)
    values = _values(scoped, visit, plan, told, given)
    offers.end_with(scoped, visit_id, basin_id, values["worker_id"])
    if standing is not None:
        for name, value in values.items():
            setattr(standing, name, value)
        scoped.changed(standing, "corrected", done=given.done)
        return standing, False
    about = {"visit_id": visit.id, "client_id": visit.client_id, "provider_id": visit.provider_id}
    row = Outcome.made(scoped.clock, basin_id, **about, **values)
    scoped.add(row, "recorded", visit=visit.id, done=given.done)
    return row, True


def _plan_of(scoped: Scoped, visit: Visit) -> Plan:
    day = visit.starts_at.astimezone(PARIS).date()
    asked = select(Plan).where(Plan.basin_id == visit.basin_id, Plan.state == "published", Plan.first_day <= day)
    plan = scoped.session.scalar(asked.order_by(Plan.first_day.desc()).limit(1))
    if plan is None or day >= plan.first_day + timedelta(days=plan.days):
        raise Conflict("A405", f"outcomes.{visit.id}", "aucun plan publié ce jour-là", "publier le plan d’abord")
    return plan


def _values(scoped: Scoped, visit: Visit, plan: Plan, told: dict[str, str] | None, given: OutcomeIn) -> dict[str, Any]:
    where = f"outcomes.{visit.id}"
    if not given.done:
        nobody = dict.fromkeys(("worker_id", "employer_id", "starts_at", "ends_at", "funding_line_id", "absence_id"))
        return {"plan_id": plan.id, "done": False, "cents": 0, **nobody}
    worker_id = given.worker_id or (told["worker_id"] if told else None)
    if worker_id is None:
        raise Unfit("A305", f"{where}.worker_id", "fait, mais par personne", "dire qui est venu")
    worker = scoped.session.get(Worker, (visit.basin_id, worker_id))
    if worker is None:
        raise Unfit("A305", f"{where}.worker_id", f"« {worker_id} » inconnu", "une personne de la brigade")
    starts = given.starts_at or (datetime.fromisoformat(told["start"]) if told else visit.starts_at)
    ends = given.ends_at or starts + timedelta(minutes=visit.body["duration_min"])
    if ends <= starts:
        raise Unfit("A305", f"{where}.ends_at", "fin avant le début", "une fin après le début")
    if starts > scoped.clock.now() + SOON:
        raise Conflict("A405", where, "l’intervention n’a pas commencé", "l’enregistrer après son passage")
    return {
        "plan_id": plan.id,
        "done": True,
        "worker_id": worker.id,
        "employer_id": worker.employer_id,
        "starts_at": starts,
        "ends_at": ends,
        **_paid(scoped, plan, visit.id, (ends - starts) // timedelta(minutes=1)),
    }


def _paid(scoped: Scoped, plan: Plan, visit_id: str, minutes: int) -> dict[str, Any]:
    """Which line pays how much of it: the line of the absence that opened the visit, at its hourly rate."""
    problem = kept.fetch_problem(scoped.session, plan.digest)
    request = problem.request_by_visit.get(visit_id)
    absence = request.absence if request else None
    line = next((one for one in problem.funding_lines if absence and one.id == absence.funding_line_id), None)
    if absence is None or line is None:
        return {"funding_line_id": None, "absence_id": absence.id if absence else None, "cents": 0}
    return {"funding_line_id": line.id, "absence_id": absence.id, "cents": euro_cents(minutes, line.hourly_rate_cents, 1)}


def shown(row: Outcome) -> dict[str, Any]:
    names = ("id", "version", "plan_id", "visit_id", "worker_id", "done", "starts_at", "ends_at", "funding_line_id", "cents")
    return {name: getattr(row, name) for name in names}
