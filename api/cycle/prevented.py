"""Somebody is prevented, ill or otherwise, as she or another says: a fact about her hours, not a refusal."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time, timedelta

from api.access.scope import Scoped
from api.commitments.in_force import home_again, plan_on
from api.commitments.states import STANDING
from api.cycle import following
from api.runtime.clock import wall
from api.service.service import Service
from api.shapes.cycle_requests import AnswerIn, plain
from api.store.basin_tables import Worker
from api.store.cycle_tables import Offer
from brigade.errors import Issue
from brigade.exchange.shapes.workforce_shapes import AvailabilityShape
from brigade.units import PARIS


def prevent(scoped: Scoped, service: Service, offer: Offer, given: AnswerIn) -> list[Offer]:
    """Takes these hours out of the worker's availability, and a search follows as from any such change.
    Returns her commitments that begin within them. What she has begun she ends: her hours are cut from its
    end on, and her way home. Args: given: as `faults` finds it right.
    """
    basin_id, now = offer.basin_id, scoped.clock.now()
    mine, since, until = _hours(scoped, offer, given)
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
    changes = following.DayChanges()
    changes.note(Worker, before, worker.body)
    following.follow(system, service, basin_id, changes)
    return [one for one in mine if since <= one.starts_at < until]


def faults(scoped: Scoped, offer: Offer, given: AnswerIn) -> Iterator[Issue]:
    """Of hours that end before she would be missed."""
    _, since, until = _hours(scoped, offer, given)
    if until <= max(since, offer.starts_at):
        yield Issue("A305", f"offers.{offer.id}.until", "unable_until")


def _hours(scoped: Scoped, offer: Offer, given: AnswerIn) -> tuple[list[Offer], datetime, datetime]:
    """Her commitments, and from when until when she cannot come."""
    now = scoped.clock.now()
    mine = commitments_of(scoped, offer.basin_id, offer.worker_id, now)
    since = max([now, *(one.ends_at for one in mine if one.starts_at <= now)])
    return mine, since, given.until or end_of_day(offer.starts_at)


def commitments_of(scoped: Scoped, basin_id: str, worker_id: str, since: datetime) -> list[Offer]:
    """What she was told and has not ended by `since`, locked."""
    asked = scoped.select(Offer, basin_id).where(Offer.worker_id == worker_id, Offer.state.in_(STANDING))
    return scoped.all(
        asked.where(Offer.ends_at > since).order_by(Offer.starts_at, Offer.id).with_for_update()
    )


def take_away(scoped: Scoped, worker: Worker, at: datetime, until: datetime) -> list[AvailabilityShape]:
    """Her hours from `at` to `until`, but what she needs to end the visit under way and to be home. Returns
    what went."""
    plan = plan_on(scoped, worker.basin_id, at.astimezone(PARIS).date())
    first = home_again(scoped, plan, worker.id, at)
    stays = worker.value.availability
    gone = [part for stay in stays for part in _within(stay, first, until)]
    left = [part for stay in stays for part in _around(stay, first, until)]
    worker.body = {**worker.body, "availability": list(map(plain, left))}
    return gone


def give_back(
    availability: list[AvailabilityShape], gone: list[AvailabilityShape], since: datetime
) -> list[AvailabilityShape]:
    """Her hours, with those that had gone, from `since` on."""
    back = [
        stay.model_copy(update={"start": max(stay.start, _minute(since))})
        for stay in gone
        if stay.end > since
    ]
    made: list[AvailabilityShape] = []
    for stay in sorted((*availability, *back), key=lambda stay: stay.start):
        if made and stay.start <= made[-1].end:
            last = made.pop()
            stay = AvailabilityShape(start=last.start, end=max(last.end, stay.end))
        made.append(stay)
    return made


def end_of_day(instant: datetime) -> datetime:
    day = instant.astimezone(PARIS).date()
    return datetime.combine(day + timedelta(days=1), time(), PARIS)


def _within(stay: AvailabilityShape, since: datetime, until: datetime) -> list[AvailabilityShape]:
    start, end = max(stay.start, since), min(stay.end, until)
    return [AvailabilityShape(start=_minute(start), end=end.astimezone(PARIS))] if start < end else []


def _around(stay: AvailabilityShape, since: datetime, until: datetime) -> list[AvailabilityShape]:
    """What is left of an availability, before and after: without overtime or a meal of its own, which were of
    the whole, and not to be stretched into the time she is away."""
    if stay.end <= since or stay.start >= until:
        return [stay]
    left = []
    if stay.start < since:
        limit = _minute(since)
        left.append(AvailabilityShape(start=stay.start, end=limit, not_after=limit))
    if stay.end > until:
        limit = until.astimezone(PARIS)
        left.append(AvailabilityShape(start=limit, end=stay.end, not_before=limit))
    return left


def _minute(instant: datetime) -> datetime:
    """Whole minutes, as documents are written; up, so that what is under way ends within them."""
    floor = instant.replace(second=0, microsecond=0)
    return (floor if floor == instant else floor + timedelta(minutes=1)).astimezone(PARIS)
