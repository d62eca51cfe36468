"""A report issued: the figures and the money of a period that is over, kept as they are told that day. A
later correction changes no issued report; whoever issues the period again says why, and the former edition
stays."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from sqlalchemy import func, select

from api.access.scope import Scoped
from api.money import evidence, periods
from api.money.months import Period
from api.shapes.kept.report_shapes import KeptFigure, KeptReport
from api.shapes.money_requests import ReportIn
from api.shapes.money_views import FigureView
from api.store.release_tables import IssuedReport
from brigade.errors import Issue, Refused
from brigade.units import PARIS

OF_PERSONS = frozenset({"inclusion_pass_days"})
"""Figures whose parts are people: an issued report keeps nobody."""


def issue(scoped: Scoped, basin_id: str, given: ReportIn) -> IssuedReport:
    """Raises: NotFound, Forbidden; Refused, for a period that goes on, or one issued before without a reason
    to issue it again."""
    scoped.must_write(IssuedReport, basin_id)
    period = Period.named(given.period)
    edition = _editions(scoped, basin_id, period.name) + 1
    issues = list(_faults(given, period, edition, scoped.clock.now().astimezone(PARIS).date()))
    if issues:
        raise Refused(issues)
    row = IssuedReport.made(
        scoped.clock,
        basin_id,
        period=period.name,
        first_day=period.first,
        last_day=period.last,
        edition=edition,
        reason=given.reason,
        author=scoped.principal.actor,
        figures=_figures(scoped, basin_id, period),
    )
    scoped.add(row, "issued", given.reason, period=period.name, edition=edition)
    return row


def _editions(scoped: Scoped, basin_id: str, period: str) -> int:
    own = (IssuedReport.basin_id == basin_id, IssuedReport.period == period)
    return scoped.session.scalar(select(func.count()).where(*own)) or 0


def _faults(given: ReportIn, period: Period, edition: int, today: date) -> Iterator[Issue]:
    if period.last >= today:
        yield Issue("A305", "reports.period", "period_not_over", {"last": period.last})
    if edition > 1 and not given.reason:
        yield Issue("A305", "reports.reason", "issued_before", {"period": period.name})


def _figures(scoped: Scoped, basin_id: str, period: Period) -> KeptReport:
    found = periods.gathered(scoped, basin_id, period.every, period.first, period.last)
    money = evidence.evidence(scoped, basin_id, period.first, period.last, None)
    return KeptReport(
        inside=_side(found, inside=True),
        outside=_side(found, inside=False),
        totals=money.totals,
        ledger=money.ledger,
    )


def _side(found: periods.PeriodFigures, *, inside: bool) -> list[KeptFigure]:
    # Figures are kept in no language: labels are said by whoever reads.
    return [kept(one) for one in without_persons(found.told("en", inside=inside).rows)]


def without_persons(rows: Sequence[FigureView]) -> list[FigureView]:
    return [one for one in rows if one.name not in OF_PERSONS]


def kept(one: FigureView) -> KeptFigure:
    return KeptFigure(**{name: getattr(one, name) for name in KeptFigure.model_fields})


def newest(scoped: Scoped, basin_id: str, first: date, last: date) -> dict[str, IssuedReport]:
    """By period, the last edition of each report of a period inside first..last that the account sees."""
    row = IssuedReport
    asked = scoped.select(row, basin_id).where(row.first_day >= first, row.last_day <= last)
    return {one.period: one for one in scoped.all(asked.order_by(row.edition))}
