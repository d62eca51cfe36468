"""A file against what stands: of each thing what it is now and was before; what is added, changed, left as it
is, taken away.

Nothing is written here: a dry run ends with it, and a real import writes what it says.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from pydantic import BaseModel
from sqlalchemy import select

from api.access.rights import grants, holds, rights_of
from api.access.scope import Scoped
from api.basin.resource_kinds import KINDS, ResourceKind, kind_of
from api.imports.merging import MergedDocument, Mode, merge, same_values
from api.imports.uploads import SECTIONS, Upload
from api.runtime.faults import forbidden
from api.runtime.roles import Reach
from api.shapes.cycle_requests import plain
from api.store import basin_tables
from api.store.cycle_tables import Outcome
from api.store.release_tables import ReleaseDay
from brigade.errors import Clause, Issue, Refused, UnreadableInput
from brigade.exchange.calendars.absence_calendars import CalendarContext, read_absences
from brigade.exchange.calendars.adding import absence_row
from brigade.exchange.calendars.recurrence import CalendarWindow
from brigade.exchange.documents.json_text import JsonObject
from brigade.exchange.documents.shape_faults import read_model
from brigade.exchange.shapes.workforce_shapes import latest_end
from brigade.exchange.sheets.layout import ALL_TABLES, TABLES_BY_NAME
from brigade.units import PARIS
from brigade.values.validation.checks import suggestion

AHEAD_DAYS = 366
"""How far ahead the absences of a calendar are read."""
AT_ONCE = 500
"""Ids asked of the database in one go."""
NOT_HERS = "A103"
"""Said of each row that is not the account's to write."""
TABLE_OF = {
    "providers": "providers",
    "sites": "sites",
    "employers": "employers",
    "employees": "employees",
    "clients": "clients",
    "workers": "workers",
    "visits": "visits",
    "links": "links",
    "rota-feeds": "rota_feeds",
    "funding-lines": "funding_lines",
    "work-blocks": "work_blocks",
    "absences": "absences",
}
"""Kind -> its table, by English name."""


@dataclass
class RowChange:
    """One thing of a file. `path`: where it stands in the document, None: it came otherwise. `row`: what is
    kept of it, None: it is new. `shape`: what it becomes. `is_consequence`: the file does not speak of it."""

    kind: ResourceKind
    id: str
    path: str | None
    row: Any
    merged: MergedDocument
    shape: BaseModel | None = None
    is_consequence: bool = False
    before: Mapping[str, Any] | None = field(init=False)

    def __post_init__(self) -> None:
        # As it was compared: once written, the row holds the other.
        self.before = None if self.row is None else self.row.body

    @property
    def is_new(self) -> bool:
        return self.before is None

    @property
    def is_changed(self) -> bool:
        return self.before is None or not same_values(self.merged.body, self.before)


@dataclass
class FileComparison:
    """`changes`: in an order in which they can be written; `drops`: rows that go, in an order in which they
    can. `barred`: by kind and id, the rows that are not the account's to write: with any of them nothing
    is."""

    mode: Mode
    changes: list[RowChange] = field(default_factory=list)
    drops: list[Any] = field(default_factory=list)
    remarks: list[Issue] = field(default_factory=list)
    barred: dict[tuple[str, str], Issue] = field(default_factory=dict)

    def of(self, kind: str) -> list[RowChange]:
        return [one for one in self.changes if one.kind.name == kind]


def compare(
    scoped: Scoped, basin_id: str, upload: Upload, mode: Mode, *, locks: bool = False
) -> FileComparison:
    """Args: locks: rows stay as they are read until the commit.

    Raises: UnreadableInput, with every row that cannot be read or speaks of something unknown, and whatever
    is not the account's.
    """
    return _Comparing(scoped, basin_id, upload, mode, locks).whole()


def refuse(basin_id: str, issues: Sequence[Issue]) -> None:
    """Raises: Forbidden, where all is that rows are not the account's; Refused, where more is wrong."""
    if issues and all(issue.code == NOT_HERS for issue in issues):
        refusal = forbidden(f"basins.{basin_id}.imports")
        refusal.issues = tuple(issues)
        raise refusal
    if issues:
        raise Refused(issues)


class _Comparing:
    def __init__(self, scoped: Scoped, basin_id: str, upload: Upload, mode: Mode, locks: bool) -> None:
        self.locks = locks
        self.scoped, self.basin_id, self.upload, self.mode = scoped, basin_id, upload, mode
        self.now = scoped.clock.now()
        self.issues: list[Issue] = []
        self.found = FileComparison(mode, remarks=list(upload.remarks))

    def whole(self) -> FileComparison:
        for kind in KINDS:
            section = SECTIONS[kind.name]
            told = list(self._told(kind, section))
            # All of a kind in a few questions to the database, not one a row.
            known = self._known(kind, [id for id, _, _ in told])
            for id, path, value in told:
                self._one(kind, id, path, value, known.get(id))
        self._judge_rights()
        self._refuse()
        self._refuse_of_releases()
        if self.mode is Mode.REPLACE and not self.found.barred:
            self._replace()
        self._refuse()
        return self.found

    def _refuse(self) -> None:
        if self.issues:
            raise UnreadableInput([*self.issues, *self.found.barred.values()])

    # -- what the file tells --------------------------------------------------------------------------------
    def _told(self, kind: ResourceKind, section: str) -> Iterator[tuple[str, str | None, JsonObject]]:
        held: Any = self.upload.document
        for step in section.split("."):
            held = (held or {}).get(step)
        seen: dict[str, str] = {}
        for index, value in enumerate(held or ()):
            id = _id_of(kind, value)
            path = f"{section}[{index}]"
            # The first of two rows of one id counts: which of them was meant is for whoever sent them to say.
            if seen.setdefault(id, path) != path:
                where = self.upload.place(path)
                self._tell(
                    Issue("C112", where, "id_given_twice", {"id": id, "place": self.upload.place(seen[id])})
                )
                continue
            yield id, path, value
        if kind.row is basin_tables.Absence:
            for value in self._of_calendars():
                yield value["id"], None, value

    def _of_calendars(self) -> Iterator[JsonObject]:
        """Absences as the calendars of other programs write them, of employees that the account reaches."""
        if not self.upload.calendars:
            return
        staff = {
            row.id: row.provider_id
            for row in self.scoped.all(self.scoped.select(basin_tables.Employee, self.basin_id))
        }
        staff |= {one.id: one.merged.body["provider_id"] for one in self.found.of("employees")}
        begins = self.now.astimezone(PARIS).replace(hour=0, minute=0, second=0, microsecond=0)
        window = CalendarWindow(begins.astimezone(UTC), (begins + timedelta(days=AHEAD_DAYS)).astimezone(UTC))
        # To the second, as documents hold instants: the same calendar read twice must tell the same.
        context = CalendarContext(staff, PARIS, window, self.now.replace(microsecond=0))
        seen: set[str] = set()
        for label, body in self.upload.calendars:
            try:
                read = read_absences(body, label, self.upload.wishes, context)
            except UnreadableInput as refused:
                self.issues += refused.issues
                continue
            self.found.remarks += read.remarks
            for one in read.absences:
                if one.id not in seen:
                    seen.add(one.id)
                    yield absence_row(one, staff[one.employee_id])

    def _known(self, kind: ResourceKind, ids: Sequence[str]) -> JsonObject:
        """All rows of these ids, whoever's: what is not the account's is told as such, row by row."""
        found: JsonObject = {}
        for start in range(0, len(ids), AT_ONCE):
            asked = select(kind.row).where(
                kind.row.basin_id == self.basin_id, kind.row.id.in_(ids[start : start + AT_ONCE])
            )
            # In order of ids: two imports that lock the same rows never wait for each other in a ring.
            locked = asked.order_by(kind.row.id).with_for_update() if self.locks else asked
            found |= {row.id: row for row in self.scoped.session.scalars(locked)}
        return found

    # -- one thing ------------------------------------------------------------------------------------------
    def _one(self, kind: ResourceKind, id: str, path: str | None, told: JsonObject, row: Any) -> None:
        stub = self.upload.stubs.get(path or "")
        # A rota may be told by its entries alone: it is its provider's, and needs no row of its own.
        if stub is not None and row is None and kind.row is not basin_tables.RotaFeed:
            table = TABLES_BY_NAME[TABLE_OF[kind.name]]
            known = list(
                self.scoped.session.scalars(
                    self.scoped.select(kind.row, self.basin_id).with_only_columns(kind.row.id)
                )
            )
            near = suggestion(id, known) if known else Clause("add_row", {"table": table.titles})
            met = {"id": id, "table": table.titles, "suggestion": near}
            self._tell(Issue("C110", stub, "unknown_to_table", met))
            return
        columns = None
        if self.upload.origins is not None and path is not None:
            columns = (
                frozenset() if stub is not None else self.upload.columns.get(TABLE_OF[kind.name], frozenset())
            )
        known_body = None if row is None else row.body
        merged = merge(
            kind.name, known_body, _sound(kind, told, known_body, path), columns, self.mode, self.now
        )
        self._complete(kind, told, merged, known_body)
        change = RowChange(kind, id, path, row, merged)
        if self._is_readable(change):
            self.found.changes.append(change)

    def _complete(
        self,
        kind: ResourceKind,
        told: Mapping[str, Any],
        merged: MergedDocument,
        known: Mapping[str, Any] | None,
    ) -> None:
        """What a file leaves to the service: when a rota came, of which it tells the entries alone."""
        if kind.row is basin_tables.RotaFeed:
            came = merged.body.get("received_at")
            is_other = known is None or not same_values(
                merged.body.get("entries", []), known.get("entries", [])
            )
            if "received_at" not in told and (came is None or is_other):
                merged.body["received_at"] = self.now.astimezone(PARIS).replace(microsecond=0).isoformat()
            elif known is not None and came is not None and not is_other:
                # The same entries, or those of an older file: the newest word on them stays.
                merged.body["received_at"] = _newest(came, known.get("received_at", came))

    def _is_readable(self, change: RowChange) -> bool:
        """Fills the change's shape. False when it has faults, which are told where they stand in the file."""
        if not change.is_changed:
            return True
        try:
            change.shape = read_model(change.kind.shape, change.merged.body)
        except UnreadableInput as refused:
            at = change.path or f"{change.kind.name}.{change.id}"
            for issue in refused.issues:
                where = in_file(change, f"{at}.{issue.where}", at)
                lacking = _lacks_list(change, issue)
                self._tell(_missing(change, where) if lacking else replace(issue, where=where))
            return False
        change.merged.body = plain(change.shape)
        return True

    def _tell(self, issue: Issue) -> None:
        self.issues.append(self.upload.translated(issue))

    # -- who may --------------------------------------------------------------------------------------------
    def _judge_rights(self) -> None:
        """Each row that is not the account's to write is a fault of its own."""
        principal = self.scoped.principal
        clients = {one.id: one.merged.body for one in self.found.of("clients")}
        for change in self.found.changes:
            reach = rights_of(change.kind.row).of(principal.role, write=True)
            if reach in (Reach.EVERYWHERE, Reach.BASIN):
                continue
            # A row sent back unchanged is no write: exports of a whole basin may be read in again by a
            # manager.
            is_seen = change.row is not None and holds(change.row, principal)
            if is_seen and not change.is_changed:
                continue
            owner = self._owner(change, clients)
            place = change.path or f"{change.kind.name}.{change.id}"
            is_own = reach is Reach.PROVIDER and (self.basin_id, owner) in principal.grants
            # Before and after: nobody gives a row away to another service, nor takes one.
            was_own = change.row is None or holds(change.row, principal, write=True)
            if not (is_own and was_own):
                barred = Issue(NOT_HERS, self.upload.place(place), "not_of_account", {"id": change.id})
                self.found.barred[change.kind.name, change.id] = barred
                continue
            stood = {} if change.row is None else change.row.body
            if granted := grants(change.kind.row, change.merged.body, stood):
                barred = Issue(NOT_HERS, self.upload.place(f"{place}.{granted[0]}"), "not_allowed")
                self.found.barred[change.kind.name, change.id] = barred

    def _refuse_of_releases(self) -> None:
        """What a release opened stands and falls with it."""
        changed = [one for one in self.found.of("absences") if one.is_changed and not one.is_new]
        asked = select(ReleaseDay).where(
            ReleaseDay.basin_id == self.basin_id, ReleaseDay.id.in_([one.id for one in changed])
        )
        of_release = {day.id: day.release_id for day in self.scoped.session.scalars(asked)}
        for one in changed:
            if one.id in of_release:
                where, met = one.path or f"absences.{one.id}", {"release_id": of_release[one.id]}
                self._tell(Issue("A421", where, "absence_of_release", met))

    def _owner(self, change: RowChange, clients: Mapping[str, Mapping[str, Any]]) -> str | None:
        """The provider that a thing will belong to."""
        if change.kind.row is basin_tables.Site:
            return (
                self.scoped.principal.sole_target(self.basin_id)
                if change.row is None
                else change.row.provider_id
            )
        if change.kind.row is basin_tables.Visit:
            named = str(change.merged.body["client_id"])
            if named in clients:
                return str(clients[named]["provider_id"])
            row = self.scoped.session.get(basin_tables.Client, (self.basin_id, named))
            return None if row is None else row.provider_id
        owner: str | None = change.merged.body.get("provider_id")
        return owner

    # -- replacement ----------------------------------------------------------------------------------------
    def _replace(self) -> None:
        """What is still ahead and what the file does not name goes, of whom it speaks: visits and absences of
        its services, work blocks and hours of the workers of its employers."""
        visits = self._unnamed_visits()
        # Links before the visits that they tie, and both in an order in which the database lets them go.
        self.found.drops += self._links_of({row.id for row in visits})
        self._forget_entries({row.id for row in visits})
        self.found.drops += visits
        self.found.drops += self._unnamed_absences()
        self.found.drops += self._unnamed_blocks()
        if any("availability" in change.merged.sources for change in self.found.of("workers")):
            self._unnamed_workers()

    def _unnamed_visits(self) -> list[Any]:
        named = {one.id for one in self.found.of("visits")}
        row = basin_tables.Visit
        asked = self.scoped.select(row, self.basin_id).where(
            row.provider_id.in_(self._owners("visits")),
            # What has begun is history: a replacement speaks of what is still ahead.
            row.starts_at > self.now,
            row.id.not_in(select(Outcome.visit_id).where(Outcome.basin_id == self.basin_id)),
        )
        return [one for one in self.scoped.all(asked.order_by(row.id)) if one.id not in named]

    def _owners(self, kind: str) -> set[str]:
        clients = {one.id: one.merged.body for one in self.found.of("clients")}
        told = (one for one in self.found.of(kind) if one.path not in self.upload.stubs)
        return {owner for one in told if (owner := self._owner(one, clients)) is not None}

    def _links_of(self, visits: Collection[str]) -> list[Any]:
        named = {one.id for one in self.found.of("links")}
        rows = self.scoped.session.scalars(
            select(basin_tables.Link)
            .where(basin_tables.Link.basin_id == self.basin_id)
            .order_by(basin_tables.Link.id)
        )
        return [row for row in rows if row.id not in named and (row.first in visits or row.second in visits)]

    def _forget_entries(self, visits: Collection[str]) -> None:
        """Of the rotas that the file does not tell: a visit that goes stands in none."""
        told = {one.id for one in self.found.of("rota-feeds")}
        kind = kind_of(basin_tables.RotaFeed)
        for row in self.scoped.all(self.scoped.select(basin_tables.RotaFeed, self.basin_id)):
            entries = row.body.get("entries", [])
            kept = [entry for entry in entries if entry["visit_id"] not in visits]
            if row.id not in told and len(kept) != len(entries):
                gone = [entry for entry in entries if entry["visit_id"] in visits]
                self._follow(kind, row, {**row.body, "entries": kept}, {"entries": gone})

    def _unnamed_absences(self) -> list[Any]:
        changes = self.found.of("absences")
        if not changes or self.upload.calendars:
            return []  # a calendar that leaves an event out says nothing of it
        row, named = basin_tables.Absence, {one.id for one in changes}
        asked = self.scoped.select(row, self.basin_id).where(
            row.provider_id.in_(self._owners("absences")),
            row.ends_at > self.now,
            row.id.not_in(select(ReleaseDay.id).where(ReleaseDay.basin_id == self.basin_id)),
        )
        return [one for one in self.scoped.all(asked.order_by(row.id)) if one.id not in named]

    def _unnamed_blocks(self) -> list[Any]:
        row, named = basin_tables.WorkBlock, {one.id for one in self.found.of("work-blocks")}
        people = {id for one in self.found.of("work-blocks") for id in one.merged.body["participants"]}
        asked = self.scoped.select(row, self.basin_id).where(row.starts_at > self.now)
        others = (one for one in self.scoped.all(asked.order_by(row.id)) if one.id not in named)
        return [one for one in others if people & {*one.body["participants"]}]

    def _unnamed_workers(self) -> None:
        named = {one.id: one.merged.body for one in self.found.of("workers")}
        employers = {body["employer_id"] for body in named.values()}
        kind = kind_of(basin_tables.Worker)
        for row in self.scoped.all(
            self.scoped.select(basin_tables.Worker, self.basin_id).order_by(basin_tables.Worker.id)
        ):
            if row.id in named or row.employer_id not in employers:
                continue
            over = [one for one in row.body["availability"] if latest_end(one) <= self.now]
            gone = [one for one in row.body["availability"] if one not in over]
            if gone:
                self._follow(kind, row, {**row.body, "availability": over}, {"availability": gone})

    def _follow(self, kind: ResourceKind, row: Any, body: JsonObject, gone: dict[str, list[Any]]) -> None:
        change = RowChange(kind, row.id, None, row, MergedDocument(body, gone=gone), is_consequence=True)
        change.shape = read_model(kind.shape, body)
        self.found.changes.append(change)


def in_file(change: RowChange, where: str, at: str) -> str:
    """A place in the merged document as a place in the file: entries of its lists stand elsewhere there."""
    for name, sources in change.merged.sources.items():
        head = f"{at}.{name}["
        if where.startswith(head):
            number, _, rest = where[len(head) :].partition("]")
            source = sources[int(number)] if int(number) < len(sources) else None
            return f"{at}{rest}" if source is None else f"{head}{source}]{rest}"
    return where


def _id_of(kind: ResourceKind, value: Mapping[str, Any]) -> str:
    if kind.named_by is not None:
        return str(value.get(kind.named_by, ""))
    return f"{value.get('first')}~{value.get('kind')}~{value.get('second')}"


def _sound(
    kind: ResourceKind, told: JsonObject, known: Mapping[str, Any] | None, path: str | None
) -> JsonObject:
    """Of an absence out of a calendar, and of one already known: when it became known stays."""
    if kind.row is basin_tables.Absence and known is not None and path is None:
        return {name: value for name, value in told.items() if name != "known_at"}
    return told


def _missing(change: RowChange, where: str) -> Issue:
    """A new thing without the lists that another table holds."""
    lists = {"visits": ["windows"], "workers": ["availability", "engagements"]}.get(change.kind.name, [])
    titles = [table.titles for table in ALL_TABLES if table.english in lists]
    return Issue("C002", where, "lists_missing", {"tables": titles, "id": change.id})


def _lacks_list(change: RowChange, issue: Issue) -> bool:
    is_list = issue.where in ("windows", "availability", "engagements")
    return issue.code == "D101" and is_list and change.is_new and change.path is not None


def _newest(one: str, other: str) -> str:
    return max(one, other, key=datetime.fromisoformat)
