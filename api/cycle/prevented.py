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
from brigade.changes.hours_left import left_around
from brigade.errors import Issue
from brigade.exchange.shapes.workforce_shapes import AvailabilityShape
from brigade.units import PARIS, Interval
from brigade.values.validation.workforce_faults import SHORTEST_GAP_MIN
from brigade.values.workforce import Availability

MEAL = ("meal_min", "meal_earliest", "meal_latest", "meal_required")
"""The fields that say when a meal is had."""


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
    """What is left of the hours of somebody who is away from `since` to `until`, and what went
    (`brigade.changes.hours_left` says how)."""
    left, gone = list[AvailabilityShape](), list[AvailabilityShape]()
    for stay in stays:
        parts = _left(stay, _minute(since), until)
        left += parts
        gone += _gone(stay, parts)
    return left, gone


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
    ).model_copy(update=_meal_of(first if first.meal_min else second))


def end_of_day(instant: datetime) -> datetime:
    day = instant.astimezone(PARIS).date()
    return datetime.combine(day + timedelta(days=1), time(), PARIS)


def _left(stay: AvailabilityShape, since: datetime, until: datetime) -> list[AvailabilityShape]:
    away = Interval(_second(since), _second(until))
    # The next tour is a trip of its own, however short the absence.
    back = max(away.end, away.start + SHORTEST_GAP_MIN * 60)
    return [_shaped(part, stay) for part in left_around(_core(stay), away, away.start, back)]


def _gone(stay: AvailabilityShape, left: list[AvailabilityShape]) -> list[AvailabilityShape]:
    """The stretch that went, if any; with the meal where no part that is left has it."""
    if left == [stay]:
        return []
    if not left:
        return [stay]
    start = stay.start if left[0].start > stay.start else left[0].latest_end
    end = left[-1].start if left[-1].start > start else stay.latest_end
    part = _part(stay, start, end)
    return [part if any(one.meal_min for one in left) else part.model_copy(update=_meal_of(stay))]


def _meal_of(stay: AvailabilityShape) -> dict[str, object]:
    return {name: getattr(stay, name) for name in MEAL}


def _core(stay: AvailabilityShape) -> Availability:
    """The same in seconds since 1970: cutting an absence out needs no horizon."""
    earliest, latest = (
        None if one is None else _second(one) for one in (stay.meal_earliest, stay.meal_latest)
    )
    meal = None if stay.meal_min is None else round(stay.meal_min * 60)
    ends = _second(stay.start), _second(stay.end), _second(stay.latest_end)
    return Availability(*ends, meal, earliest, latest, stay.meal_required)


def _shaped(part: Availability, stay: AvailabilityShape) -> AvailabilityShape:
    """A part that is left of `stay`, in the shape of documents."""
    before = _core(stay)
    if part == before:
        return stay
    changed: dict[str, object] = (
        {} if part.meal is not None else dict.fromkeys(MEAL) | {"meal_required": False}
    )
    for name in ("start", "end", "hard_end", "not_before", "not_after"):
        value = getattr(part, name)
        if value is not None and value != getattr(before, name):
            changed[name] = datetime.fromtimestamp(value, PARIS)
    return stay.model_copy(update=changed | ({"hard_end": None} if part.hard_end == part.end else {}))


def _second(instant: datetime) -> int:
    return round(instant.timestamp())


def _part(stay: AvailabilityShape, start: datetime, end: datetime) -> AvailabilityShape:
    """Its hours from `start` to `end`: overtime stays overtime."""
    ordinary = min(max(stay.end, start), end)
    return AvailabilityShape(start=start, end=ordinary, hard_end=end if end > ordinary else None)


def _minute(instant: datetime) -> datetime:
    """Whole minutes, as documents are written; up, so that what is under way ends within them."""
    floor = instant.replace(second=0, microsecond=0)
    return (floor if floor == instant else floor + timedelta(minutes=1)).astimezone(PARIS)
