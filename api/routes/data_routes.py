"""The things of a basin, kind by kind: list, read, create or replace, delete. One factory, so that all behave
alike."""

# No postponed annotations here: FastAPI reads the factory's local types.
from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends, Header
from fastapi.responses import Response

from api.access.scope import Scoped, expect
from api.basin import fitness, resource_kinds
from api.basin.resource_kinds import ResourceKind
from api.cycle.following import DayChanges, follow
from api.http.contract import PROBLEM, refuses
from api.http.credentials import TheService
from api.http.described_responses import created
from api.http.paging import Page, PageParams, narrowed
from api.http.put_back import ReadOnly, repeated_in
from api.http.unit import Answer, IfMatch, ModelResponse, Reader, Writer
from api.runtime.body_documents import DocumentRoute
from api.runtime.faults import Unfit
from api.shapes.cycle_requests import BasinId, Envelope, Id, exact, plain
from api.shapes.row_views import said
from api.store.basin_tables import Visit
from brigade.exchange.documents.json_text import JsonObject

Only = Annotated[
    str | None, Header(alias="If-None-Match", description="`*`: create, never replace.", examples=["*"])
]

ITS_OWN = frozenset({"basin_id", "id", "version", "changed_at", "body"})
"""Of a row what no column of its document says."""


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
            row, changes = unit.scoped.one(kind.row, basin_id, id, write=True), DayChanges()
            changes.note(kind.row, row.body, None)
            expect(row, version)
            unit.scoped.drop(row)
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
    """Without If-Match the thing must be new; with it, it must stand at that version, and keeps it where
    nothing of it changes. `changes` notes what it was and is."""
    scoped.must_write(kind.row, basin_id)
    named = id if kind.named_by is None else getattr(shape, kind.named_by)
    if named != id:
        raise Unfit("A306", f"{kind.name}.{id}", "other_document", {"id": named})
    fresh = resource_kinds.made(kind, scoped, basin_id, id, shape)
    # Looked for first: a request that names no version of what stands is to hear that, not of a conflict.
    if version is None and (only == "*" or not _exists(scoped, kind, basin_id, id)):
        _refuse_unfit(scoped, fresh, {})
        scoped.add(fresh)
        changes.note(kind.row, None, fresh.body)
        return Answer(
            _show(kind, fresh, scoped), 201, fresh.version, f"/v1/basins/{basin_id}/{kind.name}/{id}"
        )
    row = scoped.one(kind.row, basin_id, id, write=True)
    expect(row, version)
    _refuse_unfit(scoped, fresh, row.body)
    told = {name: getattr(fresh, name) for name in kind.row.__table__.columns.keys() if name not in ITS_OWN}  # noqa: SIM118
    told["body"], before = plain(shape), row.body
    if any(getattr(row, name) != value for name, value in told.items()):
        for name, value in told.items():
            setattr(row, name, value)
        scoped.changed(row, **_accords_changed(before, row.body))
        changes.note(kind.row, before, row.body)
    return Answer(_show(kind, row, scoped), version=row.version)


def _refuse_unfit(scoped: Scoped, fresh: Any, stood: JsonObject) -> None:
    """Raises: Forbidden, before anything else is said; InvalidProblem, with all that is wrong with the
    row."""
    if not isinstance(fresh, Visit) or fresh.provider_id:
        # Whose a visit is its client says: of an unknown one nobody can tell.
        scoped.may_write(fresh, stood)
    fitness.refuse_unfit(scoped, fresh)


def _accords_changed(before: JsonObject, after: JsonObject) -> JsonObject:
    """For the trail: what was lawful is judged by what was agreed then."""
    return (
        {}
        if before.get("accords") == after.get("accords")
        else {"accords": [before.get("accords"), after.get("accords")]}
    )


def _exists(scoped: Scoped, kind: ResourceKind, basin_id: str, id: str) -> bool:
    return scoped.session.scalar(scoped.select(kind.row, basin_id).where(kind.row.id == id)) is not None


def _stood(kind: ResourceKind, scoped: Scoped, basin_id: str, id: str) -> JsonObject:
    row = scoped.session.scalar(scoped.select(kind.row, basin_id).where(kind.row.id == id))
    return {"id": id} if row is None else said(_show(kind, row, scoped))


def _show(kind: ResourceKind, row: Any, scoped: Scoped) -> Envelope[JsonObject]:
    return resource_kinds.shown(kind, row, scoped.principal, scoped.clock.now())
