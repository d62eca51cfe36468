"""From the rows of a basin to the problem of some of its days: what is planned, by whom, with all that came
before."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select

from api.access.scope import Scoped
from api.basin import basin_travel, holds
from api.basin.set_aside import SetAside, plannable
from api.commitments.in_force import begun_visits
from api.commitments.open_incidents import OpenIncidents, last_begin, standing
from api.commitments.states import CLOSED
from api.shapes.cycle_requests import plain
from api.store import basin_tables
from api.store.cycle_tables import Offer, Outcome, Plan
from api.store.plan_parts import carers_of
from api.store.release_tables import transferred
from api.worked import counters
from brigade.exchange.documents.json_text import JsonObject
from brigade.exchange.shapes.demand_shapes import WindowShape
from brigade.exchange.shapes.problem_shapes import PROBLEM_FORMAT, PROBLEM_VERSION
from brigade.units import Horizon
from brigade.values.problem import Problem

FAMILIAR_DAYS = 90
"""Whoever came within so many days before is a familiar face."""


@dataclass(frozen=True)
class PlannedDays:
    """The days asked, as instants."""

    horizon: Horizon

    @property
    def start(self) -> datetime:
        return self.horizon.midnight(0)

    @property
    def end(self) -> datetime:
        return self.horizon.midnight(self.horizon.days)


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
    visits = _visits(scoped, basin_id, span)
    known = {visit["id"] for visit in visits}
    # Only those of the span: a fault in the row of somebody else's client must not stop these days.
    wanted = {visit["client_id"] for visit in visits}
    clients = [body for body in _bodies(scoped, basin_tables.Client, basin_id) if body["id"] in wanted]
    workers = _workers(scoped, basin_id, span)
    return {
        "format": PROBLEM_FORMAT,
        "version": PROBLEM_VERSION,
        "horizon": _horizon(scoped, span),
        "basin": {"id": basin.id, "name": wishes.name, "department": wishes.department},
        "policy": plain(wishes.policy),
        "demand": {
            "providers": _bodies(scoped, basin_tables.Provider, basin_id),
            "clients": clients,
            "visits": visits,
            "links": [
                body
                for body in _bodies(scoped, basin_tables.Link, basin_id)
                if {body["first"], body["second"]} <= known
            ],
            "employees": _bodies(scoped, basin_tables.Employee, basin_id),
            "rota": _rota(scoped, basin_id, known, span),
            "absences": _absences(scoped, basin_id, span),
            "funding_lines": _lines(scoped, basin_id, span),
        },
        "brigade": {"employers": _bodies(scoped, basin_tables.Employer, basin_id), "workers": workers},
        "sites": _sites(scoped, basin_id, clients, workers),
        "travel": {"source": basin_travel.ESTIMATE},
        **{name: basin.given[name] for name in ("catalogue", "labour") if name in basin.given},
    }


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
    scoped: Scoped, basin_id: str, clients: list[JsonObject], workers: list[JsonObject]
) -> list[JsonObject]:
    """Where somebody goes: what is wrong with another place is no matter of these days."""
    wanted = {client["site_id"] for client in clients}
    wanted |= {worker.get(name) for worker in workers for name in ("start_site", "end_site")}
    return [body for body in _bodies(scoped, basin_tables.Site, basin_id) if body["id"] in wanted]


# -- demand ------------------------------------------------------------------------------------------------
def _visits(scoped: Scoped, basin_id: str, span: PlannedDays) -> list[JsonObject]:
    """The visits that begin in the span, with those who may not come again and those whom the client knows by
    now."""
    row = basin_tables.Visit
    asked = scoped.select(row, basin_id).where(row.starts_at >= span.start, row.starts_at < span.end)
    rows = scoped.all(asked.order_by(row.id))
    facts = _VisitFacts.of(scoped, basin_id, span, rows)
    wanted = [(visit, windows) for visit in rows if (windows := facts.windows(visit))]
    return [
        _begun_by(
            {
                **visit.body,
                **facts.people(visit),
                "duration_min": facts.duration_min(visit),
                "windows": list(map(plain, windows)),
            },
            "planned_start",
            span,
        )
        for visit, windows in wanted
    ]


@dataclass(frozen=True)
class _VisitFacts:
    """What decides how visits stand in the problem of some days.

    Attributes:
        workers: everybody of the brigade. told: incidents that are not over. begun: visits of the plan in
            force that have begun. over: those of which is told what became of them.
        refused, held: by visit, who is not to be sent. familiar: by client, whom she knows.
    """

    span: PlannedDays
    now: datetime
    workers: frozenset[str]
    told: OpenIncidents
    begun: frozenset[str]
    over: frozenset[str]
    refused: Mapping[str, set[str]]
    held: Mapping[str, set[str]]
    familiar: Mapping[str, set[str]]

    @classmethod
    def of(
        cls, scoped: Scoped, basin_id: str, span: PlannedDays, rows: Sequence[basin_tables.Visit]
    ) -> _VisitFacts:
        now, told = scoped.clock.now(), standing(scoped, basin_id, span.start)
        in_force = published(scoped, basin_id, span.horizon.first_day)
        begun = begun_visits(in_force, now, told)
        kept = holds.holds(scoped, basin_id, span.start, span.end)
        told_to = {} if in_force is None else carers_of(in_force.document)
        worker = basin_tables.Worker
        return cls(
            span,
            now,
            frozenset(scoped.session.scalars(select(worker.id).where(worker.basin_id == basin_id))),
            told,
            begun,
            _with_outcome(scoped, basin_id, span) - told.missed.keys(),
            _refusals(scoped, basin_id),
            holds.kept_from(scoped, basin_id, kept, (row.body for row in rows), told_to),
            _familiar(scoped, basin_id, span),
        )

    def windows(self, visit: basin_tables.Visit) -> list[WindowShape]:
        """When it may still begin on these days; none: nobody is to be sent. Hours that are over, and those
        in which its client is away, are gone. Where all are over, as they were: it is too late for anybody,
        and the day counts it as uncovered for that reason (`too_late_now`)."""
        is_over, has_begun = visit.id in self.over, visit.id in self.begun
        if is_over and not has_begun:
            return []
        windows = _until(_windows_of(visit), self.span.end)
        # What has begun keeps its windows, which hold the hour at which it began. Once its outcome is told it
        # keeps none from now on: whatever becomes of her hours, nobody is sent again.
        if has_begun:
            return list(_past(windows, self.now)) if is_over else windows
        left = self.told.windows(visit.client_id, windows, visit.body["duration_min"])
        return _still_open(left, self.now) or left

    def duration_min(self, visit: basin_tables.Visit) -> float:
        """With what somebody has lost there."""
        _, lost = self.told.longer.get(visit.id, ("", 0))
        minutes: float = visit.body["duration_min"]
        return minutes + lost

    def people(self, visit: basin_tables.Visit) -> dict[str, list[str]]:
        usual = set(visit.body.get("usual_workers", ())) | self.familiar.get(visit.client_id, set())
        never = set(visit.body.get("forbidden_workers", ())) | self.told.lost.get(visit.id, frozenset())
        never |= self.refused.get(visit.id, set()) | self.held.get(visit.id, set())
        if visit.id in self.told.longer:  # the time is hers: whoever did the visit instead would be given it
            never |= self.workers - {self.told.longer[visit.id][0]}
        preferred = set(visit.body.get("preferred_workers", ())) - never
        named = {"usual_workers": usual - never, "forbidden_workers": never, "preferred_workers": preferred}
        return {name: sorted(ids & self.workers) for name, ids in named.items()}


def _windows_of(visit: basin_tables.Visit) -> list[WindowShape]:
    """No more of the document is read here: what is wrong with the rest is told of this visit alone."""
    return [WindowShape.model_validate(one, strict=False) for one in visit.body["windows"]]


def _with_outcome(scoped: Scoped, basin_id: str, span: PlannedDays) -> frozenset[str]:
    """Visits whose story is told: nobody is sent any more."""
    row = basin_tables.Visit
    asked = select(row.id).join(Outcome, (Outcome.basin_id == row.basin_id) & (Outcome.visit_id == row.id))
    return frozenset(
        scoped.session.scalars(
            asked.where(row.basin_id == basin_id, row.starts_at >= span.start, row.starts_at < span.end)
        )
    )


def _still_open(windows: list[WindowShape], now: datetime) -> list[WindowShape]:
    """What is left of the windows from now on."""
    kept = []
    for window in windows:
        first, last = window.earliest, last_begin(window)
        if last < now:
            continue
        if first < now:
            # The next whole minute: a tick that has begun is over.
            up = now.replace(second=0, microsecond=0) + timedelta(minutes=1)
            first = min(up, last)
        kept.append(WindowShape(earliest=first, latest=max(first, window.latest), hard_latest=last))
    return kept


def _past(windows: Iterable[WindowShape], now: datetime) -> Iterator[WindowShape]:
    """What is over of the windows by now."""
    now = now.replace(second=0, microsecond=0)
    for window in windows:
        if window.earliest <= now:
            last = min(last_begin(window), now)
            latest = min(window.latest, last)
            yield WindowShape(earliest=window.earliest, latest=latest, hard_latest=last)


def _until(windows: list[WindowShape], end: datetime) -> list[WindowShape]:
    """What lies within the span: an evening visit may begin after midnight, which a plan of its own day alone
    cannot say."""
    kept = []
    for window in windows:
        last = last_begin(window)
        if last <= end or window.earliest >= end:
            kept += [window] if last <= end else []
            continue
        latest = min(window.latest, end)
        kept.append(WindowShape(earliest=window.earliest, latest=latest, hard_latest=end))
    return kept


def _begun_by(row: JsonObject, name: str, span: PlannedDays) -> JsonObject:
    """What was to begin in the first hours after the span, as an evening visit may, is told as at its very
    end."""
    start = datetime.fromisoformat(row[name]) if row.get(name) else span.start
    if not span.end <= start < span.end + timedelta(days=1):
        return row
    return {**row, name: (span.end - timedelta(minutes=1)).isoformat()}


def _refusals(scoped: Scoped, basin_id: str) -> dict[str, set[str]]:
    """Who refused a visit: not asked for it again. Whoever let an offer expire is, once nobody else is left
    (`api.searches.search_runner`)."""
    found: dict[str, set[str]] = defaultdict(set)
    asked = select(Offer.visit_id, Offer.worker_id).where(Offer.basin_id == basin_id, Offer.state.in_(CLOSED))
    for visit, worker in scoped.session.execute(asked):
        found[visit].add(worker)
    return found


def _familiar(scoped: Scoped, basin_id: str, span: PlannedDays) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    since = span.start - timedelta(days=FAMILIAR_DAYS)
    asked = select(Outcome.client_id, Outcome.worker_id).where(
        Outcome.basin_id == basin_id, Outcome.done, Outcome.worker_id.is_not(None), Outcome.starts_at >= since
    )
    for client, worker in scoped.session.execute(asked):
        if worker is not None:
            found[client].add(worker)
    return found


def published(scoped: Scoped, basin_id: str, first_day: date) -> Plan | None:
    """The plan in force from `first_day`, if there is one."""
    asked = scoped.select(Plan, basin_id).where(Plan.state == "published", Plan.first_day == first_day)
    return scoped.session.scalar(asked)


def _rota(scoped: Scoped, basin_id: str, known: Iterable[str], span: PlannedDays) -> list[JsonObject]:
    wanted = frozenset(known)
    return [
        {
            **body,
            "entries": [
                _begun_by(entry, "start", span)
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


# -- workers -----------------------------------------------------------------------------------------------
def _workers(scoped: Scoped, basin_id: str, span: PlannedDays) -> list[JsonObject]:
    rows = scoped.all(scoped.select(basin_tables.Worker, basin_id).order_by(basin_tables.Worker.id))
    counted = counters.counted(scoped, basin_id, scoped.basin(basin_id).body.department, span.horizon, rows)
    return [_worker(row.body, span, known) for row, known in zip(rows, counted, strict=True)]


def _worker(body: JsonObject, span: PlannedDays, known: JsonObject) -> JsonObject:
    stays = [
        one for one in body["availability"] if span.start <= datetime.fromisoformat(one["start"]) < span.end
    ]
    return {**body, "availability": stays, "counters": known}


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
