"""What happens to workers: away, late, moved, joined, left; and their hours given back."""

from __future__ import annotations

from datetime import datetime, timedelta

from api.commitments.in_force import plan_on, stops_of, under_way
from api.commitments.open_incidents import (
    FOREVER,
)
from api.cycle.prevented import commitments_of, end_of_day, give_back, take_away
from api.incidents.incident_record import IncidentRecord, call_off, identify, place_of, touched
from api.shapes.cycle_requests import plain
from api.shapes.incident_requests import (
    WorkerAwayIn,
    WorkerJoinedIn,
    WorkerLateIn,
    WorkerLeftIn,
    WorkerMovedIn,
)
from api.shapes.kept.incident_shapes import IncidentDetails
from api.store import basin_tables
from api.store.person_tables import WorkerIdentity
from brigade.exchange.shapes.workforce_shapes import EngagementShape
from brigade.units import PARIS

PLACES = ("start_site", "end_site")


def _worker(one: IncidentRecord) -> basin_tables.Worker | None:
    found = one.find(basin_tables.Worker, "worker_id", str(one.row.worker_id))
    if found is not None:
        one.row.employer_id = found.employer_id
    return found


def worker_away(one: IncidentRecord, given: WorkerAwayIn) -> None:
    worker = _worker(one)
    one.row.ends_at = until = given.until or end_of_day(one.row.starts_at)
    if worker is None or one.issues:
        return
    _take(one, worker, until)


def _take(one: IncidentRecord, worker: basin_tables.Worker, until: datetime) -> None:
    """Her hours from then on, and what she was told within them."""
    at, before = one.row.starts_at, worker.body
    plan = plan_on(one.scoped, one.basin_id, at.astimezone(PARIS).date())
    current = under_way(plan, worker.id, at)
    cut = take_away(one.rows, worker, at, until)
    one.rows.changed(worker, "prevented", None, incident=one.row.id)
    one.changes.note(basin_tables.Worker, before, worker.body)
    gone = [
        stop for stop in commitments_of(one.rows, one.basin_id, worker.id, at) if at <= stop.starts_at < until
    ]
    told = {
        "cut": cut,
        "under_way": None if current is None else current.visit_id,
        "visits": [
            touched(stop.visit_id, stop.start)
            for _, stop in stops_of(plan, worker.id)
            if at <= stop.start < until
        ],
    }
    one.row.details = one.row.details.model_copy(update=told)
    call_off(one, one.rows, gone, "unable")


def worker_late(one: IncidentRecord, given: WorkerLateIn) -> None:
    worker = _worker(one)
    at = one.row.starts_at
    one.row.ends_at = end_of_day(at)
    if worker is None or one.issues:
        return
    plan = plan_on(one.scoped, one.basin_id, at.astimezone(PARIS).date())
    current, late = under_way(plan, worker.id, at), timedelta(minutes=given.late_min)
    ahead = [(tour, stop) for tour, stop in stops_of(plan, worker.id) if at <= stop.start < one.row.ends_at]
    visits = [touched(stop.visit_id, stop.start) for _, stop in ahead]
    if current is not None:
        # Told after the visit should have ended: the time since then is lost as well.
        lost = late + max(timedelta(), at - current.end)
        one.row.visit_id = current.visit_id
        # Up to whole minutes, as documents have them: down, the next visit would begin before she is free.
        minutes = -(-lost // timedelta(minutes=1))
        one.row.details = IncidentDetails(minutes=minutes, visits=visits, end=current.end)
        one.changes.spells.append((at, one.row.ends_at))
        return
    one.row.details = IncidentDetails(minutes=given.late_min, visits=visits)
    departures = [tour.departure for tour, _ in ahead]
    if not _leaves_later(one, worker, departures, late):
        one.tell("at", "no_tour_from_then")


def _leaves_later(
    one: IncidentRecord, worker: basin_tables.Worker, departures: list[datetime], late: timedelta
) -> bool:
    """She has not left yet: her next availability begins so much later."""
    at, before = one.row.starts_at, worker.body
    stay = next((stay for stay in worker.value.availability if stay.latest_end > at), None)
    if stay is None:
        return False
    told = min((departure for departure in departures if departure < stay.latest_end), default=None)
    start = max(stay.start, told or at)
    cut = take_away(one.rows, worker, min(at, stay.start), start + late)
    one.row.details = one.row.details.model_copy(update={"cut": cut})
    one.rows.changed(worker, "late", None, incident=one.row.id)
    one.changes.note(basin_tables.Worker, before, worker.body)
    return True


def worker_moved(one: IncidentRecord, given: WorkerMovedIn) -> None:
    worker, site = _worker(one), place_of(one, given.site, given.site_id)
    if worker is None or site is None:
        return
    ends = {name: site for name in ("start_site", "end_site") if worker.body.get(name) is not None}
    before = {name: worker.body.get(name) for name in ends}
    one.row.details = IncidentDetails(before=before, site_id=site)
    one.change(worker, {**worker.body, **(ends or {"start_site": site, "end_site": site})})
    identify(one, WorkerIdentity, worker.id, given.identity)


def worker_joined(one: IncidentRecord, given: WorkerJoinedIn) -> None:
    one.row.employer_id = given.worker.employer_id
    site_id = given.site.id if given.site else given.worker.start_site
    one.row.details = IncidentDetails(site_id=site_id)
    one.find(basin_tables.Employer, "worker.employer_id", given.worker.employer_id)
    if given.site is not None:
        one.add(basin_tables.Site, "site", given.site)
    places = (
        []
        if given.site is None
        else [name for name in PLACES if getattr(given.worker, name) == given.site.id]
    )
    # After a fault the place was not kept either: that it is unknown would be a fault of our making.
    one.add(basin_tables.Worker, "worker", given.worker, ["employer_id", *(places if one.issues else ())])
    identify(one, WorkerIdentity, given.worker.id, given.identity)


def worker_left(one: IncidentRecord, given: WorkerLeftIn) -> None:
    worker = _worker(one)
    if worker is None or one.issues:
        return
    before, last = worker.value.engagements, one.row.starts_at.astimezone(PARIS).date()
    # Engagements that would begin later go whole; all are kept in the details, from which they come back.
    ended = [
        plain(part.model_copy(update={"last": min(part.last, last)})) for part in before if part.first <= last
    ]
    one.row.details = IncidentDetails(engagements=before)
    _take(one, worker, FOREVER)
    one.change(worker, {**worker.body, "engagements": ended})


def give_hours_back(one: IncidentRecord, since: datetime) -> None:
    worker = one.rows.session.get(basin_tables.Worker, (one.basin_id, one.row.worker_id))
    if worker is None:
        return
    details = one.row.details
    stays = give_back(worker.value.availability, details.cut or [], since)
    body = {**worker.body, "availability": list(map(plain, stays))}
    if details.engagements is not None:
        engaged = _engaged_again(details.engagements, worker.value.engagements)
        body["engagements"] = list(map(plain, engaged))
    one.change(worker, body)


def _engaged_again(before: list[EngagementShape], now: list[EngagementShape]) -> list[EngagementShape]:
    """The engagements that ended as she left, and those agreed to since."""
    known = {(one.provider_id, one.first) for one in before}
    return [*before, *(one for one in now if (one.provider_id, one.first) not in known)]
