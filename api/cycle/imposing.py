"""What the cause of an absence decides: which of the stops it opens may be imposed on the brigade, and which
may be refused.

Said at once, before any search, by the texts themselves (`brigade.law.marking`): each open visit at the hour
the rota had, put to everybody who is engaged with the service. With the cause that was said, and without: the
difference is what it is worth.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import numpy as np
from sqlalchemy import select

from api.access.scope import Scoped
from api.basin.set_aside import plannable
from api.shapes.cycle_requests import plain
from api.shapes.cycle_views import ForeseenGroundView, ForeseenView, RiskView
from api.store import basin_tables
from brigade.changes.carry import held_route
from brigade.errors import Refused
from brigade.exchange.documents.json_text import JsonObject
from brigade.exchange.shapes.problem_shapes import PROBLEM_FORMAT, PROBLEM_VERSION
from brigade.law.marking import mark
from brigade.timing.duty_days import engagement_of
from brigade.units import MAX_DAYS, PARIS, Horizon
from brigade.values.places import Site, TravelMatrix, TravelMode
from brigade.values.plan import Marking, Plan, Stop
from brigade.values.problem import Problem
from brigade.values.problem_parts import Request
from brigade.words import capital, say, word

MOST = 30
"""As many visits are answered for, the gravest: the rest is in the proposal."""


def foreseen(
    scoped: Scoped, basin_id: str, absence: JsonObject, risks: Sequence[RiskView], lang: str = "fr"
) -> list[ForeseenView]:
    """Of each visit that somebody is wanted for: on how many people it may be imposed, how many may refuse
    it, and why.

    People are counted, not named: whoever declares an absence need not know the brigade.

    Args: absence: its document, kept or not yet.
    """
    wanted = [risk for risk in risks if risk.wants_replacement][:MOST]
    if not wanted:
        return []
    starts = {risk.visit_id: risk.planned_start for risk in wanted}
    problem = _problem(scoped, basin_id, absence, starts)
    if problem is None:
        return []
    causeless = _without_cause(problem, absence["id"])
    said = _markings(problem, starts)
    bare = said if causeless is problem else _markings(causeless, starts)
    return [_of_visit(id, said[id], bare[id], lang) for id in starts if id in said]


def _without_cause(problem: Problem, absence_id: str) -> Problem:
    """The same, had nobody said what makes the absence urgent."""
    said = problem.absence_by_id.get(absence_id)
    if said is None or (said.cause is None and not said.urgent_cause):
        return problem
    bare = replace(said, urgent_cause=False, cause=None)
    return replace(problem, absences=tuple(bare if one is said else one for one in problem.absences))


def _of_visit(
    id: str, said: Sequence[tuple[Marking, Problem]], bare: Sequence[tuple[Marking, Problem]], lang: str
) -> ForeseenView:
    counts, before = _counted(said), _counted(bare)
    changed = counts["firm"] - before["firm"]
    told = {"visit": id, "firm": counts["firm"], "to_offer": counts["to_offer"], "changed": changed or None}
    return ForeseenView(
        visit_id=id,
        firm=counts["firm"],
        to_offer=counts["to_offer"],
        firm_without_cause=before["firm"],
        grounds=list(_grounds(said, lang)),
        sentence=capital(word("absence.marking", lang, **told)),
    )


def _counted(found: Iterable[tuple[Marking, Problem]]) -> Counter[str]:
    return Counter(marking.kind.value for marking, _ in found)


def _grounds(found: Iterable[tuple[Marking, Problem]], lang: str) -> Iterator[ForeseenGroundView]:
    """Each ground once, with how many people it holds for; the sentence is that of the first."""
    groups: dict[tuple[str, str, str], tuple[str, int]] = {}
    for marking, problem in found:
        key = (marking.kind.value, marking.reason.code, marking.article)
        sentence, count = groups.get(key, (say(marking.reason, lang, horizon=problem.horizon), 0))
        groups[key] = (sentence, count + 1)
    for (kind, code, article), (sentence, count) in sorted(
        # The ground that holds for most people first; equals by their code, so that the order never jumps.
        groups.items(),
        key=lambda pair: (-pair[1][1], pair[0]),
    ):
        yield ForeseenGroundView(kind=kind, code=code, article=article, people=count, sentence=sentence)


# -- judged by the texts -----------------------------------------------------------------------------------
def _problem(
    scoped: Scoped, basin_id: str, absence: JsonObject, starts: Mapping[str, datetime]
) -> Problem | None:
    """Of these visits at these hours; None, where the rows make no problem."""
    first, last = _day(min(starts.values())), _day(max(starts.values()))
    days = min((last - first).days + 1, MAX_DAYS)
    try:
        document = _document(scoped, basin_id, absence, starts, Horizon(first, days))
        return plannable(document, _at_once)[0]
    except Refused:
        return None


def _day(instant: datetime) -> date:
    return instant.astimezone(PARIS).date()


def _markings(problem: Problem, starts: Mapping[str, datetime]) -> dict[str, list[tuple[Marking, Problem]]]:
    """By visit, of each person who could be sent there by her papers."""
    found, first = {}, problem.horizon.first_day
    for id, start in starts.items():
        request = problem.request_by_visit.get(id)
        if request is not None:
            found[id] = [(one, problem) for one in _of_request(problem, request, start, first)]
    return found


def _of_request(problem: Problem, request: Request, start: datetime, first: date) -> Iterator[Marking]:
    day = _day(start)
    tick, provider = problem.horizon.tick(start), problem.provider_of(request.visit).id
    for worker in problem.workers:
        if engagement_of(worker, provider, day) is None or worker.id in request.visit.forbidden_workers:
            continue
        stop = Stop(request.visit.id, tick, tick, tick + request.visit.duration, 0, 0)
        route = held_route(problem, worker, (day - first).days, [stop])
        for marked in mark(problem, Plan((route,))).routes[0].stops:
            if marked.marking is not None:
                yield marked.marking


def _document(
    scoped: Scoped, basin_id: str, absence: JsonObject, starts: Mapping[str, datetime], horizon: Horizon
) -> JsonObject:
    """These visits, the people of the brigade free all day, and nothing else: no way is computed, no counter
    added up."""
    basin = scoped.basin(basin_id)
    wishes = basin.body
    visits = list(scoped.session.scalars(_some(basin_tables.Visit, basin_id, starts)))
    clients = list(
        scoped.session.scalars(_some(basin_tables.Client, basin_id, {visit.client_id for visit in visits}))
    )
    sites = list(
        scoped.session.scalars(_some(basin_tables.Site, basin_id, {client.site_id for client in clients}))
    )
    providers = list(scoped.session.scalars(_some(basin_tables.Provider, basin_id)))
    # Who pays, and why somebody is away, change no ground to refuse: left out, they cannot be refused either.
    unpaid = {name: value for name, value in absence.items() if name not in ("funding_line_id", "reason")}
    entries = [
        {"visit_id": id, "employee_id": absence["employee_id"], "start": start.isoformat()}
        for id, start in starts.items()
    ]
    known_at = scoped.clock.now().astimezone(PARIS).replace(second=0, microsecond=0).isoformat()
    span = {"first_day": horizon.first_day.isoformat(), "days": horizon.days, "zone": horizon.zone.key}
    # An absence of this morning may have begun: notice counts from now, and the horizon must not.
    now = max(horizon.midnight(0), scoped.clock.now().replace(second=0, microsecond=0))
    return {
        "format": PROBLEM_FORMAT,
        "version": PROBLEM_VERSION,
        "horizon": {**span, "now": now.isoformat()},
        "basin": {"id": basin.id, "name": wishes.name, "department": wishes.department},
        "policy": plain(basin.body.policy),
        "demand": {
            "providers": [row.body for row in providers],
            "clients": [row.body for row in clients],
            "visits": [_alone(visit, starts[visit.id]) for visit in visits],
            "links": [],
            "employees": [{"id": absence["employee_id"], "provider_id": absence["provider_id"]}],
            "rota": [{"provider_id": absence["provider_id"], "received_at": known_at, "entries": entries}],
            "absences": [unpaid],
            "funding_lines": [],
        },
        "brigade": {
            "employers": [row.body for row in scoped.session.scalars(_some(basin_tables.Employer, basin_id))],
            "workers": [
                _free(row.body, horizon)
                for row in scoped.session.scalars(_some(basin_tables.Worker, basin_id))
            ],
        },
        "sites": [row.body for row in sites],
        "travel": {"source": "estimate"},
        **{name: basin.given[name] for name in ("catalogue", "labour") if name in basin.given},
    }


def _at_once(
    sites: Sequence[Site], modes: Sequence[TravelMode], horizon: Horizon, spec: str
) -> Mapping[TravelMode, TravelMatrix]:
    """No text asks how long the way is."""
    # Zeros, not an estimate: the sentence comes back while the form is still being filled in.
    ids, none = tuple(site.id for site in sites), np.zeros((len(sites), len(sites)), np.int64)
    return {mode: TravelMatrix(mode, ids, none, none) for mode in modes}


def _some(table: type[basin_tables.BasinRow], basin_id: str, ids: Iterable[str] | None = None) -> Any:
    """Rows of the basin, whoever asks: what is said of them is counts."""
    asked = select(table).where(table.basin_id == basin_id)
    return (asked if ids is None else asked.where(table.id.in_(set(ids)))).order_by(table.id)


def _alone(visit: basin_tables.Visit, start: datetime) -> JsonObject:
    """At the hour the rota has it, for anybody."""
    at = start.isoformat()
    kept = {
        name: value
        for name, value in visit.body.items()
        if not name.endswith("_workers") and name != "planned_start"
    }
    return {**kept, "windows": [{"earliest": at, "latest": at}]}


def _free(worker: JsonObject, horizon: Horizon) -> JsonObject:
    """All day, from wherever."""
    days = [
        {"start": horizon.midnight(number).isoformat(), "end": horizon.midnight(number + 1).isoformat()}
        for number in range(horizon.days)
    ]
    kept = {
        name: value for name, value in worker.items() if name not in ("start_site", "end_site", "other_work")
    }
    return {**kept, "availability": days}
