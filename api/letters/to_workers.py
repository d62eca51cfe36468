"""What workers are told: their stops, by one link for all of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.commitments.states import STANDING, WAITING
from api.cycle import offers, tour_links
from api.letters.matter import Matter, Words, offers_of
from api.messages.described import DescribedVisit, described, of_seat
from api.service.service import Service
from api.shapes.kept.subject_shapes import OnCallChanged, TourChanged, TourTomorrow
from api.store import kept_plans
from api.store.basin_tables import Worker
from api.store.cycle_tables import Offer, Plan
from api.store.message_tables import Message
from api.store.plan_parts import LONGEST_PLAN, PlannedStop, tours_of
from brigade.units import PARIS
from brigade.values.validation.communes import place_name


def _tour_changed(service: Service, session: Session, message: Message, lang: str) -> Words | None:
    """What is still to answer, what still stands, what was withdrawn, as the offers are now."""
    about = message.subject(TourChanged)
    # As they are now, not as they were when the message was queued: what was withdrawn since must not be
    # asked for.
    told = [offer for offer in offers_of(session, about.offers) if offer.state in STANDING]
    gone = offers_of(session, about.withdrawn)
    known = described(session, message.basin_id, [offer.visit_id for offer in (*told, *gone)])
    known |= _called_off(session, [offer for offer in gone if offer.visit_id not in known])
    hers = _hers(session, message, [offer.subject_id for offer in gone])
    dropped = [_stop(offer, known) for offer in gone if offer.subject_id not in hers]
    if not told and not dropped:
        return None
    asked = [offer for offer in told if offer.state in WAITING]
    return {
        "firm": [_stop(offer, known) for offer in told if offer.kind == offers.FIRM],
        "offered": [_stop(offer, known) for offer in told if offer.kind != offers.FIRM],
        "dropped": dropped,
        "asked": [_stop(offer, known) for offer in asked],
        "reply_by": min((offer.reply_by for offer in asked), default=None),
        "first": min([*(one.starts_at for one in told), *(one.starts_at for one in dropped)]),
        "link": tour_links.link_of(service, session, message),
    }


def _called_off(session: Session, gone: Sequence[Offer]) -> dict[str, DescribedVisit]:
    """Seats of blocks that are no more: as the plan that told them knew them."""
    found = {}
    for offer in gone:
        if offer.work_block_id is None:
            continue
        problem = kept_plans.fetch_problem(session, session.get_one(Plan, offer.plan_id).digest)
        block = next((one for one in problem.work_blocks if one.id == offer.work_block_id), None)
        if block is not None:
            place = None if block.site_id is None else place_name(problem.site_by_id[block.site_id].commune)
            lasting = (offer.ends_at - offer.starts_at) / timedelta(minutes=1)
            found[offer.visit_id] = of_seat(offer.visit_id, block, place, offer.starts_at, lasting)
    return found


def _hers(session: Session, message: Message, subjects: list[str]) -> frozenset[str]:
    """Of these visits and blocks those that she is told to do, or asked about, at whatever hours: they are
    not withdrawn from her."""
    asked = select(Offer.subject_id).where(
        Offer.basin_id == message.basin_id, Offer.worker_id == message.worker_id
    )
    return frozenset(session.scalars(asked.where(Offer.subject_id.in_(subjects), Offer.state.in_(STANDING))))


@dataclass(frozen=True, slots=True)
class SpellWords:
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class TourStopWords:
    """A stop of hers. `is_open`: it waits for her answer. `before`: the hours that were told before."""

    visit: DescribedVisit | None
    starts_at: datetime
    ends_at: datetime
    is_open: bool
    reply_by: datetime | None = None
    before: SpellWords | None = None


def _stop(offer: Offer, known: Mapping[str, DescribedVisit]) -> TourStopWords:
    before = (
        SpellWords(offer.before_starts_at, offer.before_ends_at)
        if offer.before_starts_at and offer.before_ends_at
        else None
    )
    visit, is_open = known.get(offer.visit_id), offer.state in WAITING
    return TourStopWords(visit, offer.starts_at, offer.ends_at, is_open, offer.reply_by, before)


def _tour_tomorrow(service: Service, session: Session, message: Message, lang: str) -> Words | None:
    day = message.subject(TourTomorrow).day
    told = stops_of_day(session, message.basin_id, message.worker_id or "", day)
    # The plan in force still names her for what she refused: no next plan has come since.
    off = _no_longer_hers(session, message, [stop.visit_id for stop in told])
    stops = [stop for stop in told if stop.visit_id not in off]
    if not stops:
        return None
    visits = [stop.visit_id for stop in stops]
    known, waiting = described(session, message.basin_id, visits), _waiting(session, message, visits)
    shown = [
        TourStopWords(known.get(stop.visit_id), stop.start, stop.end, stop.visit_id in waiting)
        for stop in stops
    ]
    return {"day": day, "stops": shown, "link": tour_links.link_of(service, session, message)}


def _no_longer_hers(session: Session, message: Message, visits: list[str]) -> frozenset[str]:
    """Stops of the plan in force that she has refused, or that ended otherwise: no next plan has come
    since."""
    asked = select(Offer.visit_id, Offer.state).where(
        Offer.basin_id == message.basin_id, Offer.worker_id == message.worker_id
    )
    told = session.execute(asked.where(Offer.visit_id.in_(visits))).all()
    return frozenset(visit for visit, _ in told) - frozenset(
        visit for visit, state in told if state in STANDING
    )


def _waiting(session: Session, message: Message, visits: list[str]) -> frozenset[str]:
    asked = select(Offer.visit_id).where(
        Offer.basin_id == message.basin_id, Offer.worker_id == message.worker_id
    )
    return frozenset(session.scalars(asked.where(Offer.visit_id.in_(visits), Offer.state.in_(WAITING))))


def stops_of_day(session: Session, basin_id: str, worker_id: str, day: date) -> list[PlannedStop]:
    """The worker's stops in the plan in force now."""
    # No plan is longer: without this bound every plan that was ever in force would be read.
    near = Plan.first_day.between(day - LONGEST_PLAN, day)
    plans = session.scalars(select(Plan).where(Plan.basin_id == basin_id, Plan.state == "published", near))
    return [
        stop
        for plan in plans
        for tour in tours_of(plan.document)
        if (tour.worker_id, tour.day) == (worker_id, day)
        for stop in tour.stops
    ]


def _on_call_changed(service: Service, session: Session, message: Message, lang: str) -> Words | None:
    """Her duties that are not over, on the days of the rota."""
    about, now = message.subject(OnCallChanged), service.clock.now()
    row = session.get(Worker, (message.basin_id, message.worker_id or ""))
    if row is None:
        return None
    spells = [SpellWords(one.start, one.end) for one in row.value.on_call if one.end > now]
    days = about.first_day, about.last_day
    return {
        "first_day": days[0],
        "last_day": days[1],
        "duties": [one for one in spells if days[0] <= one.starts_at.astimezone(PARIS).date() <= days[1]],
    }


MATTERS: Mapping[str, Matter] = {
    "tour_changed": _tour_changed,
    "tour_tomorrow": _tour_tomorrow,
    "on_call_changed": _on_call_changed,
}
