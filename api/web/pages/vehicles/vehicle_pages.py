"""The vehicles that people share: the fleet by owner and who has what today, a form for one of them, and a
press that says that one broke down or is back."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Path
from fastapi.responses import Response
from pydantic import BaseModel

from api.access.scope import Scoped
from api.basin import identities, wishes
from api.commitments.in_force import plan_on
from api.cycle.following import follow_wishes
from api.http.credentials import TheService
from api.runtime.roles import Role
from api.service.service import Service
from api.shapes.cycle_requests import ID, BasinId
from api.store import plan_parts
from api.store.basin_tables import Employer, Provider, Worker
from api.store.person_tables import WorkerIdentity
from api.web.codes_of_names import code_of
from api.web.pages.vehicles.vehicle_form import SPANS, span_fields, spans_in, vehicle_in
from api.web.shared_places import shared_places
from api.web.view import MenuGroup, PageEntry, Press, PressedView, ScopedView, View
from brigade.errors import BrigadeError, Issue, Refused
from brigade.exchange.shapes.demand_shapes import IntervalShape
from brigade.exchange.shapes.field_kinds import Day
from brigade.exchange.shapes.place_shapes import VehicleShape
from brigade.units import PARIS
from brigade.values.competencies import shipped_catalogue
from brigade.values.places import TravelMode

router = APIRouter(prefix="/bassins/{basin_id}/vehicules", include_in_schema=False)
ROLES = frozenset({Role.COORDINATOR, Role.ADMINISTRATOR, Role.MANAGER, Role.EMPLOYER})
PAGES = (
    PageEntry("vehicles", "/bassins/{basin_id}/vehicules", ROLES, 67, MenuGroup.SETTINGS),
    PageEntry("vehicle", "/bassins/{basin_id}/vehicules/{vehicle_id}", ROLES),
)
ALL, ONE = "vehicles/vehicles.html", "vehicles/vehicle.html"
NEW = "nouveau"
DRIVEN = (TravelMode.CAR, TravelMode.LICENCE_FREE_CAR, TravelMode.E_BIKE)
VehicleId = Annotated[str, Path(pattern=ID, max_length=120)]


class BackForm(BaseModel):
    """When a vehicle that broke down should be there again."""

    back: Day
    back_at: time | None = None


@dataclass(frozen=True, slots=True)
class VehicleTour:
    """Who has it today."""

    name: str
    departure: datetime
    back: datetime


@dataclass(frozen=True, slots=True)
class VehicleLine:
    """A vehicle as the list shows it. `out_until`: of one that is out of service now; `lent`: of a loan, the
    span of now or else the next one; `is_away`: its loan is over."""

    value: VehicleShape
    place: str
    may_write: bool
    rides: Sequence[VehicleTour]
    drivers: Sequence[str]
    out_until: datetime | None
    lent: IntervalShape | None
    is_away: bool


# -- all of them -------------------------------------------------------------------------------------------
@router.get("")
def vehicles_page(basin_id: BasinId, view: View, service: TheService) -> Response:
    return _all(view, service, basin_id)


@router.post("/{vehicle_id}/immobiliser")
def take_out(basin_id: BasinId, vehicle_id: VehicleId, press: Press, service: TheService) -> Response:
    """Out of service from now on: whoever was to have it today is planned anew."""
    try:
        given = press.form.read(BackForm)

        def act() -> str:
            stood = wishes.vehicle_of(press.scoped, basin_id, vehicle_id)
            # A day without an hour is included.
            at = given.back_at or time(0)
            day = given.back if given.back_at else given.back + timedelta(days=1)
            out = IntervalShape(start=_minute(press.now), end=datetime.combine(day, at, PARIS))
            return _write(press, service, basin_id, _with_out(stood, [*stood.out_of_service, out]))

        return press.done(act)
    except BrigadeError as fault:
        return _all(press, service, basin_id, fault)


@router.post("/{vehicle_id}/remettre")
def bring_back(basin_id: BasinId, vehicle_id: VehicleId, press: Press, service: TheService) -> Response:
    """In service again from now on; what it was out for before stays told."""
    try:

        def act() -> str:
            stood, now = wishes.vehicle_of(press.scoped, basin_id, vehicle_id), _minute(press.now)
            ended = [
                one.model_copy(update={"end": now}) if one.start <= now < one.end else one
                for one in stood.out_of_service
            ]
            left = [one for one in ended if one.start < one.end]
            return _write(press, service, basin_id, _with_out(stood, left))

        return press.done(act)
    except BrigadeError as fault:
        return _all(press, service, basin_id, fault)


def _minute(instant: datetime) -> datetime:
    """The problem of a day knows whole minutes."""
    return instant.replace(second=0, microsecond=0)


def _with_out(vehicle: VehicleShape, out: Sequence[IntervalShape]) -> VehicleShape:
    return vehicle.model_copy(update={"out_of_service": list(out)})


def _write(press: PressedView, service: Service, basin_id: str, vehicle: VehicleShape) -> str:
    row, before = wishes.put_vehicle(press.scoped, basin_id, vehicle, press.form.version)
    follow_wishes(press.scoped, service, row, before)
    return f"{_address(basin_id)}#{quote(vehicle.id)}"


def _all(
    view: ScopedView | PressedView, service: Service, basin_id: str, fault: BrigadeError | None = None
) -> Response:
    """By owner: the basin's first. Managers and employers see those of their own, and the basin's."""
    scoped = view.scoped
    row = scoped.basin(basin_id)
    scoped.only(f"basins.{basin_id}.vehicles", *ROLES)
    owners = dict(_owners(scoped, basin_id))
    names = identities.names_to_choose(scoped, service.vault, WorkerIdentity, basin_id, "vehicles")
    places, rides = dict(shared_places(scoped, basin_id)), _rides(view, basin_id, names)
    by_owner = defaultdict[str, list[VehicleLine]](list)
    for one in row.body.vehicles:
        if (owner := owner_of(one)) in owners or not owner:
            by_owner[owner].append(_line(view, basin_id, one, names, places, rides.get(one.id, ())))
    return view.page(
        ALL,
        fault=fault,
        row=row,
        fleets=[(owners.get(owner, ""), by_owner[owner]) for owner in sorted(by_owner)],
        tomorrow=view.now.date() + timedelta(days=1),
        may_add=bool(_choices(scoped, owners)),
        base=_address(basin_id),
        new=NEW,
    )


def _line(
    view: ScopedView | PressedView,
    basin_id: str,
    value: VehicleShape,
    names: Mapping[str, str],
    places: Mapping[str, str],
    rides: Sequence[VehicleTour],
) -> VehicleLine:
    now, may_write = view.now, wishes.writes_vehicle(view.scoped, basin_id, value)
    out = [one.end for one in value.out_of_service if one.start <= now < one.end]
    ahead = sorted((one for one in value.hours if one.end > now), key=lambda one: one.start)
    return VehicleLine(
        value,
        places.get(value.site_id, value.site_id),
        may_write,
        rides if may_write else (),
        sorted((names.get(id, id) for id in value.drivers or ()), key=identities.folded) if may_write else (),
        max(out).astimezone(PARIS) if out else None,
        ahead[0] if ahead else None,
        bool(value.hours) and not ahead,
    )


def _rides(
    view: ScopedView | PressedView, basin_id: str, names: Mapping[str, str]
) -> Mapping[str, Sequence[VehicleTour]]:
    """Of each vehicle, who has it today by the plan that everybody follows."""
    today = view.now.date()
    plan = plan_on(view.scoped, basin_id, today)
    found = defaultdict[str, list[VehicleTour]](list)
    for tour in () if plan is None else plan_parts.tours_of(plan.document):
        if tour.vehicle is not None and tour.day == today and tour.stops:
            who = names.get(tour.worker_id, tour.worker_id)
            ends = (tour.departure.astimezone(PARIS), tour.back.astimezone(PARIS))
            found[tour.vehicle.id].append(VehicleTour(who, *ends))
    return {id: sorted(rides, key=lambda one: one.departure) for id, rides in found.items()}


def owner_of(vehicle: VehicleShape) -> str:
    """As the form names it; empty: the basin's."""
    if vehicle.provider_id is not None:
        return f"provider:{vehicle.provider_id}"
    return "" if vehicle.employer_id is None else f"employer:{vehicle.employer_id}"


def _owners(scoped: Scoped, basin_id: str) -> list[tuple[str, str]]:
    """Services and employers that the account reaches, by name."""
    return [
        (f"{kind}:{one.id}", str(one.body.get("name") or one.id))
        for kind, table in (("provider", Provider), ("employer", Employer))
        for one in scoped.all(scoped.select(table, basin_id).order_by(table.id))
    ]


def _choices(scoped: Scoped, owners: Mapping[str, str]) -> list[tuple[str, str]]:
    """Whose a vehicle may be that the account writes; a name that is empty is the basin's."""
    if scoped.principal.role in (Role.MANAGER, Role.EMPLOYER):
        return list(owners.items())
    return [("", ""), *owners.items()]


# -- one of them -------------------------------------------------------------------------------------------
@router.get("/{vehicle_id}")
def vehicle_page(basin_id: BasinId, vehicle_id: VehicleId, view: View, service: TheService) -> Response:
    return _one(view, service, basin_id, vehicle_id)


@router.post("/{vehicle_id}")
def put_vehicle(basin_id: BasinId, vehicle_id: VehicleId, press: Press, service: TheService) -> Response:
    """A new one, or what became of one that stands."""
    try:

        def act() -> str:
            scoped, id = press.scoped, vehicle_id
            if id == NEW:
                taken = {NEW, *(one.id for one in scoped.basin(basin_id).body.vehicles)}
                id = code_of(press.form.text("name"), taken, "VEHICULE")
            stood = _stood(scoped, basin_id, vehicle_id)
            known = {one.id for one in scoped.all(scoped.select(Worker, basin_id))}
            hidden = frozenset(() if stood is None else stood.drivers or ()) - known
            return _write(press, service, basin_id, vehicle_in(press.form, id, hidden))

        return press.done(act)
    except BrigadeError as fault:
        return _one(press, service, basin_id, vehicle_id, _at_fields(press, fault))


@router.post("/{vehicle_id}/retirer")
def drop_vehicle(basin_id: BasinId, vehicle_id: VehicleId, press: Press, service: TheService) -> Response:
    """It is no longer there: nobody is planned with it."""
    try:

        def act() -> str:
            row, before = wishes.drop_vehicle(press.scoped, basin_id, vehicle_id, press.form.version)
            follow_wishes(press.scoped, service, row, before)
            return _address(basin_id)

        return press.done(act)
    except BrigadeError as fault:
        return _one(press, service, basin_id, vehicle_id, fault)


def _stood(scoped: Scoped, basin_id: str, id: str) -> VehicleShape | None:
    """None: a new one. Raises: NotFound."""
    return None if id == NEW else wishes.vehicle_of(scoped, basin_id, id)


def _at_fields(press: PressedView, fault: BrigadeError) -> BrigadeError:
    """What is said of spans, by their number, stands at the row of the form that says them."""
    rows = {name: [row for row, _ in spans_in(press.form, name)] for name in SPANS}
    issues: Sequence[Issue] = getattr(fault, "issues", ())

    def placed(issue: Issue) -> Issue:
        found = re.search(r"(hours|out_of_service)\[(\d+)\](?:\.(start|end))?", issue.where)
        if found is None or int(found[2]) >= len(rows[found[1]]):
            return issue
        end = "last" if found[3] == "end" else "first"
        return replace(issue, where=f"{found[1]}-{rows[found[1]][int(found[2])]}-{end}")

    return Refused([placed(one) for one in issues]) if issues and isinstance(fault, Refused) else fault


def _one(
    view: ScopedView | PressedView,
    service: Service,
    basin_id: str,
    vehicle_id: str,
    fault: BrigadeError | None = None,
) -> Response:
    scoped = view.scoped
    row = scoped.basin(basin_id)
    scoped.only(f"basins.{basin_id}.vehicles", *ROLES)
    stood = _stood(scoped, basin_id, vehicle_id)
    if stood is not None:
        wishes.must_write_vehicles(scoped, basin_id, stood)
    names = identities.names_to_choose(scoped, service.vault, WorkerIdentity, basin_id, "vehicles")
    people = [(one.id, names.get(one.id, one.id)) for one in scoped.all(scoped.select(Worker, basin_id))]
    drivers = frozenset(() if stood is None else stood.drivers or ())
    places = shared_places(scoped, basin_id)
    if stood is not None and stood.site_id not in dict(places):
        places = [(stood.site_id, stood.site_id), *places]
    return view.page(
        ONE,
        fault=fault,
        row=row,
        stood=stood,
        owner="" if stood is None else owner_of(stood),
        owners=_choices(scoped, dict(_owners(scoped, basin_id))),
        places=places,
        modes=[one.value for one in DRIVEN],
        papers=sorted(one for one in shipped_catalogue().competencies),
        people=sorted(people, key=lambda one: identities.folded(one[1])),
        ticked=set(view.form.all("drivers")) if view.form.values else drivers,
        spans=[(name, span_fields(stood, name)) for name in SPANS],
        base=_address(basin_id),
        new=NEW,
    )


def _address(basin_id: str) -> str:
    return f"/bassins/{quote(basin_id)}/vehicules"
