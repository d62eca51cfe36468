"""One signed link for all of a worker's stops that a letter speaks of: short enough for an SMS, answered on
one page.

The link names the message it went out with, and dies with it, with the contact it went to, with the last day
it tells of, or as soon as one of its stops is given a new link.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.access.rights import Principal
from api.access.scope import Scoped
from api.commitments.states import STANDING, WAITING
from api.cycle import offers
from api.runtime.faults import Conflict, Gone
from api.service.service import Service
from api.shapes.cycle_requests import AnswerIn, Reply, TourAnswerIn
from api.shapes.kept.subject_shapes import TourChanged, TourTomorrow
from api.store.cycle_tables import Offer
from api.store.message_tables import Contact, Message
from brigade.units import PARIS
from brigade.worked.local_days import midnight

ID_BYTES, MAC_BYTES = 14, 13
"""A message's id, its time and its random half; and 104 bits of its signature: 36 signs in all."""
KIND_OF = {Reply.ACCEPT: offers.TO_OFFER, Reply.DECLINE: offers.TO_OFFER, Reply.ACKNOWLEDGE: offers.FIRM}


@dataclass(frozen=True, slots=True)
class LinkedTour:
    """What a link opens. `stops`: hers that are not over, and what became of those the letter told; in order
    of time."""

    message: Message
    stops: tuple[Offer, ...]


def link_of(service: Service, session: Session, message: Message) -> str | None:
    """None, when the message tells of no stop that could be answered."""
    told = _told(session, message)
    return f"{service.settings.public_url}/v1/tours/{_token(service, message.id, told)}" if told else None


def _told(session: Session, message: Message) -> list[Offer]:
    if message.kind == TourChanged.KIND:
        ids = message.subject(TourChanged).offers
    else:
        ids = message.subject(TourTomorrow).offers
    return list(session.scalars(select(Offer).where(Offer.id.in_(ids)).order_by(Offer.id))) if ids else []


def _token(service: Service, message_id: str, told: Sequence[Offer]) -> str:
    _, made, chance = message_id.split("-")
    said = "|".join(["tour", message_id, *(offer.link_nonce for offer in told)])
    mac = hmac.digest(service.settings.signing_secret().encode(), said.encode(), hashlib.sha256)[:MAC_BYTES]
    return urlsafe_b64encode(bytes.fromhex(made + chance) + mac).decode()


def by_link(
    session: Session, service: Service, link: str, *, write: bool = False
) -> tuple[Scoped, LinkedTour]:
    """The stops of a link, and a scoped session that reaches them: the signature is the credential. With
    `write`, locked.

    Raises: Gone for a forged or overtaken link, and once nothing of it is left: they look the same on
    purpose.
    """
    gone = Gone("A402", "signed_link", "tour_link_gone")
    message = session.get(Message, _message_id(link) or "")
    if message is None or message.worker_id is None:
        raise gone
    told = _told(session, message)
    if not told or not secrets.compare_digest(link.encode(), _token(service, message.id, told).encode()):
        raise gone
    stops = _stops(session, message, told, service.clock.now(), write=write)
    if not stops or session.get(Contact, (message.basin_id, message.contact_id)) is None:
        raise gone
    return Scoped(
        session, Principal.system(f"link:{message.id}", message.basin_id), service.clock
    ), LinkedTour(message, stops)


def _message_id(link: str) -> str | None:
    try:
        found = urlsafe_b64decode(link.encode())
    except ValueError:
        return None
    if len(found) != ID_BYTES + MAC_BYTES:
        return None
    made = found[:ID_BYTES].hex()
    return f"{Message.PREFIX}-{made[:12]}-{made[12:]}"


def _stops(
    session: Session, message: Message, told: Sequence[Offer], now: datetime, *, write: bool
) -> tuple[Offer, ...]:
    """All that she is told to do or asked about up to the last day of the letter, and those of the letter
    that ended, unless by other hours."""
    until = midnight(_next_day(max(offer.ends_at for offer in told)), PARIS)
    asked = select(Offer).where(Offer.basin_id == message.basin_id, Offer.worker_id == message.worker_id)
    asked = asked.where(Offer.ends_at > now, Offer.starts_at < until).order_by(Offer.starts_at, Offer.id)
    # Read anew under the lock: some of these rows are in the session already, as they were before it.
    found = session.scalars(
        asked.with_for_update().execution_options(populate_existing=True) if write else asked
    ).all()
    standing = {offer.subject_id for offer in found if offer.state in STANDING}
    ids = {offer.id for offer in told}
    return tuple(
        offer
        for offer in found
        if offer.state in STANDING
        or (offer.id in ids and offer.subject_id not in standing and offer.because != "moved")
    )


def _next_day(instant: datetime) -> date:
    return instant.astimezone(PARIS).date() + timedelta(days=1)


def open_for(tour: LinkedTour, reply: Reply, now: datetime) -> tuple[Offer, ...]:
    """The stops that still wait for such an answer."""
    waiting = [offer for offer in tour.stops if offer.state in WAITING and offer.kind == KIND_OF[reply]]
    return tuple(offer for offer in waiting if offer.kind == offers.FIRM or now <= offer.reply_by)


def answer(scoped: Scoped, service: Service, tour: LinkedTour, given: TourAnswerIn) -> tuple[Offer, ...]:
    """One answer to the stops named, or to all that wait for it; all of them or none. Returns those it was
    given to.

    Raises: Conflict, as `offers.answer`, and for a stop that is not of this link; or when nothing waits for
    such an answer.
    """
    mine = {offer.id: offer for offer in tour.stops}
    if given.offers is None:
        chosen = open_for(tour, Reply(given.reply), scoped.clock.now())
    else:
        strange = [id for id in given.offers if id not in mine]
        if strange:
            raise Conflict("A403", "offers", "not_of_link")
        chosen = tuple(mine[id] for id in dict.fromkeys(given.offers))
    if not chosen:
        raise Conflict("A403", "offers", "no_such_reply_awaited")
    for offer in chosen:
        offers.answer(scoped, service, offer, AnswerIn(reply=Reply(given.reply)), by_link=True)
    return chosen
