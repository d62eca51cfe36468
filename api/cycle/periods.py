"""Indicators by month, quarter or year, for coordinators and funders."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from statistics import median
from typing import Any

from api.access import Role
from api.cycle.gathering import Cell, Figures, gather
from api.cycle.months import Every, Period, periods
from api.cycle.small_cells import Told
from api.faults import Unfit
from api.scope import Scoped
from api.tabular import Table
from brigade.units import PARIS

LONGEST_YEARS = 10
COLUMNS = {
    "period": "période",
    "first_day": "du",
    "last_day": "au",
    "name": "indicateur",
    "of": "part",
    "value": "valeur",
    "unit": "unité",
    "suppressed": "masqué",
}

SHARES: Mapping[str, tuple[str, str]] = {
    "coverage": ("requests", "covered"),
    "coverage_by_priority": ("requests", "covered"),
    "coverage_by_provider": ("requests", "covered"),
    "done": ("recorded", "done"),
    "continuity": ("visits_done", "by_somebody_known"),
    "short_notice": ("short_notice_calls", "short_notice_accepted"),
    "funded_by_line": ("funded_visits", ""),
    "releases": ("release_visits", ""),
}
"""How many in all, and of which some: two figures and their share."""
BEHIND: Mapping[str, tuple[str, str]] = {
    "service_breaks": ("coverage", "count"),
    "metres": ("coverage", "metres"),
    "replaced": ("done", "min"),
    "training_replaced": ("releases", "min"),
    "funded_minutes": ("funded_by_line", "min"),
    "funded_cents": ("funded_by_line", "cents"),
}
"""The count behind a sum, which decides whether it is told, and its unit."""


def told(scoped: Scoped, basin_id: str, every: Every, first: date, last: date) -> dict[str, Any]:
    """Whole periods, widened to the calendar's. To funders only those that are over, without what could give anybody away.

    Raises: NotFound; Unfit when the span is upside down or longer than ten years.
    """
    scoped.basin(basin_id)
    if not first <= last or last.year - first.year > LONGEST_YEARS:
        hint = f"une période dans l’ordre, de {LONGEST_YEARS} ans au plus"
        raise Unfit("A305", "first_day, last_day", f"{first} à {last}", hint)
    outside = scoped.principal.role is Role.FUNDER
    today = scoped.clock.now().astimezone(PARIS).date()
    wanted = [one for one in periods(first, last, every) if not outside or one.last < today]
    held = Told(gather(scoped, basin_id, wanted[0].first, wanted[-1].last) if wanted else {})
    rows = [row for one in wanted for row in _rows(one, held.figures(one), held.hidden(one) if outside else frozenset())]
    return {"every": every.value, "rows": rows}


def tables(found: dict[str, Any]) -> list[Table]:
    return [Table("indicateurs", COLUMNS, found["rows"])]


def _rows(period: Period, figures: Figures, out: frozenset[Cell]) -> Iterator[dict[str, Any]]:
    for (name, part), counts in sorted(figures.counts.items()):
        every, some = SHARES[name]
        is_out = (name, part) in out
        yield _row(period, every, part, counts.total(), "count", is_out)
        if some:
            yield _row(period, some, part, counts[True], "count", is_out)
            yield _row(period, f"{some}_share", part, counts[True] / counts.total(), "share", is_out)
    for (name, part), value in sorted(figures.sums.items()):
        behind, unit = BEHIND[name]
        # What of a plan cannot be seen may be seen in the visits left without anybody.
        yield _row(period, name, part, value, unit, (behind, part) in out or (name == "service_breaks" and bool(out)))
    if figures.waits:
        is_out = ("done", "") in out
        ordered = sorted(figures.waits)
        yield _row(period, "time_to_fill_median", "", round(median(ordered)), "min", is_out)
        yield _row(period, "time_to_fill_p90", "", ordered[(9 * len(ordered) + 9) // 10 - 1], "min", is_out)


def _row(period: Period, name: str, of: str, value: float, unit: str, is_out: bool) -> dict[str, Any]:
    span = {"period": period.name, "first_day": period.first, "last_day": period.last}
    return {**span, "name": name, "of": of or None, "value": None if is_out else value, "unit": unit, "suppressed": is_out}
