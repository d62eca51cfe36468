"""What funders, the committee and a département look at: indicators in words, as a table and a picture; money
by line, and its evidence; basins side by side. All of them print."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Path, Query
from fastapi.responses import Response

from api.money import basins_compared, evidence, ledger, transfers
from api.money.months import Period, PeriodLength
from api.money.months import periods as periods_of
from api.money.reports import issuing, period_reports
from api.persons import accounts
from api.runtime.faults import Forbidden
from api.runtime.roles import Role
from api.shapes.cycle_requests import ID, MADE
from api.shapes.money_requests import ReportIn
from api.shapes.money_views import FigureView, IssuedReportView, LedgerView, ReportView, TransferView
from api.store.basin_tables import FundingLine
from api.store.release_tables import FundingTransfer, IssuedReport
from api.web.rendering import Sayer, said
from api.web.view import MenuGroup, PageEntry, Press, PressedView, ScopedView, View
from brigade.errors import BrigadeError
from brigade.figures.definitions import definitions

router = APIRouter(prefix="/bassins", include_in_schema=False)
READERS = frozenset({Role.FUNDER, Role.COORDINATOR, Role.ADMINISTRATOR})
OVERSEERS = frozenset({Role.FUNDER, Role.ADMINISTRATOR})
PAGES = (
    PageEntry("indicators", "/bassins/{basin_id}/indicateurs", READERS, 70, MenuGroup.FIGURES),
    PageEntry("report", "/bassins/{basin_id}/rapports/{report_id}", READERS),
    PageEntry("funding", "/bassins/{basin_id}/financements", READERS, 80, MenuGroup.FIGURES),
    PageEntry("territory", "/bassins", OVERSEERS, 90, MenuGroup.FIGURES),
)
YEARS = 5
"""As many years one table compares."""
SHOWN_FIRST = "coverage_rate"
BasinId = Annotated[str, Path(pattern=ID, max_length=120)]
ReportId = Annotated[str, Path(pattern=MADE)]
Every = Annotated[PeriodLength, Query(alias="par")]
Year = Annotated[int | None, Query(alias="annee", ge=2020, le=2100)]
Shown = Annotated[str, Query(alias="indicateur", max_length=60, pattern=r"^[a-z_0-9]+$")]
Quarter = Annotated[str | None, Query(alias="trimestre", pattern=r"^20\d\d-T[1-4]$")]


# -- indicators --------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class FigureLine:
    """One figure over the periods; `part`: what it speaks of, None: the whole. `cells`: by period, None where
    nothing is told."""

    name: str
    part: str | None
    unit: str
    cells: Sequence[FigureView | None]


@dataclass(frozen=True, slots=True)
class ChartBar:
    """`height`: of 100; None where nothing is told, or no more than bounds."""

    period: str
    figure: FigureView | None
    height: float | None


@router.get("/{basin_id}/indicateurs")
def indicators_page(
    basin_id: BasinId,
    view: View,
    every: Every = PeriodLength.MONTH,
    year: Year = None,
    shown: Shown = SHOWN_FIRST,
) -> Response:
    return _indicators(view, basin_id, every, year, shown)


@router.post("/{basin_id}/indicateurs")
def issue(
    basin_id: BasinId,
    press: Press,
    every: Every = PeriodLength.MONTH,
    year: Year = None,
    shown: Shown = SHOWN_FIRST,
) -> Response:
    """A report of a period that is over."""
    try:
        given = press.form.read(ReportIn)

        def act() -> str:
            report = issuing.issue(press.scoped, basin_id, given)
            return f"/bassins/{quote(basin_id)}/rapports/{report.id}"

        return press.done(act)
    except Forbidden:
        raise
    except BrigadeError as fault:
        return _indicators(press, basin_id, every, year, shown, fault)


def _indicators(
    view: ScopedView | PressedView,
    basin_id: str,
    every: PeriodLength,
    year: int | None,
    shown: str,
    fault: BrigadeError | None = None,
) -> Response:
    view.scoped.basin(basin_id)
    view.scoped.only("indicators", *READERS)
    this = year or view.now.year
    first = date(this - YEARS + 1 if every is PeriodLength.YEAR else this, 1, 1)
    last = date(this, 12, 31)
    found = period_reports.told(view.scoped, basin_id, every, first, last, view.lang)
    is_outside, today = view.scoped.principal.is_funder, view.now.date()
    names = [
        one.name
        for one in periods_of(first, last, every)
        if (one.last < today if is_outside else one.first <= today)
    ]
    lines = list(_lines(found.rows, names))
    whole = [one for one in lines if one.part is None]
    chosen = next((one for one in whole if one.name == shown), whole[0] if whole else None)
    return view.page(
        "figures/indicators.html",
        fault=fault,
        wide=True,
        every=every.value,
        lengths=[one.value for one in PeriodLength],
        year=this,
        years=range(view.now.year, view.now.year - YEARS, -1),
        periods=names,
        whole=whole,
        parts_lines=[one for one in lines if one.part is not None],
        chosen=chosen,
        issued={one.period: one for one in found.issued},
        reports=_reports(view, basin_id),
        closed=[one.name for one in periods_of(first, last, every) if one.last < today],
        may_issue=not is_outside,
        bars=_bars(chosen, names) if chosen else [],
        most=_most(chosen),
        head=_head(found.rows, view.lang),
        first_day=first,
        last_day=last,
        basin_id=basin_id,
        is_outside=is_outside,
    )


# -- reports -----------------------------------------------------------------------------------------------
def _reports(view: ScopedView | PressedView, basin_id: str) -> list[tuple[IssuedReportView, str]]:
    """Those that were issued, newest first, each with what its author is called."""
    rows = [period_reports.shown(one) for one in period_reports.editions(view.scoped, basin_id)]
    called = accounts.called(view.scoped.session, {one.author for one in rows})
    return [(one, called.get(one.author, one.author)) for one in rows]


@router.get("/{basin_id}/rapports/{report_id}")
def report_page(basin_id: BasinId, report_id: ReportId, view: View) -> Response:
    """One, to be read and printed as it was issued."""
    view.scoped.basin(basin_id)
    view.scoped.only("reports", *READERS)
    row = view.scoped.one(IssuedReport, basin_id, report_id)
    report = period_reports.whole(view.scoped, row, view.lang)
    lines = list(_lines(report.rows, [report.period]))
    names = accounts.called(view.scoped.session, {report.author})
    return view.page(
        "figures/report.html",
        report=report,
        whole=[one for one in lines if one.part is None],
        parts_lines=[one for one in lines if one.part is not None],
        author=names.get(report.author, report.author),
        basin_id=basin_id,
        is_outside=view.scoped.principal.is_funder,
    )


def _lines(rows: Sequence[FigureView], names: Sequence[str]) -> Iterator[FigureLine]:
    """In the order of docs/figures.md; parts by what they are called."""
    by_line: dict[tuple[str, str | None], dict[str, FigureView]] = {}
    for row in rows:
        by_line.setdefault((row.name, row.part), {})[row.period] = row
    order = {name: number for number, name in enumerate(definitions())}
    for name, part in sorted(by_line, key=lambda one: (order.get(one[0], len(order)), one[1] or "")):
        cells = by_line[name, part]
        yield FigureLine(name, part, definitions()[name].unit, [cells.get(one) for one in names])


def _most(line: FigureLine | None) -> float:
    """The top of the picture: a share's is the whole."""
    if line is None or line.unit == "share":
        return 1
    return max([one.value for one in line.cells if one is not None and one.value is not None], default=0) or 1


def _bars(line: FigureLine, names: Sequence[str]) -> list[ChartBar]:
    most = _most(line)
    return [
        ChartBar(
            name, one, None if one is None or one.value is None else round(100 * max(one.value, 0) / most, 1)
        )
        for name, one in zip(names, line.cells, strict=True)
    ]


def _head(rows: Sequence[FigureView], lang: str) -> str | None:
    """The newest period in which anything was to be covered, in a sentence."""
    whole = {(one.period, one.name): one.value for one in rows if one.of is None}
    for _, period in sorted({(one.last_day, one.period) for one in rows if one.name == "requests"})[::-1]:
        asked, share, breaks = (
            whole.get((period, name)) for name in ("requests", SHOWN_FIRST, "service_breaks")
        )
        told = {"asked": _whole(asked), "breaks": _whole(breaks), "share": share}
        key = "page.indicators.head" if asked is not None else "page.indicators.head_hidden"
        return said(key, lang, period=Sayer(lang).calendar_period(period), **told)
    return None


def _whole(value: float | None) -> int | None:
    return None if value is None else round(value)


# -- money -------------------------------------------------------------------------------------------------
@router.get("/{basin_id}/financements")
def funding_page(basin_id: BasinId, view: View, quarter: Quarter = None) -> Response:
    basin = view.scoped.basin(basin_id)
    view.scoped.only("exports.evidence", *READERS)
    period = _quarter(view, quarter)
    rows = view.scoped.all(view.scoped.select(FundingLine, basin_id))
    found = evidence.evidence(view.scoped, basin_id, period.first, period.last, None)
    span = {"first_day": period.first.isoformat(), "last_day": period.last.isoformat(), "line": None}
    view.scoped.note(basin, "exported", what="evidence", rows=len(found.replacements), **span)
    moved = view.scoped.select(FundingTransfer, basin_id).order_by(FundingTransfer.id.desc()).limit(50)
    return view.page(
        "figures/funding.html",
        lines=[(one, shares(one)) for one in _accounts(view, basin_id, rows)],
        names={row.id: row.value.name for row in rows},
        quarters=_quarters(view),
        quarter=period.name,
        first_day=period.first,
        last_day=period.last,
        found=found,
        issued=_issued_money(view, basin_id, period),
        transfers=_transfers(view.scoped.all(moved)),
        basin_id=basin_id,
    )


def _issued_money(view: ScopedView, basin_id: str, period: Period) -> ReportView | None:
    """The report by which the money of a quarter is told."""
    row = issuing.newest(view.scoped, basin_id, period.first, period.last).get(period.name)
    return None if row is None else period_reports.whole(view.scoped, row, view.lang)


def _accounts(view: ScopedView, basin_id: str, rows: list[FundingLine]) -> list[LedgerView]:
    return [ledger.shown(one) for one in ledger.accounts(view.scoped, basin_id, rows).values()]


def _transfers(rows: Sequence[FundingTransfer]) -> list[TransferView]:
    return [transfers.shown(one) for one in rows]


def _quarter(view: ScopedView, asked: str | None) -> Period:
    if asked is None:
        return Period.of(view.now.date(), PeriodLength.QUARTER)
    return Period.quarter(asked)


def _quarters(view: ScopedView) -> list[str]:
    """The last two years, newest first."""
    today = view.now.date()
    found = periods_of(date(today.year - 2, 1, 1), today, PeriodLength.QUARTER)
    return [one.name for one in found][::-1]


def shares(one: LedgerView) -> Mapping[str, float]:
    """Of its cap, in hundredths: what is done, and what is promised beside it."""
    # An overdrawn line fills its bar and no more. At least 1: a line without money has nothing to divide by.
    cap = max(one.cap_cents, one.consumed_cents + one.reserved_cents, 1)
    return {
        "done": round(100 * one.consumed_cents / cap, 1),
        "held": round(100 * one.reserved_cents / cap, 1),
    }


# -- basins side by side -----------------------------------------------------------------------------------
@router.get("")
def territory_page(view: View, quarter: Quarter = None) -> Response:
    """For a département: all basins that the account reaches."""
    view.scoped.only("territory", *OVERSEERS)
    asked = Period.quarter(quarter) if quarter is not None else None
    found = basins_compared.territory(view.scoped, view.lang, asked)
    return view.page("figures/territory.html", wide=True, found=found, quarters=_quarters(view))
