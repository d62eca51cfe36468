"""A worker's calendar for her own telephone: behind a secret that can be changed or taken back, coarse on
purpose.

Calendars are copied to whoever makes the telephone: the time, the commune and whether it is settled, nothing
of the client.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.access.authentication import digest_of
from api.access.rights import Principal
from api.access.scope import Scoped
from api.commitments.states import TOLD, State
from api.messages.described import described
from api.persons.visiting import communes_of
from api.runtime.faults import Gone
from api.service.service import Service
from api.store.basin_tables import Visit, Worker
from api.store.cycle_tables import Offer
from api.store.person_tables import Feed
from brigade.exchange.reports.ics import Appointment, agenda, uid_of
from brigade.units import PARIS
from brigade.values.validation.communes import place_name

# A month back, for whoever checks a pay slip; ahead further than any plan reaches. A feed is asked for anew
# all day, so that what it holds has to stay small.
DAYS_BEHIND, DAYS_AHEAD = 31, 62
DUTIES_AHEAD = 185
"""Rotas reach over a quarter, and are told months before."""


def make(scoped: Scoped, basin_id: str, worker_id: str) -> tuple[Feed, str]:
    """A feed and its secret; the secret given so far opens nothing any more. Raises: NotFound, Forbidden."""
    worker = scoped.one(Worker, basin_id, worker_id)
    secret, now = secrets.token_urlsafe(32), scoped.clock.now()
    row = scoped.session.scalar(scoped.select(Feed, basin_id).where(Feed.id == worker_id).with_for_update())
    if row is None:
        row = Feed(
            basin_id=basin_id, id=worker_id, employer_id=worker.employer_id, hash=digest_of(secret), version=1
        )
        row.created_at = row.changed_at = now
        scoped.add(row)
    else:
        row.hash, row.created_at = digest_of(secret), now
        scoped.changed(row, "secret_changed")
    return row, secret


def calendar(session: Session, service: Service, secret: str, lang: str) -> bytes:
    """The calendar that `secret` opens. Raises: Gone for an unknown or changed one: they look the same on
    purpose."""
    row = session.scalar(select(Feed).where(Feed.hash == digest_of(secret)))
    if row is None:
        raise Gone("A402", "signed_link", "feed_link_gone")
    scoped = Scoped(session, Principal.system(f"feed:{row.id}", row.basin_id), service.clock)
    now = service.clock.now()
    asked = select(Offer, Visit).outerjoin(
        Visit, (Visit.basin_id == Offer.basin_id) & (Visit.id == Offer.visit_id)
    )
    asked = asked.where(Offer.basin_id == row.basin_id, Offer.worker_id == row.id, Offer.state.in_(TOLD))
    asked = asked.where(
        Offer.ends_at > now - timedelta(days=DAYS_BEHIND), Offer.starts_at < now + timedelta(days=DAYS_AHEAD)
    )
    rows: list[tuple[Offer, Visit | None]]
    asked = asked.order_by(Offer.starts_at, Offer.id)
    rows = [(offer, visit) for offer, visit in session.execute(asked)]
    told = [(offer, visit) for offer, visit in rows if visit is not None or offer.work_block_id is not None]
    communes = communes_of(scoped, row.basin_id, (visit for _, visit in told if visit is not None))
    seats = described(session, row.basin_id, [offer.visit_id for offer, visit in told if visit is None])
    places = {id: one.place for id, one in seats.items()}
    places |= {visit.id: place_name(communes.get(visit.client_id)) for _, visit in told if visit is not None}
    appointments = (_appointment(offer, places.get(offer.visit_id)) for offer, _ in told)
    worker = session.get(Worker, (row.basin_id, row.id))
    duties = () if worker is None else _duties(worker, now)
    return agenda(row.id, [*appointments, *duties], PARIS.key, lang)


def _duties(worker: Worker, now: datetime) -> Iterator[Appointment]:
    """Hours on call, at home or near it."""
    first, last = now - timedelta(days=DAYS_BEHIND), now + timedelta(days=DUTIES_AHEAD)
    for one in worker.value.on_call:
        if one.end > first and one.start < last:
            uid = uid_of(worker.basin_id, f"on-call {one.start.isoformat()}", worker.id, one.start.date())
            yield Appointment(
                uid, one.start, one.end, worker.changed_at, None, True, is_visit=False, is_on_call=True
            )


def _appointment(offer: Offer, commune: str | None) -> Appointment:
    is_firm = offer.kind == "firm" or offer.state != State.OFFERED
    day = offer.starts_at.astimezone(PARIS).date()
    # The same appointment after other hours were told: the calendar moves it instead of showing two.
    is_visit = offer.work_block_id is None
    uid = uid_of(offer.basin_id, offer.visit_id if is_visit else offer.subject_id, offer.worker_id, day)
    return Appointment(uid, offer.starts_at, offer.ends_at, offer.changed_at, commune, is_firm, is_visit)
