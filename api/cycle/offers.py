"""A published plan is told: firm stops to acknowledge, the others to accept or decline; refusals open the
next wave."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from itsdangerous import BadSignature
from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from api.access.rights import Principal
from api.access.scope import Scoped
from api.commitments import commitments
from api.commitments.block_seats import blocks_by_seat
from api.commitments.commitments import Commitments
from api.commitments.deadlines import Deadline, deadline, hours_of
from api.commitments.placements import covered
from api.commitments.shared_seats import visit_of
from api.commitments.states import (
    BEGINS,
    NOT_COUNTED,
    STANDING,
    TOLD,
    UNCOVERING,
    WAITING,
    State,
    Transition,
    may,
    move,
)
from api.commitments.wanted_visits import still_ahead
from api.cycle import prevented
from api.messages import queueing
from api.runtime.faults import Conflict, Gone, Unfit
from api.runtime.roles import Role
from api.searches import jobs
from api.service.service import Service
from api.shapes.cycle_requests import AnswerIn, BasinWishes, ReplanMode, Reply
from api.shapes.cycle_views import OfferView
from api.shapes.kept.job_shapes import Pair
from api.shapes.row_views import view_of
from api.store.basin_tables import Visit, WorkBlock, Worker
from api.store.cycle_tables import Offer, Plan
from api.store.plan_parts import PlannedStop, requests_of, stops_of
from brigade.errors import Issue
from brigade.figures.report import shipped_assumptions

PURPOSE = "offer"
FIRM, TO_OFFER = "firm", "to_offer"
MOST_AT_ONCE = 200
"""Offers that expire in one transaction; the others in the next round."""


# -- a plan is told ----------------------------------------------------------------------------------------
def tell(scoped: Scoped, service: Service, plan: Plan) -> list[Offer]:
    """What the workers are asked by this plan. Who was told of a visit and keeps it, within the basin's
    tolerance of the hours told, is not told again; other hours of it withdraw those and say what was; what is
    no longer hers is withdrawn; what has begun is history, however long it lasts."""
    wishes, now = scoped.basin(plan.basin_id).body, scoped.clock.now()
    said = commitments.of_plan(scoped, plan)
    standing = {(one.subject_id, one.worker_id): one for one in _standing(scoped, plan)}
    stops, told = list(stops_of(plan.document)), list[Offer]()
    blocks = blocks_by_seat(scoped.session, plan.basin_id, [stop.visit_id for stop in stops])
    for stop in stops:
        block = blocks.get(stop.visit_id)
        pair = stop.visit_id if block is None else f"{block.id}:", stop.worker_id
        known = standing.get(pair)
        if known is not None and keeps(known, stop, wishes, now):
            # Another seat of one meeting is no news to who sits there.
            known.plan_id, known.visit_id = plan.id, stop.visit_id
            del standing[pair]
        elif stop.start > now:
            told.append(_new(scoped, plan, stop, block, wishes, said))
    scoped.session.flush()
    for offer in standing.values():
        move(scoped, offer, Transition.WITHDRAW, _why_withdrawn(offer, plan, told), plan=plan.id)
    queueing.tours_changed(scoped, plan, told, standing.values())
    return told


def _standing(scoped: Scoped, plan: Plan) -> list[Offer]:
    """What stands of the plan that this one replaces."""
    asked = scoped.select(Offer, plan.basin_id).where(
        Offer.plan_id == plan.base_plan_id, Offer.state.in_(STANDING)
    )
    return scoped.all(asked.with_for_update().execution_options(populate_existing=True))


def hold(scoped: Scoped, plan: Plan) -> None:
    """Whatever stands of the plan in force is locked: what is read from here on is what stands at the
    commit."""
    _standing(scoped, plan)


def keeps(offer: Offer, stop: PlannedStop, wishes: BasinWishes, now: datetime) -> bool:
    """Whether a stop is at the hours that were told, as far as its worker minds; what has begun is not told
    anew, nor called off as it lasts longer or less long."""
    if max(stop.start, offer.starts_at) <= now:
        return True
    tolerance = timedelta(minutes=wishes.offers.tolerance_min)
    return abs(stop.start - offer.starts_at) <= tolerance and abs(stop.end - offer.ends_at) <= tolerance


def _why_withdrawn(offer: Offer, plan: Plan, told: Iterable[Offer]) -> str:
    if any((one.subject_id, one.worker_id) == (offer.subject_id, offer.worker_id) for one in told):
        return "moved"
    is_covered = requests_of(plan.document).get(offer.visit_id)
    return "not_needed" if is_covered is None else "reassigned" if is_covered else "uncovered"


def kind_of(stop: PlannedStop, pair: Pair, said: Commitments) -> str:
    """Firm or to be offered: as its text lets it be, never firm for who was asked and has not said yes to
    these hours."""
    if pair in said.asked:
        return TO_OFFER
    return FIRM if stop.marking is None else stop.marking.kind


def _new(
    scoped: Scoped,
    plan: Plan,
    stop: PlannedStop,
    block: WorkBlock | None,
    wishes: BasinWishes,
    said: Commitments,
) -> Offer:
    """Args: block: of which the stop is a seat, None: it is a visit."""
    pair = stop.visit_id, stop.worker_id
    marking, kind = stop.marking, kind_of(stop, pair, said)
    short = timedelta(hours=shipped_assumptions().short_notice_hours)
    before = said.last.get(pair) if pair in said.standing else None
    # Of a shared visit, the one that she goes with.
    id = visit_of(stop.visit_id, stop.worker_id)
    visit = scoped.one(Visit, plan.basin_id, id) if block is None else None
    worker = scoped.one(Worker, plan.basin_id, stop.worker_id)
    by = _deadline(scoped, worker, stop, kind, wishes)
    state = BEGINS[kind]
    offer = Offer.made(
        scoped.clock,
        plan.basin_id,
        plan_id=plan.id,
        visit_id=stop.visit_id,
        work_block_id=None if block is None else block.id,
        provider_id="" if visit is None else visit.provider_id,
        worker_id=worker.id,
        employer_id=worker.employer_id,
        kind=kind,
        state=state.value,
        wave=_wave(scoped, plan.basin_id, stop.visit_id),
        starts_at=stop.start,
        ends_at=stop.end,
        before_starts_at=before.starts_at if before else None,
        before_ends_at=before.ends_at if before else None,
        reply_by=by.reply_by,
        call_from=by.call_from,
        short_notice=stop.start - scoped.clock.now() < short,
        link_nonce=secrets.token_hex(16),
        article=marking.article if marking else "",
        counts_as=marking.counts_as.value if marking and marking.counts_as else NOT_COUNTED,
    )
    scoped.add(offer, "told", offer_kind=kind, wave=offer.wave, starts_at=stop.start.isoformat())
    return offer


def _wave(scoped: Scoped, basin_id: str, visit_id: str) -> int:
    earlier = select(func.count()).where(
        Offer.basin_id == basin_id, Offer.visit_id == visit_id, Offer.state.in_(UNCOVERING)
    )
    return 1 + (scoped.session.scalar(earlier) or 0)


def _deadline(scoped: Scoped, worker: Worker, stop: PlannedStop, kind: str, wishes: BasinWishes) -> Deadline:
    now, start = scoped.clock.now(), stop.start
    # A question about tomorrow wants an answer in minutes, one about next week may sleep on it.
    offered = wishes.offers.reply_min if start - now < timedelta(hours=24) else wishes.offers.reply_ahead_min
    minutes = offered if kind == TO_OFFER else wishes.offers.acknowledge_min
    hours = hours_of(worker.value, wishes.offers, wishes.department, start)
    return deadline(now, start, timedelta(minutes=stop.travel_min), minutes, hours)


# -- links -------------------------------------------------------------------------------------------------
def link_of(service: Service, offer: Offer) -> str:
    """Where its worker answers without an account. The link dies with the offer, or with a new nonce."""
    signed = service.signer(PURPOSE).dumps([offer.id, offer.link_nonce])
    return f"{service.settings.public_url}/v1/answers/{signed}"


def by_link(session: Session, service: Service, link: str, *, write: bool = False) -> tuple[Scoped, Offer]:
    """The offer of a link, and a scoped session that reaches it: the signature is the credential. With
    `write`, locked.

    Raises: Gone for a forged, withdrawn or replaced link, and once the visit is over: they look the same on
    purpose.
    """
    gone = Gone("A402", "signed_link", "tour_link_gone")
    try:
        offer_id, nonce = service.signer(PURPOSE).loads(link)
    except (BadSignature, ValueError, TypeError):
        raise gone from None
    # Only now, with a good signature: a forged link must not cost a look into the database.
    offer = session.get(Offer, str(offer_id), with_for_update=write or None)
    # In constant time: how long a wrong nonce is looked at must not tell how much of it is right.
    if offer is None or not secrets.compare_digest(str(nonce), offer.link_nonce):
        raise gone
    # A letter opened late leads to the hours that count now, not to a refusal that nobody understands.
    if offer.state == State.WITHDRAWN and offer.because == "moved":
        offer = _moved_to(session, offer, write=write) or offer
    if offer.state == State.WITHDRAWN or offer.ends_at <= service.clock.now():
        raise gone
    return Scoped(session, Principal.system(f"link:{offer.id}", offer.basin_id), service.clock), offer


def _moved_to(session: Session, offer: Offer, *, write: bool) -> Offer | None:
    """The hours that took the place of those of a link: the same person is asked about the same visit."""
    asked = select(Offer).where(
        Offer.basin_id == offer.basin_id,
        Offer.subject_id == offer.subject_id,
        Offer.worker_id == offer.worker_id,
    )
    newest = asked.where(Offer.state.in_(TOLD)).order_by(Offer.id.desc()).limit(1)
    return session.scalar(newest.with_for_update() if write else newest)


def renew_link(scoped: Scoped, offer: Offer) -> None:
    """No link given to its worker so far opens anything any more: those of letters show all of her stops."""
    asked = scoped.select(Offer, offer.basin_id).where(
        Offer.worker_id == offer.worker_id, Offer.id != offer.id
    )
    lately = scoped.clock.now() - timedelta(days=1)
    for other in scoped.all(asked.where(Offer.ends_at > lately).order_by(Offer.id).with_for_update()):
        other.link_nonce = secrets.token_hex(16)
    offer.link_nonce = secrets.token_hex(16)
    scoped.changed(offer, "link_renewed")


# -- answers -----------------------------------------------------------------------------------------------
ACTS = {
    Reply.ACCEPT: Transition.ACCEPT,
    Reply.DECLINE: Transition.REFUSE,
    Reply.ACKNOWLEDGE: Transition.ACKNOWLEDGE,
}
REACHED = {Reply.ACCEPT: State.ACCEPTED, Reply.DECLINE: State.REFUSED, Reply.ACKNOWLEDGE: State.ACKNOWLEDGED}
INSIDE = (Role.COORDINATOR, Role.ADMINISTRATOR)
OF_A_CALL = ("said_by", "said_at", "reason", "until")


@dataclass(frozen=True, slots=True)
class RecordedAnswer:
    """What was said, and by whom it came in. `by_telephone`: a coordinator records it."""

    given: AnswerIn
    by_telephone: bool


def answer(
    scoped: Scoped, service: Service, offer: Offer, given: AnswerIn, *, by_link: bool = False
) -> Offer:
    """The worker's answer, once; the same answer again changes nothing. By telephone it comes even after its
    time was over, as long as the visit is still hers by the plan in force.

    Raises: Conflict when the offer cannot be answered so, was answered otherwise, or is over; Unfit, when
        what belongs to a call comes without one, or its instants are in disorder.
    """
    said = RecordedAnswer(given, not by_link and scoped.principal.role in INSIDE)
    _refuse_unfit(scoped, offer, said)
    if given.reply is Reply.UNABLE:
        return _unable(scoped, service, offer, given)
    if offer.state == REACHED[given.reply]:
        return offer
    act = ACTS[given.reply]
    _refuse_reply(scoped, offer, act, said)
    now, was_over = scoped.clock.now(), offer.state == State.EXPIRED
    offer.answered_at, offer.answered_by = given.said_at or now, scoped.principal.actor
    offer.said_by, offer.said_at, offer.said_why = given.said_by, given.said_at, given.reason
    move(scoped, offer, act, why=given.reason, by_telephone=said.by_telephone)
    if act is Transition.REFUSE:
        queueing.unanswered(scoped.session, scoped.clock, [offer])
        queueing.not_covered_yet(scoped.session, scoped.clock, [offer])
        next_wave(scoped, service, offer)
    elif act is Transition.ACCEPT:
        queueing.answered_yes(scoped, offer, after_all=was_over)
    return offer


def _refuse_unfit(scoped: Scoped, offer: Offer, said: RecordedAnswer) -> None:
    """Raises: Unfit, with every fault, each at its field."""
    issues = list(_faults(scoped, offer, said))
    if issues:
        first, *others = issues
        raise Unfit.of(first, *others)


def _faults(scoped: Scoped, offer: Offer, said: RecordedAnswer) -> Iterator[Issue]:
    given, where, now = said.given, f"offers.{offer.id}", scoped.clock.now()
    # What only a call can bring would otherwise let a worker put words into a coordinator's mouth.
    if not said.by_telephone:
        told = [name for name in OF_A_CALL if getattr(given, name) is not None]
        for name in (*told, *(["reply"] if given.reply is Reply.UNABLE else [])):
            yield Issue("A305", f"{where}.{name}", "noted_by_coordination")
        return
    if given.reply is not Reply.UNABLE and given.until is not None:
        yield Issue("A305", f"{where}.until", "only_with_unable")
    elif given.reply is Reply.UNABLE and _is_ahead(offer, now):
        yield from prevented.faults(scoped, offer, given)
    if given.said_at is not None and not offer.created_at - timedelta(minutes=1) <= given.said_at <= now:
        yield Issue("A305", f"{where}.said_at", "call_out_of_range")


def _is_ahead(offer: Offer, now: datetime) -> bool:
    """Whether somebody is still to come for it."""
    return offer.state in STANDING and offer.ends_at > now


def _refuse_reply(scoped: Scoped, offer: Offer, act: Transition, said: RecordedAnswer) -> None:
    """Raises: Conflict, when this state knows no such answer, or knows it no more."""
    where, now = f"offers.{offer.id}", scoped.clock.now()
    if offer.state in WAITING and (act is Transition.ACKNOWLEDGE) != (offer.kind == FIRM):
        words = "reply_to_firm" if offer.kind == FIRM else "reply_to_offer"
        raise Conflict("A404", where, words, {"reply": str(said.given.reply), "kind": offer.kind})
    is_over = offer.state == State.EXPIRED or (
        offer.kind == TO_OFFER and now > offer.reply_by and offer.state in WAITING
    )
    if is_over and not said.by_telephone:
        raise Conflict("A403", where, "reply_too_late")
    if offer.state == State.EXPIRED and may(offer, act) and not is_hers(scoped, offer):
        raise Conflict("A403", where, "reply_too_late_given_away")


def replies_to(offer: Offer, now: datetime) -> list[str]:
    """What may be answered now."""
    is_late = offer.kind != FIRM and now > offer.reply_by
    if offer.state not in WAITING or is_late:
        return []
    return ["acknowledge"] if offer.kind == FIRM else ["accept", "decline"]


def is_hers(scoped: Scoped, offer: Offer) -> bool:
    """Whether the plan in force still has the visit with her, and it has not begun."""
    plan = scoped.session.get_one(Plan, offer.plan_id)
    there = covered(plan.document).get(offer.visit_id)
    is_hers = there is not None and there.worker_id == offer.worker_id
    return plan.state == "published" and is_hers and offer.starts_at > scoped.clock.now()


def _unable(scoped: Scoped, service: Service, offer: Offer, given: AnswerIn) -> Offer:
    """She is prevented: her hours end there, and all that she was told within them is withdrawn, firm or not,
    as no refusal."""
    now = scoped.clock.now()
    if not _is_ahead(offer, now):
        raise Conflict("A403", f"offers.{offer.id}", "offer_over")
    gone = prevented.prevent(scoped, service, offer, given)
    for one in gone:
        one.answered_at, one.answered_by = given.said_at or now, scoped.principal.actor
        one.said_by, one.said_at, one.said_why = given.said_by, given.said_at, given.reason
        move(scoped, one, Transition.WITHDRAW, "unable", given.reason)
    queueing.not_covered_yet(scoped.session, scoped.clock, gone)
    others = [one for one in gone if one is not offer]
    tell_withdrawn(scoped, others, f"unable:{offer.id}:{offer.version}")
    return offer


def tell_withdrawn(scoped: Scoped, gone: Iterable[Offer], cause: str) -> None:
    """Stops still to come that end without a publication: whoever was told of them is told so."""
    ahead = [one for one, _ in still_ahead(scoped.session, gone, scoped.clock.now())]
    for plan_id in sorted({one.plan_id for one in ahead}):
        plan = scoped.session.get_one(Plan, plan_id)
        queueing.tours_changed(
            scoped, plan, (), [one for one in ahead if one.plan_id == plan_id], f"{cause}:{plan_id}"
        )


def next_wave(scoped: Scoped, service: Service, offer: Offer) -> None:
    """Somebody else is sought, if the basin wishes it at once: the visit is not offered twice to the same
    worker."""
    system = scoped.as_service(offer.basin_id)
    wishes = system.basin(offer.basin_id).body
    plan = system.one(Plan, offer.basin_id, offer.plan_id)
    if (
        wishes.offers.next_wave is ReplanMode.AT_ONCE
        and plan.state == "published"
        and offer.starts_at > scoped.clock.now()
    ):
        jobs.follow(system, service, offer.basin_id, plan.first_day, plan.days)


def end_with(
    scoped: Scoped, visit_id: str, basin_id: str, done_by: str | None, *, is_off: bool = False
) -> list[Offer]:
    """The outcome of a visit ends what still waits for an answer about it: done, for who did it; withdrawn
    for anybody else. `is_off`: nobody has gone there, so whoever agreed to is told not to. Returns what is
    withdrawn."""
    system = scoped.as_service(basin_id)
    states = STANDING if is_off else WAITING
    asked = system.select(Offer, basin_id).where(Offer.visit_id == visit_id, Offer.state.in_(states))
    gone = list[Offer]()
    for offer in system.all(asked.with_for_update()):
        if offer.worker_id != done_by:
            move(system, offer, Transition.WITHDRAW, "outcome")
            gone.append(offer)
        elif offer.state in WAITING:
            move(system, offer, Transition.FINISH)
    if gone:
        tell_withdrawn(system, gone, f"outcome:{gone[0].id}")
    return gone


# -- silence -----------------------------------------------------------------------------------------------
def expire(service: Service) -> int:
    """Close what nobody answered in time, basin by basin: an offer expires and opens the next wave. What only
    a call can still settle, a silent firm stop or an offer for which nobody else can be asked in time, is
    escalated to the coordinators before it begins, and stays. Returns how many there were."""
    with service.database.reading() as session:
        asked = (
            select(Offer.basin_id).where(_is_late(service.clock.now())).distinct().order_by(Offer.basin_id)
        )
        # Basin by basin, each in a transaction of its own: a writer of one basin never waits for the silence
        # of another.
        basins = list(session.scalars(asked))
    return sum(_expire(service, basin_id) for basin_id in basins)


def _is_late(now: datetime) -> ColumnElement[bool]:
    """An offer whose time is over; or one, or a firm stop, that only a call can still settle, told once."""
    is_over = and_(Offer.state == State.OFFERED, Offer.reply_by < now)
    is_silent = or_(Offer.call_from <= now, and_(Offer.state == State.ORDERED, Offer.reply_by < now))
    # A firm stop that nobody acknowledged is told even once it has begun: somebody may be waiting at the
    # door.
    is_ahead = or_(Offer.starts_at > now, Offer.state == State.ORDERED)
    return or_(is_over, and_(Offer.state.in_(WAITING), Offer.escalated_at.is_(None), is_silent, is_ahead))


def _expire(service: Service, basin_id: str) -> int:
    with service.database.writing() as session:
        scoped = Scoped(session, Principal.system("expiry", basin_id), service.clock)
        asked = (
            select(Offer).where(Offer.basin_id == basin_id, _is_late(service.clock.now())).order_by(Offer.id)
        )
        late = scoped.all(asked.limit(MOST_AT_ONCE).with_for_update())
        for offer in late:
            if may(offer, Transition.EXPIRE) and offer.reply_by < service.clock.now():
                move(scoped, offer, Transition.EXPIRE)
            else:
                offer.escalated_at = scoped.clock.now()
                scoped.changed(offer, "escalated")
        if late:
            queueing.unanswered(session, service.clock, late)
            queueing.not_covered_yet(
                session, service.clock, [one for one in late if one.state == State.EXPIRED]
            )
        # One search a plan, however many of its offers ran out together.
        for offer in {offer.plan_id: offer for offer in late if offer.state == State.EXPIRED}.values():
            next_wave(scoped, service, offer)
        scoped.commit()
        return len(late)


def shown(offer: Offer) -> OfferView:
    is_escalated = offer.state in WAITING and offer.escalated_at is not None
    return view_of(OfferView, offer, said_reason=offer.said_why, escalated=is_escalated)
