"""Who stands behind a pseudonym, for those who may know; each reading is written down. And who meets whom, in
time."""

# No postponed annotations here: FastAPI reads the factory's local types.
from typing import Annotated

from fastapi import APIRouter, Body, Depends, Query
from fastapi.responses import Response

from api.basin import identities
from api.basin.identities import TABLES
from api.http.contract import refuses
from api.http.credentials import TheService
from api.http.described_responses import created
from api.http.paging import Page, PageParams, whole
from api.http.put_back import ReadOnly, repeated_in
from api.http.unit import Answer, IfMatch, ModelResponse, Witness, Writer
from api.persons import visiting
from api.routes import sealed_rows
from api.runtime.body_documents import DocumentRoute
from api.shapes.cycle_requests import BasinId, Envelope, Id, exact
from api.shapes.dossier_views import MeetingView, WrittenView
from api.shapes.person_shapes import IdentityIn
from api.store.person_tables import Identity

router = APIRouter(prefix="/basins/{basin_id}", route_class=DocumentRoute)
SEALED = refuses("A103", "A502")
"""Of what is kept sealed."""
Given = Annotated[IdentityIn, exact(IdentityIn, IdentityIn), Body()]
Repeated = Annotated[ReadOnly, repeated_in(IdentityIn, IdentityIn)]


@router.get("/next-visits", tags=["identities"], openapi_extra=SEALED)
def list_next_visits(
    basin_id: BasinId, scoped: Witness, service: TheService
) -> ModelResponse[Page[MeetingView]]:
    """Of the next two weeks. A worker sees name and address of the homes she goes to, and how to get in, from
    the day before to the day after; a manager, the name of who comes to his clients. Settled visits only."""
    found = visiting.next_visits(scoped, service, basin_id)
    scoped.commit()
    return Answer(whole(found)).response()


def _route(table: type[Identity]) -> None:
    kind, person = table.KIND, table.KIND.removesuffix("-identities")

    @router.get(
        f"/{kind}",
        tags=["identities"],
        openapi_extra=SEALED,
        summary=f"Who the {person}s are",
    )
    def listed(
        basin_id: BasinId,
        scoped: Witness,
        service: TheService,
        turn: Annotated[PageParams, Depends()],
        q: Annotated[
            str | None,
            Query(min_length=1, max_length=100, description="Words of the name.", examples=["exem"]),
        ] = None,
    ) -> ModelResponse[Page[Envelope[IdentityIn]]]:
        """Each one on the page is noted as read. With `q`, those whose name holds its words, whatever case
        and the accents."""
        scoped.basin(basin_id)
        asked = scoped.select(table, basin_id)
        if q is not None:
            asked = asked.where(table.id.in_(identities.named(scoped, service.vault, table, basin_id, q)))
        return sealed_rows.list_noted(scoped, service, table, IdentityIn, turn, asked)

    @router.get(
        f"/{kind}/{{id}}",
        tags=["identities"],
        openapi_extra=SEALED,
        summary=f"Who one {person} is",
    )
    def read(
        basin_id: BasinId, id: Id, scoped: Witness, service: TheService
    ) -> ModelResponse[Envelope[IdentityIn]]:
        """The reading is noted."""
        return sealed_rows.read_noted(scoped, service, table, IdentityIn, basin_id, id)

    @router.put(
        f"/{kind}/{{id}}",
        responses=created(WrittenView),
        tags=["identities"],
        openapi_extra=SEALED,
        summary=f"Tell who a {person} is",
    )
    def put(
        basin_id: BasinId,
        id: Id,
        given: Given,
        echo: Repeated,
        unit: Writer,
        service: TheService,
        version: IfMatch,
    ) -> ModelResponse[WrittenView]:
        """The answer repeats nothing of it. To replace what stands, with If-Match."""
        return sealed_rows.put(
            unit,
            echo,
            table,
            (basin_id, kind, id),
            lambda scoped: identities.put(scoped, service.vault, table, basin_id, id, given, version),
        )

    @router.delete(
        f"/{kind}/{{id}}",
        status_code=204,
        response_class=Response,
        tags=["identities"],
        openapi_extra=SEALED,
        summary=f"Forget who a {person} is",
    )
    def delete(basin_id: BasinId, id: Id, unit: Writer, version: IfMatch) -> Response:
        """The pseudonym and its rows stay; to erase the person, `POST …/erasures`."""
        return unit.remove(table, basin_id, id, version)


for _table in TABLES.values():
    _route(_table)
