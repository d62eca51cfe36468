"""A row is checked when it is written, by the rules that composition will apply to it, against what it names.

The row and what it refers to make a small problem of their own; what `brigade.values.validation` says of the
row itself is refused. References are looked up as the writer sees them: what is out of reach is unknown.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime
from functools import partial
from typing import Any

from sqlalchemy import select

from api.access.rights import holds
from api.access.scope import Scoped
from api.basin.basin_travel import ESTIMATE
from api.basin.given_texts import given_texts
from api.basin.set_aside import located
from api.shapes.cycle_requests import MOST_TOLD, plain
from api.store import basin_tables
from api.worked.binding_texts import accords_of
from brigade.errors import InvalidProblem, Issue, Refused
from brigade.exchange.documents.json_text import JsonObject
from brigade.exchange.documents.problem_document import problem_from_json
from brigade.exchange.documents.shape_faults import first_of
from brigade.exchange.shapes.problem_shapes import PROBLEM_FORMAT, PROBLEM_VERSION
from brigade.units import MAX_DAYS, PARIS
from brigade.values.calendar import zone_of
from brigade.values.validation.checks import unknown

Body = Mapping[str, Any]
Parts = dict[str, list[JsonObject]]
NOT_OF_A_ROW = frozenset({"P205"})
"""Said of what lies outside the days planned: composition takes of a worker's hours those of its own days."""
WORKERS_OF_A_VISIT = ("usual_workers", "preferred_workers", "forbidden_workers")
GROUP_OF: Mapping[type[Any], str] = {
    basin_tables.Provider: "providers",
    basin_tables.Site: "sites",
    basin_tables.Employer: "employers",
    basin_tables.Employee: "employees",
    basin_tables.Client: "clients",
    basin_tables.Worker: "workers",
    basin_tables.Visit: "visits",
    basin_tables.Link: "links",
    basin_tables.RotaFeed: "rota",
    basin_tables.FundingLine: "funding_lines",
    basin_tables.WorkBlock: "work_blocks",
    basin_tables.Absence: "absences",
}


def refuse_unfit(scoped: Scoped, row: basin_tables.BasinRow) -> None:
    """Before it is flushed: the database would name the first unknown reference only, without its place.

    Raises: InvalidProblem, with the issues of the row, the first `MOST_TOLD` of them.
    """
    with scoped.session.no_autoflush:
        issues = first_of(issues_of(scoped, row), MOST_TOLD)
    if issues:
        raise InvalidProblem(issues)


def issues_of(scoped: Scoped, row: basin_tables.BasinRow) -> Iterator[Issue]:
    """Of one row, which need not be in the database yet."""
    group, basin_id = GROUP_OF[type(row)], row.basin_id
    rows = _Rows(scoped, basin_id)
    parts = _NAMED[type(row)](rows, row)
    # Composition leaves out whom it does not know of those who usually come, or never; entries may reach
    # beyond any one plan.
    own = {name: one for name, one in row.body.items() if name not in (*WORKERS_OF_A_VISIT, "entries")}
    if isinstance(row, basin_tables.RotaFeed):
        yield from _entries(rows, row)
    parts.setdefault(group, []).append(own)
    id = row.id if group != "links" else f"{own['first']}~{own['kind']}~{own['second']}"
    told: dict[Issue, None] = {}
    for first, days in _spans(scoped, row):
        document = _document(scoped, basin_id, parts, first, days)
        told |= dict.fromkeys(located(_refused(document), document, group, id))
    yield from (_placed(one, group, row.id) for one in told if one.code not in NOT_OF_A_ROW)


def _placed(issue: Issue, group: str, id: str) -> Issue:
    """Links are numbered among those they are judged with, which nobody sees: each is called by its id."""
    if group != "links":
        return issue
    return replace(issue, where=re.sub(r"^(demand\.)?links\[\d+\]", f"links.{id}", issue.where))


WISHED = ("policy", "basin", "sectors", "vehicles", "traffic")
"""Of a document, what a basin's wishes say."""


def wishes_issues(scoped: Scoped, basin: basin_tables.Basin) -> list[Issue]:
    """Of a basin's own wishes: its policy, its department, its maps of sectors, its vehicles and its
    traffic."""
    rows, sectors, vehicles = _Rows(scoped, basin.id), basin.body.sectors, basin.body.vehicles
    owners = [*(one.provider_id for one in sectors), *(one.provider_id for one in vehicles)]
    places = [*(id for one in sectors for id in one.sites), *(one.site_id for one in vehicles)]
    people = rows.bodies(basin_tables.Worker, [id for one in vehicles for id in one.drivers or ()])
    parts: Parts = {
        "sectors": [plain(one) for one in sectors],
        "vehicles": [plain(one) for one in vehicles],
        "traffic": [plain(one) for one in basin.body.traffic],
        "providers": rows.bodies(basin_tables.Provider, owners),
        "employers": rows.bodies(basin_tables.Employer, [one.employer_id for one in vehicles]),
        "workers": people,
        "sites": rows.bodies(basin_tables.Site, places),
    }
    document = _document(scoped, basin.id, parts, _today(scoped), 1)
    document["policy"] = plain(basin.body.policy)
    document["basin"] = {"id": basin.id, "name": basin.body.name, "department": basin.body.department}
    told = [issue for issue in _refused(document) if issue.where.startswith(WISHED)]
    return [*told, *zone_issues(basin.body.department, f"basins.{basin.id}.department")]


def zone_issues(department: str, where: str) -> list[Issue]:
    """Every hour of the service is told, and every day counted, by the clock of Paris: it takes no basin with
    another one."""
    zone = zone_of(department)
    if zone == PARIS.key:
        return []
    return [Issue("A305", where, "other_clock", {"department": department, "zone": zone})]


def _refused(document: JsonObject) -> tuple[Issue, ...]:
    try:
        problem_from_json(document)
    except Refused as refused:
        return refused.issues
    return ()


def _document(scoped: Scoped, basin_id: str, parts: Parts, first: date, days: int) -> JsonObject:
    given = given_texts(scoped.session, basin_id)
    demand = (
        *("providers", "clients", "visits", "links", "employees", "rota", "absences", "funding_lines"),
        "work_blocks",
    )
    return {
        "format": PROBLEM_FORMAT,
        "version": PROBLEM_VERSION,
        "horizon": {"first_day": first.isoformat(), "days": days, "zone": PARIS.key},
        "basin": {"id": basin_id, "name": basin_id, "department": "62"},
        "demand": {name: parts.get(name, []) for name in demand},
        "brigade": {name: parts.get(name, []) for name in ("employers", "workers")},
        "sites": parts.get("sites", []),
        "sectors": parts.get("sectors", []),
        "vehicles": parts.get("vehicles", []),
        "traffic": parts.get("traffic", []),
        # Where times come from coordinates every place needs them; no server is asked for the sake of one
        # row.
        "travel": {"source": ESTIMATE} if given.is_estimate else {"matrices": []},
        **given.texts,
    }


def _today(scoped: Scoped) -> date:
    return scoped.clock.now().astimezone(PARIS).date()


def _spans(scoped: Scoped, row: Any) -> Iterator[tuple[date, int]]:
    """The days in which the row is looked at; each accord on days on which it holds."""
    yield (span := _span(scoped, row))
    if isinstance(row, basin_tables.Provider | basin_tables.Employer):
        days = {accord.next_day(span[0]) for _, accord in accords_of(row.body)}
        yield from ((day, 1) for day in sorted(days - {span[0]}))


def _span(scoped: Scoped, row: Any) -> tuple[date, int]:
    """The days in which the row is looked at: its own, or as many from today as a plan may have."""
    if isinstance(row, basin_tables.Visit | basin_tables.WorkBlock):
        first = row.starts_at.astimezone(PARIS).date()
        last = max(
            (_moment(one.get("hard_latest") or one["latest"]) for one in row.body["windows"]),
            default=row.ends_at,
        )
        return first, min(MAX_DAYS, max(1, (last.astimezone(PARIS).date() - first).days + 1))
    if isinstance(row, basin_tables.Worker) and row.counters_since is not None:
        # From that day on, as counters speak of the days before it.
        return row.counters_since, MAX_DAYS
    return _today(scoped), MAX_DAYS


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


# -- what each kind names ----------------------------------------------------------------------------------
class _Rows:
    """What the writer sees of a basin."""

    def __init__(self, scoped: Scoped, basin_id: str) -> None:
        self.scoped, self.basin_id = scoped, basin_id

    def bodies(self, table: type[basin_tables.BasinRow], ids: Iterable[str | None]) -> list[JsonObject]:
        """Of those among `ids` that the writer sees."""
        wanted = sorted({id for id in ids if id is not None})
        found = {row.id: row.body for row in map(partial(self._read, table), wanted) if row is not None}
        if left := [id for id in wanted if id not in found]:
            asked = self.scoped.select(table, self.basin_id).where(table.id.in_(left))
            rows = self.scoped.session.execute(asked.with_only_columns(table.id, table.body))
            found.update((row.id, row.body) for row in rows)
        return [found[id] for id in wanted if id in found]

    def _read(self, table: type[basin_tables.BasinRow], id: str) -> basin_tables.BasinRow | None:
        """As this session has read it before, for whoever sees it."""
        session = self.scoped.session
        row = session.identity_map.get(session.identity_key(table, (self.basin_id, id)))
        return row if row is not None and holds(row, self.scoped.principal) else None

    def stored(self, table: type[basin_tables.BasinRow], ids: Iterable[str | None]) -> list[JsonObject]:
        """As `bodies`, of what a row of the basin names: it stands there, whoever sees it."""
        wanted = sorted({id for id in ids if id is not None})
        found = (self.scoped.session.get(table, (self.basin_id, id)) for id in wanted)
        return [row.body for row in found if row is not None]


def _nothing(rows: _Rows, row: Any) -> Parts:
    return {}


def _of_provider(rows: _Rows, row: Any) -> Parts:
    return {"providers": rows.bodies(basin_tables.Provider, [row.provider_id])}


def _client(rows: _Rows, row: basin_tables.Client) -> Parts:
    """Where she lives already may be a place that the account does not see otherwise."""
    known = rows.scoped.session.get(basin_tables.Client, (rows.basin_id, row.id))
    looked_up = rows.stored if known is not None and known.site_id == row.site_id else rows.bodies
    return {**_of_provider(rows, row), "sites": looked_up(basin_tables.Site, [row.site_id])}


def _visit(rows: _Rows, row: basin_tables.Visit) -> Parts:
    clients = rows.bodies(basin_tables.Client, [row.client_id])
    sites = rows.stored(basin_tables.Site, [client["site_id"] for client in clients])
    return {
        "clients": clients,
        "sites": sites,
        "providers": rows.stored(basin_tables.Provider, [row.provider_id]),
    }


def _worker(rows: _Rows, row: basin_tables.Worker) -> Parts:
    body = row.body
    learning = body.get("learning", ())
    clients = rows.bodies(basin_tables.Client, [one.get("client_id") for one in learning])
    tutors = rows.bodies(
        basin_tables.Worker, {id for one in learning for id in one.get("tutors", ())} - {row.id}
    )
    hosts = [one["provider_id"] for one in (*body.get("engagements", ()), *clients)]
    homes = [body.get("start_site"), body.get("end_site"), *(one["site_id"] for one in clients)]
    return {
        "employers": rows.bodies(basin_tables.Employer, [row.employer_id]),
        "sites": rows.bodies(basin_tables.Site, homes),
        "providers": rows.bodies(basin_tables.Provider, hosts),
        "clients": clients,
        "workers": tutors,
        "funding_lines": rows.stored(
            basin_tables.FundingLine, [one.get("funding_line_id") for one in learning]
        ),
        "sectors": [plain(one) for one in rows.scoped.basin(rows.basin_id).body.sectors],
    }


def _employee(rows: _Rows, row: basin_tables.Employee) -> Parts:
    sites = rows.bodies(basin_tables.Site, [row.body.get("start_site")])
    return {**_of_provider(rows, row), "sites": sites}


def _absence(rows: _Rows, row: basin_tables.Absence) -> Parts:
    return {
        **_of_provider(rows, row),
        "employees": rows.bodies(basin_tables.Employee, [row.employee_id]),
        "funding_lines": rows.bodies(basin_tables.FundingLine, [row.body.get("funding_line_id")]),
    }


def _work_block(rows: _Rows, row: basin_tables.WorkBlock) -> Parts:
    """With its participants' own places, where it has none."""
    body = row.body
    people = rows.bodies(basin_tables.Worker, [*body["participants"], *body.get("forbidden_workers", ())])
    homes = [one.get(end) for one in people for end in ("start_site", "end_site")]
    return {
        "workers": [{**one, "availability": []} for one in people],
        "sites": rows.stored(basin_tables.Site, [row.site_id, *homes]),
        "funding_lines": rows.stored(basin_tables.FundingLine, [row.funding_line_id]),
    }


def _link(rows: _Rows, row: basin_tables.Link) -> Parts:
    """With every link of the basin, as a chain of them may contradict itself, and the visits they tie."""
    table = basin_tables.Link
    others = [
        one
        for one in rows.scoped.all(rows.scoped.select(table, rows.basin_id).order_by(table.id))
        if one.id != row.id
    ]
    visits = rows.stored(basin_tables.Visit, [id for one in (*others, row) for id in (one.first, one.second)])
    return {"links": [one.body for one in others], "visits": visits}


def _entries(rows: _Rows, feed: basin_tables.RotaFeed) -> Iterator[Issue]:
    """Each of a visit and by an employee of the feed's own provider, on the visit's days, and one a visit."""
    session, where = rows.scoped.session, f"rota.{feed.provider_id}.entries"
    row, own = basin_tables.Visit, (rows.basin_id, feed.provider_id)
    asked = select(row.id, row.starts_at, row.ends_at).where(
        row.basin_id == own[0], row.provider_id == own[1]
    )
    spans = {id: (starts, ends) for id, starts, ends in session.execute(asked)}
    staff = select(basin_tables.Employee.id).where(
        basin_tables.Employee.basin_id == own[0], basin_tables.Employee.provider_id == own[1]
    )
    employees = set(session.scalars(staff))
    counted = Counter(entry.visit_id for entry in feed.entries)
    for index, entry in enumerate(feed.entries):
        place = f"{where}[{index}]"
        yield from unknown("P512", f"{place}.employee_id", [entry.employee_id], employees, "employee")
        if entry.visit_id not in spans:
            yield from unknown("P512", f"{place}.visit_id", [entry.visit_id], spans, "visit")
            continue
        first, last = (moment.astimezone(PARIS).date() for moment in spans[entry.visit_id])
        if not first <= entry.start.astimezone(PARIS).date() <= last:
            yield Issue(
                "P514",
                f"{place}.start",
                "rota_start_of_visit",
                {"met": entry.start.isoformat(), "first": first, "last": last},
            )
    for id, count in counted.items():
        if count > 1:
            yield Issue("P515", f"rota.{id}", "visit_repeated", {"visit": id, "count": count})


_NAMED: Mapping[type[Any], Callable[[_Rows, Any], Parts]] = {
    basin_tables.Provider: _nothing,
    basin_tables.Site: _nothing,
    basin_tables.Employer: _nothing,
    basin_tables.FundingLine: _nothing,
    basin_tables.Employee: _employee,
    basin_tables.Client: _client,
    basin_tables.Worker: _worker,
    basin_tables.Visit: _visit,
    basin_tables.Link: _link,
    basin_tables.RotaFeed: _of_provider,
    basin_tables.WorkBlock: _work_block,
    basin_tables.Absence: _absence,
}
