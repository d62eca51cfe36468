"""What became of visits, over HTTP: one by one, in bulk, from clock-ins; and the figures of days."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Body, Depends, Query, Request

from api.basin import mappings
from api.http.contract import FORM, MAPPED, UPLOAD, refuses
from api.http.credentials import TheService
from api.http.language import AskedLanguage
from api.http.paging import Page, PageParams, narrowed
from api.http.put_back import ReadOnly, repeated_in
from api.http.unit import Answer, IfMatch, ModelResponse, Reader, Writer, whole_body
from api.imports import uploads
from api.incidents import clock_ins, outcomes
from api.money import coverage_counts
from api.runtime.body_documents import DocumentRoute
from api.runtime.roles import Role
from api.shapes.cycle_requests import (
    FILE,
    ID,
    BasinId,
    Filter,
    Id,
    OutcomeIn,
    OutcomesIn,
    exact,
)
from api.shapes.cycle_views import (
    IndicatorsView,
    OutcomesView,
    OutcomeView,
)
from api.shapes.planning.plan_views import IssueView
from api.shapes.row_views import said
from api.store.cycle_tables import Outcome
from brigade.exchange.mapping.clock_in_tables import ClockIns
from brigade.exchange.shapes.field_kinds import Day

router = APIRouter(prefix="/basins/{basin_id}", route_class=DocumentRoute)
CLOCKED = {
    "requestBody": {
        "required": True,
        "content": uploads.tables_body("intervention;début;fin\r\nV1;09/03/2026 08:02;09/03/2026 08:58\r\n"),
    }
}


@router.get("/outcomes", tags=["outcomes"])
def list_outcomes(
    basin_id: BasinId, scoped: Reader, turn: Annotated[PageParams, Depends()], plan_id: Filter = None
) -> ModelResponse[Page[OutcomeView]]:
    """What is known to have taken place."""
    scoped.basin(basin_id)
    asked = narrowed(scoped.select(Outcome, basin_id), Outcome, {"plan_id": plan_id})
    return Answer(turn.page(scoped, asked, Outcome.id, outcomes.shown, newest_first=True)).response()


@router.put(
    "/outcomes/{id}",
    responses={201: {"model": OutcomeView}},
    tags=["outcomes"],
    openapi_extra=refuses("A405", "422 A405"),
)
def record_outcome(
    basin_id: BasinId,
    id: Id,
    given: Annotated[OutcomeIn, exact(OutcomeIn, OutcomeView), Body()],
    echo: Annotated[ReadOnly, repeated_in(OutcomeIn, OutcomeView)],
    unit: Writer,
    service: TheService,
    version: IfMatch,
) -> ModelResponse[OutcomeView]:
    """What became of visit `id`; to correct what stands, with If-Match. What GET answers may be sent back
    whole."""

    def act() -> Answer[OutcomeView]:
        stood = unit.scoped.session.scalar(
            unit.scoped.select(Outcome, basin_id).where(Outcome.visit_id == id)
        )
        echo.refuse_changed(
            f"outcomes.{id}", {"visit_id": id} if stood is None else said(outcomes.shown(stood))
        )
        row, is_new = outcomes.record(unit.scoped, service, basin_id, id, given, version)
        return Answer(outcomes.shown(row), 201 if is_new else 200, row.version)

    return unit.answer(act)


@router.post(
    "/outcomes", tags=["outcomes"], openapi_extra=refuses("422 A201", "422 A202", "A305", "422 A405")
)
def record_outcomes(
    basin_id: BasinId,
    given: Annotated[OutcomesIn, exact(OutcomesIn), Body()],
    unit: Writer,
    service: TheService,
) -> ModelResponse[OutcomesView]:
    """What became of many visits, all of them or none; every fault comes at once."""
    lines = [(f"outcomes[{number}].{{}}".format, line) for number, line in enumerate(given.outcomes)]

    def act() -> Answer[OutcomesView]:
        done = outcomes.record_all(unit.scoped, service, basin_id, lines, corrects=given.corrects)
        return Answer(_recorded(done, dry_run=False))

    return unit.answer(act)


def clocked(
    basin_id: BasinId,
    request: Request,
    scoped: Reader,
    service: TheService,
    body: Annotated[bytes, Depends(whole_body)],
    mapping: Annotated[
        str | None, Query(pattern=ID, max_length=120, description="How this export is read.")
    ] = None,
    name: Annotated[
        str, Query(pattern=FILE, max_length=200, description="What the file is called.")
    ] = "pointages",
) -> ClockIns:
    """The file, read before the writing transaction begins."""
    scoped.must_write(Outcome, basin_id)
    known = None if mapping is None else mappings.named(scoped, service.vault, basin_id, mapping)
    # Given back before the file is read: that takes long, and needs no database.
    scoped.session.rollback()
    return service.read_file(
        uploads.read_clock_ins, body, request.headers.get("Content-Type", ""), known, name
    )


@router.post(
    "/outcomes/imports",
    tags=["outcomes"],
    openapi_extra={
        **CLOCKED,
        **refuses(
            *("A107", "A201", "422 A201", "422 A202", "A305", "A306", "422 A405", "A502"),
            *(*FORM, *MAPPED, *UPLOAD),
        ),
    },
)
def import_clock_ins(
    basin_id: BasinId,
    told: Annotated[ClockIns, Depends(clocked)],
    unit: Writer,
    service: TheService,
    lang: AskedLanguage,
    dry_run: Annotated[bool, Query(description="Say what would change, and change nothing.")] = True,
    corrects: Annotated[bool, Query(description="What stands otherwise is written over.")] = False,
) -> ModelResponse[OutcomesView]:
    """Outcomes out of a file of clock-ins: a table `pointages`, or a télégestion export by its mapping. A
    passage that names no visit is the one of its client whose told hour is nearest; what was not the
    brigade's is passed over, and said."""

    def act() -> Answer[OutcomesView]:
        lines, remarks = clock_ins.matched(unit.scoped, basin_id, told)
        done = outcomes.record_all(unit.scoped, service, basin_id, lines, corrects=corrects, dry_run=dry_run)
        said = [IssueView.of(one, lang) for one in remarks]
        return Answer(_recorded(done, dry_run=dry_run, remarks=said))

    # A dry run is not remembered under its key: the real one that follows may bring the same.
    return act().response() if dry_run else unit.answer(act)


def _recorded(
    done: outcomes.RecordedOutcomes, *, dry_run: bool, remarks: Sequence[IssueView] = ()
) -> OutcomesView:
    return OutcomesView(
        dry_run=dry_run,
        created=done.counts["created"],
        corrected=done.counts["corrected"],
        unchanged=done.counts["unchanged"],
        outcomes=[outcomes.shown(row) for row in done.rows],
        jobs=[job.id for job in done.jobs],
        remarks=list(remarks),
    )


@router.get("/indicators", tags=["indicators"], openapi_extra=refuses("A103", "A305"))
def read_indicators(
    basin_id: BasinId,
    scoped: Reader,
    first_day: Annotated[Day | None, Query(examples=["2026-03-01"])] = None,
    last_day: Annotated[Day | None, Query(examples=["2026-03-31"])] = None,
) -> ModelResponse[IndicatorsView]:
    """Over any days of the plans in force, for those who plan. What funders read is
    `…/indicators/periods`."""
    scoped.only("indicators", Role.COORDINATOR)
    return Answer(coverage_counts.indicators(scoped, basin_id, first_day, last_day)).response()
