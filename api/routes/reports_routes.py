"""Reports of periods that are over: issued by a coordinator, and told as issued ever after."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Body, Depends

from api.http.contract import refuses
from api.http.language import AskedLanguage
from api.http.paging import Page, PageParams
from api.http.unit import Answer, ModelResponse, Reader, Writer
from api.money.reports import issuing, period_reports
from api.runtime.roles import Role
from api.shapes.cycle_requests import BasinId, MadeId, exact
from api.shapes.money_requests import ReportIn
from api.shapes.money_views import IssuedReportView, ReportView
from api.store.release_tables import IssuedReport

router = APIRouter(prefix="/basins/{basin_id}/reports", tags=["indicators"])


@router.get("", summary="Reports that were issued")
def list_reports(
    basin_id: BasinId, scoped: Reader, turn: Annotated[PageParams, Depends()]
) -> ModelResponse[Page[IssuedReportView]]:
    """Newest first, every edition. Coordinators and funders."""
    scoped.basin(basin_id)
    asked = scoped.select(IssuedReport, basin_id)
    found = turn.page(scoped, asked, IssuedReport.id, period_reports.shown, newest_first=True)
    return Answer(found).response()


@router.post("", status_code=201, summary="Issue a report", openapi_extra=refuses("A202"))
def issue_report(
    basin_id: BasinId, given: Annotated[ReportIn, exact(ReportIn), Body()], unit: Writer
) -> ModelResponse[IssuedReportView]:
    """The figures and the money of a period that is over, kept as they are today: `…/indicators/periods`
    tells them so ever after, and says where computing anew tells otherwise. Issued again, with a reason, it
    is a further edition."""

    def act() -> Answer[IssuedReportView]:
        return Answer(period_reports.shown(issuing.issue(unit.scoped, basin_id, given)), 201)

    return unit.answer(act)


@router.get("/{id}", summary="A report as it was issued")
def read_report(
    basin_id: BasinId, id: MadeId, scoped: Reader, lang: AskedLanguage
) -> ModelResponse[ReportView]:
    """Funders: with the small cells hidden that were hidden then."""
    scoped.only("reports", Role.COORDINATOR, Role.FUNDER)
    report = scoped.one(IssuedReport, basin_id, id)
    return Answer(period_reports.whole(scoped, report, lang)).response()
