"""The things of a basin, kind by kind: list, read, create or replace, delete. One factory, so that all behave
alike."""

# No postponed annotations here: FastAPI reads the factory's local types.
from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends, Header
from fastapi.responses import Response

from api.access.scope import Scoped
from api.basin import resource_kinds
from api.basin.resource_kinds import ResourceKind
from api.cycle import basin_rows
from api.cycle.following import DayChanges, follow
from api.http.contract import PROBLEM, refuses
from api.http.credentials import TheService
from api.http.described_responses import created
from api.http.paging import Page, PageParams, narrowed
from api.http.put_back import ReadOnly, repeated_in
from api.http.unit import Answer, IfMatch, ModelResponse, Reader, Writer
from api.runtime.body_documents import DocumentRoute
from api.shapes.cycle_requests import BasinId, Envelope, Id, exact
from api.shapes.row_views import said
from brigade.exchange.documents.json_text import JsonObject

Only = Annotated[
    str | None, Header(alias="If-None-Match", description="`*`: create, never replace.", examples=["*"])
]


def router_of(kind: ResourceKind) -> APIRouter:
    """List and read; put and delete, unless the kind is written elsewhere."""
    router = APIRouter(
        prefix=f"/basins/{{basin_id}}/{kind.name}", tags=[kind.name], route_class=DocumentRoute
    )
    _reads(router, kind)
    if kind.is_written_here:
        _writes(router, kind)
    return router


def _reads(router: APIRouter, kind: ResourceKind) -> None:
    envelope, found = Envelope[kind.shape], kind.found  # type: ignore[name-defined]

    @router.get("", summary=f"List {kind.name}")
    def listed(
        basin_id: BasinId,
        scoped: Reader,
        turn: Annotated[PageParams, Depends()],
        given: Annotated[Any, Depends(found)],
    ) -> ModelResponse[Page[envelope]]:  # type: ignore[valid-type]
        """As they stand now, in the order of their ids, page by page."""
        scoped.basin(basin_id)
        asked = narrowed(scoped.select(kind.row, basin_id), kind.row, given)
        return Answer(turn.page(scoped, asked, kind.row.id, lambda row: _show(kind, row, scoped))).response()

    @router.get("/{id}", summary=f"Read one of {kind.name}")
    def read(basin_id: BasinId, id: Id, scoped: Reader) -> ModelResponse[envelope]:  # type: ignore[valid-type]
        """As it stands now, with its version (`ETag`), as `PUT` takes it back."""
        row = scoped.one(kind.row, basin_id, id)
        return Answer(_show(kind, row, scoped), version=row.version).response()


def _writes(router: APIRouter, kind: ResourceKind) -> None:
    envelope = Envelope[kind.shape]  # type: ignore[name-defined]
    body: Any = Annotated[kind.shape, exact(kind.shape, kind.shape), Body()]
    repeated: Any = Annotated[ReadOnly, repeated_in(kind.shape, kind.shape)]

    @router.put(
        "/{id}",
        responses=created(envelope),
        summary=f"Create or replace one of {kind.name}",
        openapi_extra=refuses(*PROBLEM),
    )
    def put(
        basin_id: BasinId,
        id: Id,
        value: body,
        echo: repeated,
        unit: Writer,
        service: TheService,
        version: IfMatch,
        only: Only = None,
    ) -> ModelResponse[envelope]:
        """What GET answers may be sent back whole."""

        def act() -> Answer[Envelope[JsonObject]]:
            # Read before the write changes this very row: what was sent back is compared with it as it was.
            changes, stood = DayChanges(), _stood(kind, unit.scoped, basin_id, id)
            answer = _put(kind, unit.scoped, basin_id, id, value, version, only, changes)
            echo.refuse_changed(f"{kind.name}.{id}", stood)
            follow(unit.scoped, service, basin_id, changes)
            return answer

        return unit.answer(act)

    @router.delete("/{id}", status_code=204, response_class=Response, summary=f"Delete one of {kind.name}")
    def delete(basin_id: BasinId, id: Id, unit: Writer, service: TheService, version: IfMatch) -> Response:
        """Refused while something else names it; what follows from it is searched for anew."""

        def act() -> Answer[None]:
            changes = DayChanges()
            basin_rows.drop(kind, unit.scoped, basin_id, id, version, changes)
            follow(unit.scoped, service, basin_id, changes)
            return Answer(status=204)

        return unit.answer(act)


def _put(
    kind: ResourceKind,
    scoped: Scoped,
    basin_id: str,
    id: str,
    shape: Any,
    version: int | None,
    only: str | None,
    changes: DayChanges,
) -> Answer[Envelope[JsonObject]]:
    row, is_new = basin_rows.put(kind, scoped, basin_id, id, shape, version, changes, is_new_only=only == "*")
    if is_new:
        return Answer(_show(kind, row, scoped), 201, row.version, f"/v1/basins/{basin_id}/{kind.name}/{id}")
    return Answer(_show(kind, row, scoped), version=row.version)


def _stood(kind: ResourceKind, scoped: Scoped, basin_id: str, id: str) -> JsonObject:
    row = scoped.session.scalar(scoped.select(kind.row, basin_id).where(kind.row.id == id))
    return {"id": id} if row is None else said(_show(kind, row, scoped))


def _show(kind: ResourceKind, row: Any, scoped: Scoped) -> Envelope[JsonObject]:
    return resource_kinds.shown(kind, row, scoped.principal, scoped.clock.now())
