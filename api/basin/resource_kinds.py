"""The kinds of things a basin knows: for each, its shape, the keys read from it, how it is found and who sees
what of it.

A new kind is a table in `api.store.basin_tables`, with its rights, and an entry here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Annotated, Any

from fastapi import Query
from pydantic import BaseModel
from sqlalchemy import select

from api.access.rights import Principal
from api.access.scope import Scoped
from api.runtime.roles import Role
from api.shapes.cycle_requests import Envelope, Filter, plain
from api.shapes.row_views import enveloped
from api.store import basin_tables
from api.store.basin_tables import BasinRow
from brigade.exchange.documents.json_text import JsonObject
from brigade.exchange.shapes import demand_shapes as d
from brigade.exchange.shapes.field_kinds import Moment
from brigade.exchange.shapes.place_shapes import SiteShape
from brigade.exchange.shapes.workforce_shapes import EmployerShape, WorkerShape
from brigade.figures.report import shipped_assumptions
from brigade.units import PARIS
from brigade.values.validation.demand_faults import LONGEST_VISIT_MIN

Keys = Callable[[Scoped, str, Any], Mapping[str, Any]]
Found = Mapping[str, Any]


def no_keys(scoped: Scoped, basin_id: str, shape: Any) -> Mapping[str, Any]:
    return {}


@dataclass(frozen=True)
class ResourceKind:
    """`keys`: the relational columns of a shape. `found`: a dependency that reads the list's filters.
    `named_by`: the field that repeats the id of the path; None: the shape has none."""

    row: type[BasinRow]
    shape: type[BaseModel]
    keys: Keys
    found: Callable[..., Found]
    named_by: str | None = "id"
    is_written_here: bool = True

    @property
    def name(self) -> str:
        return self.row.KIND


# -- filters: as each list offers them ---------------------------------------------------------------------
def no_filter() -> Found:
    return {}


def by_provider(provider_id: Filter = None) -> Found:
    return {"provider_id": provider_id}


def by_employer(employer_id: Filter = None) -> Found:
    return {"employer_id": employer_id}


Instant = Annotated[Moment | None, Query(examples=["2026-03-09T00:00:00+01:00"])]


def by_hours(employer_id: Filter = None, ends_after: Instant = None, starts_before: Instant = None) -> Found:
    return {"employer_id": employer_id, "ends_after": ends_after, "starts_before": starts_before}


def by_time(provider_id: Filter = None, ends_after: Instant = None, starts_before: Instant = None) -> Found:
    return {"provider_id": provider_id, "ends_after": ends_after, "starts_before": starts_before}


# -- keys: what the database must know of a document -------------------------------------------------------
def _of_provider(scoped: Scoped, basin_id: str, shape: Any) -> Mapping[str, Any]:
    return {"provider_id": shape.provider_id}


def _site(scoped: Scoped, basin_id: str, shape: SiteShape) -> Mapping[str, Any]:
    """A manager's site is of the manager's provider; a coordinator's is shared, and one that stands keeps
    its owner."""
    if scoped.principal.role is Role.MANAGER:
        return {"provider_id": scoped.principal.sole_target(basin_id)}
    row = basin_tables.Site
    stands = select(row.provider_id).where(row.basin_id == basin_id, row.id == shape.id)
    return {"provider_id": scoped.session.scalar(stands)}


def _client(scoped: Scoped, basin_id: str, shape: d.ClientShape) -> Mapping[str, Any]:
    return {"provider_id": shape.provider_id, "site_id": shape.site_id}


def _visit(scoped: Scoped, basin_id: str, shape: d.VisitShape) -> Mapping[str, Any]:
    """The visit belongs to its client's provider: to nobody (""), as long as the account sees no such
    client."""
    client = scoped.session.scalar(
        scoped.select(basin_tables.Client, basin_id).where(basin_tables.Client.id == shape.client_id)
    )
    owner = "" if client is None else client.provider_id
    return {"provider_id": owner, "client_id": shape.client_id, **_span_of(shape, scoped.clock.now())}


def _span_of(shape: d.VisitShape | d.WorkBlockShape, now: datetime) -> Mapping[str, Any]:
    """From the earliest begin to the latest end. Windows in disorder, or none, are told with the row's other
    faults: they are placed somewhere until then."""
    times = [(window.earliest, window.hard_latest or window.latest) for window in shape.windows] or [
        (now, now)
    ]
    # Held within bounds: an absurd length, told with the other faults, must not overflow a date first.
    length = timedelta(minutes=min(max(shape.duration_min, 0), LONGEST_VISIT_MIN))
    return {"starts_at": min(first for first, _ in times), "ends_at": max(last for _, last in times) + length}


def _link(scoped: Scoped, basin_id: str, shape: d.LinkShape) -> Mapping[str, Any]:
    return {"first": shape.first, "second": shape.second}


def _feed(scoped: Scoped, basin_id: str, shape: d.RotaFeedShape) -> Mapping[str, Any]:
    return {"provider_id": shape.provider_id, "received_at": shape.received_at}


def _worker(scoped: Scoped, basin_id: str, shape: WorkerShape) -> Mapping[str, Any]:
    today = scoped.clock.now().astimezone(PARIS).date()
    return {
        "employer_id": shape.employer_id,
        "counters_since": counters_since(scoped, basin_id, shape, today),
    }


def counters_since(scoped: Scoped, basin_id: str, shape: WorkerShape, day: date) -> date:
    """The day up to which a worker's counters were counted: `day`, unless the same counters were told
    before."""
    known = scoped.session.get(basin_tables.Worker, (basin_id, shape.id))
    if known is None or _counts(known.body.get("counters", {})) != _counts(plain(shape).get("counters", {})):
        return day
    return known.counters_since or known.changed_at.astimezone(PARIS).date()


def _counts(counters: Mapping[str, object]) -> list[tuple[str, object]]:
    """By name. Her cap, which stands beside them, counts nothing: a prefect's derogation leaves them their
    day."""
    return sorted(one for one in counters.items() if one[0] != "ai_cap_min")


def _absence(scoped: Scoped, basin_id: str, shape: d.AbsenceShape) -> Mapping[str, Any]:
    times = {"starts_at": shape.interval.start, "ends_at": shape.interval.end}
    return {"provider_id": shape.provider_id, "employee_id": shape.employee_id, **times}


def _work_block(scoped: Scoped, basin_id: str, shape: d.WorkBlockShape) -> Mapping[str, Any]:
    row = basin_tables.Worker
    asked = select(row.employer_id).where(row.basin_id == basin_id, row.id.in_(shape.participants)).distinct()
    employers = list(scoped.session.scalars(asked))
    return {
        "employer_id": employers[0] if len(employers) == 1 else "",
        "site_id": shape.site_id,
        "funding_line_id": shape.funding_line_id,
        **_span_of(shape, scoped.clock.now()),
    }


KINDS: tuple[ResourceKind, ...] = (
    ResourceKind(basin_tables.Provider, d.ProviderShape, no_keys, no_filter),
    ResourceKind(basin_tables.Site, SiteShape, _site, no_filter),
    ResourceKind(basin_tables.Employer, EmployerShape, no_keys, no_filter),
    ResourceKind(basin_tables.Employee, d.EmployeeShape, _of_provider, by_provider),
    ResourceKind(basin_tables.Client, d.ClientShape, _client, by_provider),
    ResourceKind(basin_tables.Worker, WorkerShape, _worker, by_employer),
    ResourceKind(basin_tables.Visit, d.VisitShape, _visit, by_time),
    ResourceKind(basin_tables.Link, d.LinkShape, _link, no_filter, named_by=None),
    ResourceKind(basin_tables.RotaFeed, d.RotaFeedShape, _feed, by_provider, named_by="provider_id"),
    ResourceKind(basin_tables.FundingLine, d.FundingLineShape, no_keys, no_filter),
    ResourceKind(basin_tables.WorkBlock, d.WorkBlockShape, _work_block, by_hours),
    ResourceKind(basin_tables.Absence, d.AbsenceShape, _absence, by_time, is_written_here=False),
)
"""Absences are declared through the day's cycle (`api.routes.absences_routes`), read here."""


def kind_of(row: type[BasinRow]) -> ResourceKind:
    """By the table that it is kept in."""
    return next(one for one in KINDS if one.row is row)


def made(kind: ResourceKind, scoped: Scoped, basin_id: str, id: str, shape: BaseModel) -> BasinRow:
    """A row of `kind`, not yet in the store."""
    keys = kind.keys(scoped, basin_id, shape)
    return kind.row(
        basin_id=basin_id, id=id, body=plain(shape), version=1, changed_at=scoped.clock.now(), **keys
    )


def shown(kind: ResourceKind, row: Any, principal: Principal, now: datetime) -> Envelope[JsonObject]:
    """The envelope of a row, as `principal` may see it."""
    value: JsonObject = row.body
    if kind.row is basin_tables.Absence and not sees_reasons(principal):
        value = {name: one for name, one in value.items() if name != "reason"}
    if kind.row is basin_tables.RotaFeed and is_stale(row.received_at, now):
        return enveloped(row, value, "stale_feed")
    return enveloped(row, value)


def sees_reasons(principal: Principal) -> bool:
    """The reason of an absence stays with the provider."""
    return principal.role is Role.MANAGER


def is_stale(received_at: datetime, now: datetime) -> bool:
    return now - received_at > timedelta(hours=shipped_assumptions().stale_after_hours)
