"""Where the service writes to people: written, shown to whoever may know, each reading written down."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Body, Depends
from fastapi.responses import Response

from api.http.contract import refuses
from api.http.credentials import TheService
from api.http.described_responses import created
from api.http.paging import Page, PageParams
from api.http.put_back import ReadOnly, repeated_in
from api.http.unit import IfMatch, ModelResponse, Witness, Writer
from api.messages import contacts
from api.routes import sealed_rows
from api.runtime.body_documents import DocumentRoute
from api.shapes.cycle_requests import BasinId, Envelope, Id, exact
from api.shapes.dossier_views import WrittenView
from api.shapes.person_shapes import ContactShape
from api.store.message_tables import Contact

router = APIRouter(prefix="/basins/{basin_id}/contacts", tags=["contacts"], route_class=DocumentRoute)
SEALED = refuses("A502")
"""Of what is kept sealed."""
Given = Annotated[ContactShape, exact(ContactShape, ContactShape), Body()]
Repeated = Annotated[ReadOnly, repeated_in(ContactShape, ContactShape)]


@router.get("", summary="Where people are reached", openapi_extra=SEALED)
def list_contacts(
    basin_id: BasinId, scoped: Witness, service: TheService, turn: Annotated[PageParams, Depends()]
) -> ModelResponse[Page[Envelope[ContactShape]]]:
    """Each one on the page is noted as read."""
    scoped.basin(basin_id)
    asked = scoped.select(Contact, basin_id)
    return sealed_rows.list_noted(scoped, service, Contact, ContactShape, turn, asked)


@router.get("/{id}", summary="Where one is reached", openapi_extra=SEALED)
def read_contact(
    basin_id: BasinId, id: Id, scoped: Witness, service: TheService
) -> ModelResponse[Envelope[ContactShape]]:
    """The reading is noted."""
    return sealed_rows.read_noted(scoped, service, Contact, ContactShape, basin_id, id)


@router.put(
    "/{id}",
    responses=created(WrittenView),
    summary="Tell where one is reached",
    openapi_extra=SEALED,
)
def put_contact(
    basin_id: BasinId,
    id: Id,
    given: Given,
    echo: Repeated,
    unit: Writer,
    service: TheService,
    version: IfMatch,
) -> ModelResponse[WrittenView]:
    """The answer repeats no address. To replace what stands, with If-Match."""
    return sealed_rows.put(
        unit,
        echo,
        Contact,
        (basin_id, "contacts", id),
        lambda scoped: contacts.put(scoped, service.vault, basin_id, id, given, version),
    )


@router.delete(
    "/{id}",
    status_code=204,
    response_class=Response,
    summary="Forget where one is reached",
    openapi_extra=SEALED,
)
def delete_contact(basin_id: BasinId, id: Id, unit: Writer, version: IfMatch) -> Response:
    """Its messages end as `no_contact` from then on."""
    return unit.remove(Contact, basin_id, id, version)
