"""Requests and coverage over any days of the plans in force, for those who plan; what funders read is in
`periods`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date, timedelta

from sqlalchemy import select

from api.access.scope import Scoped
from api.money.planned_figures import within
from api.shapes.cycle_views import CellView, IndicatorsView
from api.store.cycle_tables import Plan
from brigade.figures.coverage_figures import PRIORITIES, RESERVED
from brigade.units import MAX_DAYS


def indicators(
    scoped: Scoped, basin_id: str, first_day: date | None, last_day: date | None
) -> IndicatorsView:
    """Requests and coverage over the plans in force from `first_day` to `last_day`: in all, by priority, by
    provider.

    Raises: NotFound.
    """
    scoped.basin(basin_id)
    first, last = first_day or date.min, last_day or date.max
    asked = select(Plan).where(Plan.basin_id == basin_id, Plan.state == "published", Plan.first_day <= last)
    # A plan that began before may reach into the span, by so many days at the most.
    asked = asked if first_day is None else asked.where(Plan.first_day > first_day - timedelta(days=MAX_DAYS))
    plans = [plan for plan in scoped.session.scalars(asked.order_by(Plan.first_day)) if _last(plan) >= first]
    sums: Counter[tuple[str, str]] = Counter()
    for plan in plans:
        sums.update(within(scoped.session, plan, first, last))
    providers = {part for name, part in sums if name == "requests" and part} - RESERVED
    return IndicatorsView(
        plans=len(plans),
        metres=sums["distance", ""],
        all=_table(sums, {"all": ""}) if sums["requests", ""] else [],
        priority=_table(sums, {part: part for part in PRIORITIES}),
        provider=_table(sums, {part: part for part in providers}),
    )


def _last(plan: Plan) -> date:
    return plan.first_day + timedelta(days=plan.days - 1)


def _table(sums: Mapping[tuple[str, str], int], parts: dict[str, str]) -> list[CellView]:
    cells = (
        CellView(part=name, requests=sums.get(("requests", part), 0), covered=sums.get(("covered", part), 0))
        for name, part in sorted(parts.items())
    )
    return [cell for cell in cells if cell.requests]
