"""Clock-ins to outcomes: each passage is found among the visits that the brigade was to do. Telephones and
badges name whom, where and when, seldom our visit: it is the one of that client, that day, whose told hour is
nearest."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select

from api.access.scope import Scoped
from api.commitments.in_force import plan_on
from api.commitments.open_incidents import AT_DOOR
from api.commitments.placements import covered
from api.incidents.outcomes import PlacedLine, cause_of
from api.runtime.faults import Unfit
from api.shapes.cycle_requests import NotDone, OutcomeLine
from api.shapes.planning.plan_views import PlaceView
from api.store import basin_tables
from brigade.errors import Issue
from brigade.exchange.mapping.clock_in_tables import ClockIn, ClockIns
from brigade.units import PARIS

NEAR = timedelta(hours=3)
"""A passage this far from the hour that was told is of another visit."""


@dataclass
class _Found:
    lines: list[PlacedLine] = field(default_factory=list)
    remarks: list[Issue] = field(default_factory=list)
    issues: list[Issue] = field(default_factory=list)


def matched(scoped: Scoped, basin_id: str, told: ClockIns) -> tuple[list[PlacedLine], list[Issue]]:
    """The outcomes of what the brigade was to do, and what was passed over on purpose.

    Raises: Unfit, with every row that names nobody known, or two visits at once, or a cause that is none.
    """
    found = _Found(remarks=list(told.remarks))
    by_client = _told_by_client(scoped, basin_id, told.rows)
    known = {visit.id for visits in by_client.values() for visit, _ in visits}
    people = _People(scoped, basin_id)
    for row in told.rows:
        if people.are_unknown(row, found) or (cause := _cause(row, found)) == "unknown":
            continue
        visit_id = (
            row.visit_id
            if row.visit_id is not None
            else _nearest(row, by_client.get(str(row.client_id), ()), found)
        )
        # An export holds every passage: those of the provider's own staff are no faults.
        if row.visit_id is not None and row.visit_id not in known and people.knows_visit(row.visit_id):
            _pass_over(found, row, "visit_id", "visit_not_of_brigade", row.visit_id)
        elif row.worker_id is not None and row.worker_id not in people.workers:
            _pass_over(found, row, "worker_id", "worker_not_of_brigade", row.worker_id)
        elif visit_id is not None:
            found.lines.append((row.places.__getitem__, _line(row, visit_id, cause)))
    if found.issues:
        first, *others = found.issues
        raise Unfit.of(first, *others)
    return found.lines, found.remarks


def _line(row: ClockIn, visit_id: str, cause: str | None) -> OutcomeLine:
    if not row.done:
        return _not_done(row, visit_id, NotDone(cause) if cause else None)
    named = {"worker_id": row.worker_id, "starts_at": row.starts_at, "ends_at": row.ends_at}
    told = {name: value for name, value in named.items() if value is not None}
    return OutcomeLine.model_validate({"visit_id": visit_id, "done": True, **told})


def _not_done(row: ClockIn, visit_id: str, cause: NotDone | None) -> OutcomeLine:
    """Whoever clocked in at a door stood there, until she clocked out; what counts as work is the visit's
    planned hours all the same."""
    line = OutcomeLine(visit_id=visit_id, done=False, cause=cause)
    if cause not in AT_DOOR or row.worker_id is None:
        return line
    return line.model_copy(update={"worker_id": row.worker_id, "at_door": True, "free_at": row.ends_at})


def _cause(row: ClockIn, found: _Found) -> str | None:
    if row.cause is None:
        return None
    if cause_of(row.cause) is None:
        told = {"cause": row.cause[:60], "known": list(NotDone)}
        found.issues.append(Issue("D104", row.places["cause"], "cause_unknown", told))
        return "unknown"
    return row.cause


def _pass_over(found: _Found, row: ClockIn, field: str, words: str, id: str | None) -> None:
    found.remarks.append(Issue("M202", row.places[field], words, {"id": id}))


@dataclass
class _People:
    """Who and what the account knows."""

    scoped: Scoped
    basin_id: str
    workers: frozenset[str] = field(init=False)
    employees: frozenset[str] = field(init=False)
    clients: frozenset[str] = field(init=False)
    visits: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        # Beyond the account's rights: a manager's clock-ins name people of the brigade whom she does not see.
        self.workers = frozenset(self.scoped.session.scalars(_ids(basin_tables.Worker, self.basin_id)))
        for name, table in (
            ("employees", basin_tables.Employee),
            ("clients", basin_tables.Client),
            ("visits", basin_tables.Visit),
        ):
            seen = self.scoped.select(table, self.basin_id).with_only_columns(table.id)
            setattr(self, name, frozenset(self.scoped.session.scalars(seen)))

    def knows_visit(self, id: str) -> bool:
        return id in self.visits

    def are_unknown(self, row: ClockIn, found: _Found) -> bool:
        """Tells what nobody of the account knows."""
        before = len(found.issues)
        for name, id, known in (
            ("visit_id", row.visit_id, self.visits),
            ("client_id", row.client_id, self.clients),
            ("worker_id", row.worker_id, self.workers | self.employees),
        ):
            if id is not None and id not in known:
                found.issues.append(Issue("A201", row.places[name], "unknown_or_unmapped", {"id": id}))
        return len(found.issues) > before


def _ids(table: type[basin_tables.BasinRow], basin_id: str) -> Any:
    return select(table.id).where(table.basin_id == basin_id)


ToldVisits = Sequence[tuple[basin_tables.Visit, datetime]]


def _told_by_client(scoped: Scoped, basin_id: str, rows: Sequence[ClockIn]) -> Mapping[str, ToldVisits]:
    """The visits of the plans in force on the days of the rows, with the hour that was told; of clients that
    are seen."""
    asked = scoped.select(basin_tables.Visit, basin_id).where(
        basin_tables.Visit.id.in_({row.visit_id for row in rows if row.visit_id})
    )
    # The day of each named visit as well: a row that names its visit need not say when.
    named = {row.starts_at.astimezone(PARIS).date() for row in scoped.all(asked)}
    days = named | {row.starts_at.astimezone(PARIS).date() for row in rows if row.starts_at is not None}
    there = dict[str, PlaceView]()
    for day in sorted(days):
        there |= _told_on(scoped, basin_id, day)
    found = defaultdict[str, list[tuple[basin_tables.Visit, datetime]]](list)
    asked = (
        scoped.select(basin_tables.Visit, basin_id)
        .where(basin_tables.Visit.id.in_(there))
        .order_by(basin_tables.Visit.id)
    )
    for visit in scoped.all(asked):
        found[visit.client_id].append((visit, there[visit.id].start))
    return found


def _told_on(scoped: Scoped, basin_id: str, day: date) -> dict[str, PlaceView]:
    plan = plan_on(scoped, basin_id, day)
    return covered(plan.document) if plan is not None else {}


def _nearest(row: ClockIn, told: ToldVisits, found: _Found) -> str | None:
    """The visit whose told hour is nearest; None, and why, when there is none, or two are as near."""
    assert row.starts_at is not None
    near = sorted(_distances(row.starts_at, told))
    if not near or near[0][0] > NEAR:
        _pass_over(found, row, "starts_at", "no_visit_near", row.client_id)
        return None
    # Asked back rather than guessed: what is recorded here is counted and paid.
    if len(near) > 1 and near[1][0] == near[0][0]:
        told_of = {"first": near[0][1], "second": near[1][1]}
        found.issues.append(Issue("A305", row.places["starts_at"], "two_as_near", told_of))
        return None
    return near[0][1]


def _distances(at: datetime, told: ToldVisits) -> Iterator[tuple[timedelta, str]]:
    return ((abs(start - at), visit.id) for visit, start in told)
