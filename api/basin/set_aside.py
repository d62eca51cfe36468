"""A bad row harms its owner only: what of a problem document cannot be planned is set aside, and the rest is
planned.

Rows are checked where they are written (`api.basin.fitness`); what is unfit all the same is older than a
check, or became so when something it names changed. Each issue of the whole document is traced to the row it
speaks of. That row goes, with whatever cannot stand without it, until the rest makes a problem.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from brigade.errors import Issue, Refused
from brigade.exchange.documents.composing import TravelFor
from brigade.exchange.documents.json_text import JsonObject
from brigade.exchange.documents.problem_document import problem_from_json, shipped_travel
from brigade.values.places import TravelMode
from brigade.values.problem import Problem
from solver.primitives.host_mixes import refuse_too_many

GROUPS: Mapping[str, tuple[str, str]] = {
    "providers": ("demand", "providers"),
    "clients": ("demand", "clients"),
    "visits": ("demand", "visits"),
    "links": ("demand", "links"),
    "employees": ("demand", "employees"),
    "rota": ("demand", "rota-feeds"),
    "absences": ("demand", "absences"),
    "funding_lines": ("demand", "funding-lines"),
    "work_blocks": ("demand", "work-blocks"),
    "employers": ("brigade", "employers"),
    "workers": ("brigade", "workers"),
    "sites": ("", "sites"),
}
"""Group of a problem document -> where it stands, and its kind in the service."""
BETWEEN_ROWS = frozenset({"P504", "P505", "P515", "P523"})
"""Of rows that do not suit one another: looked at once each is sound by itself, so that none goes for
another's fault."""
WAYLESS = frozenset({"P012", "P013", "T001"})
"""No ways of a mode, or none from a place."""
INDEXED = re.compile(r"(\w+)\[(\d+)\]")
WITHOUT_LINE = re.compile(r"travel\.\w+\.sites\.(.+)")


@dataclass(frozen=True, slots=True)
class RowPlace:
    """What an issue speaks of: a row of a group, or only a `part` of it that can go alone."""

    group: str
    id: str
    part: tuple[str, Any] | None = None


@dataclass(slots=True)
class SetAside:
    """One row (or a part of it) that was left out, why, and the visits that are not planned because of it."""

    kind: str
    id: str
    issue: Issue
    visits: list[str] = field(default_factory=list)


def plannable(document: JsonObject, travel_for: TravelFor = shipped_travel) -> tuple[Problem, list[SetAside]]:
    """The problem of all that is fit, and what is not. Args: travel_for: how its ways are computed.

    Raises: Refused, where an issue is of no row: the basin's own wishes, texts or matrices.
    """
    found: list[SetAside] = []
    while True:
        document = with_known_vehicles(with_known_sectors(document))
        try:
            problem = problem_from_json(document, travel_for)
            refuse_too_many(problem)
            return problem, found
        except Refused as refused:
            placed = [
                (issue, place) for issue in refused.issues if (place := place_of(issue, document)) is not None
            ]
            stranded = _without_ways(document, refused.issues)
            if stranded:
                found += stranded
                gone = {one.id for one in stranded}
                left = [one for one in document["vehicles"] if one["id"] not in gone]
                document = {**document, "vehicles": left}
                continue
            if not placed:
                raise
            # What has no row of its own may only follow from the rows that go: the next round tells.
            alone = [(issue, place) for issue, place in placed if issue.code not in BETWEEN_ROWS]
            document, more = _without(document, alone or placed)
            found += more


def with_known_sectors(document: JsonObject) -> JsonObject:
    """Maps of sectors speak of the whole basin, on all days: without what is none of these days'. A worker
    loses a sector that is not there any more, and with the last one her limit."""
    if not document.get("sectors") and not any(
        "sectors" in row or "sector_limit" in row for row in rows_of(document, "workers")
    ):
        return document
    providers, sites = ({row["id"] for row in rows_of(document, group)} for group in ("providers", "sites"))
    there = [one for one in document.get("sectors", ()) if one.get("provider_id") in {None, *providers}]
    ids = {one["id"] for one in there}
    sectors = [
        {
            **one,
            "sites": [id for id in one.get("sites", ()) if id in sites],
            "neighbours": [id for id in one.get("neighbours", ()) if id in ids],
        }
        for one in there
    ]
    workers = []
    for row in rows_of(document, "workers"):
        homes = [id for id in row.get("sectors", ()) if id in ids]
        left = () if homes else ("sectors", "sector_limit")
        told = {**row, "sectors": homes}
        workers.append({name: one for name, one in told.items() if name not in left})
    return {**document, "sectors": sectors, "brigade": {**document["brigade"], "workers": workers}}


def with_known_vehicles(document: JsonObject) -> JsonObject:
    """The fleet is the whole basin's, on all days: without what is of nobody and for nobody these days."""
    if not document.get("vehicles"):
        return document
    groups = ("providers", "employers", "sites", "workers")
    known = {group: {row["id"] for row in rows_of(document, group)} for group in groups}
    vehicles = []
    for one in document["vehicles"]:
        drivers = one.get("drivers")
        told = (
            one if drivers is None else {**one, "drivers": [id for id in drivers if id in known["workers"]]}
        )
        is_there = (
            one["site_id"] in known["sites"]
            and one.get("provider_id") in {None, *known["providers"]}
            and one.get("employer_id") in {None, *known["employers"]}
        )
        if is_there and told.get("drivers") != []:
            vehicles.append(told)
    return {**document, "vehicles": vehicles}


def _without_ways(document: JsonObject, issues: Iterable[Issue]) -> list[SetAside]:
    """The vehicles that drive as nobody else goes, where such ways cannot be had: without them every place of
    the days would be at fault."""
    missing = next((one for one in issues if one.code in WAYLESS), None)
    usual = {row.get("mode", TravelMode.CAR) for row in rows_of(document, "workers")}
    lone = (one for one in document.get("vehicles", ()) if one.get("mode", TravelMode.CAR) not in usual)
    return [] if missing is None else [SetAside("vehicles", one["id"], missing) for one in lone]


# -- which row an issue speaks of --------------------------------------------------------------------------
def place_of(issue: Issue, document: JsonObject) -> RowPlace | None:
    """None: of no row."""
    where = re.sub(r"^(demand|brigade)\.", "", issue.where)
    if said := WITHOUT_LINE.fullmatch(where):
        return RowPlace("sites", said[1])
    group = re.split(r"[.\[]", where, maxsplit=1)[0]
    if group not in GROUPS:
        return None
    rows = rows_of(document, group)
    numbered = [int(number) for name, number in INDEXED.findall(where) if name == group]
    if where.startswith(f"{group}[") and numbered:
        # Of a chain of links the last one goes: the others said the same before it came.
        index = max(numbered) if group == "links" else numbered[0]
        return _part(group, rows[index], where) if index < len(rows) else None
    if group == "rota" and where.removeprefix("rota.") in {
        entry["visit_id"] for row in rows for entry in _entries(row)
    }:
        return RowPlace("visits", where.removeprefix("rota."))
    named = sorted(
        (row for row in rows if _names(where, group, id_of(group, row))),
        key=lambda row: len(id_of(group, row)),
    )
    return _part(group, named[-1], where) if named else None


def _names(where: str, group: str, id: str) -> bool:
    """Ids may hold dots themselves: the longest that fits is meant."""
    return where == f"{group}.{id}" or where.startswith((f"{group}.{id}.", f"{group}.{id}["))


def _part(group: str, row: JsonObject, where: str) -> RowPlace:
    """An accord, an entry of a rota and what pays an absence or a block can go alone; of anything else the
    whole row goes."""
    id, part = id_of(group, row), None
    if group in ("providers", "employers") and ".accords." in where:
        said = where.rsplit(".accords.", 1)[1]
        known = [name for name in row.get("accords", {}) if said == name or said.startswith(f"{name}.")]
        part = ("accords", max(known, key=len)) if known else None
    elif group == "rota" and (entry := re.search(r"\.entries\[(\d+)\]", where)):
        part = ("entries", int(entry[1]))
    elif group in ("absences", "work_blocks") and where.endswith(".funding_line_id"):
        part = ("funding_line_id", None)
    return RowPlace(group, id, part)


def rows_of(document: JsonObject, group: str) -> list[JsonObject]:
    part, _ = GROUPS[group]
    rows: list[JsonObject] = (document[part] if part else document).get(group, [])
    return rows


def id_of(group: str, row: JsonObject) -> str:
    if group == "rota":
        return str(row["provider_id"])
    if group == "links":
        return link_id(row)
    return str(row["id"])


def link_id(row: Mapping[str, Any]) -> str:
    """A link has no id in a document: what it ties says which it is."""
    return f"{row['first']}~{row['kind']}~{row['second']}"


def _entries(feed: JsonObject) -> list[JsonObject]:
    entries: list[JsonObject] = feed.get("entries", [])
    return entries


# -- what goes with it -------------------------------------------------------------------------------------
def _without(
    document: JsonObject, located: Iterable[tuple[Issue, RowPlace]]
) -> tuple[JsonObject, list[SetAside]]:
    """The document without these rows and parts, and what follows from their going. Each place is told
    once."""
    told: dict[RowPlace, SetAside] = {}
    for issue, place in located:
        told.setdefault(place, _of(issue, place))
    cut = _Cut(document, told)
    return cut.rest(), list(told.values())


def _of(issue: Issue, place: RowPlace) -> SetAside:
    _, kind = GROUPS[place.group]
    rest = re.sub(rf"^(?:demand\.|brigade\.)?{place.group}\[\d+\]", "", issue.where)
    where = f"{kind}.{place.id}{rest}" if rest != issue.where and not rest.startswith(",") else issue.where
    return SetAside(kind, place.id, replace(issue, where=where))


class _Cut:
    """One round: rows that go by themselves, then those that name them. `gone`: (group, id) -> because of
    what."""

    def __init__(self, document: JsonObject, told: Mapping[RowPlace, SetAside]) -> None:
        self.document, self.told = document, told
        self.gone: dict[tuple[str, str], SetAside] = {
            (place.group, place.id): why for place, why in told.items() if place.part is None
        }

    def rest(self) -> JsonObject:
        kept = {
            group: [self._trimmed(group, row) for row in rows_of(self.document, group)] for group in GROUPS
        }
        self._follow(kept)
        left = {
            group: [row for row in rows if (group, id_of(group, row)) not in self.gone]
            for group, rows in kept.items()
        }
        left["rota"] = [
            {**row, "entries": [one for one in _entries(row) if self._stands(one)]} for row in left["rota"]
        ]
        left["employees"] = [self._employee(row) for row in left["employees"]]
        left["workers"] = [self._worker(row) for row in left["workers"]]
        left["visits"] = [self._visit(row) for row in left["visits"]]
        left["work_blocks"] = [self._block(row) for row in left["work_blocks"]]
        left["absences"] = [self._absence(row) for row in left["absences"]]
        demand = {name: left[name] for name, (part, _) in GROUPS.items() if part == "demand"}
        brigade = {name: left[name] for name, (part, _) in GROUPS.items() if part == "brigade"}
        return {**self.document, "demand": demand, "brigade": brigade, "sites": left["sites"]}

    def _trimmed(self, group: str, row: JsonObject) -> JsonObject:
        """Without the parts that go alone."""
        parts = [
            (place.part, why)
            for place, why in self.told.items()
            if (place.group, place.id) == (group, id_of(group, row))
        ]
        for part, why in parts:
            if part is None:
                continue
            name, which = part
            if name == "accords":
                row = {**row, "accords": {key: one for key, one in row["accords"].items() if key != which}}
            elif name == "funding_line_id":
                row = {key: one for key, one in row.items() if key != "funding_line_id"}
            else:
                self._entry_goes(row, _entries(row)[which], why)
        numbers = {part[1] for part, _ in parts if part is not None and part[0] == "entries"}
        if numbers:
            row = {
                **row,
                "entries": [one for number, one in enumerate(_entries(row)) if number not in numbers],
            }
        return row

    def _entry_goes(self, feed: JsonObject, entry: JsonObject, why: SetAside) -> None:
        """A visit whose only entry goes would look like one that nobody does: it goes too, unless it is
        another's."""
        owner = {client["id"]: client["provider_id"] for client in rows_of(self.document, "clients")}
        visit = next(
            (one for one in rows_of(self.document, "visits") if one["id"] == entry["visit_id"]), None
        )
        if visit is not None and owner.get(visit["client_id"]) == feed["provider_id"]:
            self.gone.setdefault(("visits", visit["id"]), why)

    def _follow(self, kept: Mapping[str, list[JsonObject]]) -> None:
        """Whoever names what is gone goes too; in an order in which one pass is enough."""
        for worker in kept["workers"]:
            for named in (
                ("employers", worker["employer_id"]),
                *(("sites", worker.get(end)) for end in ("start_site", "end_site")),
            ):
                self._if_gone(("workers", worker["id"]), named)
        for group in ("employees", "clients", "absences"):
            for row in kept[group]:
                self._if_gone((group, row["id"]), ("providers", row["provider_id"]))
        for row in kept["clients"]:
            self._if_gone(("clients", row["id"]), ("sites", row["site_id"]))
        for row in kept["absences"]:
            self._if_gone(("absences", row["id"]), ("employees", row["employee_id"]))
        for row in kept["visits"]:
            self._if_gone(("visits", row["id"]), ("clients", row["client_id"]))
        for row in kept["work_blocks"]:
            self._if_gone(("work_blocks", row["id"]), ("sites", row.get("site_id")))
            missing = [id for id in row["participants"] if ("workers", id) in self.gone]
            if len(row["participants"]) - len(missing) < (row.get("at_least") or 1):
                for id in missing:
                    self._if_gone(("work_blocks", row["id"]), ("workers", id))
        for feed in kept["rota"]:
            self._if_gone(("rota", feed["provider_id"]), ("providers", feed["provider_id"]))
            for entry in _entries(feed):
                for cause in (("rota", feed["provider_id"]), ("employees", entry["employee_id"])):
                    if cause in self.gone:
                        self._entry_goes(feed, entry, self.gone[cause])
        for row in kept["links"]:
            for end in ("first", "second"):
                self._if_gone(("links", link_id(row)), ("visits", row[end]))
        for group, id in self.gone:
            if group == "visits":
                self.gone[group, id].visits.append(id)

    def _if_gone(self, row: tuple[str, str], named: tuple[str, Any]) -> None:
        if named in self.gone:
            # The first cause stays: it is what the owner has to mend.
            self.gone.setdefault(row, self.gone[named])

    def _stands(self, entry: JsonObject) -> bool:
        return ("visits", entry["visit_id"]) not in self.gone and (
            "employees",
            entry["employee_id"],
        ) not in self.gone

    def _employee(self, row: JsonObject) -> JsonObject:
        """Whose home goes is asked for no swap: without a way of travelling. Her rota stands."""
        if ("sites", row.get("start_site")) not in self.gone:
            return row
        return {name: one for name, one in row.items() if name not in ("start_site", "mode")}

    def _worker(self, row: JsonObject) -> JsonObject:
        # What she may do for the other services is not touched by one that goes.
        engaged = [
            one for one in row.get("engagements", ()) if ("providers", one["provider_id"]) not in self.gone
        ]
        return {**row, "engagements": engaged}

    def _visit(self, row: JsonObject) -> JsonObject:
        lists = ("usual_workers", "preferred_workers", "forbidden_workers")
        named = {
            name: [id for id in row[name] if ("workers", id) not in self.gone]
            for name in lists
            if name in row
        }
        return {**row, **named}

    def _block(self, row: JsonObject) -> JsonObject:
        """With whoever is there: work that is no visit waits for nobody's row to be mended."""
        lists = ("participants", "forbidden_workers")
        people = {
            name: [id for id in row[name] if ("workers", id) not in self.gone]
            for name in lists
            if name in row
        }
        return self._absence({**row, **people})

    def _absence(self, row: JsonObject) -> JsonObject:
        if ("funding_lines", row.get("funding_line_id")) in self.gone:
            return {name: value for name, value in row.items() if name != "funding_line_id"}
        return row


def located(issues: Iterable[Issue], document: JsonObject, group: str, id: str) -> Iterator[Issue]:
    """Those of `issues` that speak of this row."""
    for issue in issues:
        place = place_of(issue, document)
        if place is not None and (place.group, place.id) == (group, id):
            yield issue
