"""Basins: who may plan where, and how each wants to be planned."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Body, Depends
from fastapi.responses import Response

from api.basin import wishes
from api.cycle.following import follow_wishes
from api.http.contract import PROBLEM, refuses
from api.http.credentials import TheService
from api.http.paging import Page, PageParams, whole
from api.http.put_back import ReadOnly, repeated_in
from api.http.unit import Answer, IfMatch, ModelResponse, Reader, Writer
from api.runtime.body_documents import DocumentRoute
from api.runtime.faults import Unfit
from api.shapes.cycle_requests import BasinId, BasinWishes, Envelope, Id, SectorMapIn, exact
from api.shapes.planning.board_views import OutlinesView
from api.shapes.record_views import WishChangeView
from api.shapes.row_views import enveloped, said, view_of
from api.store.basin_tables import Basin, Provider, Site
from brigade.exchange.outlines import outlines
from brigade.exchange.shapes.place_shapes import VehicleShape

router = APIRouter(prefix="/basins", tags=["basins"], route_class=DocumentRoute)
Wishes = Annotated[BasinWishes, exact(BasinWishes, BasinWishes), Body()]
Repeated = Annotated[ReadOnly, repeated_in(BasinWishes, BasinWishes)]


@router.get("")
def list_basins(
    scoped: Reader, turn: Annotated[PageParams, Depends()]
) -> ModelResponse[Page[Envelope[BasinWishes]]]:
    """The basins that you reach."""
    return Answer(turn.page(scoped, scoped.select(Basin), Basin.id, shown)).response()


@router.get("/{basin_id}")
def read_basin(basin_id: BasinId, scoped: Reader) -> ModelResponse[Envelope[BasinWishes]]:
    """The wishes, duty hours and policies of one basin, as `PUT` takes them back."""
    row = scoped.basin(basin_id)
    return Answer(shown(row), version=row.version).response()


@router.get("/{basin_id}/history", summary="What of the wishes was changed")
def list_changes(basin_id: BasinId, scoped: Reader) -> ModelResponse[Page[WishChangeView]]:
    """Every value that somebody changed: what it was and became, who did it, when and why; the newest first,
    of the last 200 changes. Coordinators."""
    scoped.must_write(Basin, basin_id)
    return Answer(
        whole([view_of(WishChangeView, one) for one in wishes.history(scoped, basin_id)])
    ).response()


@router.get("/{basin_id}/outlines")
def read_outlines(basin_id: BasinId, scoped: Reader) -> ModelResponse[OutlinesView]:
    """Of the communes in which the basin's clients live, as GeoJSON: to draw a map with, and kept for a day.
    Departments 62, 67, 68 and 80 have outlines."""
    scoped.basin(basin_id)
    asked = scoped.select(Site, basin_id)
    codes = {str(row.body["commune"]) for row in scoped.all(asked) if row.body.get("commune")}
    # Outlines change with the communes, once a year; which are asked for tells where clients live.
    kept = {"Cache-Control": "private, max-age=86400"}
    return Answer(OutlinesView.model_validate(outlines(sorted(codes))), headers=kept).response()


@router.put("/{basin_id}", responses={201: {"model": Envelope[BasinWishes]}}, openapi_extra=refuses(*PROBLEM))
def put_basin(
    basin_id: BasinId, value: Wishes, echo: Repeated, unit: Writer, service: TheService, version: IfMatch
) -> ModelResponse[Envelope[BasinWishes]]:
    """Without If-Match the basin must be new (administrators). What GET answers may be sent back whole."""

    def act() -> Answer[Envelope[BasinWishes]]:
        row = unit.scoped.session.scalar(unit.scoped.select(Basin, basin_id))
        stood = {"id": basin_id} if row is None else said(shown(row))
        put, before = wishes.put(unit.scoped, basin_id, value, version)
        echo.refuse_changed(f"basins.{basin_id}", stood)
        follow_wishes(unit.scoped, service, put, before)
        if before is None:
            return Answer(shown(put), 201, put.version, f"/v1/basins/{basin_id}")
        return Answer(shown(put), version=put.version)

    return unit.answer(act)


@router.get("/{basin_id}/providers/{id}/sectors", summary="Read a provider's own map of sectors")
def read_sectors(basin_id: BasinId, id: Id, scoped: Reader) -> ModelResponse[SectorMapIn]:
    """Empty where the basin's map counts for its visits. The version (`ETag`) is the basin's."""
    row = scoped.basin(basin_id)
    scoped.one(Provider, basin_id, id)
    return Answer(_map_of(row, id), version=row.version).response()


@router.put(
    "/{basin_id}/providers/{id}/sectors",
    summary="Replace a provider's own map of sectors",
    openapi_extra=refuses(*PROBLEM),
)
def put_sectors(
    basin_id: BasinId,
    id: Id,
    value: SectorMapIn,
    unit: Writer,
    service: TheService,
    version: IfMatch,
) -> ModelResponse[SectorMapIn]:
    """Whole: sectors that are not told are gone. Coordinators, and the provider's own managers. If-Match
    names the basin's version."""

    def act() -> Answer[SectorMapIn]:
        row, before = wishes.put_sectors(unit.scoped, basin_id, id, value.sectors, version)
        follow_wishes(unit.scoped, service, row, before)
        return Answer(_map_of(row, id), version=row.version)

    return unit.answer(act)


@router.get("/{basin_id}/vehicles/{id}", summary="Read a shared vehicle")
def read_vehicle(basin_id: BasinId, id: Id, scoped: Reader) -> ModelResponse[VehicleShape]:
    """The basin's wishes list them all. The version (`ETag`) is the basin's."""
    row = scoped.basin(basin_id)
    return Answer(wishes.vehicle_of(scoped, basin_id, id), version=row.version).response()


@router.put("/{basin_id}/vehicles/{id}", summary="Write a shared vehicle", openapi_extra=refuses(*PROBLEM))
def put_vehicle(
    basin_id: BasinId, id: Id, value: VehicleShape, unit: Writer, service: TheService, version: IfMatch
) -> ModelResponse[VehicleShape]:
    """A new one, or the whole of one that stands. Coordinators, managers one of their service, employers one
    of theirs. If-Match names the basin's version."""

    def act() -> Answer[VehicleShape]:
        if value.id != id:
            raise Unfit("A309", f"vehicles.{id}.id", "field_of_service", {"value": value.id, "plain": id})
        row, before = wishes.put_vehicle(unit.scoped, basin_id, value, version)
        follow_wishes(unit.scoped, service, row, before)
        return Answer(value, version=row.version)

    return unit.answer(act)


@router.delete(
    "/{basin_id}/vehicles/{id}",
    status_code=204,
    response_class=Response,
    summary="Take a shared vehicle out of the fleet",
)
def delete_vehicle(
    basin_id: BasinId, id: Id, unit: Writer, service: TheService, version: IfMatch
) -> Response:
    """By whoever may write it. If-Match names the basin's version."""

    def act() -> Answer[None]:
        row, before = wishes.drop_vehicle(unit.scoped, basin_id, id, version)
        follow_wishes(unit.scoped, service, row, before)
        return Answer(status=204)

    return unit.answer(act)


def _map_of(row: Basin, provider_id: str) -> SectorMapIn:
    return SectorMapIn(sectors=[one for one in row.body.sectors if one.provider_id == provider_id])


def shown(row: Basin) -> Envelope[BasinWishes]:
    return enveloped(row, row.body)
