"""What changes for the days of a plan begins a search, as the basin wishes it of absences: workers who can come no longer or
again, rotas received anew, visits that are new, other than told or gone, absences that come by an import or are taken back.

Only plans in force or proposed are concerned: days that nobody has planned yet are sought when their turn comes.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

from sqlalchemy import select

from api import compose, jobs
from api.access import Principal
from api.holds import spans_of
from api.scope import Scoped
from api.service import Service
from api.shapes import Replan
from api.store import data
from api.store.cycle import Job, Plan
from brigade.units import MAX_DAYS, PARIS, Horizon

Body = Mapping[str, Any]
Spell = tuple[datetime, datetime]
OWN_TIME = ("availability", "other_work")
"""Where a worker's document says when she can come."""


@dataclass
class Changes:
    """What one transaction changes. `rows`: table, document before and after; None where there is none."""

    rows: list[tuple[type[data.Kept], Body | None, Body | None]] = field(default_factory=list)

    def note(self, table: type[data.Kept], before: Body | None, after: Body | None) -> None:
        if table in (data.Worker, data.RotaFeed, data.Absence, data.Visit):
            self.rows.append((table, before, after))


def follow(scoped: Scoped, service: Service, basin_id: str, changes: Changes) -> list[Job]:
    """A search for each plan that the changes touch from now on, where the basin wishes it at once."""
    if not changes.rows or compose.wishes_of(scoped.basin(basin_id)).replan is not Replan.AT_ONCE:
        return []
    # The basin is planned whole, which may be more than the writer sees: the service asks, the change is the cause.
    system = Scoped(scoped.session, Principal.system(scoped.principal.actor, basin_id), scoped.clock)
    rota = _Rota(system, basin_id)
    spells = [spell for one in changes.rows for spell in _touched(rota, *one)]
    found = [jobs.follow(system, service, basin_id, first, days) for first, days in _plans(system, basin_id, spells)]
    scoped.notes += system.notes
    scoped.after_commit += system.after_commit
    return found


class _Rota:
    """Who was to do what, and whether they are there; read once, and only if asked."""

    def __init__(self, scoped: Scoped, basin_id: str) -> None:
        self.scoped, self.basin_id = scoped, basin_id

    @cached_property
    def by_visit(self) -> Mapping[str, Sequence[Body]]:
        found: dict[str, list[Body]] = defaultdict(list)
        for feed in self.scoped.all(self.scoped.select(data.RotaFeed, self.basin_id)):
            for entry in feed.entries:
                found[entry["visit_id"]].append(entry)
        return found

    def lacks_carer(self, visit_id: str) -> bool:
        """Whether nobody who is there was to do the visit: the others are none of the brigade's."""
        return all(self.is_away(entry) for entry in self.by_visit.get(visit_id, ()))

    def is_away(self, entry: Body) -> bool:
        """Whether this entry of a rota is somebody's who is absent then: a rota matters to the brigade only there."""
        row, start = data.Absence, datetime.fromisoformat(entry["start"])
        asked = self.scoped.select(row, self.basin_id).where(row.employee_id == entry["employee_id"], row.starts_at <= start)
        return self.scoped.session.scalar(asked.where(row.ends_at > start).limit(1)) is not None


def _touched(rota: _Rota, table: type[data.Kept], before: Body | None, after: Body | None) -> Iterator[Spell]:
    """The times at which something is no longer as it was."""
    if table is data.Worker:
        for name in OWN_TIME:
            yield from map(_spell, _differing(before, after, name))
    elif table is data.Absence:
        if before is None or after is None or _without_words(before) != _without_words(after):
            yield from (_spell(one["interval"]) for one in (before, after) if one is not None)
    elif table is data.Visit:
        known = [one for one in (before, after) if one is not None]
        if before != after and rota.lacks_carer(known[0]["id"]):
            yield from map(_windows, known)
    else:
        entries = _differing(before, after, "entries")
        starts = [datetime.fromisoformat(one["start"]) for one in entries if rota.is_away(one)]
        yield from ((start, start + timedelta(minutes=1)) for start in starts)


def _differing(before: Body | None, after: Body | None, name: str) -> list[dict[str, Any]]:
    """The parts of a list that only one of two documents holds."""
    one, other = ({json.dumps(part, sort_keys=True) for part in (body or {}).get(name, ())} for body in (before, after))
    return [json.loads(part) for part in sorted(one ^ other)]


def _spell(told: Body) -> Spell:
    return datetime.fromisoformat(told["start"]), datetime.fromisoformat(told["end"])


def _without_words(absence: Body) -> dict[str, Any]:
    return {name: value for name, value in absence.items() if name not in ("reason", "known_at")}


def _windows(visit: Body) -> Spell:
    """From the earliest begin to the latest end."""
    begins, ends = zip(*spans_of(visit), strict=True)
    return min(begins), max(ends)


def _plans(scoped: Scoped, basin_id: str, spells: Iterable[Spell]) -> list[tuple[date, int]]:
    """First day and length of each plan in force, or else proposed, that what is still to come of `spells` touches."""
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
