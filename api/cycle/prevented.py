"""Somebody is prevented, ill or otherwise, as she or another says: a fact about her hours, not a refusal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
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
    left, gone = cut(worker.value.availability, home_again(scoped, plan, worker.id, at), until)
    worker.body = {**worker.body, "availability": list(map(plain, left))}
    return gone


def cut(
    stays: Iterable[AvailabilityShape], since: datetime, until: datetime
) -> tuple[list[AvailabilityShape], list[AvailabilityShape]]:
    """What is left of somebody's hours who is away from `since` to `until`, and what is not; overtime goes
    with the hours it belongs to."""
    known = list(stays)
    left = [part for stay in known for part in _around(stay, since, until)]
    return left, [part for stay in known for part in _within(stay, since, until)]


def give_back(
    availability: list[AvailabilityShape], gone: list[AvailabilityShape], since: datetime
) -> list[AvailabilityShape]:
    """Her hours, with those that had gone, from `since` on. What was cut in two is whole again; two tours
    that only meet stay two."""
    back = [_from(stay, since) for stay in gone if stay.latest_end > since]
    made: list[AvailabilityShape] = []
    for stay in sorted((*availability, *back), key=lambda stay: stay.start):
        if made and _belongs(made[-1], stay):
            stay = _joined(made.pop(), stay)
        made.append(stay)
    return made


def _from(stay: AvailabilityShape, since: datetime) -> AvailabilityShape:
    return stay if since <= stay.start else _part(stay, _minute(since), stay.latest_end)


def _belongs(first: AvailabilityShape, second: AvailabilityShape) -> bool:
    """Whether they overlap, or meet where an absence had cut: that is marked on what it left."""
    meet = first.latest_end == second.start
    is_cut = first.not_after == second.start or second.not_before == second.start
    return second.start < first.latest_end or (meet and is_cut)


def _joined(first: AvailabilityShape, second: AvailabilityShape) -> AvailabilityShape:
    # The second may be nothing but overtime: then the ordinary hours end with the first.
    end = first.end if second.end == second.start else max(first.end, second.end)
    last = max(first.latest_end, second.latest_end)
    return AvailabilityShape(
        start=first.start,
        end=end,
        hard_end=last if last > end else None,
        not_before=first.not_before,
        not_after=second.not_after,
    )


def end_of_day(instant: datetime) -> datetime:
    day = instant.astimezone(PARIS).date()
    return datetime.combine(day + timedelta(days=1), time(), PARIS)


def _within(stay: AvailabilityShape, since: datetime, until: datetime) -> list[AvailabilityShape]:
    """What goes of an availability; the whole of it goes as it is."""
    if since <= stay.start and stay.latest_end <= until:
        return [stay]
    start, end = max(stay.start, since), min(stay.latest_end, until)
    return [_part(stay, _minute(start), end.astimezone(PARIS))] if start < end else []


def _around(stay: AvailabilityShape, since: datetime, until: datetime) -> list[AvailabilityShape]:
    """What is left of an availability, before and after: without a meal of its own, which was of the whole,
    and not to be stretched into the time she is away."""
    if stay.latest_end <= since or stay.start >= until:
        return [stay]
    left = []
    if stay.start < since:
        limit = _minute(since)
        left.append(_part(stay, stay.start, limit).model_copy(update={"not_after": limit}))
    if stay.latest_end > until:
        limit = until.astimezone(PARIS)
        left.append(_part(stay, limit, stay.latest_end).model_copy(update={"not_before": limit}))
    return left


def _part(stay: AvailabilityShape, start: datetime, end: datetime) -> AvailabilityShape:
    """Its hours from `start` to `end`: overtime stays overtime."""
    ordinary = min(max(stay.end, start), end)
    return AvailabilityShape(start=start, end=ordinary, hard_end=end if end > ordinary else None)


def _minute(instant: datetime) -> datetime:
    """Whole minutes, as documents are written; up, so that what is under way ends within them."""
    floor = instant.replace(second=0, microsecond=0)
    return (floor if floor == instant else floor + timedelta(minutes=1)).astimezone(PARIS)
