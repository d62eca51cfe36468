"""Somebody is prevented, ill or otherwise, as she or another says on the telephone: a fact about her hours, not a refusal."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from api.access import Principal
from api.cycle import following
from api.cycle.states import STANDING
from api.faults import Unfit
from api.scope import Scoped
from api.service import Service
from api.shapes import AnswerIn
from api.store.cycle import Offer
from api.store.data import Worker
from brigade.units import PARIS


def prevent(scoped: Scoped, service: Service, offer: Offer, given: AnswerIn) -> list[Offer]:
    """Takes these hours out of the worker's availability, and a search follows as from any such change. Returns her
    commitments that begin within them. What she has begun she ends: her hours are cut from its end on.

    Raises: Unfit, when `until` comes before that.
    """
    now, basin_id = scoped.clock.now(), offer.basin_id
    until = given.until or _end_of_day(offer.starts_at)
    asked = scoped.select(Offer, basin_id).where(Offer.worker_id == offer.worker_id, Offer.state.in_(STANDING))
    mine = scoped.all(asked.where(Offer.ends_at > now).order_by(Offer.starts_at, Offer.id).with_for_update())
    since = max([now, *(one.ends_at for one in mine if one.starts_at <= now)])
    if until <= max(since, offer.starts_at):
        raise Unfit("A305", f"offers.{offer.id}.until", "avant cette intervention", "la fin de l’empêchement")
    worker = scoped.one(Worker, basin_id, offer.worker_id, write=True)
    before = worker.body
    worker.body = {**before, "availability": [part for stay in before["availability"] for part in _cut(stay, since, until)]}
    scoped.changed(
        worker,
        "prevented",
        given.reason,
        since=since.astimezone(PARIS).isoformat(),
        until=until.astimezone(PARIS).isoformat(),
        offer=offer.id,
    )
    changes = following.Changes()
    changes.note(Worker, before, worker.body)
    system = Scoped(scoped.session, Principal.system(scoped.principal.actor, basin_id), scoped.clock)
    following.follow(system, service, basin_id, changes)
    scoped.notes += system.notes
    scoped.after_commit += system.after_commit
    return [one for one in mine if since <= one.starts_at < until]


def _end_of_day(instant: datetime) -> datetime:
    day = instant.astimezone(PARIS).date()
    return datetime.combine(day + timedelta(days=1), time(), PARIS)


def _cut(stay: dict[str, Any], since: datetime, until: datetime) -> list[dict[str, Any]]:
    """What is left of an availability, before and after: without overtime or a meal of its own, which were of the whole."""
    start, end = datetime.fromisoformat(stay["start"]), datetime.fromisoformat(stay["end"])
    if end <= since or start >= until:
        return [stay]
    left = []
    if start < since:
        left.append({**stay, "end": _minute(since).isoformat()})
    if end > until:
        left.append({**stay, "start": until.astimezone(PARIS).isoformat()})
    return [{name: value for name, value in part.items() if name in ("start", "end")} for part in left]


def _minute(instant: datetime) -> datetime:
    """Whole minutes, as documents are written; up, so that what is under way ends within them."""
    floor = instant.replace(second=0, microsecond=0)
    return (floor if floor == instant else floor + timedelta(minutes=1)).astimezone(PARIS)
