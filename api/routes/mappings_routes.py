"""How exports of other programs are read: mappings, proposed from an example, kept one a source, named by
imports."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends, Query, Request
from fastapi.responses import Response

from api.basin import mappings
from api.http.contract import MAPPING, TABLES, refuses
from api.http.credentials import TheService
from api.http.described_responses import created
from api.http.language import AskedLanguage
from api.http.paging import Page, PageParams
from api.http.put_back import ReadOnly, repeated_in
from api.http.unit import Answer, IfMatch, ModelResponse, Reader, Witness, Writer, whole_body
from api.imports import foreign_files, uploads
from api.routes import sealed_rows
from api.runtime.body_documents import DocumentRoute, reading
from api.shapes.cycle_requests import FILE, BasinId, Envelope, Id, split
from api.shapes.cycle_views import ProposedMappingView, RecognizedView
from api.shapes.dossier_views import WrittenView
from api.shapes.planning.plan_views import IssueView
from api.store.mapping_tables import SourceMapping
from brigade.exchange.mapping.mapping_document import mapping_from_json
from brigade.exchange.mapping.mapping_shapes import MappingDocument

router = APIRouter(prefix="/basins/{basin_id}/mappings", tags=["mappings"], route_class=DocumentRoute)


def _read(value: Any) -> MappingDocument:
    """As the command line reads it: faults of form, then every name that is no table or column of ours."""
    return mapping_from_json(split(MappingDocument, MappingDocument, value)[0])


Given = Annotated[MappingDocument, reading(MappingDocument, _read), Body()]
Repeated = Annotated[ReadOnly, repeated_in(MappingDocument, MappingDocument)]


@router.get("", summary="How exports are read", openapi_extra=refuses("A502"))
def list_mappings(
    basin_id: BasinId, scoped: Witness, service: TheService, turn: Annotated[PageParams, Depends()]
) -> ModelResponse[Page[Envelope[MappingDocument]]]:
    """A manager sees those of the own provider. What they translate may be people's names: each one on the
    page is noted as read."""
    scoped.basin(basin_id)
    asked = scoped.select(SourceMapping, basin_id)
    return sealed_rows.list_noted(scoped, service, SourceMapping, MappingDocument, turn, asked)


EXAMPLE = {
    "requestBody": {
        "required": True,
        "content": uploads.tables_body("Usager;Date;Arrivée\r\nS1:A;09/03/2026;08:02\r\n"),
    }
}


@router.post(
    "/proposals",
    openapi_extra={**EXAMPLE, **refuses("A107", "A306", "M101", "M102", *TABLES, "A502")},
    summary="Propose how an export is read",
)
def propose_mapping(
    basin_id: BasinId,
    request: Request,
    scoped: Reader,
    service: TheService,
    lang: AskedLanguage,
    body: Annotated[bytes, Depends(whole_body)],
    source: Annotated[
        str,
        Query(
            min_length=1,
            max_length=120,
            description="The program, or who sends the export.",
            examples=["Télé 3000"],
        ),
    ],
    name: Annotated[
        str, Query(pattern=FILE, max_length=200, description="What the file is called.")
    ] = "export",
    tables: Annotated[
        str | None,
        Query(max_length=200, description="Ours that it fills, apart by `+`.", examples=["pointages"]),
    ] = None,
) -> ModelResponse[ProposedMappingView]:
    """From an example, as `brigade mapping` does: of planning, absences, people or clock-ins (`pointages`).
    `open` says what the example leaves to decide, such as what a code means; nothing: PUT it as it is.
    Nothing of the example is kept."""
    scoped.must_write(SourceMapping, basin_id)
    scoped.session.rollback()
    media = request.headers.get("Content-Type", "")
    found = service.read_file(uploads.propose_mapping, body, media, source, name, tables)
    told = [IssueView.of(one, lang) for one in found.open]
    return Answer(ProposedMappingView(mapping=found.mapping, open=told)).response()


@router.post(
    "/recognitions",
    openapi_extra={**EXAMPLE, **refuses("A107", "A306", *TABLES, "A502")},
    summary="Whose export a file is",
)
def recognize_file(
    basin_id: BasinId,
    request: Request,
    scoped: Reader,
    service: TheService,
    body: Annotated[bytes, Depends(whole_body)],
    name: Annotated[
        str, Query(pattern=FILE, max_length=200, description="What the file is called.")
    ] = "export",
) -> ModelResponse[RecognizedView]:
    """By its headers, of all mappings that an import of the account may name. Nothing of the file is kept."""
    scoped.must_write(SourceMapping, basin_id)
    # The database is asked first: the connection is not held while the file is read.
    known = mappings.readable(scoped, service.vault, basin_id)
    scoped.session.rollback()
    media = request.headers.get("Content-Type", "")
    found = service.read_file(foreign_files.recognize, body, media, name, list(known.values()))
    ids = [list(known)[number] for number in found.mappings]
    return Answer(RecognizedView(is_ours=found.is_ours, mappings=ids)).response()


@router.get("/{id}", summary="How one source is read", openapi_extra=refuses("A502"))
def read_mapping(
    basin_id: BasinId, id: Id, scoped: Witness, service: TheService
) -> ModelResponse[Envelope[MappingDocument]]:
    """The reading is noted."""
    return sealed_rows.read_noted(scoped, service, SourceMapping, MappingDocument, basin_id, id)


@router.put(
    "/{id}",
    responses=created(WrittenView),
    summary="Tell how a source is read",
    openapi_extra=refuses("A103", "D007", "D008", *MAPPING, "A502"),
)
def put_mapping(
    basin_id: BasinId,
    id: Id,
    given: Given,
    echo: Repeated,
    unit: Writer,
    service: TheService,
    version: IfMatch,
) -> ModelResponse[WrittenView]:
    """The document that `…/mappings/proposals`, or `brigade mapping`, makes from an example. A manager's is
    the own provider's; a coordinator's is the basin's, and managers' imports may name it too."""
    return sealed_rows.put(
        unit,
        echo,
        SourceMapping,
        (basin_id, "mappings", id),
        lambda scoped: mappings.put(scoped, service.vault, basin_id, id, given, version),
    )


@router.delete(
    "/{id}",
    status_code=204,
    response_class=Response,
    summary="Forget how a source is read",
    openapi_extra=refuses("A502"),
)
def delete_mapping(basin_id: BasinId, id: Id, unit: Writer, version: IfMatch) -> Response:
    """What was imported by it stays."""
    return unit.remove(SourceMapping, basin_id, id, version)
