"""Indicators by period as people read them: of a period whose report was issued, as issued, with what today's
computing says otherwise; of the others, as computed today."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from api.access.scope import Scoped
from api.money import periods
from api.money.months import Period, PeriodLength
from api.money.months import periods as periods_of
from api.money.reports import issuing
from api.shapes.kept.report_shapes import KeptFigure
from api.shapes.money_views import (
    FigureView,
    IssuedPeriodView,
    IssuedReportView,
    PeriodsView,
    ReportView,
)
from api.shapes.row_views import view_of
from api.store.release_tables import IssuedReport
from brigade.units import PARIS
from brigade.words import coded, word


def told(
    scoped: Scoped, basin_id: str, every: PeriodLength, first: date, last: date, lang: str
) -> PeriodsView:
    """Raises: as `periods.told`."""
    today = periods.told(scoped, basin_id, every, first, last, lang)
    wanted = list(periods_of(first, last, every))
    issued = issuing.newest(scoped, basin_id, wanted[0].first, wanted[-1].last)
    by_period: dict[str, list[FigureView]] = {one.name: [] for one in wanted}
    for row in today.rows:
        by_period[row.period].append(row)
    rows: list[FigureView] = []
    reports: list[IssuedPeriodView] = []
    for name, live in by_period.items():
        if name not in issued:
            rows += live
            continue
        found = _as_issued(issued[name], live, is_inside=not scoped.principal.is_funder, lang=lang)
        rows += found
        reports.append(_report_of(issued[name], found, live))
    return PeriodsView(every=every.value, rows=rows, issued=reports)


def _as_issued(
    report: IssuedReport, live: Sequence[FigureView], *, is_inside: bool, lang: str
) -> list[FigureView]:
    known = {(one.name, one.of): one for one in live}
    kept = report.figures.inside if is_inside else report.figures.outside
    return [
        _figure(report, one, known.get((one.name, one.of)), is_inside=is_inside, lang=lang) for one in kept
    ]


def _figure(
    report: IssuedReport, one: KeptFigure, live: FigureView | None, *, is_inside: bool, lang: str
) -> FigureView:
    has_changed = live is None or issuing.kept(live) != one
    # To funders only that it changed: two values of one cell would tell how few lie between them.
    today = live.value if live is not None and has_changed and is_inside else None
    return FigureView(
        period=report.period,
        first_day=report.first_day,
        last_day=report.last_day,
        label=word(f"indicator.{one.name}", lang),
        part=coded("part", one.of, lang) if one.of else None,
        issued_on=report.created_at.astimezone(PARIS).date(),
        has_changed=has_changed,
        today=today,
        **one.model_dump(),
    )


def _report_of(
    report: IssuedReport, told: Sequence[FigureView], live: Sequence[FigureView]
) -> IssuedPeriodView:
    """`changed` counts also what nothing was told of then."""
    known = {(one.name, one.of) for one in told}
    new = [one for one in issuing.without_persons(live) if (one.name, one.of) not in known]
    changed = sum(one.has_changed for one in told) + len(new)
    return IssuedPeriodView(**shown(report).model_dump(), changed=changed)


# -- one report --------------------------------------------------------------------------------------------
def shown(report: IssuedReport) -> IssuedReportView:
    return view_of(IssuedReportView, report)


def whole(scoped: Scoped, report: IssuedReport, lang: str) -> ReportView:
    """A report as it was issued, and how much today's computing tells otherwise."""
    every, is_inside = Period.named(report.period).every, not scoped.principal.is_funder
    live = periods.told(scoped, report.basin_id, every, report.first_day, report.last_day, lang).rows
    rows = _as_issued(report, live, is_inside=is_inside, lang=lang)
    figures = report.figures
    # As in the evidence, funders read of what a line of theirs paid.
    paid = [one for one in figures.totals if is_inside or one.funding_line_id is not None]
    return ReportView(
        **_report_of(report, rows, live).model_dump(),
        rows=rows,
        minutes=sum(one.minutes for one in paid),
        cents=sum(one.cents for one in paid),
        totals=paid,
        ledger=figures.ledger,
    )


def editions(scoped: Scoped, basin_id: str) -> Iterator[IssuedReport]:
    """Newest first."""
    row = IssuedReport
    yield from scoped.all(scoped.select(row, basin_id).order_by(row.id.desc()).limit(60))
