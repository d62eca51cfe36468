"""How a basin wants to be planned: written, and what of it was changed by whom, when and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from api.access.rights import holds
from api.access.scope import Scoped, expect
from api.basin.fitness import wishes_issues
from api.runtime.faults import Unfit, forbidden, not_found
from api.runtime.roles import Role
from api.shapes.cycle_requests import BasinWishes
from api.store.account_tables import AuditEntry
from api.store.basin_tables import Basin, Provider, Site
from brigade.errors import refuse
from brigade.exchange.shapes.place_shapes import SectorShape, VehicleShape

CHANGED = "values"
"""Of a note: by the place of a value, what it was and what it is."""
TRAVEL = {"travel": {"source": "estimate"}}


@dataclass(frozen=True, slots=True)
class WishChange:
    """One value that somebody changed. `reason`: as far as it was said."""

    at: datetime
    actor: str
    where: str
    before: Any
    after: Any
    reason: str | None


def put(
    scoped: Scoped, basin_id: str, value: BasinWishes, version: int | None, why: str | None = None
) -> tuple[Basin, BasinWishes | None]:
    """The basin, and what it wished before; None, where it is new (administrators, without a version).

    Raises: NotFound, Forbidden, Stale, NoPrecondition; Refused, with every fault.
    """
    if version is None and scoped.session.scalar(scoped.select(Basin).where(Basin.id == basin_id)) is None:
        row = Basin(id=basin_id, body=value, given=TRAVEL, version=1, changed_at=scoped.clock.now())
        refuse(wishes_issues(scoped, row))
        scoped.add(row)
        return row, None
    row = scoped.one(Basin, basin_id, basin_id, write=True)
    expect(row, version)
    before, row.body = row.body, value
    refuse(wishes_issues(scoped, row))
    # The same again raises no version: a new one would announce a change that is none.
    if row.body != before:
        scoped.changed(row, "changed", why, **{CHANGED: differences(before, row.body)})
    return row, before


def put_sectors(
    scoped: Scoped,
    basin_id: str,
    provider_id: str | None,
    sectors: Sequence[SectorShape],
    version: int | None,
    why: str | None = None,
) -> tuple[Basin, BasinWishes | None]:
    """One map of sectors, whole: the basin's, which coordinators write, or a provider's own, which its
    managers write as well. Args: version: the basin's. Returns, and raises, as `put`; Unfit, for a sector of
    another map."""
    writer = scoped
    if provider_id is not None:
        scoped.one(Provider, basin_id, provider_id)
        scoped.only(f"providers.{provider_id}.sectors", Role.COORDINATOR, Role.MANAGER)
        # The maps stand with the wishes, of which a manager may write no other part.
        writer = scoped.as_service(basin_id)
    stands = writer.one(Basin, basin_id, basin_id, write=True).body
    others = [one for one in stands.sectors if one.provider_id != provider_id]
    for one in sectors:
        if one.provider_id not in (None, provider_id):
            where = f"sectors.{one.id}.provider_id"
            raise Unfit("A306", where, "other_document", {"id": one.provider_id})
    own = [one.model_copy(update={"provider_id": provider_id}) for one in sectors]
    value = stands.model_copy(update={"sectors": [*others, *own]})
    return put(writer, basin_id, value, version, why)


def writes_vehicle(scoped: Scoped, basin_id: str, vehicle: VehicleShape) -> bool:
    """Coordinators write every vehicle of their basin, managers those of their service, employers theirs."""
    owned, role = scoped.principal.targets(basin_id), scoped.principal.role
    if role is Role.MANAGER:
        return vehicle.provider_id in owned
    if role is Role.EMPLOYER:
        return vehicle.employer_id in owned
    return role in (Role.COORDINATOR, Role.ADMINISTRATOR)


def vehicle_of(scoped: Scoped, basin_id: str, id: str) -> VehicleShape:
    """Raises: NotFound."""
    found = next((one for one in scoped.basin(basin_id).body.vehicles if one.id == id), None)
    if found is None:
        raise not_found("vehicles", id)
    return found


def put_vehicle(
    scoped: Scoped, basin_id: str, vehicle: VehicleShape, version: int | None, why: str | None = None
) -> tuple[Basin, BasinWishes | None]:
    """One vehicle, new or in place of what it was. Args: version: the basin's. Returns, and raises, as `put`;
    NotFound, for a place out of reach."""
    fleet = {one.id: one for one in scoped.basin(basin_id).body.vehicles}
    stood = fleet.get(vehicle.id)
    must_write_vehicles(scoped, basin_id, *filter(None, (stood, vehicle)))
    site = scoped.session.get(Site, (basin_id, vehicle.site_id))
    is_moved = stood is None or stood.site_id != vehicle.site_id
    # At a home of another service's client nothing stands; what is no place at all, validation says.
    if is_moved and site is not None and site.provider_id and not holds(site, scoped.principal):
        raise not_found("sites", vehicle.site_id)
    return _put_fleet(scoped, basin_id, {**fleet, vehicle.id: vehicle}, version, why)


def drop_vehicle(
    scoped: Scoped, basin_id: str, id: str, version: int | None, why: str | None = None
) -> tuple[Basin, BasinWishes | None]:
    """Whoever writes it takes it away. Returns, and raises, as `put`; NotFound."""
    must_write_vehicles(scoped, basin_id, vehicle_of(scoped, basin_id, id))
    fleet = {one.id: one for one in scoped.basin(basin_id).body.vehicles if one.id != id}
    return _put_fleet(scoped, basin_id, fleet, version, why)


def must_write_vehicles(scoped: Scoped, basin_id: str, *vehicles: VehicleShape) -> None:
    """Raises: Forbidden."""
    for one in vehicles:
        if not writes_vehicle(scoped, basin_id, one):
            raise forbidden(f"vehicles.{one.id}")


def _put_fleet(
    scoped: Scoped, basin_id: str, fleet: Mapping[str, VehicleShape], version: int | None, why: str | None
) -> tuple[Basin, BasinWishes | None]:
    # The fleet stands with the wishes, of which managers and employers may write no other part.
    writer = scoped.as_service(basin_id)
    stands = writer.one(Basin, basin_id, basin_id, write=True).body
    value = stands.model_copy(update={"vehicles": list(fleet.values())})
    return put(writer, basin_id, value, version, why)


def differences(before: BasinWishes, after: BasinWishes) -> dict[str, list[Any]]:
    """By place, such as `policy.max_detour_min`: the value before and the value after."""
    old, new = dict(_places(before.model_dump(mode="json"))), dict(_places(after.model_dump(mode="json")))
    places = sorted(old.keys() | new.keys())
    return {place: [old.get(place), new.get(place)] for place in places if old.get(place) != new.get(place)}


def _places(value: Mapping[str, object], above: str = "") -> Iterator[tuple[str, object]]:
    """Lists are one value: what stands in them has no name to find it by."""
    for name, one in value.items():
        if isinstance(one, Mapping) and one:
            yield from _places(one, f"{above}{name}.")
        else:
            yield f"{above}{name}", one


def history(scoped: Scoped, basin_id: str, most: int = 200) -> list[WishChange]:
    """The newest first. Raises: NotFound."""
    scoped.basin(basin_id)
    asked = select(AuditEntry).where(AuditEntry.basin_id == basin_id, AuditEntry.action == "basins.changed")
    entries = scoped.session.scalars(asked.order_by(AuditEntry.seq.desc()).limit(most))
    return [
        WishChange(entry.at, entry.actor, where, before, after, entry.why)
        for entry in entries
        for where, (before, after) in (entry.details or {}).get(CHANGED, {}).items()
    ]
