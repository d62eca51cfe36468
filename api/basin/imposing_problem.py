"""The problem by which an absence is answered: its visits at the hours of the rota, and everybody of the
brigade.

No way is computed and no counter added up. The people are the same from one absence to the next: they are
kept, with the texts that bind them, by what their rows say, and only what the absence opens is read anew.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

import numpy as np
from sqlalchemy import Text, cast, select

from api.access.scope import Scoped
from api.basin.given_texts import given_texts
from api.basin.set_aside import plannable
from api.store import basin_tables
from brigade.errors import Refused
from brigade.exchange.documents.json_text import JsonObject
from brigade.exchange.shapes.problem_shapes import PROBLEM_FORMAT, PROBLEM_VERSION
from brigade.law.single_visits import SingleVisits
from brigade.units import MAX_DAYS, PARIS, Horizon
from brigade.values.places import Site, TravelMatrix, TravelMode
from brigade.values.problem import Problem
from brigade.values.validation.history_faults import PAST_DAYS

Rows = tuple[tuple[str, str], ...]
"""Id and document of each, as the database writes it."""
KEPT = 8
"""Brigades with their days, in each process: the basins at work now, today and tomorrow."""
# Some hours of each day: what may be imposed is asked of papers and limits, not of who is free when.
A_STRETCH = timedelta(hours=12)
ELSEWHERE = frozenset({"start_site", "end_site", "other_work", "leave"})
DATES = frozenset({"sundays_worked", "holidays_worked"})
"""Of what a worker did before, what no marking asks."""


@dataclass(frozen=True, slots=True)
class BrigadeRows:
    """What the rows of a basin say of its people and of what binds them: of equal rows the same is made."""

    basin_id: str
    basin: str
    texts: tuple[str, ...]
    providers: Rows
    employers: Rows
    workers: Rows


def problem_of(
    scoped: Scoped, basin_id: str, absence: JsonObject, starts: Mapping[str, datetime]
) -> tuple[Problem, SingleVisits] | None:
    """The visits `starts` at these hours, opened by `absence`, and what is kept of the people they are put
    to; None, where the rows make no problem."""
    first, last = _day(min(starts.values())), _day(max(starts.values()))
    horizon = Horizon(first, min((last - first).days + 1, MAX_DAYS))
    rows = _brigade_rows(scoped, basin_id)
    visits = _named(scoped, basin_tables.Visit, basin_id, starts)
    try:
        people = _people(rows, horizon)
        document = _demand_document(scoped, rows, absence, visits, starts, horizon)
        asked = plannable(document, _at_once)[0]
    except Refused:
        return None
    travel = _at_once(asked.sites, tuple(people.people.travel), horizon, "")
    problem = people.people.asked_for(asked, travel)
    never = {one["id"]: one.get("forbidden_workers", ()) for one in visits}
    refused = (
        replace(one, forbidden_workers=frozenset(never[one.id]) & frozenset(problem.worker_by_id))
        for one in problem.visits
    )
    return problem.with_demand(visits=tuple(refused)), people


def _day(instant: datetime) -> date:
    return instant.astimezone(PARIS).date()


def _at_once(
    sites: Sequence[Site], modes: Sequence[TravelMode], horizon: Horizon, spec: str
) -> Mapping[TravelMode, TravelMatrix]:
    """No text asks how long the way is."""
    # Zeros, not an estimate: the sentence comes back while the form is still being filled in.
    ids, none = tuple(site.id for site in sites), np.zeros((len(sites), len(sites)), np.int64)
    return {mode: TravelMatrix(mode, ids, none, none) for mode in modes}


def _some(table: type[basin_tables.BasinRow], basin_id: str, *of: Any) -> Any:
    """Rows of the basin, whoever asks: what is said of them is counts."""
    return select(*(of or (table,))).where(table.basin_id == basin_id).order_by(table.id)


# -- the people --------------------------------------------------------------------------------------------
def _brigade_rows(scoped: Scoped, basin_id: str) -> BrigadeRows:
    """Raises: NotFound."""
    scoped.basin(basin_id)
    basin = basin_tables.Basin
    body = scoped.session.scalars(select(cast(basin.body, Text)).where(basin.id == basin_id)).one()
    given = given_texts(scoped.session, basin_id)
    return BrigadeRows(
        basin_id,
        body,
        tuple(json.dumps(given.texts.get(name)) for name in ("catalogue", "labour")),
        *(
            tuple(
                (id, document)
                for id, document in scoped.session.execute(
                    _some(table, basin_id, table.id, cast(table.body, Text))
                )
            )
            for table in (basin_tables.Provider, basin_tables.Employer, basin_tables.Worker)
        ),
    )


@lru_cache(KEPT)
def _people(rows: BrigadeRows, horizon: Horizon) -> SingleVisits:
    """Everybody of the brigade, asked for nothing. Raises: Refused, of wishes and texts of the basin."""
    document = _document(rows, horizon)
    document["demand"]["providers"] = [json.loads(body) for _, body in rows.providers]
    document["brigade"] = {
        "employers": [json.loads(body) for _, body in rows.employers],
        "workers": [_free(json.loads(body), horizon) for _, body in rows.workers],
    }
    return SingleVisits(plannable(document, _at_once)[0])


def _free(worker: JsonObject, horizon: Horizon) -> JsonObject:
    """From wherever, on every day: a stretch of each names the day, and no text asks how long it is. Of her
    history what a plan of these days may hold."""
    midnights = [horizon.midnight(number) for number in range(horizon.days)]
    days = [{"start": start.isoformat(), "end": (start + A_STRETCH).isoformat()} for start in midnights]
    kept = {name: value for name, value in worker.items() if name not in ELSEWHERE}
    counters = {name: value for name, value in worker.get("counters", {}).items() if name not in DATES}
    first = horizon.first_day
    past = [
        one
        for one in counters.get("days", ())
        if first - timedelta(days=PAST_DAYS) <= date.fromisoformat(one["day"]) < first
    ]
    return {**kept, "availability": days, "counters": {**counters, "days": past}}


def _document(rows: BrigadeRows, horizon: Horizon) -> JsonObject:
    """Of nobody and nothing yet."""
    basin = json.loads(rows.basin)
    texts = zip(("catalogue", "labour"), map(json.loads, rows.texts), strict=True)
    return {
        "format": PROBLEM_FORMAT,
        "version": PROBLEM_VERSION,
        "horizon": {
            "first_day": horizon.first_day.isoformat(),
            "days": horizon.days,
            "zone": horizon.zone.key,
        },
        "basin": {"id": rows.basin_id, "name": basin["name"], "department": basin["department"]},
        "policy": basin.get("policy", {}),
        "demand": {"providers": [], "clients": [], "visits": []},
        "brigade": {"employers": [], "workers": []},
        "sites": [],
        "travel": {"source": "estimate"},
        **{name: text for name, text in texts if text is not None},
    }


# -- what is asked -----------------------------------------------------------------------------------------
def _demand_document(
    scoped: Scoped,
    rows: BrigadeRows,
    absence: JsonObject,
    visits: Sequence[JsonObject],
    starts: Mapping[str, datetime],
    horizon: Horizon,
) -> JsonObject:
    """These visits and what they hang on, asked of nobody yet."""
    clients = _named(scoped, basin_tables.Client, rows.basin_id, {one["client_id"] for one in visits})
    sites = _named(scoped, basin_tables.Site, rows.basin_id, {one["site_id"] for one in clients})
    owners = {absence["provider_id"], *(one["provider_id"] for one in clients)}
    # Who pays, and why somebody is away, change no ground to refuse: left out, they cannot be refused either.
    unpaid = {name: value for name, value in absence.items() if name not in ("funding_line_id", "reason")}
    entries = [
        {"visit_id": id, "employee_id": absence["employee_id"], "start": start.isoformat()}
        for id, start in starts.items()
    ]
    # An absence of this morning may have begun: notice counts from now, and the horizon must not.
    now = scoped.clock.now().replace(second=0, microsecond=0)
    document = _document(rows, horizon)
    document["horizon"]["now"] = max(horizon.start, now).isoformat()
    document["demand"] = {
        "providers": [json.loads(body) for id, body in rows.providers if id in owners],
        "clients": clients,
        "visits": [_alone(visit, starts[visit["id"]]) for visit in visits],
        "employees": [{"id": absence["employee_id"], "provider_id": absence["provider_id"]}],
        "rota": [
            {
                "provider_id": absence["provider_id"],
                "received_at": now.astimezone(PARIS).isoformat(),
                "entries": entries,
            }
        ],
        "absences": [unpaid],
    }
    document["sites"] = sites
    return document


def _named(
    scoped: Scoped, table: type[basin_tables.BasinRow], basin_id: str, ids: Iterable[str]
) -> list[JsonObject]:
    return list(scoped.session.scalars(_some(table, basin_id, table.body).where(table.id.in_(set(ids)))))


def _alone(visit: JsonObject, start: datetime) -> JsonObject:
    """At the hour the rota has it, for anybody."""
    at = start.isoformat()
    kept = {
        name: value
        for name, value in visit.items()
        if not name.endswith("_workers") and name != "planned_start"
    }
    return {**kept, "windows": [{"earliest": at, "latest": at}]}
