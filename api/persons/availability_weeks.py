"""When a worker can come, as she says it herself, written into the availability of her row: free, or as a
last resort, which a search pays for like overtime and so takes where nobody else can."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import NamedTuple

from api.access.scope import Scoped, expect
from api.basin import fitness
from api.commitments.states import ANNOUNCED
from api.cycle.following import DayChanges, follow
from api.runtime.faults import Conflict, Unfit
from api.runtime.roles import Role
from api.service.service import Service
from api.shapes.person_shapes import AvailabilityIn, FreeSpanIn
from api.store.basin_tables import Worker
from api.store.cycle_tables import Offer
from brigade.errors import InvalidProblem, Issue
from brigade.exchange.documents.json_text import JsonObject
from brigade.exchange.shapes.workforce_shapes import AvailabilityShape
from brigade.units import PARIS

WRITERS = (Role.COORDINATOR, Role.WORKER)
# Two months, the longest that a screen shows at once.
LONGEST_DAYS = 62
INDEX = re.compile(r"availability\[(\d+)\]")
MEAL = ("meal_min", "meal_earliest", "meal_latest", "meal_required")


def shown(row: Worker, first_day: date, last_day: date) -> AvailabilityIn:
    """As she may send it back. Raises: Unfit."""
    _expect_days(first_day, last_day)
    spans = [span for one in _of_days(row, first_day, last_day) for span in spans_of(one)]
    return AvailabilityIn(first_day=first_day, last_day=last_day, spans=spans)


def spans_of(one: AvailabilityShape) -> Iterator[FreeSpanIn]:
    start, end, last = (at.astimezone(PARIS) for at in (one.start, one.end, one.latest_end))
    if start < end:
        yield FreeSpanIn(start=start, end=end)
    if end < last:
        yield FreeSpanIn(start=end, end=last, last_resort=True)


def put(
    scoped: Scoped,
    service: Service,
    basin_id: str,
    worker_id: str,
    given: AvailabilityIn,
    version: int | None,
) -> Worker:
    """Replace what stood on these days; searches follow as they do when a coordinator writes it.

    Raises: NotFound; Forbidden; Stale; Unfit for days that are over; InvalidProblem; Conflict where she has
    agreed to come.
    """
    scoped.one(Worker, basin_id, worker_id)
    scoped.only(f"workers.{worker_id}.availability", *WRITERS)
    _expect_days(given.first_day, given.last_day)
    _expect_to_come(scoped, given)
    # A worker may write no other part of her row: the service writes this one for her, in her name.
    system = scoped.as_service(basin_id)
    row = system.one(Worker, basin_id, worker_id, write=True)
    expect(row, version)
    before, stood = row.body, _of_days(row, given.first_day, given.last_day)
    tours = list(_tours(given.spans))
    made = [_written(one, stood) for one in tours]
    _refuse_agreed(scoped, row, stood, made)
    kept = [one for one in row.value.availability if one not in stood]
    # In order of time: plans name a tour by its place in this list.
    every = sorted([*kept, *made], key=lambda one: one.start)
    row.body = {**before, "availability": [one.model_dump(mode="json", exclude_unset=True) for one in every]}
    try:
        fitness.refuse_unfit(system, row)
    except InvalidProblem as fault:
        asked = {one.start: tour.first for one, tour in zip(made, tours, strict=True)}
        raise InvalidProblem([_of_spans(one, every, asked) for one in fault.issues]) from None
    system.changed(row, first_day=f"{given.first_day}", last_day=f"{given.last_day}")
    changes = DayChanges()
    changes.note(Worker, before, row.body)
    follow(scoped, service, basin_id, changes)
    return row


def _expect_days(first_day: date, last_day: date) -> None:
    if not first_day <= last_day < first_day + timedelta(days=LONGEST_DAYS):
        told = {"first": first_day, "last": last_day, "most": LONGEST_DAYS}
        raise Unfit("A305", "first_day, last_day", "days_out_of_range", told)


def _expect_to_come(scoped: Scoped, given: AvailabilityIn) -> None:
    today = scoped.clock.now().astimezone(PARIS).date()
    if given.first_day < today:
        raise Unfit("A305", "first_day", "days_that_are_over", {"first": given.first_day, "today": today})
    for index, span in enumerate(given.spans):
        if not given.first_day <= span.start.astimezone(PARIS).date() <= given.last_day:
            told = {"first": given.first_day, "last": given.last_day}
            raise Unfit("A305", f"spans[{index}].start", "outside_these_days", told)


def _of_days(row: Worker, first_day: date, last_day: date) -> list[AvailabilityShape]:
    """Those that begin on these days."""
    return [
        one for one in row.value.availability if first_day <= one.start.astimezone(PARIS).date() <= last_day
    ]


class _Tour(NamedTuple):
    """`first`: the span it begins with. `last`: how far it reaches as a last resort."""

    first: int
    start: datetime
    end: datetime
    last: datetime


def _tours(spans: Sequence[FreeSpanIn]) -> Iterator[_Tour]:
    tour: _Tour | None = None
    for number, span in sorted(enumerate(spans), key=lambda pair: pair[1].start):
        # One without a gap is one tour: two would each pay a way home and back.
        follows = tour is not None and span.start == tour.last
        if tour is not None and follows and span.last_resort:
            tour = tour._replace(last=span.end)
        elif tour is not None and follows and tour.end == tour.last:
            tour = tour._replace(end=span.end, last=span.end)
        else:
            if tour is not None:
                yield tour
            tour = _Tour(number, span.start, span.start if span.last_resort else span.end, span.end)
    if tour is not None:
        yield tour


def _written(tour: _Tour, stood: Sequence[AvailabilityShape]) -> AvailabilityShape:
    """What stood at these hours stays as it was; of others, the meal of what they overlap, where it still
    fits."""
    _, start, end, last = tour
    for one in stood:
        if (one.start, one.end, one.latest_end) == (start, end, last):
            return one
    told: JsonObject = {"start": start, "end": end, **({"hard_end": last} if last > end else {})}
    for one in stood:
        earliest, latest = one.meal_earliest, one.meal_latest
        if earliest is not None and latest is not None and start <= earliest <= latest < end:
            told |= {name: getattr(one, name) for name in MEAL if name in one.model_fields_set}
            break
    return AvailabilityShape.model_validate(told)


def _of_spans(issue: Issue, every: Sequence[AvailabilityShape], asked: Mapping[datetime, int]) -> Issue:
    """An issue of the row, where what was asked stands; of what stood on other days, at all that was
    asked."""
    found = INDEX.search(issue.where)
    span = asked.get(every[int(found[1])].start) if found else None
    return replace(issue, where="spans" if span is None else f"spans[{span}]")


def _refuse_agreed(
    scoped: Scoped, row: Worker, stood: Sequence[AvailabilityShape], made: Sequence[AvailabilityShape]
) -> None:
    """Hours that are hers she keeps free: who can come no longer says so (`POST …/incidents`)."""
    asked = scoped.select(Offer, row.basin_id).where(
        Offer.worker_id == row.id,
        Offer.state.in_(ANNOUNCED),
        Offer.starts_at > scoped.clock.now(),
    )
    lost = [
        offer.starts_at.astimezone(PARIS)
        for offer in scoped.all(asked.order_by(Offer.starts_at))
        if _holds(stood, offer) and not _holds(made, offer)
    ]
    if lost:
        times = [f"{at:%Y-%m-%d %H:%M}" for at in lost[:10]]
        raise Conflict("A409", "spans", "availability_of_agreed", {"times": times})


def _holds(stays: Sequence[AvailabilityShape], offer: Offer) -> bool:
    return any(one.start <= offer.starts_at and offer.ends_at <= one.latest_end for one in stays)
