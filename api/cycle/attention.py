"""The coordinators' list: what waits for a person, the most pressing kinds first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from api.cycle import needs, offers, plans, publication, unfit
from api.cycle.diff import requests_of
from api.cycle.duty import LONGEST_PLAN
from api.cycle.states import STANDING, WAITING, State
from api.scope import Scoped
from api.store import data
from api.store.cycle import Job, Offer, Plan
from brigade.exchange.reasons import reason_of
from brigade.exchange.shapes.plan import ReasonShape
from brigade.remarks import UNKNOWN
from brigade.units import PARIS
from brigade.words import say

RECENT = timedelta(hours=24)
TABLES: Mapping[str, type[data.Kept]] = {table.KIND.replace("-", "_"): table for table in data.DATA}


def attention(scoped: Scoped, basin_id: str, lang: str = "fr") -> dict[str, Any]:
    """Raises: NotFound, Forbidden."""
    scoped.must_write(Plan, basin_id)
    today = scoped.clock.now().astimezone(PARIS).date()
    asked = scoped.select(Plan, basin_id).where(Plan.first_day > today - LONGEST_PLAN).order_by(Plan.id.desc())
    found = [plan for plan in scoped.all(asked) if plan.first_day + timedelta(days=plan.days) > today]
    in_force = {plan.first_day: plan for plan in found if plan.state == "published"}
    return {
        "to_call": [offers.shown(offer) for offer in _to_call(scoped, basin_id)],
        "silent_firm_stops": [offers.shown(offer) for offer in _silent(scoped, basin_id)],
        "uncovered": _uncovered(scoped, basin_id, list(in_force.values())),
        "unlawful": [one for plan in in_force.values() if (one := _unlawful(scoped, plan)) is not None],
        "published_off_duty": [_shown(scoped, plan) for plan in found if _is_unseen(plan)],
        "proposals": [_shown(scoped, plan) for plan in found if _can_be_published(plan, in_force)],
        "failed_searches": _failed(scoped, basin_id),
        "set_aside": unfit.standing(scoped, basin_id),
        "unknown_history": [one for plan in in_force.values() for one in unknown_history(plan, lang)],
    }


def _silent(scoped: Scoped, basin_id: str) -> list[Offer]:
    """Firm stops that nobody acknowledged within the time the basin states."""
    asked = scoped.select(Offer, basin_id).where(Offer.state == State.ORDERED, Offer.ends_at > scoped.clock.now())
    return scoped.all(asked.where(Offer.escalated_at.is_not(None)).order_by(Offer.starts_at, Offer.id))


def _to_call(scoped: Scoped, basin_id: str) -> list[Offer]:
    """Still to begin, not answered, and too late to ask anybody else but by telephone: whoever was asked is called first."""
    now = scoped.clock.now()
    asked = scoped.select(Offer, basin_id).where(Offer.starts_at > now, Offer.call_from <= now)
    waiting = asked.where(Offer.state.in_((*WAITING, State.EXPIRED))).order_by(Offer.starts_at, Offer.id)
    return [offer for offer in scoped.all(waiting) if offer.state != State.EXPIRED or offers.is_hers(scoped, offer)]


def _uncovered(scoped: Scoped, basin_id: str, in_force: list[Plan]) -> list[dict[str, Any]]:
    """Visits still to come that somebody is wanted for and that nobody was told to do or was asked about and may still accept:
    without a carer by the plan in force, refused, silent, or of a day that no plan is for."""
    now = scoped.clock.now()
    plan_of = {visit: plan.id for plan in in_force for visit, _ in requests_of(plan.document)}
    wanted = needs.wanted(scoped, basin_id, now)
    last = {offer.visit_id: offer.state for offer in _offers_of(scoped, basin_id, now)}
    told = {visit for visit, state in last.items() if state in STANDING}
    shown = [
        {
            "visit_id": one.id,
            "plan_id": plan_of.get(one.id),
            "priority": one.body["priority"],
            "starts_at": one.starts_at,
            "state": last.get(one.id),
        }
        for one in wanted
        if one.id not in told
    ]
    return sorted(shown, key=lambda one: (one["priority"], one["starts_at"], one["visit_id"]))


def _offers_of(scoped: Scoped, basin_id: str, now: datetime) -> list[Offer]:
    """In order of time, those that stand last."""
    found = scoped.all(scoped.select(Offer, basin_id).where(Offer.starts_at > now - timedelta(days=1)).order_by(Offer.id))
    return sorted(found, key=lambda offer: offer.state in STANDING)


def _unlawful(scoped: Scoped, plan: Plan) -> dict[str, Any] | None:
    """What of a plan in force does not hold by the rows of now."""
    today = publication.by_today(scoped, plan)
    if not (today["violations"] or today["lost"] or today["issues"]):
        return None
    changed = [at for one in today["differences"] if (at := _changed_at(scoped, plan.basin_id, one)) is not None]
    return {"plan_id": plan.id, "first_day": plan.first_day, "since": max(changed, default=None), "today": today}


def unknown_history(plan: Plan, lang: str) -> Iterator[dict[str, Any]]:
    """What of the people it gives work to a plan was judged without, as its notes said when it was made."""
    notes = [ReasonShape.model_validate(note) for note in plan.document.get("notes", ())]
    for reason in (reason_of(note, "notes", []) for note in notes if note.code in UNKNOWN):
        told = {"plan_id": plan.id, "worker_id": reason.value("worker"), "code": reason.code}
        yield {**told, "rules": reason.value("rules"), "sentence": say(reason, lang)}


def _changed_at(scoped: Scoped, basin_id: str, difference: dict[str, Any]) -> datetime | None:
    table = TABLES.get(difference["section"])
    row = scoped.session.get(table, (basin_id, difference["id"])) if table is not None else None
    return row.changed_at if row is not None else None


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
