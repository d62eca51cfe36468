"""People lent by a neighbour basin, as the borrower's documents have them: her contract, limits and counters
are those of her own basin as it stands, her hours there are work elsewhere, and she comes from her home."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from api.access.scope import Scoped
from api.runtime.clock import wall
from api.store.basin_tables import Employer, Site, Worker
from api.store.lending.lending_tables import Lending, lent_name
from api.worked import counters
from api.worked.lent_hours import DepartmentTours, Hours, agreed
from brigade.exchange.documents.json_text import JsonObject
from brigade.exchange.shapes.workforce_shapes import AvailabilityShape, EngagementShape
from brigade.units import PARIS, Horizon
from brigade.values.validation.workforce_faults import SHORTEST_GAP_MIN
from brigade.values.workforce import EngagementStatus

HERS = (
    *("mode", "competencies", "certificates", "cents_per_km", "cost_cents_per_hour", "territory"),
    *("contract", "limits", "other_work", "leave", "dated_hours", "on_call", "calls"),
    "inclusion_pass_until",
)
"""What goes with her. Sectors are each basin's own; urgencies of the borrower were never agreed to."""
GAP = timedelta(minutes=SHORTEST_GAP_MIN)


@dataclass(frozen=True)
class LentPeople:
    """Some people of one lender. `workers`: without hours and papers, which whoever lends them adds."""

    workers: tuple[JsonObject, ...]
    employers: tuple[JsonObject, ...]
    sites: tuple[JsonObject, ...]


def may_be_lent(worker: Worker) -> bool:
    """Limits that speak of her own basin's maps, and what she may not yet do alone, stay at home."""
    return worker.body.get("sector_limit") is None and not worker.body.get("learning")


def lent_people(
    scoped: Scoped, lender: str, rows: Sequence[Worker], here: str, planned: DepartmentTours
) -> LentPeople:
    """Args: scoped: of the service itself in the lender's basin. rows: of its workers. here: the borrower."""
    basin = scoped.basin(lender).body
    known = counters.counted(scoped, lender, basin.department, planned.horizon, rows)
    workers = []
    for row, counted in zip(rows, known, strict=True):
        body = {name: row.body[name] for name in HERS if name in row.body}
        body |= {
            name: lent_name(row.body[name], lender)
            for name in ("start_site", "end_site")
            if row.body.get(name) is not None
        }
        body |= {
            "id": lent_name(row.id, lender),
            "employer_id": lent_name(row.employer_id, lender),
            "counters": counted,
            "lent_by": basin.name,
        }
        workers.append(with_work(body, planned.work(lender, row.id, here)))
    places = {row.body.get(name) for row in rows for name in ("start_site", "end_site")} - {None}
    return LentPeople(
        tuple(workers),
        tuple(_named(scoped, Employer, lender, {row.employer_id for row in rows})),
        tuple(_named(scoped, Site, lender, places)),
    )


def _named(
    scoped: Scoped, table: type[Employer | Site], lender: str, ids: Iterable[str | None]
) -> Iterator[JsonObject]:
    asked = scoped.select(table, lender).where(table.id.in_({*ids})).order_by(table.id)
    for row in scoped.all(asked):
        yield {**row.body, "id": lent_name(row.id, lender)}


def with_work(body: JsonObject, hours: Iterable[Hours]) -> JsonObject:
    """A worker's document with work elsewhere, which her own hours leave room for."""
    found = sorted({*hours})
    if not found:
        return body
    told = [{"start": wall(start), "end": wall(end)} for start, end in found]
    stays = [one for one in body.get("availability", ()) if not _meets(one, found)]
    return {**body, "other_work": [*body.get("other_work", ()), *told], "availability": stays}


def _meets(stay: JsonObject, hours: Sequence[Hours]) -> bool:
    shape = AvailabilityShape.model_validate(stay, strict=False)
    return any(start < shape.latest_end and end > shape.start for start, end in hours)


def in_both(
    scoped: Scoped, basin_id: str, horizon: Horizon, people: Sequence[JsonObject]
) -> list[JsonObject]:
    """The workers of some days of a basin, each with what she does in another one meanwhile."""
    rows = agreed(scoped, basin_id, horizon.midnight(0))
    if not rows:
        return list(people)
    planned = DepartmentTours(scoped, horizon)
    out = {one.worker_id for one in rows if one.basin_id == basin_id}
    into = {one.lent_id: one for one in rows if one.borrower_id == basin_id}
    found = []
    for body in people:
        if body["id"] in into:
            found.append(_as_she_stands(scoped, basin_id, into[body["id"]], planned, body))
        elif body["id"] in out:
            found.append(with_work(body, planned.work(basin_id, body["id"], basin_id)))
        else:
            found.append(body)
    return found


def _as_she_stands(
    scoped: Scoped, here: str, lent: Lending, planned: DepartmentTours, body: JsonObject
) -> JsonObject:
    """By the rows of her own basin; forgotten or gone there, she has no hours here."""
    home = scoped.as_service(lent.basin_id)
    rows = home.all(home.select(Worker, lent.basin_id).where(Worker.id == lent.worker_id))
    if not rows:
        return {**body, "availability": []}
    (told,) = lent_people(home, lent.basin_id, rows, here, planned).workers
    lasting = {name: body[name] for name in ("availability", "engagements")}
    return with_work({**told, **lasting, "other_work": []}, _hours_of(told))


def _hours_of(body: JsonObject) -> Iterator[Hours]:
    for one in body.get("other_work", ()):
        yield datetime.fromisoformat(one["start"]), datetime.fromisoformat(one["end"])


# -- hours and papers --------------------------------------------------------------------------------------
def free_hours(worker: Worker, planned: DepartmentTours, now: datetime) -> list[Hours]:
    """Of the days planned, what is left of her ordinary hours beside her own tours, from now on."""
    opens, closes = planned.horizon.midnight(0), planned.horizon.midnight(planned.horizon.days)
    left = [(max(stay.start, now, opens), min(stay.end, closes)) for stay in worker.value.availability]
    for tour in planned.tours(worker.basin_id, worker.id):
        # Two tours of one day are half an hour apart at the least.
        away = tour.departure - GAP, tour.back + GAP
        left = [part for hours in left for part in _around(hours, away)]
    return sorted((start, end) for start, end in left if end - start >= GAP)


def _around(hours: Hours, away: Hours) -> Iterator[Hours]:
    if away[1] <= hours[0] or away[0] >= hours[1]:
        yield hours
        return
    yield hours[0], min(hours[1], away[0])
    yield max(hours[0], away[1]), hours[1]


def stays_in(hours: Iterable[Hours]) -> list[AvailabilityShape]:
    return [
        AvailabilityShape(start=start.astimezone(PARIS), end=end.astimezone(PARIS)) for start, end in hours
    ]


def papers_for(providers: Iterable[str], hours: Iterable[Hours]) -> list[EngagementShape]:
    """To be signed with each provider of the borrower, for these days."""
    days = sorted({_day(at) for start, end in hours for at in (start, end)})
    return [
        EngagementShape(provider_id=provider, first=days[0], last=days[-1], status=EngagementStatus.PROMISED)
        for provider in sorted({*providers})
        if days
    ]


def _day(at: datetime) -> date:
    return at.astimezone(PARIS).date()
