"""From the rows of a basin to the problem of some of its days: what is planned, by whom, with all that came
before."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime, timedelta

from sqlalchemy import func, select

from api.access.scope import Scoped
from api.basin import basin_travel
from api.basin.planned_blocks import blocks_of
from api.basin.planned_visits import PlannedDays, begun_by, visits_of
from api.basin.reserve_rates import rates_of
from api.basin.set_aside import SetAside, plannable
from api.shapes.cycle_requests import plain
from api.store import basin_tables
from api.store.cycle_tables import Outcome, Plan, SwapQuestion
from api.store.release_tables import transferred
from api.worked import counters, lent_people
from api.worked.learning_so_far import learning_of, shared_visits
from brigade.exchange.documents.json_text import JsonObject
from brigade.exchange.shapes.policy_shapes import PolicyShape
from brigade.exchange.shapes.problem_shapes import PROBLEM_FORMAT, PROBLEM_VERSION
from brigade.units import Horizon
from brigade.values.problem import Problem
from brigade.values.validation.history_faults import PAST_DAYS


def compose(scoped: Scoped, basin_id: str, first_day: date, days: int) -> Problem:
    """What can be planned of these days. Raises: as `composed`."""
    return composed(scoped, basin_id, first_day, days)[0]


def composed(scoped: Scoped, basin_id: str, first_day: date, days: int) -> tuple[Problem, list[SetAside]]:
    """What can be planned of these days, and the rows that were set aside.

    Raises: NotFound; Refused with every issue that is of no row.
    """
    document = document_of(scoped, basin_id, first_day, days)
    return plannable(document, basin_travel.resolver(scoped.basin(basin_id).given["travel"]))


def document_of(scoped: Scoped, basin_id: str, first_day: date, days: int) -> JsonObject:
    """The problem document of `days` from `first_day`, as known now."""
    basin = scoped.basin(basin_id)
    wishes = basin.body
    span = PlannedDays(Horizon(first_day, days))
    visits = visits_of(scoped, basin_id, span)
    known = {visit["id"] for visit in visits}
    # Only those of the span: a fault in the row of somebody else's client must not stop these days.
    wanted = {visit["client_id"] for visit in visits}
    clients = [body for body in _bodies(scoped, basin_tables.Client, basin_id) if body["id"] in wanted]
    lines = _lines(scoped, basin_id, span)
    people = _workers(scoped, basin_id, span)
    known_ids = {
        "clients": wanted,
        "workers": {one["id"] for one in people},
        "funding_lines": {one["id"] for one in lines},
    }
    shared = shared_visits(scoped, basin_id, people)
    workers = [
        {**one, "learning": learning_of(one, shared[one["id"]], known_ids)} if one.get("learning") else one
        for one in people
    ]
    vehicles = [plain(one) for one in wishes.vehicles]
    refused = _refused_swaps(scoped, basin_id, known)
    employees = [
        _employee(body, span, refused[body["id"]])
        for body in _bodies(scoped, basin_tables.Employee, basin_id)
    ]
    blocks = blocks_of(scoped, basin_id, span, [worker["id"] for worker in workers])
    return {
        "format": PROBLEM_FORMAT,
        "version": PROBLEM_VERSION,
        "horizon": _horizon(scoped, span),
        "basin": {"id": basin.id, "name": wishes.name, "department": wishes.department},
        "policy": plain(_policy(scoped, basin_id, wishes.policy, first_day)),
        "demand": {
            "providers": _bodies(scoped, basin_tables.Provider, basin_id),
            "clients": clients,
            "visits": visits,
            "links": [
                body
                for body in _bodies(scoped, basin_tables.Link, basin_id)
                if {body["first"], body["second"]} <= known
            ],
            "employees": employees,
            "rota": _rota(scoped, basin_id, known, span),
            "absences": _absences(scoped, basin_id, span),
            "funding_lines": lines,
            "work_blocks": blocks,
        },
        "brigade": {"employers": _bodies(scoped, basin_tables.Employer, basin_id), "workers": workers},
        "sites": _sites(scoped, basin_id, [*clients, *blocks, *vehicles], [*workers, *employees]),
        "travel": {"source": basin_travel.ESTIMATE},
        "sectors": [plain(one) for one in wishes.sectors],
        "vehicles": vehicles,
        "traffic": [plain(one) for one in wishes.traffic],
        **{name: basin.given[name] for name in ("catalogue", "labour") if name in basin.given},
    }


def people(scoped: Scoped, basin_id: str, first_day: date) -> Problem:
    """The people of a day and what binds them, with nothing to do: for questions about nobody's visits.
    Raises: as `composed`."""
    basin = scoped.basin(basin_id)
    wishes, span = basin.body, PlannedDays(Horizon(first_day, 1))
    # What she learns names clients, who are none of these people; calls may be later than the day.
    workers = [{**one, "learning": [], "calls": []} for one in _workers(scoped, basin_id, span)]
    document = {
        "format": PROBLEM_FORMAT,
        "version": PROBLEM_VERSION,
        # Nothing is planned: the days may be over.
        "horizon": {**_horizon(scoped, span), "now": span.start.isoformat()},
        "basin": {"id": basin.id, "name": wishes.name, "department": wishes.department},
        "policy": plain(_policy(scoped, basin_id, wishes.policy, first_day)),
        "demand": {
            "providers": _bodies(scoped, basin_tables.Provider, basin_id),
            "clients": [],
            "visits": [],
        },
        "brigade": {"employers": _bodies(scoped, basin_tables.Employer, basin_id), "workers": workers},
        "sites": _sites(scoped, basin_id, [], workers),
        "travel": {"source": basin_travel.ESTIMATE},
        "sectors": [plain(one) for one in wishes.sectors],
    }
    document |= {name: basin.given[name] for name in ("catalogue", "labour") if name in basin.given}
    return plannable(document, basin_travel.resolver(basin.given["travel"]))[0]


def _policy(scoped: Scoped, basin_id: str, wished: PolicyShape, first_day: date) -> PolicyShape:
    """With the rates of its reserve, if it wishes one."""
    if wished.reserve is None:
        return wished
    known = rates_of(scoped, basin_id, wished.reserve, first_day)
    return wished.model_copy(update={"reserve": known.rates})


def _horizon(scoped: Scoped, span: PlannedDays) -> JsonObject:
    """`now` is rounded up to a tick: nothing is planned before it."""
    horizon, now = span.horizon, scoped.clock.now()
    # At most the last tick: `now` must lie within the days, also when they are over.
    tick = min(-(-(now - horizon.start) // timedelta(minutes=1)), horizon.length)
    return {
        "first_day": horizon.first_day.isoformat(),
        "days": horizon.days,
        "zone": horizon.zone.key,
        "now": horizon.instant(tick).isoformat(),
    }


def _bodies(scoped: Scoped, table: type[basin_tables.BasinRow], basin_id: str) -> list[JsonObject]:
    return [row.body for row in scoped.all(scoped.select(table, basin_id).order_by(table.id))]


def _sites(
    scoped: Scoped, basin_id: str, placed: list[JsonObject], people: list[JsonObject]
) -> list[JsonObject]:
    """Where somebody goes, or takes a vehicle: what is wrong with another place is no matter of these
    days."""
    wanted = {one.get("site_id") for one in placed}
    wanted |= {one.get(name) for one in people for name in ("start_site", "end_site")}
    return [body for body in _bodies(scoped, basin_tables.Site, basin_id) if body["id"] in wanted]


# -- demand ------------------------------------------------------------------------------------------------
def _rota(scoped: Scoped, basin_id: str, known: Iterable[str], span: PlannedDays) -> list[JsonObject]:
    wanted = frozenset(known)
    return [
        {
            **body,
            "entries": [
                begun_by(entry, "start", span)
                for entry in body.get("entries", ())
                if entry["visit_id"] in wanted
            ],
        }
        for body in _bodies(scoped, basin_tables.RotaFeed, basin_id)
    ]


def _absences(scoped: Scoped, basin_id: str, span: PlannedDays) -> list[JsonObject]:
    """Those that touch the span; their reasons stay with the providers."""
    row = basin_tables.Absence
    asked = (
        scoped.select(row, basin_id)
        .where(row.starts_at < span.end, row.ends_at > span.start)
        .order_by(row.id)
    )
    return [
        {name: value for name, value in found.body.items() if name != "reason"} for found in scoped.all(asked)
    ]


def _lines(scoped: Scoped, basin_id: str, span: PlannedDays) -> list[JsonObject]:
    """Funding lines: their caps after transfers, and what outcomes before the span have consumed."""
    asked = (
        select(Outcome.funding_line_id, func.sum(Outcome.cents))
        .where(Outcome.basin_id == basin_id, Outcome.done, Outcome.starts_at < span.start)
        .group_by(Outcome.funding_line_id)
    )
    used = {line: int(cents) for line, cents in scoped.session.execute(asked)}
    moved = transferred(scoped.session, basin_id)
    return [
        {
            **body,
            "cap_cents": body["cap_cents"] + moved[body["id"]],
            "consumed_cents": body.get("consumed_cents", 0) + used.get(body["id"], 0),
        }
        for body in _bodies(scoped, basin_tables.FundingLine, basin_id)
    ]


def _refused_swaps(scoped: Scoped, basin_id: str, known: Collection[str]) -> Mapping[str, set[str]]:
    """By employee, the visits of these days that her service has said no to."""
    row, found = SwapQuestion, defaultdict[str, set[str]](set)
    asked = select(row.employee_id, row.visit_id).where(row.basin_id == basin_id, row.state == "refused")
    for employee_id, visit_id in scoped.session.execute(asked.where(row.visit_id.in_(sorted(known)))):
        found[employee_id].add(visit_id)
    return found


def _employee(body: JsonObject, span: PlannedDays, refused: Collection[str]) -> JsonObject:
    """With her hours of these days, the days before them that a rule may look at, and what she is not asked
    again."""
    first, told = span.horizon.first_day, dict[str, list[JsonObject]]()
    if "hours" in body:
        told["hours"] = _of_span(body["hours"], span)
    if "past_days" in body:
        eldest = first - timedelta(days=PAST_DAYS)
        days = body["past_days"]
        told["past_days"] = [one for one in days if eldest <= date.fromisoformat(one["day"]) < first]
    more = {"refused_swaps": sorted({*body.get("refused_swaps", ()), *refused})} if refused else {}
    return {**body, **told, **more}


# -- workers -----------------------------------------------------------------------------------------------
def _workers(scoped: Scoped, basin_id: str, span: PlannedDays) -> list[JsonObject]:
    rows = scoped.all(scoped.select(basin_tables.Worker, basin_id).order_by(basin_tables.Worker.id))
    counted = counters.counted(scoped, basin_id, scoped.basin(basin_id).body.department, span.horizon, rows)
    people = [_worker(row.body, span, known) for row, known in zip(rows, counted, strict=True)]
    return lent_people.in_both(scoped, basin_id, span.horizon, people)


def _worker(body: JsonObject, span: PlannedDays, known: JsonObject) -> JsonObject:
    return {**body, "availability": _of_span(body["availability"], span), "counters": known}


def _of_span(hours: Iterable[JsonObject], span: PlannedDays) -> list[JsonObject]:
    """Those that begin in it."""
    return [one for one in hours if span.start <= datetime.fromisoformat(one["start"]) < span.end]


# -- the plan told so far ----------------------------------------------------------------------------------
def start_of(plan: Plan, problem: Problem, keep: Iterable[str]) -> JsonObject:
    """The published plan as a start for the next search: only what the problem still asks and offers, `keep`
    pinned."""
    wanted = frozenset(keep)
    routes = []
    for route in plan.document["routes"]:
        worker = problem.worker_by_id.get(route["worker_id"])
        stops = [stop for stop in route["stops"] if stop["visit_id"] in problem.request_by_visit]
        if worker is not None and stops and route["tour"] < len(worker.availability):
            routes.append({**route, "stops": stops})
    there = {stop["visit_id"] for route in routes for stop in route["stops"]}
    kept = ("format", "version", "status")
    return {
        **{name: plan.document[name] for name in kept if name in plan.document},
        "routes": routes,
        "pinned": sorted(there & wanted),
    }
