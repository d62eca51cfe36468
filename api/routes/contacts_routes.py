"""Where the service writes to people: written, shown to whoever may know, each reading written down."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Body, Depends
from fastapi.responses import Response

from api.access.scope import Scoped
from api.basin.identities import shown, standing, written
from api.http.credentials import TheService
from api.http.described_responses import created
from api.http.paging import Page, PageParams
from api.http.put_back import ReadOnly, repeated_in
from api.http.unit import Answer, IfMatch, ModelResponse, Witness, Writer
from api.messages import contacts
from api.runtime.body_documents import DocumentRoute
from api.service.service import Service
from api.shapes.cycle_requests import BasinId, Envelope, Id, exact
from api.shapes.dossier_views import WrittenView
from api.shapes.person_shapes import ContactShape
from api.store.message_tables import Contact

router = APIRouter(prefix="/basins/{basin_id}/contacts", tags=["contacts"], route_class=DocumentRoute)
Given = Annotated[ContactShape, exact(ContactShape, ContactShape), Body()]
Repeated = Annotated[ReadOnly, repeated_in(ContactShape, ContactShape)]


@router.get("", summary="Where people are reached")
def list_contacts(
    basin_id: BasinId, scoped: Witness, service: TheService, turn: Annotated[PageParams, Depends()]
) -> ModelResponse[Page[Envelope[ContactShape]]]:
    """Each one on the page is noted as read."""
    scoped.basin(basin_id)
    asked = scoped.select(Contact, basin_id)
    page = turn.page(
        scoped, asked, Contact.id, lambda row: shown(scoped, service.vault, row, ContactShape, "list")
    )
    scoped.commit()
    return Answer(page).response()


@router.get("/{id}", summary="Where one is reached")
def read_contact(
    basin_id: BasinId, id: Id, scoped: Witness, service: TheService
) -> ModelResponse[Envelope[ContactShape]]:
    """The reading is noted."""
    row = scoped.one(Contact, basin_id, id)
    value = _shown(scoped, service, row, "read")
    scoped.commit()
    return Answer(value, version=row.version).response()


@router.put("/{id}", responses=created(WrittenView), summary="Tell where one is reached")
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

    def act() -> Answer[WrittenView]:
        stood = standing(unit.scoped, Contact, basin_id, id)
        row, is_new = contacts.put(unit.scoped, service.vault, basin_id, id, given, version)
        echo.refuse_changed(f"contacts.{id}", stood)
        where = f"/v1/basins/{basin_id}/contacts/{id}"
        return Answer(written(row), 201 if is_new else 200, row.version, where if is_new else None)

    return unit.answer(act)


@router.delete("/{id}", status_code=204, response_class=Response, summary="Forget where one is reached")
def delete_contact(basin_id: BasinId, id: Id, unit: Writer, version: IfMatch) -> Response:
    """Its messages end as `no_contact` from then on."""
    return unit.remove(Contact, basin_id, id, version)


def _shown(scoped: Scoped, service: Service, row: Contact, purpose: str) -> Envelope[ContactShape]:
    return shown(scoped, service.vault, row, ContactShape, purpose)
