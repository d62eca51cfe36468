"""A file judged with the rest: its rows among what stands, over the days that they speak of.

Only faults of the file's own rows are told: what is wrong with somebody else's is no reason to refuse these.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from typing import Any

from sqlalchemy import Select, select

from api.access.scope import Scoped
from api.basin import basin_travel
from api.imports.comparing import FileComparison, RowChange, in_file
from api.imports.merging import MergedDocument, instant
from api.imports.uploads import SECTIONS, Upload, faults_of
from api.runtime.roles import Role
from api.service.service import Service
from api.shapes.cycle_requests import plain
from api.store import basin_tables
from api.worked.binding_texts import accords_of
from brigade.errors import Issue
from brigade.exchange.documents.json_text import JsonObject
from brigade.exchange.shapes.problem_shapes import PROBLEM_FORMAT, PROBLEM_VERSION
from brigade.units import MAX_DAYS, PARIS, Horizon

Body = Mapping[str, Any]
SETTINGS = ("policy", "catalogue", "labour", "sectors", "vehicles", "traffic")
"""What the whole basin goes by."""
MOST_SPANS = 60
"""Fortnights looked at: more than two years."""
OURS = frozenset({"P107", "P205", "P514", "D110"})
"""What is said of days that the judge has chosen, and not the file."""
HELD = (
    basin_tables.Provider,
    basin_tables.Site,
    basin_tables.Employer,
    basin_tables.Employee,
    basin_tables.Client,
    basin_tables.Worker,
    basin_tables.RotaFeed,
    basin_tables.FundingLine,
)
"""What stands of these is looked up whole; visits and absences are many, and looked up by day."""
OF_PROVIDERS = (
    basin_tables.Provider,
    basin_tables.Site,
    basin_tables.Employee,
    basin_tables.Client,
    basin_tables.RotaFeed,
    basin_tables.Visit,
    basin_tables.Absence,
)


def faults(
    scoped: Scoped, service: Service, basin_id: str, upload: Upload, found: FileComparison
) -> list[Issue]:
    """Every fault of the file's rows, in the file's places; of rows that are not the account's, none. Raises:
    TooManyAttempts, TooLarge: they are composed where the file was read."""
    judge = _Judge(scoped, basin_id, upload, found)
    parts = [judge.part(Horizon(first, days)) for first, days in judge.spans()]
    # What is read is over: PostgreSQL ends a transaction that idles while others compose. The rows read stay
    # as they are.
    scoped.session.expunge_all()
    scoped.session.rollback()
    found_of = service.read_each(faults_of, [(part.document, part.ways) for part in parts])
    issues = (issue for part, told in zip(parts, found_of, strict=True) for issue in judge.own(part, told))
    return [upload.translated(issue) for issue in dict.fromkeys(issues)]


@dataclass(frozen=True)
class _Part:
    """A fortnight's document, ready to be judged. `changes`: the file's own, by kind."""

    document: JsonObject
    ways: Any
    changes: Mapping[str, list[RowChange]]


@dataclass(frozen=True)
class _Judge:
    scoped: Scoped
    basin_id: str
    upload: Upload
    found: FileComparison

    def spans(self) -> Iterator[tuple[date, int]]:
        """First day and length of fortnights that hold every day the file speaks of; today where it speaks of
        none."""
        today = self.scoped.clock.now().astimezone(PARIS).date()
        days = sorted(
            {
                self._within(change, day)
                for change in self.found.changes
                if change.is_changed
                for day in _days(change, today)
            }
        )
        if not days and any(change.is_changed for change in self.found.changes):
            days = [today]
        # Bounded: rows years apart would have a problem composed for each of them.
        for _ in range(MOST_SPANS):
            if not days:
                return
            # Spans begin where there are days, and are as long as a plan may be: empty weeks are not
            # composed.
            last = max(day for day in days if (day - days[0]).days < MAX_DAYS)
            yield days[0], (last - days[0]).days + 1
            days = [day for day in days if day > last]

    def _within(self, change: RowChange, day: date) -> date:
        """An absence that began before the file's first day and goes on is judged from that day: a document
        before it would hold days that the file's counters have counted."""
        told = (self.upload.document.get("horizon") or {}).get("first_day")
        if told is None or change.kind.row is not basin_tables.Absence:
            return day
        first = date.fromisoformat(told)
        goes_on = instant(change.merged.body["interval"]["end"]) > Horizon(first).midnight(0)
        return max(day, first) if goes_on else day

    def part(self, horizon: Horizon) -> _Part:
        own, sections = self._sections(horizon)
        # Estimated, whatever the basin's source: a row is judged, and no server is asked for it.
        document: JsonObject = {
            "format": PROBLEM_FORMAT,
            "version": PROBLEM_VERSION,
            "horizon": {"first_day": horizon.first_day.isoformat(), "days": horizon.days},
            "basin": {
                "id": self.basin_id,
                "name": self._basin["name"],
                "department": self._basin["department"],
            },
            "demand": {},
            "brigade": {},
            "travel": {"source": basin_travel.ESTIMATE},
            **{name: self._given[name] for name in ("catalogue", "labour") if name in self._given},
            **{name: self.upload.document[name] for name in ("policy",) if self.upload.document.get(name)},
            **{
                name: self.upload.document.get(name) or self._basin.get(name, [])
                for name in ("sectors", "vehicles", "traffic")
            },
        }
        for kind, bodies in sections.items():
            *above, last = SECTIONS[kind].split(".")
            (document[above[0]] if above else document)[last] = bodies
        return _Part(document, self._given.get("travel", {}), own)

    def own(self, part: _Part, issues: Iterable[Issue]) -> list[Issue]:
        """Those of the file, in its places."""
        told = tuple(name for name in SETTINGS if self.upload.document.get(name))
        kept = (
            one if told and one.where.startswith(told) else _own(one, part.changes, self.found.barred)
            for one in issues
            if one.code not in OURS
        )
        return [issue for issue in kept if issue is not None]

    @cached_property
    def _basin(self) -> Body:
        basin = self.scoped.session.get(basin_tables.Basin, self.basin_id)
        told = self.upload.document.get("basin") or {}
        return {**({} if basin is None else plain(basin.body)), **told}

    @cached_property
    def _given(self) -> Body:
        basin = self.scoped.session.get(basin_tables.Basin, self.basin_id)
        known = {} if basin is None else basin.given
        told = {
            name: self.upload.document[name]
            for name in ("catalogue", "labour")
            if self.upload.document.get(name)
        }
        ways = self.upload.document.get("travel")
        return {
            **known,
            **told,
            **({"travel": basin_travel.merged(known.get("travel", {}), ways)} if ways else {}),
        }

    @cached_property
    def _rows(self) -> dict[str, list[Any]]:
        """What stands: references are looked up in it."""
        return {row.KIND: list(self.scoped.session.scalars(self._all(row).order_by(row.id))) for row in HELD}

    def _all(self, row: type[Any]) -> Select[Any]:
        """Rows of the basin; of what belongs to providers those that the account sees, so that no hint names
        another's."""
        if self.scoped.principal.role is Role.MANAGER and row in OF_PROVIDERS:
            return self.scoped.select(row, self.basin_id)
        return select(row).where(row.basin_id == self.basin_id)

    def _sections(self, horizon: Horizon) -> tuple[dict[str, list[RowChange]], dict[str, list[Body]]]:
        """By kind, the file's things first; then what stands. Both as far as they touch these days."""
        opens, closes = horizon.midnight(0), horizon.midnight(horizon.days)
        own = {kind: [one for one in self.found.of(kind) if not one.is_consequence] for kind in SECTIONS}
        own["visits"] = [one for one in own["visits"] if opens <= _starts(one.merged.body) < closes]
        own["absences"] = [
            one for one in own["absences"] if _touches(one.merged.body["interval"], opens, closes)
        ]
        own["work-blocks"] = [one for one in own["work-blocks"] if opens <= _starts(one.merged.body) < closes]
        visits: list[Body] = [one.merged.body for one in own["visits"]]
        visits += self._other_visits({one.id for one in self.found.of("visits")}, opens, closes)
        known = {body["id"] for body in visits}
        own["workers"] = [
            _narrowed(one, "availability", lambda entry: opens <= instant(entry["start"]) < closes)
            for one in own["workers"]
        ]
        own["rota-feeds"] = [
            _narrowed(one, "entries", lambda entry: self._is_here(entry, known, opens, closes))
            for one in own["rota-feeds"]
        ]
        own["links"] = [one for one in own["links"] if self._is_linked_here(one.merged.body, known)]
        sections: dict[str, list[Body]] = {
            kind: [one.merged.body for one in changes] for kind, changes in own.items()
        }
        for kind, rows in self._rows.items():
            named = {one.id for one in own[kind]}
            sections[kind] += [
                self._other(kind, row.body, known, opens, closes) for row in rows if row.id not in named
            ]
        sections["visits"] = visits
        sections["absences"] += self._other_absences(
            {one.id for one in self.found.of("absences")}, opens, closes
        )
        return own, sections

    def _other_visits(self, told: set[str], opens: datetime, closes: datetime) -> list[Body]:
        row = basin_tables.Visit
        asked = self._all(row).where(row.starts_at >= opens, row.starts_at < closes)
        return [one.body for one in self.scoped.session.scalars(asked.order_by(row.id)) if one.id not in told]

    def _other_absences(self, told: set[str], opens: datetime, closes: datetime) -> list[Body]:
        row = basin_tables.Absence
        asked = self._all(row).where(row.starts_at < closes, row.ends_at > opens)
        gone = {one.id for one in self.found.drops}
        rows = self.scoped.session.scalars(asked.order_by(row.id))
        return [one.body for one in rows if one.id not in told and one.id not in gone]

    def _other(self, kind: str, body: Body, known: set[str], opens: datetime, closes: datetime) -> Body:
        if kind == "workers":
            kept = [one for one in body["availability"] if opens <= instant(one["start"]) < closes]
            return {**body, "availability": kept}
        if kind == "rota-feeds":
            return {**body, "entries": [one for one in body.get("entries", ()) if one["visit_id"] in known]}
        return body

    def _is_here(self, entry: Body, known: set[str], opens: datetime, closes: datetime) -> bool:
        """Of these days, or of a visit that nobody knows: that is a fault on whatever day."""
        is_somewhere = entry["visit_id"] in self._elsewhere
        return entry["visit_id"] in known or (not is_somewhere and opens <= instant(entry["start"]) < closes)

    def _is_linked_here(self, link: Body, known: set[str]) -> bool:
        ends = {link["first"], link["second"]}
        return bool(ends & known) and not (ends - known) & self._elsewhere

    @cached_property
    def _elsewhere(self) -> set[str]:
        """Every visit there is, of any day."""
        known = set(
            self.scoped.session.scalars(
                self._all(basin_tables.Visit).with_only_columns(basin_tables.Visit.id)
            )
        )
        return known | {one.id for one in self.found.of("visits")}


def _narrowed(change: RowChange, name: str, is_kept: Any) -> RowChange:
    """The change with only those entries of a list, each still knowing where it stood in the file."""
    entries = change.merged.body.get(name, [])
    sources = change.merged.sources.get(name, [None] * len(entries))
    kept = [(entry, source) for entry, source in zip(entries, sources, strict=True) if is_kept(entry)]
    body = {**change.merged.body, name: [entry for entry, _ in kept]}
    return replace(
        change, merged=MergedDocument(body, {**change.merged.sources, name: [source for _, source in kept]})
    )


def _own(
    issue: Issue, own: Mapping[str, list[RowChange]], barred: Container[tuple[str, str]]
) -> Issue | None:
    """The issue where it stands in the file; None: it is about something else."""
    places = [_place(part, own, barred) for part in issue.where.split(", ")]
    told = [place for place in places if place is not None]
    return replace(issue, where=", ".join(told)) if told else None


def _place(where: str, own: Mapping[str, list[RowChange]], barred: Container[tuple[str, str]]) -> str | None:
    """`visits.V1.windows` and `demand.visits[3].windows` alike."""
    for kind, section in SECTIONS.items():
        found = re.match(rf"(?:\w+\.)?{section.rpartition('.')[2]}(?=[.\[])", where)
        if found is not None:
            change, rest = _named(own[kind], where[found.end() :])
            if change is None or (kind, change.id) in barred:
                return None
            at = change.path or f"{kind}.{change.id}"
            return in_file(change, at + rest, at)
    return None


def _named(changes: list[RowChange], rest: str) -> tuple[RowChange | None, str]:
    """The change that `[3].windows` or `.V1.windows` speaks of, and what follows. Of a rota also by one of
    its visits."""
    if number := re.match(r"\[(\d+)\]", rest):
        at = int(number[1])
        return (changes[at] if at < len(changes) else None), rest[number.end() :]
    by_id = {one.id: one for one in changes}
    # An id may hold a dot: every step of the place is tried as the end of one, the longest first, since
    # `V1.2` may stand beside `V1`.
    steps = [found.start() for found in re.finditer(r"[.\[]", rest[1:])]
    for end in (len(rest) - 1, *reversed(steps)):
        if rest[1 : end + 1] in by_id:
            return by_id[rest[1 : end + 1]], rest[end + 1 :]
    feeds = (
        one
        for one in changes
        if any(entry["visit_id"] == rest[1:] for entry in one.merged.body.get("entries", ()))
    )
    return next(feeds, None), ""


def _days(change: RowChange, today: date) -> Iterable[date]:
    """The local days of what it tells: windows, hours, entries of a rota; of an absence the first; of an
    accord the next."""
    body = change.merged.body
    told = {name: [n for n in sources if n is not None] for name, sources in change.merged.sources.items()}
    times: list[str] = [one["earliest"] for one in body.get("windows", ())]
    for name in ("availability", "entries"):
        if told.get(name):
            times += [
                entry["start"]
                for entry, n in zip(body[name], change.merged.sources[name], strict=True)
                if n is not None
            ]
    if change.kind.row is basin_tables.Absence:
        times.append(body["interval"]["start"])
    days = {instant(text).astimezone(PARIS).date() for text in times}
    if change.kind.row in (basin_tables.Provider, basin_tables.Employer):
        days |= {accord.next_day(today) for _, accord in accords_of(body)}
    return days


def _starts(visit: Body) -> datetime:
    return (
        min(instant(window["earliest"]) for window in visit["windows"])
        if visit["windows"]
        else datetime.max.replace(tzinfo=PARIS)
    )


def _touches(interval: Body, opens: datetime, closes: datetime) -> bool:
    return instant(interval["start"]) < closes and instant(interval["end"]) >= opens
