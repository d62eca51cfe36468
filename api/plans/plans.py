"""A proposal is looked at, pinned, published or rejected; a published plan is what everybody follows until
the next."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from api.access.scope import Scoped, expect
from api.commitments.commitments import told_anew
from api.commitments.placements import covered, diff
from api.cycle import offers
from api.messages import queueing
from api.messages.described import described
from api.plans import own_reasons, publication
from api.plans.publication import OPEN_STATES, OvertakenProposal, PublicationCheck
from api.runtime.faults import Conflict, Unfit, forbidden
from api.runtime.roles import Role
from api.searches import jobs
from api.service.service import Service
from api.shapes.cycle_requests import PinIn, ReplanMode
from api.shapes.cycle_views import DiffView, PlanView, RecheckView
from api.shapes.own_views import (
    DutyHoursView,
    OwnHoursView,
    OwnReasonView,
    OwnStopView,
    OwnToursView,
    OwnUncoveredView,
    OwnVisitsView,
    SpellView,
)
from api.shapes.planning.plan_views import ReasonView, ViolationView
from api.shapes.row_views import said, view_of
from api.store import kept_plans as kept
from api.store.basin_tables import Basin, Client, Visit, Worker
from api.store.cycle_tables import Job, Plan
from api.store.plan_parts import LONGEST_PLAN, PlannedTour, stops_of, tours_of
from brigade.exchange.documents.json_text import JsonObject, digest
from brigade.exchange.documents.reasons import show_violation
from brigade.judging.checker import check
from brigade.words import capital


def publish(
    scoped: Scoped,
    service: Service,
    basin_id: str,
    plan_id: str,
    version: int | None,
    why: str | None,
    considered: PublicationCheck,
) -> Plan:
    """The proposal becomes the plan in force; the one it replaces is superseded; stops are told as firm or
    offered.

    Args: considered: what was found of it before.
    Raises: NotFound, Forbidden, Stale, NoPrecondition; Conflict when it is no proposal, when another plan was
        published since it was made, or when it would leave days of a published plan without one;
        OvertakenProposal, when people answered or rows changed in a way that it does not fit any more;
        Outdated, when anything has changed since it was `considered`.
    """
    plan = scoped.one(Plan, basin_id, plan_id, write=True)
    # Held until the commit: of two coordinators publishing at once the second sees what the first has done.
    scoped.session.execute(select(Basin.id).where(Basin.id == basin_id).with_for_update())
    expect(plan, version)
    if plan.state not in OPEN_STATES:
        raise _conflict(plan, "not_to_publish")
    if plan.story.supposed is not None:
        raise _conflict(plan, "made_of_suppositions")
    replaced = _replaced(scoped, plan)
    if plan.base_plan_id != (replaced.id if replaced else None):
        raise _conflict(plan, "another_published_since")
    offers.hold(scoped, plan)  # nobody answers from here to the commit
    if not considered.stands(scoped, plan):
        raise publication.outdated(plan)
    if considered.laid.issues:
        raise OvertakenProposal(plan, considered)
    if considered.laid.markings:
        plan.document = publication.with_markings(plan.document, considered.laid.markings)
    if replaced is not None:
        replaced.state = "superseded"
        scoped.changed(replaced, "superseded", None, by=plan.id, **replaced.span)
    plan.state, plan.published_at, plan.published_by = "published", scoped.clock.now(), scoped.principal.actor
    scoped.changed(plan, "published", why, replaces=plan.base_plan_id, **plan.span)
    told = offers.tell(scoped, service, plan)
    queueing.providers_told(scoped, plan, replaced, told)
    _seek_what_came_later(scoped, service, plan)
    return plan


def _replaced(scoped: Scoped, plan: Plan) -> Plan | None:
    """The published plan of the same days. Raises: Conflict, when plans in force overlap it in another
    way."""
    last = plan.first_day + timedelta(days=plan.days - 1)
    asked = scoped.select(Plan, plan.basin_id).where(
        Plan.state == "published", Plan.first_day > plan.first_day - LONGEST_PLAN, Plan.first_day <= last
    )
    near = [one for one in scoped.all(asked.with_for_update()) if _overlap(one, plan)]
    same = [one for one in near if (one.first_day, one.days) == (plan.first_day, plan.days)]
    if len(near) > len(same):
        raise _conflict(plan, "published_for_other_days")
    return same[0] if same else None


def _overlap(one: Plan, other: Plan) -> bool:
    first, second = sorted((one, other), key=lambda plan: plan.first_day)
    return (second.first_day - first.first_day).days < first.days


def _seek_what_came_later(scoped: Scoped, service: Service, plan: Plan) -> None:
    """What was told after this proposal was made is in others, found or under way, that can be published no
    longer: they were made from the plan which this one replaces. So the search is asked anew, where the basin
    wishes it at once."""
    if scoped.basin(plan.basin_id).body.replan is not ReplanMode.AT_ONCE:
        return
    base = plan.base_plan_id
    others = select(Plan.id).where(
        Plan.basin_id == plan.basin_id,
        Plan.state == "proposed",
        Plan.first_day == plan.first_day,
        Plan.base_plan_id == base,
        Plan.created_at > plan.created_at,
    )
    under_way = select(Job.id).where(
        Job.basin_id == plan.basin_id, Job.state == "running", Job.base_plan_id == base
    )
    if (
        scoped.session.scalar(others.limit(1)) is not None
        or scoped.session.scalar(under_way.limit(1)) is not None
    ):
        jobs.follow(scoped, service, plan.basin_id, plan.first_day, plan.days)


def reject(scoped: Scoped, basin_id: str, plan_id: str, version: int | None, why: str | None) -> Plan:
    """A proposal nobody wants stays, with the reason, for whoever asks later. Raises: as `publish`."""
    plan = scoped.one(Plan, basin_id, plan_id, write=True)
    expect(plan, version)
    if plan.state not in OPEN_STATES:
        raise _conflict(plan, "not_to_reject")
    plan.state = "rejected"
    scoped.changed(plan, "rejected", why, **plan.span)
    return plan


def pin(scoped: Scoped, basin_id: str, plan_id: str, version: int | None, wish: PinIn) -> Plan:
    """Visits that keep their worker and start in the next search. Raises: as `publish`; Unfit for visits not
    in the plan."""
    plan = scoped.one(Plan, basin_id, plan_id, write=True)
    expect(plan, version)
    if plan.state not in (*OPEN_STATES, "published"):
        raise _conflict(plan, "not_to_pin")
    unknown = sorted(set(wish.pin) - covered(plan.document).keys())
    if unknown:
        raise Unfit("A305", f"plans.{plan_id}.pin", "not_in_this_plan", {"unknown": list(unknown[:10])})
    pinned = (set(plan.document.get("pinned", ())) | set(wish.pin)) - set(wish.unpin)
    plan.document = {**plan.document, "pinned": sorted(pinned)}
    scoped.changed(plan, "pinned", wish.reason, pin=sorted(wish.pin), unpin=sorted(wish.unpin))
    return plan


def compared(scoped: Scoped, basin_id: str, plan_id: str, other_id: str | None) -> DiffView:
    """The diff to the plan it was made from, or to another."""
    plan = scoped.one(Plan, basin_id, plan_id)
    before_id = other_id or plan.base_plan_id
    before = scoped.one(Plan, basin_id, before_id) if before_id else None
    changes = plan.story.changes if before_id == plan.base_plan_id else None
    anew = told_anew(scoped, plan, before) if before and before_id == plan.base_plan_id else set[str]()
    told = diff(before.document if before else None, plan.document, anew)
    return DiffView(plan_id=plan.id, from_plan_id=before_id, **said(told), least_change=changes)


def rechecked(scoped: Scoped, basin_id: str, plan_id: str, lang: str) -> RecheckView:
    """The plan judged again from what was kept with it: its problem's digest, every rule, waived or not. And
    judged by the rows of now, as publication would (`today`)."""
    plan = scoped.one(Plan, basin_id, plan_id)
    problem = kept.fetch_problem(scoped.session, plan.digest)
    found = check(problem, kept.read_back(plan, problem))
    violations = [ViolationView.model_validate(show_violation(one)) for one in found]
    # Of the document as it was kept: one that an older version wrote may be read into other words than it
    # holds.
    again = digest(kept.problem_document(scoped.session, plan.digest))
    today = publication.by_today(scoped, plan, lang)
    return RecheckView(plan_id=plan.id, digest_holds=again == plan.digest, violations=violations, today=today)


# -- what each role sees of a plan -------------------------------------------------------------------------
def shown(scoped: Scoped, plan: Plan, *, whole: bool, lang: str = "fr") -> PlanView:
    """A plan as its reader may see it: coordinators all of it; managers their own visits, with sentences in
    `lang`; workers their own tours; lending employers their staff's hours, without clients."""
    told: dict[str, object] = {name: getattr(plan, name) for name in OF_ALL}
    is_inside = scoped.principal.role in (Role.COORDINATOR, Role.ADMINISTRATOR)
    if is_inside:
        story = plan.story
        told |= {name: getattr(plan, name) for name in OF_COORDINATORS}
        told |= {name: getattr(story, name) for name in ("supposed", "edits", "off_duty")}
        told["from_plan_id"] = story.made_from
    if whole:
        told["document"] = _whole(plan) if is_inside else _own_part(scoped, plan, lang)
    return PlanView.model_validate(told)


OF_ALL = ("id", "version", "state", "first_day", "days", "created_at", "published_at", "base_plan_id")
OF_COORDINATORS = ("job_id", "digest", "solver", "seed", "iterations", "objective", "bound")


def _whole(plan: Plan) -> JsonObject:
    """With the waivers of a document that was kept when a reason was still called `why`."""
    waivers = plan.document.get("waivers")
    if not waivers:
        return plan.document
    now = [{"reason" if name == "why" else name: value for name, value in one.items()} for one in waivers]
    return {**plan.document, "waivers": now}


def _own_part(scoped: Scoped, plan: Plan, lang: str) -> OwnVisitsView | OwnToursView | OwnHoursView:
    match scoped.principal.role:
        case Role.MANAGER:
            return _visits_of(scoped, plan, lang)
        case Role.WORKER:
            own = scoped.principal.targets(plan.basin_id)
            return OwnToursView(routes=[one for one in plan.document["routes"] if one["worker_id"] in own])
        case Role.EMPLOYER:
            return _hours_of(scoped, plan)
    raise forbidden(f"plans.{plan.id}")


def _visits_of(scoped: Scoped, plan: Plan, lang: str) -> OwnVisitsView:
    """Who comes to the manager's own clients, which of their visits stay uncovered, and for which nobody is
    wanted."""
    clients = {row.id for row in scoped.all(scoped.select(Client, plan.basin_id))}
    own = {row.id for row in scoped.all(scoped.select(Visit, plan.basin_id)) if row.client_id in clients}
    stops = [view_of(OwnStopView, stop) for stop in stops_of(plan.document) if stop.visit_id in own]
    left, unwanted = (
        [one for one in plan.document.get(name, ()) if one["visit_id"] in own]
        for name in ("uncovered", "unwanted")
    )
    return OwnVisitsView(stops=stops, uncovered=_of_own(scoped, plan, left, own, lang), unwanted=unwanted)


def _of_own(
    scoped: Scoped, plan: Plan, left: list[JsonObject], own: set[str], lang: str
) -> list[OwnUncoveredView]:
    """Visits left out, the gravest first, with their hours and why in sentences: without other providers'
    visits, nor anybody by name of whom they did not have."""
    if not left:
        return []
    foreign, horizon = (
        own_reasons.visits_of(plan.document) - own,
        own_reasons.horizon_of(scoped.session, plan),
    )
    known = described(scoped.session, plan.basin_id, [one["visit_id"] for one in left])
    found = []
    for one in left:
        reasons = [own_reasons.of_own(ReasonView(**reason), foreign) for reason in one.get("reasons", ())]
        told = [
            OwnReasonView(**said(reason), sentence=capital(own_reasons.sentence(reason, horizon, lang)))
            for reason in reasons
        ]
        visit = known[one["visit_id"]]
        hours = {"starts_at": visit.starts_at, "priority": visit.priority, "mandatory": visit.mandatory}
        found.append((visit.gravity, OwnUncoveredView(**{**one, **hours, "reasons": told})))
    return [one for _, one in sorted(found, key=lambda pair: pair[0])]


def _hours_of(scoped: Scoped, plan: Plan) -> OwnHoursView:
    own = {row.id for row in scoped.all(scoped.select(Worker, plan.basin_id))}
    tours = (tour for tour in tours_of(plan.document) if tour.worker_id in own)
    return OwnHoursView(hours=[_hours(tour) for tour in tours])


def _hours(tour: PlannedTour) -> DutyHoursView:
    services = [SpellView(start=stop.start, end=stop.end) for stop in tour.stops]
    metres = sum(stop.metres for stop in tour.stops) + tour.metres_back
    return view_of(DutyHoursView, tour, services=services, metres=metres)


def _conflict(plan: Plan, words: str) -> Conflict:
    return Conflict("A401", f"plans.{plan.id}", words, {"state": plan.state})
