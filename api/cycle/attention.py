"""The coordinators' list: what waits for a person, the most pressing kinds first."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from api.cycle import offers, plans, unfit
from api.cycle.duty import LONGEST_PLAN
from api.scope import Scoped
from api.store.cycle import Job, Offer, Plan
from api.store.data import Visit
from brigade.units import PARIS

RECENT = timedelta(hours=24)
GRAVE = ("P1", "P2")


def attention(scoped: Scoped, basin_id: str) -> dict[str, Any]:
    """Raises: NotFound, Forbidden."""
    scoped.must_write(Plan, basin_id)
    today = scoped.clock.now().astimezone(PARIS).date()
    asked = scoped.select(Plan, basin_id).where(Plan.first_day > today - LONGEST_PLAN).order_by(Plan.id.desc())
    found = [plan for plan in scoped.all(asked) if plan.first_day + timedelta(days=plan.days) > today]
    in_force = {plan.first_day: plan for plan in found if plan.state == "published"}
    return {
        "silent_firm_stops": [offers.shown(offer) for offer in _silent(scoped, basin_id)],
        "uncovered": _uncovered(scoped, basin_id, list(in_force.values())),
        "published_off_duty": [_shown(scoped, plan) for plan in found if _is_unseen(plan)],
        "proposals": [_shown(scoped, plan) for plan in found if _can_be_published(plan, in_force)],
        "failed_searches": _failed(scoped, basin_id),
        "set_aside": unfit.standing(scoped, basin_id),
    }


def _silent(scoped: Scoped, basin_id: str) -> list[Offer]:
    """Firm stops that nobody acknowledged within the time the basin states."""
    asked = scoped.select(Offer, basin_id).where(Offer.state == "open", Offer.kind == offers.FIRM)
    return scoped.all(asked.where(Offer.answered_by == "expiry").order_by(Offer.starts_at, Offer.id))


def _uncovered(scoped: Scoped, basin_id: str, in_force: list[Plan]) -> list[dict[str, Any]]:
    """Grave visits still to come that the plans in force leave without a carer."""
    plan_of = {one["visit_id"]: plan.id for plan in in_force for one in plan.document.get("uncovered", ())}
    asked = scoped.select(Visit, basin_id).where(Visit.id.in_(plan_of), Visit.ends_at > scoped.clock.now())
    grave = [visit for visit in scoped.all(asked) if visit.body["priority"] in GRAVE or visit.body.get("mandatory")]
    shown = [
        {"visit_id": one.id, "plan_id": plan_of[one.id], "priority": one.body["priority"], "starts_at": one.starts_at}
        for one in grave
    ]
    return sorted(shown, key=lambda one: (one["priority"], one["starts_at"], one["visit_id"]))


def _is_unseen(plan: Plan) -> bool:
    told = plan.story.get("off_duty") or {}
    return told.get("decision") == "published" and "seen_by" not in told


def _can_be_published(plan: Plan, in_force: dict[date, Plan]) -> bool:
    standing = in_force.get(plan.first_day)
    return plan.state == "proposed" and plan.base_plan_id == (standing.id if standing else None)


def _shown(scoped: Scoped, plan: Plan) -> dict[str, Any]:
    return plans.shown(scoped, plan, whole=False)


def _failed(scoped: Scoped, basin_id: str) -> list[dict[str, Any]]:
    since = scoped.clock.now() - RECENT
    asked = scoped.select(Job, basin_id).where(Job.state == "failed", Job.changed_at > since).order_by(Job.id.desc())
    return [{"job_id": job.id, "at": job.changed_at, "code": job.failure.get("code", "")} for job in scoped.all(asked)]
