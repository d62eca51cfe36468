"""What changes for the days of a plan begins a search, as the basin wishes it of absences: workers who can
come no longer or again, what they may do and for whom, rotas received anew, visits that are new, other than
told or gone, work blocks, places, ties, accords, absences that come by an import or are taken back. Whatever
may change a verdict is here (docs/service.md).

Only plans in force or proposed are concerned: days that nobody has planned yet are sought when their turn
comes.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cached_property

from sqlalchemy import select

from api.access.scope import Scoped
from api.basin.holds import spans_of
from api.searches import jobs
from api.service.service import Service
from api.shapes.cycle_requests import BasinWishes, ReplanMode
from api.store import basin_tables
from api.store.cycle_tables import Job, Plan
from brigade.exchange.documents.json_text import JsonObject
from brigade.exchange.shapes.demand_shapes import RotaEntryShape
from brigade.exchange.shapes.workforce_shapes import latest_end
from brigade.units import MAX_DAYS, PARIS, Horizon

Body = JsonObject
Spell = tuple[datetime, datetime]
OWN_TIME: Mapping[str, tuple[timedelta, timedelta]] = {
    "availability": (timedelta(), timedelta()),
    "other_work": (timedelta(), timedelta()),
    # The Sunday or holiday before one on call is closed to her.
    "on_call": (timedelta(days=7), timedelta()),
    # A whole daily rest begins when a call is over.
    "calls": (timedelta(), timedelta(days=1)),
}
"""Where a worker's document says when she can come, and how long before and after it matters."""
VERDICTS: Mapping[type[basin_tables.BasinRow], tuple[str, ...]] = {
    basin_tables.Worker: (
        *(
            "employer_id",
            "mode",
            "start_site",
            "end_site",
            "competencies",
            "certificates",
            "engagements",
            "territory",
        ),
        *("contract", "limits", "sectors", "sector_limit", "leave", "dated_hours"),
    ),
    basin_tables.Provider: ("legal_status", "agreement", "accords"),
    basin_tables.Employer: ("kind", "agreement", "accords", "communes", "applies_480h_to_public"),
    basin_tables.Client: ("site_id", "provider_id"),
    basin_tables.Site: ("commune", "latitude", "longitude"),
    basin_tables.FundingLine: ("cap_cents", "hourly_rate_cents", "consumed_cents"),
}
"""By kind, the fields on which what a plan may hold depends, whatever the hour: of certificates and
engagements the days are read as well. What is only paid, counted or shown is none of them."""
DAYS_OF: Mapping[str, tuple[str, str]] = {
    "certificates": ("obtained", "expires"),
    "engagements": ("first", "last"),
}
"""Lists whose entries hold between two days: a change of one touches no other."""
# Ends of an open span that both databases and both time zones can hold: `datetime.min` fails once it is
# shifted.
LONG_AGO, FAR = datetime(1970, 1, 1, tzinfo=PARIS), datetime(9000, 1, 1, tzinfo=PARIS)


@dataclass
class DayChanges:
    """What one transaction changes. `rows`: table, document before and after; None where there is none."""

    rows: list[tuple[type[basin_tables.BasinRow], Body | None, Body | None]] = field(default_factory=list)
    spells: list[Spell] = field(default_factory=list)
    """Times at which something is otherwise that no document says."""

    def note(self, table: type[basin_tables.BasinRow], before: Body | None, after: Body | None) -> None:
        if table in (
            *VERDICTS,
            basin_tables.RotaFeed,
            basin_tables.Absence,
            basin_tables.Visit,
            basin_tables.Link,
            basin_tables.WorkBlock,
        ):
            self.rows.append((table, before, after))

    def of_basin(self, before: BasinWishes, after: BasinWishes) -> None:
        """Its policy says which rules hold and what costs what; its department, which days are holidays; its
        sectors, who is at home where; its vehicles, who can get to whom; its traffic, how long
        that takes."""
        told, now = (
            (one.policy, one.department, one.sectors, one.vehicles, one.traffic) for one in (before, after)
        )
        if told != now:
            self.spells.append((LONG_AGO, FAR))


def follow(scoped: Scoped, service: Service, basin_id: str, changes: DayChanges) -> list[Job]:
    """A search for each plan that the changes touch from now on, where the basin wishes it at once."""
    if not (changes.rows or changes.spells) or scoped.basin(basin_id).body.replan is not ReplanMode.AT_ONCE:
        return []
    # The basin is planned whole, which may be more than the writer sees: the service asks, the change is the
    # cause.
    system = scoped.as_service(basin_id)
    rota = _Rota(system, basin_id)
    spells = [*changes.spells, *(spell for one in changes.rows for spell in _touched(rota, *one))]
    found = _plans(system, basin_id, spells)
    return [jobs.follow(system, service, basin_id, first, days) for first, days in found]


def follow_wishes(
    scoped: Scoped, service: Service, row: basin_tables.Basin, before: BasinWishes | None
) -> None:
    """What follows from a basin's wishes as they stand now. Args: before: None, where the basin is new."""
    if before is not None:
        changes = DayChanges()
        changes.of_basin(before, row.body)
        follow(scoped, service, row.id, changes)


class _Rota:
    """Who was to do what, and whether they are there; read once, and only if asked."""

    def __init__(self, scoped: Scoped, basin_id: str) -> None:
        self.scoped, self.basin_id = scoped, basin_id

    @cached_property
    def by_visit(self) -> Mapping[str, Sequence[RotaEntryShape]]:
        found: dict[str, list[RotaEntryShape]] = defaultdict(list)
        for feed in self.scoped.all(self.scoped.select(basin_tables.RotaFeed, self.basin_id)):
            for entry in feed.entries:
                found[entry.visit_id].append(entry)
        return found

    @cached_property
    def named(self) -> Mapping[str, frozenset[str]]:
        """Whom the clients and workers of the basin name: places of all, providers of clients, employers of
        workers."""
        clients = [
            one.body for one in self.scoped.all(self.scoped.select(basin_tables.Client, self.basin_id))
        ]
        workers = [
            one.body for one in self.scoped.all(self.scoped.select(basin_tables.Worker, self.basin_id))
        ]
        places = {one.get(name) for one in workers for name in ("start_site", "end_site")}
        return {
            basin_tables.Site.KIND: frozenset({one["site_id"] for one in clients} | places - {None}),
            basin_tables.Provider.KIND: frozenset(one["provider_id"] for one in clients),
            basin_tables.Employer.KIND: frozenset(one["employer_id"] for one in workers),
        }

    def visits_of(self, ids: Iterable[str]) -> list[Body]:
        """Those of them that the basin knows."""
        row = basin_tables.Visit
        return [
            one.body
            for one in self.scoped.all(self.scoped.select(row, self.basin_id).where(row.id.in_(set(ids))))
        ]

    def visits_at(self, client_id: str) -> list[Body]:
        row = basin_tables.Visit
        return [
            one.body
            for one in self.scoped.all(
                self.scoped.select(row, self.basin_id).where(row.client_id == client_id)
            )
        ]

    def lacks_carer(self, visit_id: str) -> bool:
        """Whether nobody who is there was to do the visit: the others are none of the brigade's."""
        return all(self.is_away(entry) for entry in self.by_visit.get(visit_id, ()))

    def is_away(self, entry: RotaEntryShape) -> bool:
        """Whether this entry of a rota is somebody's who is absent then: a rota matters to the brigade only
        there."""
        row = basin_tables.Absence
        asked = self.scoped.select(row, self.basin_id).where(
            row.employee_id == entry.employee_id, row.starts_at <= entry.start
        )
        return self.scoped.session.scalar(asked.where(row.ends_at > entry.start).limit(1)) is not None


def _touched(
    rota: _Rota, table: type[basin_tables.BasinRow], before: Body | None, after: Body | None
) -> Iterator[Spell]:
    """The times at which something is no longer as it was."""
    if table is basin_tables.Worker:
        for name, (earlier, later) in OWN_TIME.items():
            spells = map(_spell, _differing(before, after, name))
            yield from ((start - earlier, end + later) for start, end in spells)
        # Who comes or goes whole brings or takes her hours, which are told above.
        yield from _verdicts(table, before, after) if before is not None and after is not None else ()
    elif table is basin_tables.Client:
        if before is not None and after is not None and any(_verdicts(table, before, after)):
            yield from (_windows(one) for one in rota.visits_at(after["id"]) if rota.lacks_carer(one["id"]))
    elif table is basin_tables.Link:
        ids = {one[name] for one in (before, after) if one is not None for name in ("first", "second")}
        yield from (
            _windows(one) for one in rota.visits_of(ids) if before != after and rota.lacks_carer(one["id"])
        )
    elif table in VERDICTS:
        changed = before is not None and after is not None and any(_verdicts(table, before, after))
        named = rota.named.get(table.KIND) if changed else None
        if changed and after is not None and (named is None or after["id"] in named):
            yield LONG_AGO, FAR
    elif table is basin_tables.Absence:
        if before is None or after is None or _without_words(before) != _without_words(after):
            yield from (_spell(one["interval"]) for one in (before, after) if one is not None)
    elif table is basin_tables.WorkBlock:
        yield from (_windows(one) for one in (before, after) if one is not None and before != after)
    elif table is basin_tables.Visit:
        known = [one for one in (before, after) if one is not None]
        if before != after and rota.lacks_carer(known[0]["id"]):
            yield from map(_windows, known)
    else:
        entries = [
            RotaEntryShape.model_validate(one, strict=False) for one in _differing(before, after, "entries")
        ]
        starts = [one.start for one in entries if rota.is_away(one)]
        yield from ((start, start + timedelta(minutes=1)) for start in starts)


def _verdicts(table: type[basin_tables.BasinRow], before: Body, after: Body) -> Iterator[Spell]:
    """When the fields that verdicts depend on are no longer as they were."""
    for name in VERDICTS[table]:
        if name in DAYS_OF:
            yield from (_days(entry, *DAYS_OF[name]) for entry in _differing(before, after, name))
        elif (before.get(name) or None) != (after.get(name) or None):
            yield LONG_AGO, FAR


def _days(entry: Body, first: str, last: str) -> Spell:
    """From the first of its days to the end of the last."""
    begins, ends = (entry.get(name) for name in (first, last))
    start = datetime.combine(date.fromisoformat(begins), time(), PARIS) if begins else LONG_AGO
    end = datetime.combine(date.fromisoformat(ends) + timedelta(days=1), time(), PARIS) if ends else FAR
    return start, end


def _differing(before: Body | None, after: Body | None, name: str) -> list[JsonObject]:
    """The parts of a list that only one of two documents holds."""
    one, other = (
        {json.dumps(part, sort_keys=True) for part in (body or {}).get(name, ())} for body in (before, after)
    )
    return [json.loads(part) for part in sorted(one ^ other)]


def _spell(told: Body) -> Spell:
    """Hours of a last resort begin where the ordinary ones end."""
    return datetime.fromisoformat(told["start"]), latest_end(told)


def _without_words(absence: Body) -> JsonObject:
    return {name: value for name, value in absence.items() if name not in ("reason", "known_at")}


def _windows(visit: Body) -> Spell:
    """From the earliest begin to the latest end."""
    begins, ends = zip(*spans_of(visit), strict=True)
    return min(begins), max(ends)


def _plans(scoped: Scoped, basin_id: str, spells: Iterable[Spell]) -> list[tuple[date, int]]:
    """First day and length of each plan in force, or else proposed, that what is still to come of `spells`
    touches."""
    now = scoped.clock.now()
    ahead = [(max(start, now), end) for start, end in spells if end > now]
    if not ahead:
        return []
    asked = select(Plan.first_day, Plan.days).where(
        Plan.basin_id == basin_id,
        Plan.state.in_(("proposed", "published")),
        Plan.first_day >= now.astimezone(PARIS).date() - timedelta(days=MAX_DAYS),
    )
    # Of one first day the plan in force counts, else the newest proposal: the last of them in this order.
    known = scoped.session.execute(asked.order_by(Plan.state == "published", Plan.id))
    by_day: dict[date, int] = {first_day: days for first_day, days in known}  # noqa: C416 - rows are no pairs to a type checker
    return [(first, days) for first, days in sorted(by_day.items()) if _meets(Horizon(first, days), ahead)]


def _meets(horizon: Horizon, spells: Iterable[Spell]) -> bool:
    opens, closes = horizon.midnight(0), horizon.midnight(horizon.days)
    return any(start < closes and end > opens for start, end in spells)
