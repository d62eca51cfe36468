"""A published plan is told: firm stops to acknowledge, the others to accept or decline; refusals open the next wave."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import Any

from itsdangerous import BadSignature
from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from api import compose, jobs
from api.access import Principal
from api.faults import Conflict, Gone
from api.messages import queueing
from api.scope import Scoped
from api.service import Service
from api.shapes import OfferWish, Replan, Reply
from api.store.cycle import LIVE, REFUSED, Offer, Plan
from api.store.data import Visit, Worker
from brigade.report import shipped_assumptions

PURPOSE = "offer"
FIRM, TO_OFFER = "firm", "to_offer"
ANSWERED = {
    "accepted": "acceptée",
    "acknowledged": "confirmée",
    "declined": "refusée",
    "expired": "passée sans réponse",
    "withdrawn": "retirée",
}
MOST_AT_ONCE = 200
"""Offers that expire in one transaction; the others in the next round."""


def tell(scoped: Scoped, service: Service, plan: Plan) -> list[Offer]:
    """What the workers are asked by this plan. What was already told and stays (same visit, worker and start) is not told
    again; what is no longer in the plan is withdrawn; what has begun is history."""
    wishes = compose.wishes_of(scoped.basin(plan.basin_id)).offers
    now = scoped.clock.now()
    standing = {_key(offer): offer for offer in _standing(scoped, plan)}
    told = []
    for route in plan.document["routes"]:
        for stop in route["stops"]:
            start = datetime.fromisoformat(stop["start"])
            known = standing.pop((stop["visit_id"], route["worker_id"], start), None)
            if known is not None:
                known.plan_id = plan.id
                scoped.session.flush()
            elif start > now:
                told.append(_new(scoped, plan, route["worker_id"], stop, wishes))
    for offer in standing.values():
        offer.state = "withdrawn"
        scoped.changed(offer, "withdrawn", plan=plan.id)
    queueing.tours_changed(scoped, plan, told, standing.values())
    return told


def _standing(scoped: Scoped, plan: Plan) -> list[Offer]:
    """The live offers of the plan that this one replaces."""
    asked = scoped.select(Offer, plan.basin_id).where(Offer.plan_id == plan.base_plan_id, Offer.state.in_(LIVE))
    return scoped.all(asked.with_for_update())


def _key(offer: Offer) -> tuple[str, str, datetime]:
    return offer.visit_id, offer.worker_id, offer.starts_at


def _new(scoped: Scoped, plan: Plan, worker_id: str, stop: dict[str, Any], wishes: OfferWish) -> Offer:
    now, marking = scoped.clock.now(), stop.get("marking") or {}
    kind = marking.get("kind", FIRM)
    start, minutes = datetime.fromisoformat(stop["start"]), wishes.reply_min if kind == TO_OFFER else wishes.acknowledge_min
    visit = scoped.one(Visit, plan.basin_id, stop["visit_id"])
    worker = scoped.one(Worker, plan.basin_id, worker_id)
    earlier = select(func.count()).where(Offer.basin_id == plan.basin_id, Offer.visit_id == visit.id, Offer.state.in_(REFUSED))
    offer = Offer.made(
        scoped.clock,
        plan.basin_id,
        plan_id=plan.id,
        visit_id=visit.id,
        provider_id=visit.provider_id,
        worker_id=worker.id,
        employer_id=worker.employer_id,
        kind=kind,
        state="open",
        wave=1 + (scoped.session.scalar(earlier) or 0),
        starts_at=start,
        ends_at=datetime.fromisoformat(stop["end"]),
        # Nobody answers after the visit has begun.
        reply_by=min(now + timedelta(minutes=minutes), start),
        short_notice=start - now < timedelta(hours=shipped_assumptions().short_notice_hours),
        link_nonce=secrets.token_hex(16),
        article=marking.get("article", ""),
    )
    scoped.add(offer, "told", offer_kind=kind, wave=offer.wave)
    return offer


# -- links ---------------------------------------------------------------------------------------------------------
def link_of(service: Service, offer: Offer) -> str:
    """Where its worker answers without an account. The link dies with the offer, or with a new nonce."""
    return f"{service.settings.public_url}/v1/answers/{service.signer(PURPOSE).dumps([offer.id, offer.link_nonce])}"


def by_link(session: Session, service: Service, link: str, *, write: bool = False) -> tuple[Scoped, Offer]:
    """The offer of a link, and a scoped session that reaches it: the signature is the credential. With `write`, locked.

    Raises: Gone for a forged, withdrawn or replaced link, and once the visit is over: they look the same on purpose.
    """
    gone = Gone("A402", "lien", "lien inconnu, retiré ou périmé", "demander un nouveau lien au coordinateur")
    try:
        offer_id, nonce = service.signer(PURPOSE).loads(link)
    except (BadSignature, ValueError, TypeError):
        raise gone from None
    offer = session.get(Offer, str(offer_id), with_for_update=write or None)
    if offer is None or offer.state == "withdrawn" or offer.ends_at <= service.clock.now():
        raise gone
    if not secrets.compare_digest(str(nonce), offer.link_nonce):
        raise gone
    return Scoped(session, Principal.system(f"link:{offer.id}", offer.basin_id), service.clock), offer


def renew_link(scoped: Scoped, offer: Offer) -> None:
    """The link given so far opens nothing any more."""
    offer.link_nonce = secrets.token_hex(16)
    scoped.changed(offer, "link_renewed")


# -- answers -------------------------------------------------------------------------------------------------------
def answer(scoped: Scoped, service: Service, offer: Offer, reply: Reply) -> Offer:
    """The worker's answer, once; the same answer again changes nothing.

    Raises: Conflict when the offer cannot be answered so, was answered otherwise, or is over.
    """
    wanted = {Reply.ACCEPT: "accepted", Reply.DECLINE: "declined", Reply.ACKNOWLEDGE: "acknowledged"}[reply]
    if offer.state == wanted:
        return offer
    if offer.state != "open":
        raise Conflict(
            "A403",
            f"offers.{offer.id}",
            f"déjà {ANSWERED[offer.state]}",
            "un changement passe par la coordination, qui modifie le plan",
        )
    if (reply is Reply.ACKNOWLEDGE) != (offer.kind == FIRM):
        hint = "une étape ferme se confirme (acknowledge)" if offer.kind == FIRM else "une proposition s’accepte ou se refuse"
        raise Conflict("A404", f"offers.{offer.id}", f"réponse « {reply} » à une étape « {offer.kind} »", hint)
    now = scoped.clock.now()
    if offer.kind == TO_OFFER and now > offer.reply_by:
        raise Conflict("A403", f"offers.{offer.id}", "délai de réponse passé", "appeler le coordinateur")
    offer.state, offer.answered_at, offer.answered_by = wanted, now, scoped.principal.actor
    scoped.changed(offer, wanted)
    if wanted == "declined":
        queueing.unanswered(scoped.session, scoped.clock, [offer])
        next_wave(scoped, service, offer)
    return offer


def next_wave(scoped: Scoped, service: Service, offer: Offer) -> None:
    """Somebody else is sought, if the basin wishes it at once: the visit is not offered twice to the same worker."""
    system = Scoped(scoped.session, Principal.system(scoped.principal.actor, offer.basin_id), scoped.clock)
    wishes = compose.wishes_of(system.basin(offer.basin_id))
    plan = system.one(Plan, offer.basin_id, offer.plan_id)
    if wishes.offers.next_wave is Replan.AT_ONCE and plan.state == "published" and offer.starts_at > scoped.clock.now():
        jobs.follow(system, service, offer.basin_id, plan.first_day, plan.days)
        scoped.notes += system.notes
        scoped.after_commit += system.after_commit


def expire(service: Service) -> int:
    """Close what nobody answered in time, basin by basin: an offer expires and opens the next wave; a silent firm stop is
    escalated to the coordinators by an event, and stays. Returns how many there were."""
    with service.database.reading() as session:
        asked = select(Offer.basin_id).where(_is_late(service.clock.now())).distinct().order_by(Offer.basin_id)
        basins = list(session.scalars(asked))
    return sum(_expire(service, basin_id) for basin_id in basins)


def _is_late(now: datetime) -> ColumnElement[bool]:
    return and_(Offer.state == "open", Offer.reply_by < now, Offer.answered_by.is_(None))


def _expire(service: Service, basin_id: str) -> int:
    with service.database.writing() as session:
        scoped = Scoped(session, Principal.system("expiry", basin_id), service.clock)
        asked = select(Offer).where(Offer.basin_id == basin_id, _is_late(service.clock.now())).order_by(Offer.id)
        late = scoped.all(asked.limit(MOST_AT_ONCE).with_for_update())
        for offer in late:
            if offer.kind == TO_OFFER:
                offer.state = "expired"
                scoped.changed(offer, "expired")
            else:
                offer.answered_by = "expiry"
                scoped.changed(offer, "escalated")
        if late:
            queueing.unanswered(session, service.clock, late)
        for offer in {offer.plan_id: offer for offer in late if offer.kind == TO_OFFER}.values():
            next_wave(scoped, service, offer)
        scoped.commit()
        return len(late)


def shown(offer: Offer) -> dict[str, Any]:
    names = ("id", "version", "plan_id", "visit_id", "worker_id", "kind", "state", "wave", "starts_at", "ends_at")
    more = ("reply_by", "short_notice", "article", "answered_at")
    return {**{name: getattr(offer, name) for name in (*names, *more)}, "escalated": _is_escalated(offer)}


def _is_escalated(offer: Offer) -> bool:
    return offer.state == "open" and offer.answered_by == "expiry"
