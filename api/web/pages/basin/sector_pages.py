"""Maps of sectors: the basin's and those that services have of their own, drawn commune by commune; who is at
home in which sector, and how far from it she may be sent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Query
from fastapi.responses import Response

from api.access.scope import Scoped
from api.basin import identities, wishes
from api.basin.resource_kinds import kind_of
from api.cycle import basin_rows
from api.cycle.following import DayChanges, follow, follow_wishes
from api.http.credentials import TheService
from api.runtime.roles import Role
from api.service.service import Service
from api.shapes.cycle_requests import BasinId
from api.store.basin_tables import Basin, Client, Provider, Site, Worker
from api.store.cycle_tables import Plan
from api.store.person_tables import WorkerIdentity
from api.web.codes_of_names import code_of
from api.web.view import MenuGroup, PageEntry, Press, PressedView, ScopedView, View
from brigade.errors import BrigadeError
from brigade.exchange.documents.shape_faults import read_model
from brigade.exchange.shapes.place_shapes import SectorShape
from brigade.values.places import SectorLimit
from brigade.values.validation.communes import place_name

router = APIRouter(prefix="/bassins/{basin_id}/secteurs", include_in_schema=False)
PLANNERS = (Role.COORDINATOR, Role.ADMINISTRATOR)
PAGES = (
    PageEntry(
        "sectors",
        "/bassins/{basin_id}/secteurs",
        frozenset({*PLANNERS, Role.MANAGER}),
        66,
        MenuGroup.SETTINGS,
    ),
)
TEMPLATE = "basin/sectors.html"
AskedMap = Annotated[str, Query(alias="carte", max_length=120)]


@dataclass(frozen=True, slots=True)
class PlaceLine:
    """A commune, or a place that is named by itself. `field`: of the form; `homes`: people cared for there;
    `sector`: in which of the map's it lies."""

    field: str
    name: str
    homes: int
    sector: str


@dataclass(frozen=True, slots=True)
class HomeLine:
    """Somebody of the brigade, and her home sector on the map that is looked at."""

    row: Worker
    name: str
    sector: str
    limit: str


@router.get("")
def sectors_page(basin_id: BasinId, view: View, service: TheService, asked: AskedMap = "") -> Response:
    return _page(view, service, basin_id, asked)


@router.post("")
def change_sectors(basin_id: BasinId, press: Press, service: TheService, asked: AskedMap = "") -> Response:
    """The map, whole; or who is at home where."""
    try:
        provider_id = _map_of(press.scoped, basin_id, asked)

        def act() -> str:
            if press.form.text("act") == "homes":
                _write_homes(press, service, basin_id, provider_id)
            else:
                _write_map(press, service, basin_id, provider_id)
            return f"/bassins/{quote(basin_id)}/secteurs" + (
                f"?carte={quote(provider_id)}" if provider_id else ""
            )

        return press.done(act)
    except BrigadeError as fault:
        return _page(press, service, basin_id, asked, fault)


def _map_of(scoped: Scoped, basin_id: str, asked: str) -> str | None:
    """Whose map it is; None: the basin's. A manager looks at that of her own service, unless she names
    another of hers. Raises: NotFound."""
    if asked:
        return scoped.one(Provider, basin_id, asked).id
    if scoped.principal.role is Role.MANAGER:
        return min(scoped.principal.targets(basin_id))
    return None


# -- written -----------------------------------------------------------------------------------------------
def _write_map(press: PressedView, service: Service, basin_id: str, provider_id: str | None) -> None:
    stands = press.scoped.basin(basin_id).body.sectors
    sectors = _drawn(press, [one for one in stands if one.provider_id == provider_id], stands)
    row, before = wishes.put_sectors(
        press.scoped, basin_id, provider_id, sectors, press.form.version, press.form.text("reason") or None
    )
    follow_wishes(press.scoped, service, row, before)


def _drawn(
    press: PressedView, stands: Sequence[SectorShape], every: Sequence[SectorShape]
) -> list[SectorShape]:
    """The map as the form has it: names, neighbours, which place lies where; a new one, those struck out
    gone."""
    form, gone = press.form, set(press.form.all("gone"))
    kept = [one for one in stands if one.id not in gone]
    codes = {one.id for one in kept}
    places: dict[str, dict[str, list[str]]] = {one.id: {"communes": [], "sites": []} for one in kept}
    for name in form.values:
        kind, _, place = name.partition("-")
        if kind in ("commune", "site") and form.text(name) in codes:
            places[form.text(name)][f"{kind}s"].append(place)
    drawn: list[Mapping[str, object]] = [
        {
            "id": one.id,
            "name": form.text(f"name-{one.id}") or one.name,
            "neighbours": sorted(other for other in codes if _are_near(press, kept, one.id, other)),
            **places[one.id],
        }
        for one in kept
    ]
    if new := form.text("new_name"):
        drawn.append({"id": code_of(new, {one.id for one in every}, "SECTEUR"), "name": new})
    return [read_model(SectorShape, one) for one in drawn]


def _are_near(press: PressedView, stands: Sequence[SectorShape], one: str, other: str) -> bool:
    """Two boxes say it, one at each sector: where they differ, one of them was changed, and it counts."""
    told = [b in press.form.all(f"near-{a}") for a, b in ((one, other), (other, one))]
    if told[0] == told[1]:
        return told[0] and one != other
    return not any({one, other} == {sector.id, id} for sector in stands for id in sector.neighbours)


def _write_homes(press: PressedView, service: Service, basin_id: str, provider_id: str | None) -> None:
    """Of each person whose line says something else than her row."""
    scoped, changes = press.scoped, DayChanges()
    own = {one.id for one in scoped.basin(basin_id).body.sectors if one.provider_id == provider_id}
    for id in press.form.all("worker"):
        stood, chosen = scoped.one(Worker, basin_id, id).value, press.form.text(f"home-{id}")
        homes = [*(one for one in stood.sectors if one not in own), *([chosen] if chosen else [])]
        asked = press.form.text(f"limit-{id}")
        # Without any home a limit would be one around nothing.
        limit = next((one for one in SectorLimit if homes and one.value == asked), None)
        if (set(homes), limit) != (set(stood.sectors), stood.sector_limit):
            shape = stood.model_copy(update={"sectors": homes, "sector_limit": limit})
            version = press.form.number(f"version-{id}")
            known = version if isinstance(version, int) else None
            basin_rows.put(kind_of(Worker), scoped, basin_id, id, shape, known, changes)
    follow(scoped, service, basin_id, changes)


# -- shown -------------------------------------------------------------------------------------------------
def _page(
    view: ScopedView | PressedView,
    service: Service,
    basin_id: str,
    asked: str,
    fault: BrigadeError | None = None,
) -> Response:
    scoped = view.scoped
    row: Basin = scoped.basin(basin_id)
    scoped.only(f"basins.{basin_id}.sectors", *PLANNERS, Role.MANAGER)
    provider_id = _map_of(scoped, basin_id, asked)
    sectors = [one for one in row.body.sectors if one.provider_id == provider_id]
    providers = scoped.all(scoped.select(Provider, basin_id).order_by(Provider.id))
    plans = scoped.principal.role in PLANNERS
    return view.page(
        TEMPLATE,
        fault=fault,
        row=row,
        sectors=sectors,
        names={one.id: one.name for one in sectors},
        places=_places(scoped, basin_id, provider_id, sectors),
        maps=[
            *([("", None)] if plans else []),
            *((one.id, str(one.body.get("name") or one.id)) for one in providers),
        ],
        chosen=provider_id or "",
        homes=_homes(scoped, service, basin_id, sectors) if plans and sectors else [],
        limits=list(SectorLimit),
        priced=row.body.policy.weights,
        plans=plans,
        base=f"/bassins/{quote(basin_id)}",
    )


def _places(
    scoped: Scoped, basin_id: str, provider_id: str | None, sectors: Sequence[SectorShape]
) -> list[PlaceLine]:
    """Communes in which somebody is cared for, and those that the map holds; places by name where a sector
    names them or no commune is known. By name."""
    asked = scoped.select(Client, basin_id)
    if provider_id is not None:
        asked = asked.where(Client.provider_id == provider_id)
    clients = Counter(client.site_id for client in scoped.all(asked))
    communes: Counter[str] = Counter({code: 0 for one in sectors for code in one.communes})
    sites: Counter[str] = Counter({id: 0 for one in sectors for id in one.sites})
    for site in scoped.all(scoped.select(Site, basin_id)):
        if site.id not in clients and site.id not in sites:
            continue
        code = site.value.commune
        if code is None or site.id in sites:
            sites[site.id] += clients[site.id]
        else:
            communes[code] += clients[site.id]
    of_commune = {code: one.id for one in sectors for code in one.communes}
    of_site = {id: one.id for one in sectors for id in one.sites}
    found = [
        *(
            PlaceLine(f"commune-{code}", place_name(code) or code, homes, of_commune.get(code, ""))
            for code, homes in communes.items()
        ),
        *(PlaceLine(f"site-{id}", id, homes, of_site.get(id, "")) for id, homes in sites.items()),
    ]
    return sorted(found, key=lambda one: (identities.folded(one.name), one.field))


def _homes(scoped: Scoped, service: Service, basin_id: str, sectors: Sequence[SectorShape]) -> list[HomeLine]:
    scoped.must_write(Plan, basin_id)
    names = identities.names_to_choose(scoped, service.vault, WorkerIdentity, basin_id, "people")
    codes = {one.id for one in sectors}
    found = [
        HomeLine(
            row,
            names.get(row.id, row.id),
            next((id for id in row.value.sectors if id in codes), ""),
            row.value.sector_limit or "",
        )
        for row in scoped.all(scoped.select(Worker, basin_id))
    ]
    return sorted(found, key=lambda one: (identities.folded(one.name), one.row.id))
