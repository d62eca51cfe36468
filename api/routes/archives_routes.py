"""All data of a basin, or of one's own service (SAAD), in one file."""

from __future__ import annotations

from collections.abc import Iterator

from fastapi import APIRouter, Depends
from fastapi.responses import StreamingResponse

from api.http.contract import refuses
from api.http.credentials import TheService
from api.http.described_responses import content
from api.http.language import AskedLanguage
from api.http.unit import Witness
from api.operations import archive
from api.shapes.cycle_requests import BasinId

router = APIRouter(prefix="/basins/{basin_id}", tags=["exports"])
ZIP = content("application/zip", "The archive", is_binary=True)


def seated(basin_id: BasinId, scoped: Witness, service: TheService) -> Iterator[None]:
    """One archive at a time by account; the place is given back once it was read, or its reader left.

    Raises: Forbidden, NotFound, TooManyAttempts.
    """
    archive.may_take(scoped, basin_id)
    with service.archives.held(scoped.principal.actor):
        yield


@router.get(
    "/archive",
    response_class=StreamingResponse,
    responses=ZIP,
    dependencies=[Depends(seated)],
    openapi_extra=refuses("A107", "A502"),
)
def take_archive(
    basin_id: BasinId, scoped: Witness, service: TheService, lang: AskedLanguage
) -> StreamingResponse:
    """A zip of JSON lines, a file a table, with a manifest of their columns, counts and checksums
    (docs/archive.md): coordinators, of the basin; managers, of their own services. Names and addresses are in
    it: it is noted, and each of them as read, before the first byte leaves. One at a time by account."""
    archive.note(scoped, service, basin_id)
    scoped.commit()
    headers = _as_file(f"archive-{basin_id}.zip")
    pieces = archive.stream(service, scoped.principal, basin_id, lang)
    return StreamingResponse(pieces, media_type="application/zip", headers=headers)


def _as_file(name: str) -> dict[str, str]:
    # A header holds less than an id may.
    plain = "".join(sign if sign.isascii() and (sign.isalnum() or sign in ".-_") else "-" for sign in name)
    return {"Content-Disposition": f'attachment; filename="{plain}"'}
