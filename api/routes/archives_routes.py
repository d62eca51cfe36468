"""All data of a basin, or of one's own service (SAAD), in one file."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from api.http.described_responses import content
from api.http.unit import TheService, Witness
from api.operations import archive
from api.service.streams import ReleasingBody
from api.shapes.cycle_requests import BasinId

router = APIRouter(prefix="/basins/{basin_id}", tags=["exports"])
ZIP = content("application/zip", "The archive", is_binary=True)


@router.get("/archive", response_class=StreamingResponse, responses=ZIP)
def take_archive(basin_id: BasinId, scoped: Witness, service: TheService) -> StreamingResponse:
    """A zip of JSON lines, a file a table, with a manifest of their columns, counts and checksums
    (docs/archive.md): coordinators, of the basin; managers, of their own services. Names and addresses are in
    it: it is noted, and each of them as read, before the first byte leaves. One at a time by account."""
    archive.may_take(scoped, basin_id)
    holder = scoped.principal
    service.archives.take(holder.actor)

    def over() -> None:
        service.archives.give_back(holder.actor)

    try:
        archive.note(scoped, service, basin_id)
        scoped.commit()
        pieces, headers = archive.stream(service, holder, basin_id), _as_file(f"archive-{basin_id}.zip")
        return ReleasingBody(pieces, over, "application/zip", headers)
    except BaseException:
        over()
        raise


def _as_file(name: str) -> dict[str, str]:
    plain = "".join(sign if sign.isascii() and (sign.isalnum() or sign in ".-_") else "-" for sign in name)
    return {"Content-Disposition": f'attachment; filename="{plain}"'}
