"""The page of a home: what is agreed, who came and who comes, when nobody is to come; and all homes, to be
found by name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Annotated, Literal, get_args
from urllib.parse import quote

from fastapi import APIRouter, Path, Query
from fastapi.responses import Response
from pydantic import BaseModel
from sqlalchemy import Select

from api.access.scope import Scoped
from api.basin import identities
from api.commitments.open_incidents import CLIENT_LEFT, SUSPENDING, open_now
from api.http.credentials import TheService
from api.incidents import incidents
from api.runtime.faults import forbidden
from api.runtime.roles import Role
from api.service.service import Service
from api.shapes.cycle_requests import ID, BasinId, read_request
from api.shapes.incident_requests import (
    ClientAwayIn,
    ClientLeftIn,
    IncidentEndIn,
    IncidentIn,
)
from api.shapes.person_shapes import IdentityIn
from api.store.basin_tables import Client, Provider, Site, Worker
from api.store.incident_tables import Incident
from api.store.person_tables import ClientIdentity, WorkerIdentity
from api.web.pages.absence_form import midnight
from api.web.pages.clients.client_visits import PURPOSE, ClientVisit, visits_of
from api.web.view import BaseView, MenuGroup, PageEntry, Press, PressedView, ScopedView, View
from brigade.errors import BrigadeError
from brigade.exchange.shapes.field_kinds import Day
from brigade.values.validation.communes import place_name

router = APIRouter(prefix="/bassins/{basin_id}/personnes-accompagnees", include_in_schema=False)
ROLES = frozenset({Role.COORDINATOR, Role.ADMINISTRATOR, Role.MANAGER})
PAGES = (
    PageEntry("clients", "/bassins/{basin_id}/personnes-accompagnees", ROLES, 62, MenuGroup.PEOPLE),
    PageEntry("client", "/bassins/{basin_id}/personnes-accompagnees/{client_id}", ROLES),
)
ALL, ONE = "clients/clients.html", "clients/client.html"
REMEMBERED = timedelta(days=60)
"""So long an absence that is over is still shown."""
CAUSES = {
    act: get_args(shape.model_fields["cause"].annotation)
    for act, shape in (("away", ClientAwayIn), ("left", ClientLeftIn))
}
"""To choose from."""
ClientId = Annotated[str, Path(pattern=ID, max_length=120)]
Told = Annotated[str, Query(alias="dit", max_length=20)]


@dataclass(frozen=True, slots=True)
class ClientLine:
    """A home as the list shows it. `absence`: the one under way."""

    id: str
    name: str
    provider: str
    absence: Incident | None

    @property
    def is_away(self) -> bool:
        return self.absence is not None

    @property
    def has_left(self) -> bool:
        return self.absence is not None and self.absence.kind == CLIENT_LEFT

    @property
    def until(self) -> datetime | None:
        """Where an end was told."""
        return self.absence.ends_at if self.absence else None


class AwayForm(BaseModel):
    """Nobody is to come: for some time, or any more."""

    act: Literal["away", "left", "back"]
    away_cause: str | None = None
    left_cause: str | None = None
    at: Day | None = None
    until: Day | None = None
    incident_id: str | None = None

    @property
    def cause(self) -> str | None:
        return self.away_cause if self.act == "away" else self.left_cause


# -- all of them -------------------------------------------------------------------------------------------
@router.get("")
def clients_page(
    basin_id: BasinId,
    view: View,
    service: TheService,
    asked: Annotated[str, Query(alias="q", max_length=100)] = "",
) -> Response:
    """By name; those whose name, service or pseudonym holds what is asked."""
    _only(view)
    wanted = identities.folded(asked)
    lines = [
        one
        for one in _lines(view, service, basin_id)
        if wanted in identities.folded(f"{one.name} {one.provider} {one.id}")
    ]
    lines.sort(key=lambda one: (identities.folded(one.name), one.id))
    several = len({one.provider for one in lines}) > 1
    return view.page(ALL, clients=lines, several=several, asked=asked, base=f"/bassins/{quote(basin_id)}")


def _lines(view: ScopedView, service: Service, basin_id: str) -> list[ClientLine]:
    scoped = view.scoped
    names = identities.names_to_choose(scoped, service.vault, ClientIdentity, basin_id, "clients")
    providers = _providers(scoped, basin_id)
    away = {
        row.client_id: row
        for row in scoped.all(_suspensions(scoped, basin_id).where(*open_now(view.now)))
        if row.starts_at <= view.now
    }
    return [
        ClientLine(
            row.id,
            names.get(row.id, row.id),
            providers.get(row.provider_id, row.provider_id),
            away.get(row.id),
        )
        for row in scoped.all(scoped.select(Client, basin_id))
    ]


# -- one of them -------------------------------------------------------------------------------------------
@router.get("/{client_id}")
def client_page(
    basin_id: BasinId, client_id: ClientId, view: View, service: TheService, told: Told = ""
) -> Response:
    return _client(view, service, basin_id, client_id, told=told)


@router.post("/{client_id}")
def tell(basin_id: BasinId, client_id: ClientId, press: Press, service: TheService) -> Response:
    """She is away, is back, or nobody comes to her any more: one act each."""
    _only(press)
    try:
        given = press.form.read(AwayForm)

        def act() -> str:
            _told(press, service, basin_id, client_id, given)
            return f"/bassins/{quote(basin_id)}/personnes-accompagnees/{quote(client_id)}?dit={given.act}"

        return press.done(act)
    except BrigadeError as fault:
        return _client(press, service, basin_id, client_id, fault)


def _told(press: PressedView, service: Service, basin_id: str, client_id: str, given: AwayForm) -> None:
    """Raises: NotFound, Forbidden; Unfit, InvalidProblem; Conflict; UnreadableInput."""
    scoped = press.scoped
    if given.incident_id is not None:
        # Whoever comes back no more is first no longer "away until": one absence at a time.
        over = IncidentEndIn()
        incidents.end(scoped, service, basin_id, given.incident_id, press.form.version, over)
    if given.act == "back":
        return
    said = {"kind": f"client_{given.act}", "client_id": client_id, "cause": given.cause}
    if given.act == "away":
        said |= _span(given, press.now.date())
    told = read_request(IncidentIn, {name: one for name, one in said.items() if one is not None})
    incidents.record(scoped, service, basin_id, told.root)


def _span(given: AwayForm, today: date) -> dict[str, str]:
    """Days as people say them, the last one included; from now on, where they begin today."""
    first = midnight(given.at) if given.at and given.at != today else None
    until = midnight(given.until + timedelta(days=1)) if given.until else None
    told = {"at": first, "until": until}
    return {name: at.isoformat() for name, at in told.items() if at is not None}


def _client(
    view: ScopedView | PressedView,
    service: Service,
    basin_id: str,
    client_id: str,
    fault: BrigadeError | None = None,
    told: str = "",
) -> Response:
    _only(view)
    scoped = view.scoped
    row = scoped.one(Client, basin_id, client_id)
    who = identities.opened_by_id(scoped, service.vault, ClientIdentity, basin_id, (client_id,), PURPOSE)
    visits, now = visits_of(scoped, service, row), view.now
    absences = _absences(scoped, row, now)
    return view.page(
        ONE,
        fault=fault,
        told=told if told in ("away", "left", "back") else "",
        row=row,
        who=who.get(client_id, IdentityIn(name=client_id)),
        provider=_providers(scoped, basin_id).get(row.provider_id, row.provider_id),
        place=_place(scoped, row),
        needs=_needs(visits),
        people=_people(scoped, service, row, visits),
        coming=[one for one in visits if one.ends_at > now],
        past=[one for one in reversed(visits) if one.ends_at <= now],
        absences=absences,
        open_absence=next((one for one in absences if _is_open(one, now)), None),
        causes=CAUSES,
        today=now.date(),
        is_planner=scoped.principal.role is not Role.MANAGER,
        base=f"/bassins/{quote(basin_id)}",
    )


def _is_open(one: Incident, now: datetime) -> bool:
    return all(end is None or end > now for end in (one.ends_at, one.ended_at))


def _absences(scoped: Scoped, row: Client, now: datetime) -> list[Incident]:
    """Of late and to come, the newest first."""
    asked = _suspensions(scoped, row.basin_id).where(Incident.client_id == row.id)
    found = scoped.all(asked.order_by(Incident.starts_at.desc(), Incident.id))
    ends = {one.id: min(filter(None, (one.ends_at, one.ended_at)), default=None) for one in found}
    return [one for one in found if (end := ends[one.id]) is None or end > now - REMEMBERED]


def _suspensions(scoped: Scoped, basin_id: str) -> Select[Incident]:
    return scoped.select(Incident, basin_id).where(Incident.kind.in_(SUSPENDING))


# -- what is agreed ----------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Place:
    """Where she lives, as coarse as planning knows it. `access_min`: what arriving takes beyond the way."""

    commune: str | None
    access_min: float


def _place(scoped: Scoped, row: Client) -> Place:
    site = scoped.session.get(Site, (row.basin_id, row.site_id))
    return Place(place_name(site.value.commune), site.value.access_min) if site else Place(None, 0)


def _needs(visits: Sequence[ClientVisit]) -> list[str]:
    """What whoever comes must be able to do, over all visits."""
    return sorted({one for told in visits for one in told.visit.value.required})


def _people(
    scoped: Scoped, service: Service, row: Client, visits: Sequence[ClientVisit]
) -> Mapping[str, list[str]]:
    """Whom she knows, whom she asked for and who never comes, by name; of the brigade, so for planners."""
    if scoped.principal.role is Role.MANAGER:
        return {}
    values = [one.visit.value for one in visits]
    found = {
        "preferred": {id for one in values for id in one.preferred_workers},
        "usual": {id for one in values for id in one.usual_workers},
        "forbidden": {id for one in values for id in one.forbidden_workers},
    }
    told = {id for ids in found.values() for id in ids}
    names = identities.own_names(scoped, service.vault, WorkerIdentity, row.basin_id, told, PURPOSE)
    here = set(scoped.session.scalars(scoped.select(Worker, row.basin_id).with_only_columns(Worker.id)))
    return {kind: sorted(names.get(id, id) for id in ids & here) for kind, ids in found.items()}


def _providers(scoped: Scoped, basin_id: str) -> dict[str, str]:
    return {one.id: str(one.body["name"]) for one in scoped.all(scoped.select(Provider, basin_id))}


def _only(view: BaseView) -> None:
    """Raises: Forbidden."""
    if view.viewer is None or view.viewer.principal.role not in ROLES:
        raise forbidden("clients")
