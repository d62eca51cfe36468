"""What workers are told: their stops, by one link for all of them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.commitments.states import STANDING, WAITING
from api.cycle import offers, tour_links
from api.letters.matter import Matter, Words, offers_of
from api.messages.described import Described, described
from api.service.service import Service
from api.shapes.kept.subject_shapes import TourChanged, TourTomorrow
from api.store.cycle_tables import Offer, Plan
from api.store.message_tables import Message


def _tour_changed(service: Service, session: Session, message: Message, lang: str) -> Words | None:
    """What is still to answer, what still stands, what was withdrawn, as the offers are now."""
    about = message.subject(TourChanged)
    told = [offer for offer in offers_of(session, about.offers) if offer.state in STANDING]
    gone = offers_of(session, about.withdrawn)
    known = described(session, message.basin_id, [offer.visit_id for offer in (*told, *gone)])
    hers = _hers(session, message, [offer.visit_id for offer in gone])
    new = [_stop(offer, known) for offer in told]
    dropped = [_stop(offer, known) for offer in gone if offer.visit_id not in hers]
    if not new and not dropped:
        return None
    asked = [stop for stop in new if stop["is_open"]]
    return {
        "firm": [stop for stop in new if stop["kind"] == offers.FIRM],
        "offered": [stop for stop in new if stop["kind"] != offers.FIRM],
        "dropped": dropped,
        "asked": asked,
        "reply_by": min((stop["reply_by"] for stop in asked), default=None),
        "first": min(stop["starts_at"] for stop in (*new, *dropped)),
        "link": tour_links.link_of(service, session, message),
    }


def _hers(session: Session, message: Message, visits: list[str]) -> frozenset[str]:
    """Of these visits those that she is told to do, or asked about, at whatever hours: they are not withdrawn
    from her."""
    asked = select(Offer.visit_id).where(
        Offer.basin_id == message.basin_id, Offer.worker_id == message.worker_id
    )
    return frozenset(session.scalars(asked.where(Offer.visit_id.in_(visits), Offer.state.in_(STANDING))))


def _stop(offer: Offer, known: Mapping[str, Described]) -> dict[str, Any]:
    names = ("visit_id", "kind", "starts_at", "ends_at", "before_starts_at", "before_ends_at", "reply_by")
    before = (
        {"starts_at": offer.before_starts_at, "ends_at": offer.before_ends_at}
        if offer.before_starts_at
        else None
    )
    return {
        **{name: getattr(offer, name) for name in names},
        "is_open": offer.state in WAITING,
        "visit": known.get(offer.visit_id),
        "before": before,
    }


def _tour_tomorrow(service: Service, session: Session, message: Message, lang: str) -> Words | None:
    day = message.subject(TourTomorrow).day
    told = stops_of_day(session, message.basin_id, message.worker_id or "", day)
    off = _no_longer_hers(session, message, [stop["visit_id"] for stop in told])
    stops = [stop for stop in told if stop["visit_id"] not in off]
    if not stops:
        return None
    visits = [stop["visit_id"] for stop in stops]
    known, waiting = described(session, message.basin_id, visits), _waiting(session, message, visits)
    shown = [
        {**stop, "visit": known.get(stop["visit_id"]), "is_open": stop["visit_id"] in waiting, "before": None}
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


def stops_of_day(session: Session, basin_id: str, worker_id: str, day: date) -> list[dict[str, Any]]:
    """The worker's stops in the plan in force now."""
    near = Plan.first_day.between(day - timedelta(days=14), day)
    plans = session.scalars(select(Plan).where(Plan.basin_id == basin_id, Plan.state == "published", near))
    return [
        {
            "visit_id": stop["visit_id"],
            "starts_at": datetime.fromisoformat(stop["start"]),
            "ends_at": datetime.fromisoformat(stop["end"]),
        }
        for plan in plans
        for route in plan.document["routes"]
        if route["worker_id"] == worker_id and route["day"] == day.isoformat()
        for stop in route["stops"]
    ]


MATTERS: Mapping[str, Matter] = {"tour_changed": _tour_changed, "tour_tomorrow": _tour_tomorrow}
