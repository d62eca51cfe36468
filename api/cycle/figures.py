"""What funders may read: sums over published plans, with every small cell, and what would give it away, left out."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

from sqlalchemy import select

from api.access import Role
from api.scope import Scoped
from api.store.cycle import Plan
from api.store.data import Visit

SMALLEST = 5
"""Counts of fewer people's visits are not told outside (domain rule of small cells)."""


def indicators(scoped: Scoped, basin_id: str, first_day: date | None, last_day: date | None) -> dict[str, Any]:
    """Requests and coverage over the plans in force from `first_day` to `last_day`: in all, by priority, by provider.

    Raises: NotFound.
    """
    scoped.basin(basin_id)
    asked = select(Plan).where(Plan.basin_id == basin_id, Plan.state == "published")
    asked = asked if first_day is None else asked.where(Plan.first_day >= first_day)
    asked = asked if last_day is None else asked.where(Plan.first_day <= last_day)
    plans = scoped.session.scalars(asked.order_by(Plan.first_day)).all()
    facts = {row.id: row for row in scoped.session.scalars(select(Visit).where(Visit.basin_id == basin_id))}
    counts: dict[str, Counter[tuple[str, bool]]] = {"all": Counter(), "priority": Counter(), "provider": Counter()}
    metres = 0
    for plan in plans:
        for visit_id, is_covered in _requests(plan):
            row = facts.get(visit_id)
            counts["all"]["all", is_covered] += 1
            counts["priority"][row.body["priority"] if row else "?", is_covered] += 1
            counts["provider"][row.provider_id if row else "?", is_covered] += 1
        metres += sum(stop["metres"] for route in plan.document["routes"] for stop in route["stops"])
    hides = scoped.principal.role is Role.FUNDER
    tables = {name: _table(found, hides) for name, found in counts.items()}
    return {"plans": len(plans), "metres": None if hides and _is_small(tables["all"]) else metres, **tables}


def _requests(plan: Plan) -> list[tuple[str, bool]]:
    done = [(stop["visit_id"], True) for route in plan.document["routes"] for stop in route["stops"]]
    return done + [(left["visit_id"], False) for left in plan.document["uncovered"]]


def _is_small(table: list[dict[str, Any]]) -> bool:
    return any(cell["suppressed"] for cell in table)


def _table(counts: Counter[tuple[str, bool]], hides: bool) -> list[dict[str, Any]]:
    cells = []
    for part in sorted({part for part, _ in counts}):
        covered, left = counts[part, True], counts[part, False]
        cells.append({"part": part, "requests": covered + left, "covered": covered, "suppressed": False})
    return suppressed(cells) if hides else cells


def suppressed(cells: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The table without small cells. One hidden cell alone could be had by subtraction from the total, so the smallest of the
    others goes with it; a part that is whole but whose uncovered (or covered) visits are few hides its coverage too."""
    small = {
        cell["part"] for cell in cells if any(0 < n < SMALLEST for n in (cell["covered"], cell["requests"] - cell["covered"]))
    }
    others = sorted((cell for cell in cells if cell["part"] not in small), key=lambda cell: (cell["requests"], cell["part"]))
    if len(small) == 1 and others:
        small.add(others[0]["part"])
    hidden = {"requests": None, "covered": None, "suppressed": True}
    return [{**cell, **hidden} if cell["part"] in small else cell for cell in cells]
