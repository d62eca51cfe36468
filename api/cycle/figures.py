"""Requests and coverage over any days of the plans in force, for those who plan; what funders read is in `periods`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from api.cycle.diff import requests_of
from api.scope import Scoped
from api.store.cycle import Plan
from api.store.data import Visit
from brigade.units import PARIS
from brigade.worked import midnight


def indicators(scoped: Scoped, basin_id: str, first_day: date | None, last_day: date | None) -> dict[str, Any]:
    """Requests and coverage over the plans in force from `first_day` to `last_day`: in all, by priority, by provider.

    Raises: NotFound.
    """
    scoped.basin(basin_id)
    asked = select(Plan).where(Plan.basin_id == basin_id, Plan.state == "published")
    asked = asked if first_day is None else asked.where(Plan.first_day >= first_day)
    asked = asked if last_day is None else asked.where(Plan.first_day <= last_day)
    plans = scoped.session.scalars(asked.order_by(Plan.first_day)).all()
    facts = {row.id: row for row in _visits(scoped, basin_id, plans)}
    counts: dict[str, Counter[tuple[str, bool]]] = {"all": Counter(), "priority": Counter(), "provider": Counter()}
    metres = 0
    for plan in plans:
        for visit_id, is_covered in requests_of(plan.document):
            row = facts.get(visit_id)
            counts["all"]["all", is_covered] += 1
            counts["priority"][row.body["priority"] if row else "?", is_covered] += 1
            counts["provider"][row.provider_id if row else "?", is_covered] += 1
        metres += sum(stop["metres"] for route in plan.document["routes"] for stop in route["stops"])
    return {"plans": len(plans), "metres": metres, **{name: _table(found) for name, found in counts.items()}}


def _visits(scoped: Scoped, basin_id: str, plans: Sequence[Plan]) -> list[Visit]:
    """Of the days of these plans, in order."""
    if not plans:
        return []
    after = max(plan.first_day + timedelta(days=plan.days) for plan in plans)
    asked = select(Visit).where(Visit.basin_id == basin_id, Visit.starts_at >= midnight(plans[0].first_day, PARIS))
    return scoped.all(asked.where(Visit.starts_at < midnight(after, PARIS)))


def _table(counts: Counter[tuple[str, bool]]) -> list[dict[str, Any]]:
    cells = []
    for part in sorted({part for part, _ in counts}):
        covered, left = counts[part, True], counts[part, False]
        cells.append({"part": part, "requests": covered + left, "covered": covered})
    return cells
