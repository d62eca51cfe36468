"""What workers did, from the plans in force and from what became of them (`brigade.worked.done_days`)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from typing import Any

from sqlalchemy import or_, select

from api.access.scope import Scoped
from api.store.basin_tables import Client, Visit, Worker
from api.store.cycle_tables import Outcome, Plan
from api.store.plan_parts import PlannedTour, tours_of
from api.worked.dead_time import DeadTime
from brigade.units import MAX_DAYS, PARIS
from brigade.worked.done_days import DoneCall, DoneDay, DoneVisit, PlannedVisit, WorkPiece, done_days
from brigade.worked.local_days import midnight


def worked(scoped: Scoped, basin_id: str, since: date, before: date) -> Mapping[str, dict[date, DoneDay]]:
    """By worker, the days from `since` and before `before`."""
    planned = _planned(scoped, basin_id, since, before)
    calls = calls_between(scoped, basin_id, since, before)
    return done_days(planned, _outcomes(scoped, basin_id, since, before), since, before, calls)


def calls_between(scoped: Scoped, basin_id: str, since: date, before: date) -> Iterator[DoneCall]:
    """Calls that begin on these days, by worker."""
    first, end = midnight(since, PARIS), midnight(before, PARIS)
    for row in scoped.session.scalars(select(Worker).where(Worker.basin_id == basin_id).order_by(Worker.id)):
        # Most have none: their documents are not read for it.
        for call in row.value.calls if row.body.get("calls") else ():
            if first <= call.start < end:
                yield DoneCall(row.id, _minute(call.start), _minute(call.end))


def _outcomes(scoped: Scoped, basin_id: str, since: date, before: date) -> dict[str, DoneVisit]:
    """By visit, of the plans that have days in the span: in whole minutes."""
    row = Outcome
    columns = (row.visit_id, row.worker_id, row.provider_id, row.at_door, row.starts_at, row.ends_at)
    asked = select(*columns).join(Plan, Plan.id == row.plan_id).where(row.basin_id == basin_id)
    # A visit that nobody timed is put where no day of the span can hold it.
    found, nowhere = {}, midnight(since, PARIS)
    for visit, worker, host, is_dead, *times in scoped.session.execute(asked.where(*_near(since, before))):
        start, end = (nowhere if at is None else _minute(at) for at in times)
        found[visit] = DoneVisit(worker if start < end else None, start, end, host or None, is_dead=is_dead)
    return found


def _minute(at: datetime) -> datetime:
    # In UTC: of a local time nobody would know any more in which of the two passes of an autumn night it was.
    return at.astimezone(UTC).replace(second=0, microsecond=0)


def _planned(scoped: Scoped, basin_id: str, since: date, before: date) -> Iterator[PlannedVisit]:
    """Each stop of the plans in force."""
    asked = select(Plan.document).where(
        Plan.basin_id == basin_id, Plan.state == "published", *_near(since, before)
    )
    hosts = _hosts(scoped, basin_id, since)
    for document in scoped.session.scalars(asked.order_by(Plan.first_day, Plan.id)):
        tours = sorted(tours_of(document), key=lambda tour: (tour.worker_id, tour.day, tour.tour))
        # In order of tours: what lies between two of one day belongs to that day.
        for (worker, day), same_day in groupby(tours, key=lambda tour: (tour.worker_id, tour.day)):
            if since <= day < before:
                for visit, piece in pieces_of(same_day, hosts):
                    yield PlannedVisit(worker, day, visit, piece)


def _hosts(scoped: Scoped, basin_id: str, since: date) -> dict[str, str]:
    """By visit, whose it is."""
    asked = (
        select(Visit.id, Client.provider_id)
        .join(Client, (Client.basin_id == Visit.basin_id) & (Client.id == Visit.client_id))
        .where(Visit.basin_id == basin_id, Visit.starts_at >= midnight(since, PARIS))
    )
    return {visit: host for visit, host in scoped.session.execute(asked)}  # noqa: C416 - rows are no pairs


def pieces_of(tours: Iterator[PlannedTour], hosts: Mapping[str, str]) -> Iterator[tuple[str, WorkPiece]]:
    """Of the tours of one day: the ways from and to home are no work, and part of what lies between two
    tours."""
    for tour in tours:
        for stop in tour.stops:
            start, end, opens = stop.start.astimezone(UTC), stop.end.astimezone(UTC), stop.before is None
            leg = 0 if opens else stop.travel_min
            way, host = 0 if opens else leg + stop.pause_min, hosts.get(stop.visit_id)
            yield stop.visit_id, WorkPiece(start, end, leg, way, opens_tour=opens, host=host)


def _near(since: date, before: date) -> tuple[Any, ...]:
    """Plans that may have days in the span."""
    # A plan is found by its first day, and may reach this much further.
    return Plan.first_day > since - timedelta(days=MAX_DAYS), Plan.first_day < before


def dates(
    scoped: Scoped,
    basin_id: str,
    wanted: list[date],
    dead: DeadTime,
    is_meant: Callable[[date, str], bool] | None = None,
) -> Mapping[str, set[date]]:
    """By worker, on which of these days a minute of a visit was done, or of dead time. Args: is_meant: asks a
    day and the client whether the day counts there."""
    if not wanted:
        return {}
    spans = [(day, midnight(day, PARIS), midnight(day + timedelta(days=1), PARIS)) for day in wanted]
    # All days in one question: a search asks for some twenty Sundays and holidays.
    on_one = or_(*((Outcome.starts_at < closes) & (Outcome.ends_at > opens) for _, opens, closes in spans))
    columns = (Outcome.visit_id, Outcome.worker_id, Outcome.client_id, Outcome.starts_at, Outcome.ends_at)
    asked = select(*columns).where(Outcome.basin_id == basin_id, on_one)
    found = defaultdict[str, set[date]](set)
    for visit, worker, client, *told in scoped.session.execute(asked):
        start, end = dead.get(visit, told)
        if worker is not None and start is not None and end is not None:
            met = (day for day, opens, closes in spans if start < closes and end > opens)
            found[worker] |= {day for day in met if is_meant is None or is_meant(day, client)}
    return found
