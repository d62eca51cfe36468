"""What anybody may ask about herself: everything that is held, and to be forgotten."""

# No postponed annotations here: FastAPI reads the factory's local types.
from typing import Annotated

from fastapi import APIRouter, Body, Depends

from api.http.contract import refuses
from api.http.credentials import TheService
from api.http.paging import Page, PageParams
from api.http.unit import Answer, ModelResponse, Reader, Witness, Writer
from api.persons import erasing
from api.persons.dossier import dossier
from api.persons.erasing import SUBJECTS, PersonKind
from api.runtime.body_documents import DocumentRoute
from api.runtime.faults import Unfit
from api.shapes.cycle_requests import BasinId, ErasureIn, Id, exact
from api.shapes.dossier_views import DossierView, ErasureView
from api.store.person_tables import Erasure

router = APIRouter(prefix="/basins/{basin_id}", tags=["rights"], route_class=DocumentRoute)


@router.get("/erasures", openapi_extra=refuses("A103"))
def list_erasures(
    basin_id: BasinId, scoped: Reader, turn: Annotated[PageParams, Depends()]
) -> ModelResponse[Page[ErasureView]]:
    """That people were erased, and when; never whom."""
    scoped.basin(basin_id)
    return Answer(
        turn.page(scoped, scoped.select(Erasure, basin_id), Erasure.id, erasing.shown, newest_first=True)
    ).response()


def _route(subject: PersonKind) -> None:
    kind, one = subject.kind, subject.kind.removesuffix("s")

    @router.get(
        f"/{kind}/{{id}}/dossier",
        summary=f"All that is held about a {one}",
        openapi_extra=refuses("A103", "A502"),
    )
    def read_dossier(
        basin_id: BasinId, id: Id, scoped: Witness, service: TheService
    ) -> ModelResponse[DossierView]:
        """For the person herself (GDPR, articles 15 and 20). The export is written down."""
        made = dossier(scoped, service, subject, basin_id, id)
        scoped.commit()
        # No id in the name: it stays in the lists of downloads.
        headers = {"Content-Disposition": f'attachment; filename="dossier-{kind}.json"'}
        return Answer(made, headers=headers).response()

    @router.post(
        f"/{kind}/{{id}}/erasure",
        status_code=202,
        summary=f"Forget a {one} for good",
        openapi_extra=refuses("A306", "A406", "A502"),
    )
    def erase(
        basin_id: BasinId, id: Id, given: Annotated[ErasureIn, exact(ErasureIn), Body()], unit: Writer
    ) -> ModelResponse[ErasureView]:
        """Who she is goes at once, and whatever the law does not keep; the documents it keeps are rewritten
        within the minute (`GET …/erasures`). The new pseudonym of kept rows is told in this answer only."""

        def act() -> Answer[ErasureView]:
            unit.scoped.one(subject.table, basin_id, id, write=True)
            if given.confirm != id:
                raise Unfit("A306", "confirm", "confirm_otherwise", {"confirm": given.confirm})
            row, pseudonym = erasing.erase(unit.scoped, subject, basin_id, id, given.reason)
            body = erasing.shown(row).model_copy(update={"pseudonym": pseudonym})
            return Answer(
                body, 202, location=f"/v1/basins/{basin_id}/erasures", told_once=frozenset({"pseudonym"})
            )

        return unit.answer(act)


for _subject in SUBJECTS.values():
    _route(_subject)
