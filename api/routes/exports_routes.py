"""What leaves the service as a file: evidence, payroll, indicators, maps; and refusals. Exports leave a note
in the trail."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Query

from api.access.scope import Scoped
from api.basin import identities
from api.http.contract import PROBLEM, refuses
from api.http.credentials import TheService
from api.http.language import AskedLanguage
from api.http.paging import Page, whole
from api.http.tabular import TableFormat, answer, documented
from api.http.unit import Answer, ModelResponse, Reader, Witness
from api.money import evidence, payroll, periods
from api.money.months import PeriodLength
from api.money.reports import period_reports
from api.plans import plan_map
from api.rostering import on_call_hours
from api.runtime.roles import Role
from api.shapes.cycle_requests import BasinId, Filter, MadeId
from api.shapes.money_views import EvidenceView, MapView, PayrollView, PeriodsView, RefusalsView
from api.shapes.planning.rota_views import OnCallExportView
from api.store.basin_tables import Worker
from api.store.person_tables import WorkerIdentity
from api.worked import refusals
from api.worked.binding_texts import texts_of
from brigade.exchange.shapes.field_kinds import Day
from brigade.units import PARIS
from brigade.words import word

router = APIRouter(prefix="/basins/{basin_id}", tags=["exports"])
First = Annotated[Day, Query(examples=["2026-03-01"])]
Last = Annotated[Day, Query(examples=["2026-03-31"], description="Included.")]
As = Annotated[TableFormat, Query(description="CSV and workbooks have headers in the language asked for.")]


def noted(scoped: Scoped, basin_id: str, what: str, **details: Any) -> None:
    scoped.note(scoped.basin(basin_id), "exported", what=what, **details)
    # Committed before the file leaves: nobody may read what the trail does not say.
    scoped.commit()


def _named(what: str, first_day: date, last_day: date, lang: str) -> str:
    """The name of a file."""
    return word(f"export.file.{what}", lang, first=str(first_day), last=str(last_day))


@router.get(
    "/exports/evidence",
    responses=documented("The evidence of a period"),
    openapi_extra=refuses("A103", "A305"),
)
def export_evidence(
    basin_id: BasinId,
    scoped: Witness,
    first_day: First,
    last_day: Last,
    service: TheService,
    lang: AskedLanguage,
    funding_line_id: Filter = None,
    names: Annotated[bool, Query(description="The workers' names, for coordinators.")] = True,
    format: As = TableFormat.JSON,
) -> ModelResponse[EvidenceView]:
    """Who replaced whom, when, for how long, on which line, at which rate; totals by line; transfers with
    their reasons; the ledger. CSV holds the first of these alone. Managers: of their own providers. Funders:
    what was paid, without the people.
    Coordinators read the workers' names, and the trail says so."""
    scoped.basin(basin_id)
    scoped.only("exports.evidence", Role.COORDINATOR, Role.MANAGER, Role.FUNDER)
    found = evidence.evidence(scoped, basin_id, first_day, last_day, funding_line_id)
    if names and scoped.principal.role in (Role.COORDINATOR, Role.ADMINISTRATOR):
        workers = {row.worker_id for row in found.replacements if row.worker_id}
        known = identities.opened_by_id(scoped, service.vault, WorkerIdentity, basin_id, workers, "evidence")
        found = evidence.named(found, {id: one.name for id, one in known.items()})
    said = {"first_day": first_day.isoformat(), "last_day": last_day.isoformat(), "line": funding_line_id}
    noted(scoped, basin_id, "evidence", rows=len(found.replacements), **said)
    return answer(format, _named("evidence", first_day, last_day, lang), found, evidence.tables(found, lang))


@router.get(
    "/exports/payroll",
    responses=documented("Hours and kilometres of a period"),
    openapi_extra=refuses("A103", "A305"),
)
def export_payroll(
    basin_id: BasinId,
    scoped: Witness,
    first_day: First,
    last_day: Last,
    lang: AskedLanguage,
    employer_id: Filter = None,
    format: As = TableFormat.JSON,
) -> ModelResponse[PayrollView]:
    """One line a worker and day, from outcomes: hours, kilometres, Sundays, holidays, nights, short notice.
    Lending employers: their own staff."""
    scoped.basin(basin_id)
    scoped.only("exports.payroll", Role.COORDINATOR, Role.EMPLOYER)
    found = payroll.payroll(scoped, basin_id, first_day, last_day, employer_id)
    said = {"first_day": first_day.isoformat(), "last_day": last_day.isoformat(), "employer": employer_id}
    noted(scoped, basin_id, "payroll", rows=len(found.rows), **said)
    return answer(format, _named("payroll", first_day, last_day, lang), found, payroll.tables(found, lang))


@router.get(
    "/exports/on-call",
    responses=documented("Hours on call and calls of a period"),
    openapi_extra=refuses("A103", "A305", *PROBLEM),
)
def export_on_call(
    basin_id: BasinId,
    scoped: Witness,
    first_day: First,
    last_day: Last,
    lang: AskedLanguage,
    employer_id: Filter = None,
    format: As = TableFormat.JSON,
) -> ModelResponse[OnCallExportView]:
    """Each period on call with what the employer's text owes for it (points, or compensating rest), each call
    with its work, both ways included. Lending employers: their own staff."""
    scoped.basin(basin_id)
    scoped.only("exports.on-call", Role.COORDINATOR, Role.EMPLOYER)
    found = on_call_hours.told(scoped, basin_id, first_day, last_day, employer_id)
    said = {"first_day": first_day.isoformat(), "last_day": last_day.isoformat(), "employer": employer_id}
    noted(scoped, basin_id, "on_call", rows=len(found.rows), **said)
    name = _named("on_call", first_day, last_day, lang)
    return answer(format, name, found, on_call_hours.tables(found, lang))


@router.get(
    "/indicators/periods",
    responses=documented("Indicators by period"),
    tags=["indicators"],
    openapi_extra=refuses("A103", "A305"),
)
def read_periods(
    basin_id: BasinId,
    scoped: Witness,
    first_day: First,
    last_day: Last,
    lang: AskedLanguage,
    every: PeriodLength = PeriodLength.MONTH,
    format: As = TableFormat.JSON,
) -> ModelResponse[PeriodsView]:
    """By month, quarter or year: coordinators and funders. Funders read periods that are over, small cells
    left out."""
    scoped.basin(basin_id)
    scoped.only("indicators", Role.COORDINATOR, Role.FUNDER)
    found = period_reports.told(scoped, basin_id, every, first_day, last_day, lang)
    if format is not TableFormat.JSON:
        noted(
            scoped,
            basin_id,
            "indicators",
            every=every.value,
            first_day=first_day.isoformat(),
            last_day=last_day.isoformat(),
        )
    return answer(format, _named("indicators", first_day, last_day, lang), found, periods.tables(found, lang))


@router.get("/plans/{id}/geojson", tags=["plans"])
def export_map(basin_id: BasinId, id: MadeId, scoped: Witness) -> ModelResponse[MapView]:
    """Tours and stops. Homes are as coarse as whoever asks may know them; workers' own homes are never
    told."""
    found = plan_map.geojson(scoped, basin_id, id)
    noted(scoped, basin_id, "geojson", plan=id)
    return answer(TableFormat.JSON, "plan", found, [])


@router.get("/refusals", tags=["workers"])
def list_refusals(
    basin_id: BasinId, scoped: Reader, day: Annotated[Day | None, Query(examples=["2026-03-09"])] = None
) -> ModelResponse[Page[RefusalsView]]:
    """By person, in the reference year that holds `day` (by default today): shown, never ranked on. Employers
    and workers: their own."""
    scoped.basin(basin_id)
    at: date = day or scoped.clock.now().astimezone(PARIS).date()
    workers = [row.value for row in scoped.all(scoped.select(Worker, basin_id).order_by(Worker.id))]
    return Answer(
        whole(refusals.counted(scoped, basin_id, workers, at, texts_of(scoped, basin_id)))
    ).response()
