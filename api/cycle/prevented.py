"""Somebody is prevented, ill or otherwise, as she or another says: a fact about her hours, not a refusal."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from api.access.scope import Scoped
from api.commitments.in_force import home_again, plan_on
from api.commitments.states import STANDING
from api.cycle import following
from api.runtime.clock import wall
from api.runtime.faults import Unfit
from api.service.service import Service
from api.shapes.cycle_requests import AnswerIn
from api.store.basin_tables import Worker
from api.store.cycle_tables import Offer
from brigade.units import PARIS

Stay = dict[str, Any]


def prevent(scoped: Scoped, service: Service, offer: Offer, given: AnswerIn) -> list[Offer]:
    """Takes these hours out of the worker's availability, and a search follows as from any such change.
    Returns her commitments that begin within them. What she has begun she ends: her hours are cut from its
    end on, and her way home.

    Raises: Unfit, when `until` comes before that.
    """
    basin_id, now = offer.basin_id, scoped.clock.now()
    until = given.until or end_of_day(offer.starts_at)
    mine = commitments_of(scoped, basin_id, offer.worker_id, now)
    since = max([now, *(one.ends_at for one in mine if one.starts_at <= now)])
    if until <= max(since, offer.starts_at):
        raise Unfit("A305", f"offers.{offer.id}.until", "unable_until")
    system = scoped.as_service(basin_id)
    worker = system.one(Worker, basin_id, offer.worker_id, write=True)
    before = worker.body
    take_away(system, worker, now, until)
    scoped.changed(
        worker,
        "prevented",
        given.reason,
        since=wall(since),
        until=wall(until),
        offer=offer.id,
    )
    changes = following.Changes()
    changes.note(Worker, before, worker.body)
    following.follow(system, service, basin_id, changes)
    scoped.notes += system.notes
    scoped.after_commit += system.after_commit
    return [one for one in mine if since <= one.starts_at < until]


def commitments_of(scoped: Scoped, basin_id: str, worker_id: str, since: datetime) -> list[Offer]:
    """What she was told and has not ended by `since`, locked."""
    asked = scoped.select(Offer, basin_id).where(Offer.worker_id == worker_id, Offer.state.in_(STANDING))
    return scoped.all(
        asked.where(Offer.ends_at > since).order_by(Offer.starts_at, Offer.id).with_for_update()
    )


def take_away(scoped: Scoped, worker: Worker, at: datetime, until: datetime) -> list[Stay]:
    """Her hours from `at` to `until`, but what she needs to end the visit under way and to be home. Returns
    what went."""
    plan = plan_on(scoped, worker.basin_id, at.astimezone(PARIS).date())
    first = home_again(scoped, plan, worker.id, at)
    gone = [part for stay in worker.body["availability"] for part in _within(stay, first, until)]
    left = [part for stay in worker.body["availability"] for part in _around(stay, first, until)]
    worker.body = {**worker.body, "availability": left}
    return gone


def give_back(availability: list[Stay], gone: list[Stay], since: datetime) -> list[Stay]:
    """Her hours, with those that had gone, from `since` on."""
    back = [{**stay, "start": wall(max(_start(stay), _minute(since)))} for stay in gone if _end(stay) > since]
    made: list[Stay] = []
    for stay in sorted((*availability, *back), key=_start):
        if made and _start(stay) <= _end(made[-1]):
            last = made.pop()
            stay = {"start": last["start"], "end": wall(max(_end(last), _end(stay)))}
        made.append(stay)
    return made


def end_of_day(instant: datetime) -> datetime:
    day = instant.astimezone(PARIS).date()
    return datetime.combine(day + timedelta(days=1), time(), PARIS)


def _start(stay: Stay) -> datetime:
    return datetime.fromisoformat(stay["start"])


def _end(stay: Stay) -> datetime:
    return datetime.fromisoformat(stay["end"])


def _within(stay: Stay, since: datetime, until: datetime) -> list[Stay]:
    start, end = max(_start(stay), since), min(_end(stay), until)
    return [{"start": wall(_minute(start)), "end": wall(end)}] if start < end else []


def _around(stay: Stay, since: datetime, until: datetime) -> list[Stay]:
    """What is left of an availability, before and after: without overtime or a meal of its own, which were of
    the whole, and not to be stretched into the time she is away."""
    start, end = _start(stay), _end(stay)
    if end <= since or start >= until:
        return [stay]
    left = []
    if start < since:
        limit = wall(_minute(since))
        left.append({"start": stay["start"], "end": limit, "not_after": limit})
    if end > until:
        limit = wall(until)
        left.append({"start": limit, "end": stay["end"], "not_before": limit})
    return left


def _minute(instant: datetime) -> datetime:
    """Whole minutes, as documents are written; up, so that what is under way ends within them."""
    floor = instant.replace(second=0, microsecond=0)
    return (floor if floor == instant else floor + timedelta(minutes=1)).astimezone(PARIS)
